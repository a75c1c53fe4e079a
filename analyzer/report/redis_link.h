/*
 * redis_link: one connection to a Redis server, used in pipeline: commands are appended, and after
 * a batch exactly as many replies are read, each one checked. The first failure stays: later
 * commands do nothing. Whatever the server does, waiting and memory are bounded.
 */
#ifndef WINNOW_REPORT_REDIS_LINK_H
#define WINNOW_REPORT_REDIS_LINK_H

#include "base/buffer.h"
#include "report/redis_url.h"

#include <hiredis/hiredis.h>

/* Words of one command: a hash with as many fields as the widest table has columns, or a batch of
 * keys. */
enum { REDIS_WORDS_MAX = 1100 };

struct redis_link;

/* Connects (5 s at most; looking up a name is the system's affair), authenticates, selects the
 * database and asks for a PING. NULL after a logged message. */
struct redis_link *redis_link_open(const struct redis_url *url);
void redis_link_close(struct redis_link *link);

/* Appends a command. Words carry their lengths: bytes of a mirror cannot become another command. */
void redis_link_send(struct redis_link *link, const struct span *words, size_t count);

/* Reads the replies that are due, 30 s at most for all. False when the link has failed. */
bool redis_link_drain(struct redis_link *link);

/* Sends one command after draining, and returns its reply (caller: freeReplyObject); NULL when the
 * link has failed. */
redisReply *redis_link_ask(struct redis_link *link, const struct span *words, size_t count);

/* Commands sent, and those that the server said it has done. */
void redis_link_count(const struct redis_link *link, uint64_t *sent, uint64_t *confirmed);

bool redis_link_failed(const struct redis_link *link);
/* What the first failure was; text of the server, escape it. */
const char *redis_link_problem(const struct redis_link *link);

#endif
