/* redis_link: see redis_link.h. */
#include "report/redis_link.h"

#include "base/log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

/* Seconds until a silent server counts as lost; a command in the pipeline takes microseconds. */
enum { CONNECT_SECONDS = 5, REPLY_SECONDS = 30 };
/* Entries of a reply that memory is reserved for: hiredis does it for as many as the reply claims.
 * An index has fewer projects, and the longest reply tells of so many. */
enum { REPLY_ENTRIES_MAX = 4 << 20 };
/* Commands in flight. The replies to so many fit the socket's buffers, so neither side blocks the
 * other. */
enum { PIPELINE_COMMANDS = 512 };

#if HIREDIS_MAJOR < 1
typedef int reply_entries;
#else
typedef size_t reply_entries;
#endif

struct redis_link {
    redisContext *context;
    const redisReplyObjectFunctions *make; /* hiredis's own */
    redisReplyObjectFunctions make_within_bounds;
    unsigned due; /* replies not yet read */
    bool failed;
    char problem[256];
};

static void fail(struct redis_link *link, const char *text) {
    if (link->failed)
        return;
    link->failed = true;
    snprintf(link->problem, sizeof link->problem, "%s",
             text != NULL && *text != '\0' ? text : "no reply");
}

/* NULL on failure, which is noted. */
static redisReply *next_reply(struct redis_link *link) {
    void *reply = NULL;
    if (redisGetReply(link->context, &reply) != REDIS_OK || reply == NULL) {
        bool silent =
            link->context->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK);
        fail(link, silent ? "the server does not answer" : link->context->errstr);
        return NULL;
    }
    redisReply *answer = reply;
    if (answer->type == REDIS_REPLY_ERROR) {
        fail(link, answer->str);
        freeReplyObject(answer);
        return NULL;
    }
    return answer;
}

bool redis_link_drain(struct redis_link *link) {
    for (; link->due > 0 && link->context->err == 0; link->due--) {
        redisReply *reply =
            next_reply(link); /* goes on after an error reply: the rest is due, too */
        if (reply != NULL)
            freeReplyObject(reply);
    }
    return !link->failed;
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
        fail(link, "out of memory");
    else
        link->due++;
}

void redis_link_send(struct redis_link *link, const struct span *words, size_t count) {
    append(link, words, count);
    if (link->due >= PIPELINE_COMMANDS)
        redis_link_drain(link);
}

redisReply *redis_link_ask(struct redis_link *link, const struct span *words, size_t count) {
    if (!redis_link_drain(link))
        return NULL;
    append(link, words, count);
    if (link->failed)
        return NULL;
    link->due--;
    return next_reply(link);
}

static void ask_and_forget(struct redis_link *link, const struct span *words, size_t count) {
    redisReply *reply = redis_link_ask(link, words, count);
    if (reply != NULL)
        freeReplyObject(reply);
}

/* Seen as memory that is out. */
static void *make_array(const redisReadTask *task, reply_entries count) {
    const struct redis_link *link = task->privdata;
    return (uint64_t)count <= REPLY_ENTRIES_MAX ? link->make->createArray(task, count) : NULL;
}

static void bound_replies(struct redis_link *link) {
    redisReader *reader = link->context->reader;
    link->make = reader->fn;
    link->make_within_bounds = *reader->fn;
    link->make_within_bounds.createArray = make_array;
    reader->fn = &link->make_within_bounds;
    reader->privdata = link;
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

struct redis_link *redis_link_open(const struct redis_url *url) {
    struct redis_link *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    /* hiredis writes with write(2): a server that is gone must be an error here, not a signal. */
    signal(SIGPIPE, SIG_IGN);
    struct timeval connect = {.tv_sec = CONNECT_SECONDS};
    struct timeval reply = {.tv_sec = REPLY_SECONDS};
    link->context = url->is_unix ? redisConnectUnixWithTimeout(url->host, connect)
                                 : redisConnectWithTimeout(url->host, url->port, connect);
    if (link->context == NULL)
        fail(link, "out of memory");
    else if (link->context->err != 0)
        fail(link, link->context->errstr);
    else if (redisSetTimeout(link->context, connect) != REDIS_OK)
        fail(link, "cannot set a timeout");
    else {
        bound_replies(link);
        greet(link, url);
    }
    if (!link->failed && redisSetTimeout(link->context, reply) != REDIS_OK)
        fail(link, "cannot set a timeout");
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
