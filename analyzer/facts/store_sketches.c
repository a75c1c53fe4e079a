/*
 * store_sketches: sketches, many to a row. Each alone would cost a statement and lie somewhere
 * between the artifacts; a pack costs one, and lies in one piece for reports, which read them all.
 *
 * A pack is a run of sketches, each as
 *
 *     u8         kind
 *     u8         count of hashes
 *     16 bytes   signature
 *     u32 each   hashes, little-endian, ascending
 */
#include "base/hash.h"
#include "facts/store_private.h"

#include <endian.h>

static const char reading[] = "read the sketches";

enum { HEAD_BYTES = 2 + SIGNATURE_BYTES };
/* What waits for a pack at most, and for a commit. */
enum { PACK_BYTES = 256 * 1024 };
/* 2 MiB for 90,000 signatures. */
enum { SKETCHED_SLOTS_MAX = 128 * 1024 };
_Static_assert(SKETCH_PAYLOAD_VALUES <= UINT8_MAX && SKETCH_METADATA_VALUES <= UINT8_MAX,
               "a count is one byte");

/* --- writing -------------------------------------------------------------------------------- */

bool sketches_flush(struct store *store) {
    struct buffer *pack = &store->pack;
    if (pack->len == 0)
        return true;
    struct run run = run_statement(store, SQL_SKETCHES_PUT);
    run_blob(&run, pack->at, pack->len);
    bool put = run_once(&run);
    buffer_clear(pack);
    return put;
}

/* The first artifact with a signature brings its sketch; others bring the same. Where that is
 * forgotten, it is stored again, which costs less than an index in the order of signatures. */
static bool put_sketch(struct store *store, enum sketch_kind kind,
                       const struct signature *signature, const struct sketch *sketch) {
    if (sketch->count == 0 || signature_is_zero(signature))
        return true;
    uint64_t hash = hash64(span_of(signature->at, SIGNATURE_BYTES), store->path_seed + kind);
    if (names_find(&store->sketched, hash) != 0)
        return true;
    uint32_t most = sketch_values_max(kind);
    uint32_t count = sketch->count < most ? sketch->count : most;
    struct buffer *pack = &store->pack;
    if (!buffer_reserve(pack, HEAD_BYTES + count * sizeof *sketch->at))
        return false;
    unsigned char *at = pack->at + pack->len;
    at[0] = (unsigned char)kind;
    at[1] = (unsigned char)count;
    memcpy(at + 2, signature->at, SIGNATURE_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = htole32(sketch->at[i]);
        memcpy(at + HEAD_BYTES + i * sizeof value, &value, sizeof value);
    }
    pack->len += HEAD_BYTES + count * sizeof *sketch->at;
    names_add(&store->sketched, hash, 1, SKETCHED_SLOTS_MAX);
    return pack->len < PACK_BYTES || sketches_flush(store);
}

bool sketches_put(struct store *store, const struct artifact_payload *payload) {
    return put_sketch(store, SKETCH_PAYLOAD, &payload->signature, &payload->sketch) &&
           put_sketch(store, SKETCH_METADATA, &payload->metadata_signature,
                      &payload->metadata_sketch);
}

/* --- reading -------------------------------------------------------------------------------- */

/* One sketch out of a pack, in this machine's order of bytes. */
struct taken {
    enum sketch_kind kind;
    struct signature signature;
    struct sketch sketch; /* views hashes */
    uint32_t hashes[SKETCH_PAYLOAD_VALUES];
};

/* Takes the first of `pack`. False when the file must have been damaged. */
static bool take_sketch(struct span *pack, struct taken *taken) {
    const unsigned char *at = pack->at;
    if (pack->len < HEAD_BYTES || at[0] >= SKETCH_KINDS)
        return false;
    taken->kind = (enum sketch_kind)at[0];
    uint32_t count = at[1];
    size_t len = HEAD_BYTES + count * sizeof *taken->hashes;
    if (count > sketch_values_max(taken->kind) || pack->len < len)
        return false;
    memcpy(taken->signature.at, at + 2, SIGNATURE_BYTES);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value;
        memcpy(&value, at + HEAD_BYTES + i * sizeof value, sizeof value);
        taken->hashes[i] = le32toh(value);
        if (i > 0 && taken->hashes[i] <= taken->hashes[i - 1])
            return false;
    }
    taken->sketch = (struct sketch){taken->hashes, count};
    *pack = span_from(*pack, len);
    return true;
}

bool store_each_sketch(struct store *store,
                       bool (*row)(void *context, enum sketch_kind kind,
                                   const struct signature *signature, const struct sketch *sketch),
                       void *context) {
    struct run run = run_statement(store, SQL_SKETCHES);
    advise_jumps(store, false); /* a pack lies in one piece */
    struct taken taken;
    bool wanted = true;
    bool whole = true;
    while (wanted && whole && run_step(&run)) {
        struct span pack = column_text(&run, 0);
        while (wanted && whole && pack.len > 0) {
            whole = take_sketch(&pack, &taken);
            wanted = whole && row(context, taken.kind, &taken.signature, &taken.sketch);
        }
    }
    if (!run_end(&run))
        return store_fail(store, reading);
    return whole || store_fail_damaged(store, reading);
}
