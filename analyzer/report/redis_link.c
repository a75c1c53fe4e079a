/*
 * redis_link: see redis_link.h. hiredis puts commands together and takes replies apart; the waiting
 * and the receiving are done here, because its own ask for a bound on neither: a server may answer
 * a byte a second, or without end.
 */
#include "report/redis_link.h"

#include "base/error.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

/* Until a server that takes no connection, does not greet, or has not answered a batch of commands
 * counts as lost; a command in the pipeline takes microseconds. */
enum { CONNECT_MS = 5 * 1000, BATCH_MS = 30 * 1000 };
/* How long a stop by a signal waits for the server, and how often it is looked for. */
enum { STOP_MS = 800, LOOK_MS = 200 };
/* Commands in flight, and how many stay so while the next are made: the server is never idle. */
enum { BATCH_COMMANDS = 1024, FLIGHT_COMMANDS = BATCH_COMMANDS / 2 };
/* What the replies to a batch may hold. The longest honest one names all listed projects of a run:
 * 740,000 projects with names of 20 bytes would be 26 MB. */
enum { BATCH_BYTES_MAX = 64 << 20, BATCH_ELEMENTS_MAX = 2 << 20 };

#if HIREDIS_MAJOR < 1
typedef int element_count;
#else
typedef size_t element_count;
#endif

struct redis_link {
    redisContext *context;
    redisReplyObjectFunctions functions; /* the library's, but for arrays */
    void *(*make_array)(const redisReadTask *task, element_count elements);
    unsigned due; /* replies not yet read */
    int64_t batch_ms;
    int64_t deadline_ms; /* of the batch: monotonic */
    size_t received;     /* bytes of it */
    size_t elements;     /* of arrays in it */
    uint64_t sent;       /* commands... */
    uint64_t confirmed;  /* ...and those that were done */
    bool failed;
    bool broken;
    bool stopping; /* a signal has come: all that is left has STOP_MS */
    char problem[256];
};

/* A command was not done. The first problem stays. */
static void fail(struct redis_link *link, const char *text) {
    if (link->failed)
        return;
    link->failed = true;
    snprintf(link->problem, sizeof link->problem, "%s",
             text != NULL && *text != '\0' ? text : "no reply");
}

/* The connection is of no more use. */
static void give_up(struct redis_link *link, const char *text) {
    fail(link, text);
    link->broken = true;
}

/* --- bytes ---------------------------------------------------------------------------------- */

/* hiredis takes memory for as many elements as a reply claims. */
static void *make_bounded_array(const redisReadTask *task, element_count elements) {
    struct redis_link *link = task->privdata;
    if (elements > 0 && (size_t)elements > BATCH_ELEMENTS_MAX - link->elements) {
        give_up(link, "the server answers with too many elements");
        return NULL;
    }
    link->elements += elements > 0 ? (size_t)elements : 0;
    return link->make_array(task, elements);
}

static void bound_replies(struct redis_link *link) {
    redisReader *reader = link->context->reader;
    link->functions = *reader->fn;
    link->make_array = link->functions.createArray;
    link->functions.createArray = make_bounded_array;
    reader->fn = &link->functions;
    reader->privdata = link;
}

static void begin_batch(struct redis_link *link) {
    if (!link->stopping)
        link->deadline_ms = monotonic_ms() + link->batch_ms;
    link->received = 0;
    link->elements = 0;
}

