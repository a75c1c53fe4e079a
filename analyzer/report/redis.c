/* redis: see redis.h. */
#include "report/redis.h"

#include "base/instant.h"
#include "base/log.h"
#include "report/redis_news.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PREFIX "winnow:run:"
/* Keys removed in one round trip. */
enum { REMOVE_BATCH = 512 };
/* An unfinished run older than this belongs to no living process: writing one takes minutes. */
enum { UNFINISHED_SECONDS = 3600 };
/* How long old runs are removed: millions of keys; what is left waits for the next run. */
enum { REMOVE_MS = 15 * 1000 };
/* Runs that end at the same moment: more than a few are no accident. */
enum { SWITCH_ATTEMPTS = 5 };

/* What a table's rows become; the key column is the first. Tables that are not named here stay out
 * of Redis. */
static const struct mapping {
    enum table_id table;
    const char *zset;  /* winnow:run:ID:ZSET, member: the key column */
    const char *score; /* column of the score */
    const char *hash;  /* winnow:run:ID:HASH:KEY, a field per column */
    const char *set;   /* winnow:run:ID:SET:KEY:projects, member: the second column */
} mappings[] = {
    {TABLE_PROJECTS, NULL, NULL, "project", NULL},
    {TABLE_DOMAINS, "domains", "lift", "domain", NULL},
    {TABLE_SIGNATURES, "signatures", "projects", NULL, NULL},
    {TABLE_CLUSTERS, "clusters", "projects", "cluster", NULL},
    {TABLE_CLUSTER_MEMBERS, NULL, NULL, NULL, "cluster"},
    {TABLE_CAMPAIGNS, "campaigns", "score", "campaign", NULL},
    {TABLE_CAMPAIGN_MEMBERS, NULL, NULL, NULL, "campaign"},
    {TABLE_TAKEDOWN, "takedown", "score", NULL, NULL},
};
enum { MAPPINGS = sizeof mappings / sizeof *mappings };

struct redis_sink {
    struct redis_url url;
    struct redis_link *link; /* NULL when lost and closed */
    unsigned keep;
    char *run_id; /* NULL when no run is begun or it is published */
    bool lost;
    bool switching;        /* the switch may have been done, whatever became of its answer */
    bool booked[MAPPINGS]; /* the zset of this run */
    struct buffer key;
    struct redis_news news;
};

/* A replica, a server that cannot save, an account without rights: told before hours of work. */
static bool may_write(struct redis_link *link) {
    const struct span words[] = {SPAN("ZREM"), SPAN("winnow:runs:unfinished"), SPAN("-")};
    redis_link_send(link, words, 3); /* nobody's id: changes nothing */
    if (redis_link_drain(link))
        return true;
    log_name(LOG_ERROR, "cannot write to Redis:", span_text(redis_link_problem(link)));
    return false;
}

struct redis_sink *redis_open(const char *url, unsigned keep) {
    struct redis_sink *sink = calloc(1, sizeof *sink);
    if (sink == NULL)
        return NULL;
    const char *problem = NULL;
    if (!redis_url_parse(url, &sink->url, &problem)) {
        log_line(LOG_ERROR, "cannot read the Redis URL: %s", problem);
        free(sink);
        return NULL;
    }
    sink->keep = keep > 0 ? keep : 1;
    sink->link = redis_link_open(&sink->url);
    if (sink->link != NULL && may_write(sink->link))
        return sink;
    redis_close(sink);
    return NULL;
}

static void note_loss(struct redis_sink *sink) {
    if (sink->lost || (sink->link != NULL && !redis_link_failed(sink->link)))
        return;
    sink->lost = true;
    uint64_t sent = 0;
    uint64_t confirmed = 0;
    if (sink->link != NULL)
        redis_link_count(sink->link, &sent, &confirmed);
    char message[160];
    snprintf(message, sizeof message,
             "Redis was lost, %" PRIu64 " of %" PRIu64 " commands were confirmed, %s:", confirmed,
             sent,
             sink->switching ? "this run or its previous one is in force"
                             : "its previous run stays in force");
    log_name(LOG_ERROR, message,
             span_text(sink->link != NULL ? redis_link_problem(sink->link) : "cannot connect"));
}

static void command(struct redis_sink *sink, const struct span *words, size_t count) {
    redis_link_send(sink->link, words, count);
    note_loss(sink);
}

/* winnow:run:ID, then ":PART" for each part that is not empty. Valid until the next call. */
static struct span run_key(struct redis_sink *sink, const char *run_id, const char *kind,
                           struct span name, const char *part) {
    buffer_clear(&sink->key);
    buffer_add_text(&sink->key, PREFIX);
    buffer_add_text(&sink->key, run_id);
    if (kind != NULL) {
        buffer_add_byte(&sink->key, ':');
        buffer_add_text(&sink->key, kind);
    }
    if (name.len > 0) {
        buffer_add_byte(&sink->key, ':');
        buffer_add(&sink->key, name);
    }
    if (part != NULL) {
        buffer_add_byte(&sink->key, ':');
        buffer_add_text(&sink->key, part);
    }
    return buffer_span(&sink->key);
}

