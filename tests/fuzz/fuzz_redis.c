/*
 * fuzz_redis: what a server answers while a run is published. The server is a socket on which all
 * its answers lie already; after them the connection is closed on its side.
 */
#include "base/log.h"
#include "report/redis.h"
#include "report/redis_link.h"

#include "fuzz.h"

#include <sys/socket.h>

enum { ANSWERS_BYTES_MAX = 32 << 10, CONNECTIONS_MAX = 8 };

/* hiredis asks us for the connection, so the state cannot be passed along. */
static struct server {
    struct span answers;
    int ends[CONNECTIONS_MAX];
    size_t count;
} server;

/* In place of base/log.c: each broken answer would be a line. */
void log_line(enum log_level level, const char *format, ...) {
    (void)level;
    (void)format;
}
void log_name(enum log_level level, const char *message, struct span name) {
    (void)level;
    (void)message;
    fuzz_touch(name);
}

/* In place of hiredis's own. The first connections share the answers among them. */
redisContext *redisConnectUnixWithTimeout(const char *path, const struct timeval timeout) {
    int pair[2];
    (void)path;
    (void)timeout;
    if (server.count == CONNECTIONS_MAX || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        abort();
    struct span answers = fuzz_piece(&server.answers);
    if (answers.len > 0 && write(pair[1], answers.at, answers.len) != (ssize_t)answers.len)
        abort();
    shutdown(pair[1], SHUT_WR);
    server.ends[server.count++] = pair[1];
    return redisConnectFd(pair[0]);
}

static void write_rows(struct redis_sink *sink) {
    struct row row = ROW_EMPTY;
    row_begin(&row, TABLE_CLUSTER_MEMBERS);
    row_text(&row, (struct span)SPAN("c1"));
    row_text(&row, (struct span)SPAN("foo"));
    redis_write_row(sink, &row);
    const struct table *table = schema_table(TABLE_TAKEDOWN);
    row_begin(&row, TABLE_TAKEDOWN);
    for (size_t i = 0; i < table->column_count; i++)
        row_unknown(&row);
    redis_write_row(sink, &row);
    row_free(&row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size > ANSWERS_BYTES_MAX)
        return 0;
    server = (struct server){.answers = span_of(data, size)};
    struct redis_sink *sink = redis_open("unix:///nowhere?db=1", 1);
    if (sink != NULL) {
        const struct named_count counts[] = {{"projects", 1}};
        redis_begin(sink, "run");
        write_rows(sink);
        redis_publish(sink, counts, 1);
        redis_close(sink);
    }
    for (size_t i = 0; i < server.count; i++)
        close(server.ends[i]);
    return 0;
}
