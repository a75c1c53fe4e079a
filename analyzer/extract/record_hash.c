/* record_hash: see record_hash.h. */
#include "extract/record_hash.h"

#include "base/text.h"

#include <blake2.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

enum { DIGEST_BYTES_MAX = 64, CONTEXT_BYTES_MAX = 512 };

struct record_hash {
    const char *name;
    size_t digest_bytes;
    bool weak;
    const struct nettle_hash *nettle; /* NULL: BLAKE2, which libb2 has */
};

static const struct record_hash algorithms[] = {
    {"sha256", 32, false, &nettle_sha256},
    {"sha384", 48, false, &nettle_sha384},
    {"sha512", 64, false, &nettle_sha512},
    {"sha3_256", 32, false, &nettle_sha3_256},
    {"sha3_384", 48, false, &nettle_sha3_384},
    {"sha3_512", 64, false, &nettle_sha3_512},
    {"blake2b", 64, false, NULL},
    {"blake2s", 32, false, NULL},
    {"md5", 16, true, &nettle_md5},
    {"sha1", 20, true, &nettle_sha1},
    {"sha224", 28, true, &nettle_sha224},
};

static bool is_base64(struct span digest) {
    static const bool letters[256] = {['A' ... 'Z'] = true,
                                      ['a' ... 'z'] = true,
                                      ['0' ... '9'] = true,
                                      ['-'] = true,
                                      ['_'] = true};
    bool all = true;
    for (size_t i = 0; i < digest.len; i++)
        all &= letters[digest.at[i]];
    return all;
}

/* Characters of base64 that `bytes` bytes take, without padding. */
static size_t base64_length(size_t bytes) {
    return (bytes * 4 + 2) / 3;
}

enum record_hash_form record_hash_parse(struct span column, const struct record_hash **algorithm,
                                        struct span *digest) {
    size_t equals = span_find(column, '=');
    struct span name = span_slice(column, 0, equals);
    *algorithm = NULL;
    *digest = span_from(column, equals + 1);
    if (equals == column.len || name.len == 0)
        return RECORD_HASH_MALFORMED;
    size_t i = 0;
    while (i < sizeof algorithms / sizeof *algorithms && !span_is_nocase(name, algorithms[i].name))
        i++;
    if (i == sizeof algorithms / sizeof *algorithms)
        return RECORD_HASH_WEAK;
    if (digest->len != base64_length(algorithms[i].digest_bytes) || !is_base64(*digest))
        return RECORD_HASH_MALFORMED;
    *algorithm = &algorithms[i];
    return algorithms[i].weak ? RECORD_HASH_WEAK : RECORD_HASH_GOOD;
}

static void compute(const struct record_hash *algorithm, struct span bytes, unsigned char *digest) {
    const unsigned char *at = bytes.at != NULL ? bytes.at : (const unsigned char *)"";
    if (algorithm->nettle == NULL) {
        if (algorithm->digest_bytes == BLAKE2B_OUTBYTES)
            blake2b(digest, at, NULL, BLAKE2B_OUTBYTES, bytes.len, 0);
        else
            blake2s(digest, at, NULL, BLAKE2S_OUTBYTES, bytes.len, 0);
        return;
    }
    _Alignas(max_align_t) unsigned char context[CONTEXT_BYTES_MAX];
    algorithm->nettle->init(context);
    algorithm->nettle->update(context, bytes.len, at);
    algorithm->nettle->digest(context, algorithm->digest_bytes, digest);
}

_Static_assert(sizeof(struct sha512_ctx) <= CONTEXT_BYTES_MAX, "the largest context has room");

bool record_hash_matches(const struct record_hash *algorithm, struct span digest,
                         struct span bytes) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned char computed[DIGEST_BYTES_MAX + 2] = {0}; /* zeros behind: the last bits */
    compute(algorithm, bytes, computed);
    for (size_t i = 0; i < digest.len; i++) {
        size_t bit = i * 6;
        unsigned pair = (unsigned)computed[bit / 8] << 8 | computed[bit / 8 + 1];
        if (digest.at[i] != (unsigned char)letters[pair >> (10 - bit % 8) & 63])
            return false;
    }
    return true;
}