/* Enters a key into the run's book, before it is written. */
static void book(struct redis_sink *sink, struct span key) {
    char name[128];
    snprintf(name, sizeof name, PREFIX "%s:keys", sink->run_id);
    const struct span words[] = {SPAN("SADD"), span_text(name), key};
    command(sink, words, 3);
}

/* Removes a run by its book. False when the link failed or time is up: the run stays listed then.
 */
static bool remove_run(struct redis_link *link, struct span run_id, int64_t until_ms) {
    struct buffer name = BUFFER_EMPTY;
    buffer_add_text(&name, PREFIX);
    buffer_add(&name, run_id);
    buffer_add_text(&name, ":keys");
    char batch[16];
    snprintf(batch, sizeof batch, "%d", REMOVE_BATCH);
    bool more = !name.failed;
    bool in_time = true;
    while (more && (in_time = monotonic_ms() < until_ms)) {
        const struct span ask[] = {SPAN("SRANDMEMBER"), buffer_span(&name), span_text(batch)};
        redisReply *reply = redis_link_ask(link, ask, 3);
        more = reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements > 0;
        struct span words[REMOVE_BATCH + 2];
        size_t count = more && reply->elements < REMOVE_BATCH ? reply->elements : REMOVE_BATCH;
        for (size_t i = 0; more && i < count; i++)
            words[i + 2] = span_of(reply->element[i]->str, (size_t)reply->element[i]->len);
        if (more) { /* first the keys, then their entries: an interruption loses track of none */
            words[1] = (struct span)SPAN("UNLINK");
            redis_link_send(link, words + 1, count + 1);
            words[0] = (struct span)SPAN("SREM");
            words[1] = buffer_span(&name);
            redis_link_send(link, words, count + 2);
        }
        if (reply != NULL)
            freeReplyObject(reply);
    }
    const struct span lists[] = {SPAN("winnow:runs"), SPAN("winnow:runs:unfinished")};
    const struct span unlink[] = {SPAN("UNLINK"), buffer_span(&name)};
    if (in_time)
        redis_link_send(link, unlink, 2);
    for (size_t i = 0; i < 2 && in_time; i++) {
        const struct span words[] = {SPAN("ZREM"), lists[i], run_id};
        redis_link_send(link, words, 3);
    }
    buffer_free(&name);
    return redis_link_drain(link) && in_time;
}

/* Removes the runs that a question lists, but never the one in force. */
static bool remove_listed(struct redis_link *link, const struct span *question, size_t count) {
    const struct span latest[] = {SPAN("GET"), SPAN("winnow:latest")};
    redisReply *in_force = redis_link_ask(link, latest, 2);
    redisReply *runs = redis_link_ask(link, question, count);
    int64_t until_ms = monotonic_ms() + REMOVE_MS;
    for (size_t i = 0; runs != NULL && runs->type == REDIS_REPLY_ARRAY && i < runs->elements; i++) {
        struct span run_id = span_of(runs->element[i]->str, (size_t)runs->element[i]->len);
        if (in_force != NULL && in_force->type == REDIS_REPLY_STRING &&
            span_equal(run_id, span_of(in_force->str, (size_t)in_force->len)))
            continue;
        if (!remove_run(link, run_id, until_ms))
            break;
    }
    if (in_force != NULL)
        freeReplyObject(in_force);
    if (runs != NULL)
        freeReplyObject(runs);
    return !redis_link_failed(link);
}

static void remove_unfinished(struct redis_link *link) {
    char limit[32];
    snprintf(limit, sizeof limit, "%" PRId64, instant_now() / INSTANT_SECOND - UNFINISHED_SECONDS);
    const struct span question[] = {SPAN("ZRANGEBYSCORE"), SPAN("winnow:runs:unfinished"),
                                    SPAN("-inf"), span_text(limit)};
    remove_listed(link, question, 4);
}

