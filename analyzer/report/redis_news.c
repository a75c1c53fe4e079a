/* redis_news: see redis_news.h. */
#include "report/redis_news.h"

#include <stdio.h>
#include <stdlib.h>

/* Entries that the stream keeps, about: a reader who was away for weeks finds all, and at 1 kB each
 * they take 100 MB of the server at most. */
#define STREAM_ENTRIES_MAX "100000"

static size_t column_count(void) {
    return schema_table(TABLE_TAKEDOWN)->column_count;
}

void redis_news_add(struct redis_news *news, const struct row *row) {
    size_t columns = column_count();
    if (news->row_count == news->row_capacity) {
        size_t wider = news->row_capacity ? news->row_capacity * 2 : 64;
        size_t *ends = realloc(news->ends, wider * columns * sizeof *ends);
        if (ends == NULL) {
            news->failed = true;
            return;
        }
        news->ends = ends;
        news->row_capacity = wider;
    }
    for (size_t i = 0; i < columns; i++) {
        buffer_add(&news->cells, row_cell(row, i));
        news->ends[news->row_count * columns + i] = news->cells.len;
    }
    news->failed = news->failed || news->cells.failed;
    news->row_count++;
}

void redis_news_free(struct redis_news *news) {
    buffer_free(&news->cells);
    free(news->ends);
    *news = (struct redis_news){.ends = NULL};
}

static struct span cell(const struct redis_news *news, size_t row, size_t column) {
    size_t index = row * column_count() + column;
    size_t from = index > 0 ? news->ends[index - 1] : 0;
    return span_slice(buffer_span(&news->cells), from, news->ends[index]);
}

static int compare_spans(const void *left, const void *right) {
    return span_compare(*(const struct span *)left, *(const struct span *)right);
}

/* The projects that a reply names, sorted; NULL when memory is out. */
static struct span *sort_members(const redisReply *reply) {
    struct span *members = malloc((reply->elements + 1) * sizeof *members);
    for (size_t i = 0; members != NULL && i < reply->elements; i++)
        members[i] = span_of(reply->element[i]->str, (size_t)reply->element[i]->len);
    if (members != NULL && reply->elements > 1)
        qsort(members, reply->elements, sizeof *members, compare_spans);
    return members;
}

static redisReply *ask_for_listed(struct redis_link *link) {
    const struct span latest[] = {SPAN("GET"), SPAN("winnow:latest")};
    redisReply *run = redis_link_ask(link, latest, 2);
    struct buffer key = BUFFER_EMPTY;
    redisReply *listed = NULL;
    buffer_add_text(&key, "winnow:run:");
    if (run != NULL && run->type == REDIS_REPLY_STRING)
        buffer_add(&key, span_of(run->str, (size_t)run->len));
    buffer_add_text(&key, ":takedown");
    const struct span words[] = {SPAN("ZRANGE"), buffer_span(&key), SPAN("0"), SPAN("-1")};
    if (run != NULL && !key.failed)
        listed = redis_link_ask(link, words, 4);
    if (run != NULL)
        freeReplyObject(run);
    buffer_free(&key);
    return listed;
}

bool redis_news_find(const struct redis_news *news, struct redis_link *link, bool *is_new) {
    redisReply *listed = ask_for_listed(link);
    if (listed == NULL || listed->type != REDIS_REPLY_ARRAY) {
        if (listed != NULL)
            freeReplyObject(listed);
        return false;
    }
    struct span *members = sort_members(listed);
    for (size_t i = 0; members != NULL && i < news->row_count; i++) {
        struct span project = cell(news, i, 0);
        is_new[i] = listed->elements == 0 || bsearch(&project, members, listed->elements,
                                                     sizeof *members, compare_spans) == NULL;
    }
    bool done = members != NULL;
    free(members);
    freeReplyObject(listed);
    return done;
}

size_t redis_news_send(const struct redis_news *news, struct redis_link *link, const char *run_id,
                       const bool *is_new) {
    const struct table *table = schema_table(TABLE_TAKEDOWN);
    size_t sent = 0;
    for (size_t row = 0; row < news->row_count; row++) {
        if (!is_new[row])
            continue;
        struct span words[8 + 2 * COLUMNS_MAX] = {SPAN("XADD"),
                                                  SPAN("winnow:takedown:new"),
                                                  SPAN("MAXLEN"),
                                                  SPAN("~"),
                                                  SPAN(STREAM_ENTRIES_MAX),
                                                  SPAN("*"),
                                                  SPAN("run_id"),
                                                  span_text(run_id)};
        size_t count = 8;
        for (size_t i = 0; i < table->column_count; i++) {
            words[count++] = span_text(table->columns[i].name);
            words[count++] = cell(news, row, i);
        }
        redis_link_send(link, words, count);
        sent++;
    }
    return sent;
}
