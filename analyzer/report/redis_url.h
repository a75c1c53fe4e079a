/*
 * redis_url: where the Redis server is. Accepted: redis://[user[:password]@]host[:port][/db] (also
 * [v6 address] as host), unix://[user[:password]@]/path/to/socket[?db=N]. Percent-encoding is
 * undone in user, password and path. An empty user or none means the default one.
 */
#ifndef WINNOW_REPORT_REDIS_URL_H
#define WINNOW_REPORT_REDIS_URL_H

#include "base/span.h"

struct redis_url {
    bool is_unix;
    char *host; /* name, address, or path of the socket */
    int port;
    char *user;     /* NULL: the default one */
    char *password; /* NULL: none. Never shown */
    unsigned database;
};

/* False when it cannot be read; *problem then says why, as static text that repeats nothing of the
 * URL. */
bool redis_url_parse(const char *text, struct redis_url *url, const char **problem);

/* Wipes the password and frees. */
void redis_url_free(struct redis_url *url);

#endif