void redis_begin(struct redis_sink *sink, const char *run_id) {
    const struct span ping[] = {SPAN("PING")};
    redisReply *reply = redis_link_ask(sink->link, ping, 1);
    if (reply != NULL) {
        freeReplyObject(reply);
    } else { /* closed by the server or a firewall while we were busy elsewhere */
        redis_link_close(sink->link);
        sink->link = redis_link_open(&sink->url);
    }
    sink->run_id = strdup(run_id);
    memset(sink->booked, 0, sizeof sink->booked);
    if (sink->link == NULL || sink->run_id == NULL) {
        note_loss(sink);
        sink->lost = true;
        return;
    }
    remove_unfinished(sink->link);
    /* Asked first, so that a foreign key in its place is noticed before the switch, not in it. */
    const struct span runs[] = {SPAN("ZCARD"), SPAN("winnow:runs")};
    const struct span stream[] = {SPAN("XLEN"), SPAN("winnow:takedown:new")};
    command(sink, runs, 2);
    command(sink, stream, 2);
    char now[32];
    snprintf(now, sizeof now, "%" PRId64, instant_now() / INSTANT_SECOND);
    const struct span begin[] = {SPAN("ZADD"), SPAN("winnow:runs:unfinished"), span_text(now),
                                 span_text(run_id)};
    command(sink, begin, 4);
}

static void write_zset(struct redis_sink *sink, const struct mapping *mapping,
                       const struct row *row) {
    struct span key = run_key(sink, sink->run_id, mapping->zset, SPAN_EMPTY, NULL);
    bool *booked = &sink->booked[mapping - mappings];
    if (!*booked)
        book(sink, key);
    *booked = true;
    struct span score = row_cell(row, schema_column(row->table, mapping->score));
    const struct span words[] = {SPAN("ZADD"), key, score, row_cell(row, 0)};
    command(sink, words, 4);
}

static void write_hash(struct redis_sink *sink, const struct mapping *mapping,
                       const struct row *row) {
    struct span key = run_key(sink, sink->run_id, mapping->hash, row_cell(row, 0), NULL);
    book(sink, key);
    struct span words[2 + 2 * COLUMNS_MAX] = {SPAN("HSET"), key};
    size_t count = 2;
    for (size_t i = 0; i < row->count; i++) {
        words[count++] = span_text(row->table->columns[i].name);
        words[count++] = row_cell(row, i);
    }
    command(sink, words, count);
}

static void write_member(struct redis_sink *sink, const struct mapping *mapping,
                         const struct row *row) {
    struct span key = run_key(sink, sink->run_id, mapping->set, row_cell(row, 0), "projects");
    book(sink, key);
    const struct span words[] = {SPAN("SADD"), key, row_cell(row, 1)};
    command(sink, words, 3);
}

void redis_write_row(struct redis_sink *sink, const struct row *row) {
    for (size_t i = 0; i < MAPPINGS; i++) {
        const struct mapping *mapping = &mappings[i];
        if (schema_table(mapping->table) != row->table || sink->lost)
            continue;
        if (mapping->zset != NULL)
            write_zset(sink, mapping, row);
        if (mapping->hash != NULL)
            write_hash(sink, mapping, row);
        if (mapping->set != NULL)
            write_member(sink, mapping, row);
        if (mapping->table == TABLE_TAKEDOWN)
            redis_news_add(&sink->news, row);
        if (sink->key.failed || row->text.failed || sink->news.failed) {
            log_line(LOG_ERROR, "Redis was lost, its previous run stays in force: out of memory");
            sink->lost = true;
        }
    }
}

static void write_counts(struct redis_sink *sink, const struct named_count *counts, size_t count) {
    struct span key = run_key(sink, sink->run_id, NULL, SPAN_EMPTY, NULL);
    book(sink, key);
    const struct span run_id[] = {SPAN("HSET"), key, SPAN("run_id"), span_text(sink->run_id)};
    command(sink, run_id, 4);
    for (size_t i = 0; i < count; i++) {
        char number[32];
        snprintf(number, sizeof number, "%" PRIu64, counts[i].value);
        const struct span words[] = {SPAN("HSET"), key, span_text(counts[i].name),
                                     span_text(number)};
        command(sink, words, 4);
    }
}

enum switched { SWITCH_DONE, SWITCH_RACED, SWITCH_FAILED };

/* All or nothing: the run becomes the latest and a finished one, and what is new in it is told. */
static enum switched exec_switch(struct redis_sink *sink, const bool *is_new) {
    char now[32];
    snprintf(now, sizeof now, "%" PRId64, instant_now() / INSTANT_SECOND);
    struct span run_id = span_text(sink->run_id);
    const struct span multi[] = {SPAN("MULTI")};
    const struct span set[] = {SPAN("SET"), SPAN("winnow:latest"), run_id};
    const struct span add[] = {SPAN("ZADD"), SPAN("winnow:runs"), span_text(now), run_id};
    const struct span finish[] = {SPAN("ZREM"), SPAN("winnow:runs:unfinished"), run_id};
    const struct span exec[] = {SPAN("EXEC")};
    redis_link_send(sink->link, multi, 1);
    redis_link_send(sink->link, set, 3);
    redis_link_send(sink->link, add, 4);
    redis_link_send(sink->link, finish, 3);
    size_t due = 3 + redis_news_send(&sink->news, sink->link, sink->run_id, is_new);
    sink->switching = redis_link_drain(sink->link);
    redisReply *reply = redis_link_ask(sink->link, exec, 1);
    enum switched result =
        reply != NULL && reply->type == REDIS_REPLY_NIL ? SWITCH_RACED
        : reply != NULL && reply->type == REDIS_REPLY_ARRAY && reply->elements == due
            ? SWITCH_DONE
            : SWITCH_FAILED;
    for (size_t i = 0; result == SWITCH_DONE && i < due; i++)
        if (reply->element[i]->type == REDIS_REPLY_ERROR)
            result = SWITCH_FAILED;
    if (reply != NULL)
        freeReplyObject(reply);
    return result;
}

