/*
 * record_hash: the hashes of a wheel's RECORD: "sha256=" and the digest in URL-safe base64 without
 * padding.
 */
#ifndef WINNOW_EXTRACT_RECORD_HASH_H
#define WINNOW_EXTRACT_RECORD_HASH_H

#include "base/span.h"

enum record_hash_form {
    RECORD_HASH_GOOD,
    RECORD_HASH_MALFORMED, /* no "NAME=", or no digest of the length that NAME has */
    RECORD_HASH_WEAK       /* md5, sha1, sha224 or unknown: "sha256 or better" is the rule */
};

struct record_hash; /* an algorithm; static */

/* Takes a hash column apart. *algorithm is NULL when it is not one that can be computed. */
enum record_hash_form record_hash_parse(struct span column, const struct record_hash **algorithm,
                                        struct span *digest);

/* Whether `digest` is that of `bytes`. */
bool record_hash_matches(const struct record_hash *algorithm, struct span digest,
                         struct span bytes);

#endif
