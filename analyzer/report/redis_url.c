/* redis_url: see redis_url.h. */
#include "report/redis_url.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>

enum { PORT_DEFAULT = 6379, PORT_MAX = 65535 };

/* A C string with percent-encoding undone. NULL when it is malformed or holds a NUL, or memory is
 * out. */
static char *decode(struct span text) {
    char *out = malloc(text.len + 1);
    size_t len = 0;
    for (size_t i = 0; out != NULL && i < text.len; i++) {
        unsigned char byte = text.at[i];
        if (byte == '%') {
            if (!hex_parse(span_slice(text, i + 1, i + 3), &byte, 1)) {
                free(out);
                return NULL;
            }
            i += 2;
        }
        if (byte == 0) {
            free(out);
            return NULL;
        }
        out[len++] = (char)byte;
    }
    if (out != NULL)
        out[len] = '\0';
    return out;
}

static bool take_number(struct span text, uint64_t max, uint64_t *value) {
    return text_to_u64(text, value) && *value <= max;
}

static const char *take_account(struct span *rest, struct redis_url *url) {
    /* Up to the first "/": a path may hold "@", too. */
    struct span authority = span_slice(*rest, 0, span_find(*rest, '/'));
    size_t at = span_find_last(authority, '@');
    if (at == authority.len)
        return NULL;
    struct span account = span_slice(*rest, 0, at);
    size_t colon = span_find(account, ':');
    if (colon > 0 && (url->user = decode(span_slice(account, 0, colon))) == NULL)
        return "the user is malformed";
    if (colon < account.len && (url->password = decode(span_from(account, colon + 1))) == NULL)
        return "the password is malformed";
    *rest = span_from(*rest, at + 1);
    return NULL;
}

static const char *take_socket(struct span rest, struct redis_url *url) {
    size_t question = span_find(rest, '?');
    struct span query = span_from(rest, question + 1);
    uint64_t database = 0;
    if (question < rest.len &&
        (!span_starts(query, "db=") || !take_number(span_from(query, 3), INT32_MAX, &database)))
        return "after the path only ?db=NUMBER may stand";
    url->database = (unsigned)database;
    struct span path = span_slice(rest, 0, question);
    if (!span_starts(path, "/") || (url->host = decode(path)) == NULL)
        return "the path of the socket must be absolute: unix:///path";
    return NULL;
}

static const char *take_host(struct span rest, struct redis_url *url) {
    size_t slash = span_find(rest, '/');
    struct span place = span_slice(rest, 0, slash);
    struct span database = span_from(rest, slash + 1);
    uint64_t number = 0;
    if (database.len > 0 && !take_number(database, INT32_MAX, &number))
        return "the database must be a number";
    url->database = (unsigned)number;
    size_t end = span_find(place, ':');
    struct span host = span_slice(place, 0, end);
    if (span_starts(place, "[")) { /* IPv6 */
        size_t bracket = span_find(place, ']');
        host = span_slice(place, 1, bracket);
        end = bracket + 1;
        if (bracket == place.len || (end < place.len && place.at[end] != ':'))
            return "the address in brackets is malformed";
    }
    if (end < place.len) {
        if (!take_number(span_from(place, end + 1), PORT_MAX, &number) || number == 0)
            return "the port must be a number from 1 to 65535";
        url->port = (int)number;
    }
    if (host.len == 0 || (url->host = decode(host)) == NULL)
        return "the host is missing";
    return NULL;
}

bool redis_url_parse(const char *text, struct redis_url *url, const char **problem) {
    *url = (struct redis_url){.port = PORT_DEFAULT};
    struct span rest = span_text(text);
    if (span_starts(rest, "rediss://")) {
        *problem =
            "rediss:// needs a hiredis with TLS, which this build has not; use redis:// through a "
            "tunnel, or unix://";
        return false;
    }
    if (span_starts(rest, "unix://")) {
        url->is_unix = true;
        rest = span_from(rest, strlen("unix://"));
    } else if (span_starts(rest, "redis://")) {
        rest = span_from(rest, strlen("redis://"));
    } else {
        *problem = "it must start with redis:// or unix://";
        return false;
    }
    *problem = take_account(&rest, url);
    if (*problem == NULL)
        *problem = url->is_unix ? take_socket(rest, url) : take_host(rest, url);
    if (*problem == NULL)
        return true;
    redis_url_free(url);
    return false;
}

void redis_url_free(struct redis_url *url) {
    if (url->password != NULL)
        explicit_bzero(url->password, strlen(url->password));
    free(url->host);
    free(url->user);
    free(url->password);
    *url = (struct redis_url){.port = 0};
}