static bool has_book(struct redis_link *link, const char *book) {
    const struct span words[] = {SPAN("EXISTS"), span_text(book)};
    redisReply *reply = redis_link_ask(link, words, 2);
    bool there = reply != NULL && reply->type == REDIS_REPLY_INTEGER && reply->integer == 1;
    if (reply != NULL)
        freeReplyObject(reply);
    return there;
}

/*
 * What is new depends on the run in force: when another run takes its place between the question
 * and the switch (WATCH sees it), the question is asked again. The run's book is watched, too: a
 * switch that the server meets late, after we gave it up and removed the run, does nothing.
 */
static bool switch_latest(struct redis_sink *sink) {
    char book[128];
    snprintf(book, sizeof book, PREFIX "%s:keys", sink->run_id);
    bool *is_new = calloc(sink->news.row_count + 1, sizeof *is_new);
    /* Every reply of the run is in before the switch. */
    bool asked = is_new != NULL && redis_link_drain(sink->link);
    enum switched result = SWITCH_RACED;
    for (int attempt = 0; asked && result == SWITCH_RACED && attempt < SWITCH_ATTEMPTS; attempt++) {
        const struct span watch[] = {SPAN("WATCH"), SPAN("winnow:latest"), span_text(book)};
        redis_link_send(sink->link, watch, 3);
        asked = has_book(sink->link, book) && redis_news_find(&sink->news, sink->link, is_new);
        if (asked)
            result = exec_switch(sink, is_new);
    }
    free(is_new);
    return asked && result == SWITCH_DONE;
}

bool redis_publish(struct redis_sink *sink, const struct named_count *counts, size_t count) {
    if (!sink->lost)
        write_counts(sink, counts, count);
    if (sink->lost)
        return false;
    if (!switch_latest(sink)) {
        note_loss(sink);
        if (!sink->lost)
            log_line(LOG_ERROR, "Redis refused to make the run the latest one");
        return false;
    }
    free(sink->run_id);
    sink->run_id = NULL;
    char last[32];
    snprintf(last, sizeof last, "-%u", sink->keep + 1);
    const struct span question[] = {SPAN("ZRANGE"), SPAN("winnow:runs"), SPAN("0"),
                                    span_text(last)};
    if (!remove_listed(sink->link, question, 4))
        log_name(LOG_WARNING, "old runs in Redis were not all removed:",
                 span_text(redis_link_problem(sink->link)));
    return true;
}

/* The run may be in force in spite of a failure, when only the answer to the switch was lost. */
static void remove_own(struct redis_sink *sink) {
    if (sink->link != NULL && redis_link_failed(sink->link)) {
        redis_link_close(sink->link);
        sink->link = redis_link_open(&sink->url);
    }
    if (sink->link == NULL)
        return;
    const struct span latest[] = {SPAN("GET"), SPAN("winnow:latest")};
    redisReply *reply = redis_link_ask(sink->link, latest, 2);
    bool in_force =
        reply == NULL || (reply->type == REDIS_REPLY_STRING &&
                          span_is(span_of(reply->str, (size_t)reply->len), sink->run_id));
    if (reply != NULL)
        freeReplyObject(reply);
    if (in_force || !remove_run(sink->link, span_text(sink->run_id), monotonic_ms() + REMOVE_MS))
        return;
    /* The server may still be reading what the broken connection sent: the next run looks again. */
    const struct span again[] = {SPAN("ZADD"), SPAN("winnow:runs:unfinished"), SPAN("0"),
                                 span_text(sink->run_id)};
    redis_link_send(sink->link, again, 4);
    redis_link_drain(sink->link);
}

void redis_close(struct redis_sink *sink) {
    if (sink == NULL)
        return;
    if (sink->run_id != NULL)
        remove_own(sink);
    redis_link_close(sink->link);
    redis_url_free(&sink->url);
    free(sink->run_id);
    buffer_free(&sink->key);
    redis_news_free(&sink->news);
    free(sink);
}