static bool receive(struct redis_link *link) {
    char bytes[16 * 1024];
    ssize_t got = recv(link->context->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (got == 0) {
        give_up(link, "the server closed the connection");
    } else if (got < 0 && errno != EAGAIN && errno != EINTR) {
        give_up(link, error_words(errno));
    } else if (got > 0) {
        link->received += (size_t)got;
        if (link->received > BATCH_BYTES_MAX)
            give_up(link, "the server answers without end");
        else if (redisReaderFeed(link->context->reader, bytes, (size_t)got) != REDIS_OK)
            give_up(link, "out of memory");
    }
    return !link->broken;
}

static bool transmit(struct redis_link *link, bool *all_sent) {
    int done = 0;
    if (redisBufferWrite(link->context, &done) != REDIS_OK)
        give_up(link, link->context->errstr);
    *all_sent = done != 0;
    return !link->broken;
}

/* What is left of the batch's time; of a shorter one after a signal. */
static int64_t time_left(struct redis_link *link) {
    int64_t now = monotonic_ms();
    if (stop_wanted() && link->deadline_ms > now + STOP_MS && !link->stopping) {
        link->stopping = true;
        link->deadline_ms = now + STOP_MS;
    }
    return link->deadline_ms - now;
}

/* Sends what waits and receives something, within the batch's time. False on failure. */
static bool exchange(struct redis_link *link) {
    bool all_sent = false;
    if (!transmit(link, &all_sent))
        return false;
    for (;;) {
        struct pollfd wait = {.fd = link->context->fd,
                              .events = (short)(POLLIN | (all_sent ? 0 : POLLOUT))};
        int64_t left_ms = time_left(link);
        int ready = left_ms > 0 ? poll(&wait, 1, (int)(left_ms < LOOK_MS ? left_ms : LOOK_MS)) : 0;
        if (ready == 0 && left_ms > 0)
            continue;
        if (ready == 0)
            give_up(link, "the server does not answer");
        else if (ready < 0 && errno != EINTR)
            give_up(link, error_words(errno));
        if (link->broken ||
            (ready > 0 && (wait.revents & POLLOUT) != 0 && !transmit(link, &all_sent)))
            return false;
        if (ready > 0 && (wait.revents & ~POLLOUT) != 0)
            return receive(link);
    }
}

/* --- replies -------------------------------------------------------------------------------- */

/* NULL on failure, which is noted. */
static redisReply *next_reply(struct redis_link *link) {
    void *reply = NULL;
    while (reply == NULL && !link->broken) {
        if (redisGetReplyFromReader(link->context, &reply) != REDIS_OK)
            give_up(link, link->context->errstr);
        else if (reply == NULL)
            exchange(link);
    }
    redisReply *answer = reply;
    if (answer != NULL && answer->type == REDIS_REPLY_ERROR) {
        fail(link, answer->str);
        freeReplyObject(answer);
        answer = NULL;
    }
    if (answer != NULL)
        link->confirmed++;
    return answer;
}

/* A reply too many would be taken for that of the next command. */
static void check_nothing_left(struct redis_link *link) {
    const redisReader *reader = link->context->reader;
    if (!link->broken && link->due == 0 && reader->pos < reader->len)
        give_up(link, "the server answers what it was not asked");
}

/* Reads replies until so many commands are left without one. */
static bool drain_to(struct redis_link *link, unsigned left) {
    begin_batch(link);
    /* After an error reply it goes on: the rest is due, too. */
    for (; link->due > left && !link->broken; link->due--) {
        redisReply *reply = next_reply(link);
        if (reply != NULL)
            freeReplyObject(reply);
    }
    check_nothing_left(link);
    return !link->failed;
}

bool redis_link_drain(struct redis_link *link) {
    return drain_to(link, 0);
}

static void append(struct redis_link *link, const struct span *words, size_t count) {
    const char *at[REDIS_WORDS_MAX];
    size_t lens[REDIS_WORDS_MAX];
    if (link->failed)
        return;
    if (count > REDIS_WORDS_MAX) {
        fail(link, "a command is too long");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        at[i] = words[i].len > 0 ? (const char *)words[i].at : "";
        lens[i] = words[i].len;
    }
    if (redisAppendCommandArgv(link->context, (int)count, at, lens) != REDIS_OK)
        give_up(link, "out of memory");
    else {
        link->due++;
        link->sent++;
    }
}

void redis_link_send(struct redis_link *link, const struct span *words, size_t count) {
    append(link, words, count);
    if (link->due >= BATCH_COMMANDS)
        drain_to(link, FLIGHT_COMMANDS);
}

redisReply *redis_link_ask(struct redis_link *link, const struct span *words, size_t count) {
    if (!redis_link_drain(link))
        return NULL;
    append(link, words, count);
    if (link->failed)
        return NULL;
    begin_batch(link);
    redisReply *reply = next_reply(link);
    link->due = 0;
    check_nothing_left(link);
    return reply;
}

static void ask_and_forget(struct redis_link *link, const struct span *words, size_t count) {
    redisReply *reply = redis_link_ask(link, words, count);
    if (reply != NULL)
        freeReplyObject(reply);
}

static void greet(struct redis_link *link, const struct redis_url *url) {
    if (url->password != NULL && url->user != NULL) {
        const struct span words[] = {SPAN("AUTH"), span_text(url->user), span_text(url->password)};
        ask_and_forget(link, words, 3);
    } else if (url->password != NULL) {
        const struct span words[] = {SPAN("AUTH"), span_text(url->password)};
        ask_and_forget(link, words, 2);
    }
    if (url->database != 0) {
        char number[16];
        snprintf(number, sizeof number, "%u", url->database);
        const struct span words[] = {SPAN("SELECT"), span_text(number)};
        ask_and_forget(link, words, 2);
    }
    const struct span ping[] = {SPAN("PING")};
    ask_and_forget(link, ping, 1);
}

/* Connects, and makes all further waiting ours. */
static void connect_to(struct redis_link *link, const struct redis_url *url) {
    const struct timeval patience = {.tv_sec = CONNECT_MS / 1000};
    link->context = url->is_unix ? redisConnectUnixWithTimeout(url->host, patience)
                                 : redisConnectWithTimeout(url->host, url->port, patience);
    if (link->context == NULL) {
        give_up(link, "out of memory");
    } else if (link->context->err != 0) {
        give_up(link, link->context->errstr);
    } else if (fcntl(link->context->fd, F_SETFL, O_NONBLOCK) != 0) {
        give_up(link, error_words(errno));
    } else {
        link->context->flags &= ~REDIS_BLOCK;
        bound_replies(link);
    }
}

struct redis_link *redis_link_open(const struct redis_url *url) {
    struct redis_link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        log_line(LOG_ERROR, "cannot use Redis: out of memory");
        return NULL;
    }
    /* hiredis writes with write(2): a server that is gone must be an error here, not a signal. */
    signal(SIGPIPE, SIG_IGN);
    link->batch_ms = CONNECT_MS;
    connect_to(link, url);
    if (!link->broken)
        greet(link, url);
    link->batch_ms = BATCH_MS;
    if (!link->failed)
        return link;
    log_name(LOG_ERROR, "cannot use Redis:", span_text(link->problem));
    redis_link_close(link);
    return NULL;
}

void redis_link_close(struct redis_link *link) {
    if (link == NULL)
        return;
    if (link->context != NULL)
        redisFree(link->context);
    free(link);
}

bool redis_link_failed(const struct redis_link *link) {
    return link->failed;
}

const char *redis_link_problem(const struct redis_link *link) {
    return link->problem;
}

void redis_link_count(const struct redis_link *link, uint64_t *sent, uint64_t *confirmed) {
    *sent = link->sent;
    *confirmed = link->confirmed;
}
