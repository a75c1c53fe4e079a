/*
 * payload: how much an artifact would install, and what it looks like: kind
 * and signatures. See payload.c for which members are payload.
 */
#ifndef WINNOW_PAYLOAD_PAYLOAD_H
#define WINNOW_PAYLOAD_PAYLOAD_H

#include "unpack/archive.h"

/* What one artifact's payload visitor remembers while a tar streams by. Zero it before each
 * artifact. */
struct payload_visit {
    uint64_t kept_bytes;
};

/* The two halves of an archive_visitor for payload members; see archive.h. */
enum member_wish payload_offer(struct payload_visit *visit, const struct member *member);
bool payload_look(struct payload_visit *visit, struct member *member, struct span bytes);

/* Fills artifact->payload from the members; call after extract_declarations(). SKIP_ARTIFACT only
 * when a budget was crossed or memory is out. */
enum outcome payload_examine(struct archive *archive, struct artifact *artifact);

#endif
