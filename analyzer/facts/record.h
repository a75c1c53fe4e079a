/*
 * record: the wire format between examiner and keeper. The examiner has read
 * hostile bytes and may have been taken over, so the keeper trusts nothing that comes
 * through the pipe: every length, enum and count is checked on arrival, and
 * a record that fails is worth no more than a dead examiner.
 *
 * A record on the wire:
 *
 *     u32 little-endian   bytes of body (at most RECORD_BYTES_MAX)
 *     u8                  type
 *     body                numbers little-endian of fixed width; texts as u32 length and bytes
 *
 * Only what facts/store keeps travels: not the description, license, maintainer, raw address
 * fields, project urls, field names and layout. Of requires_dist only the count travels: after
 * decoding, requires_dist.count is right and requires_dist.at is NULL.
 */
#ifndef WINNOW_FACTS_RECORD_H
#define WINNOW_FACTS_RECORD_H

#include "artifact.h"
#include "base/limits.h"
#include "mirror/index.h"
#include "mirror/walk.h"

enum record_type {
    RECORD_ARTIFACT = 1, /* key, artifact */
    RECORD_PAGE_BEGIN,   /* page_path, project */
    RECORD_PAGE_FILE,    /* page_path, project, file, on_disk */
    RECORD_PAGE_OWNER,   /* page_path, project, user */
    RECORD_PAGE_END,     /* page_path, key */
    RECORD_COUNTS,       /* counts */
    RECORD_FOUND,        /* found: a file to be examined, from an examiner that only walks */
    RECORD_DONE          /* nothing: the examiner has finished all of its work */
};

/* Bytes before the body. */
#define RECORD_HEADER_BYTES 5U

/* Which members count is said beside each type; the others are zero after decoding and ignored by
 * encoding. */
struct record {
    enum record_type type;
    uint64_t key; /* of (path, size, mtime), see seen_key */
    struct artifact artifact;
    struct span page_path;
    struct span project;
    struct span user;
    struct index_file file;
    bool on_disk;
    struct walk_counts counts;
    struct found found;
};

/*
 * Appends one record to `out`. False when memory is out or the body would exceed RECORD_BYTES_MAX;
 * `out` then holds what it held before, and the caller may send a smaller record instead (the
 * artifact's file and a status, without its lists).
 */
bool record_encode(struct buffer *out, const struct record *record);

/*
 * Bytes of the first record in `bytes`, header and body: 0 when the header is not complete yet;
 * SIZE_MAX when it is impossible (length above RECORD_BYTES_MAX, unknown type). The body may not
 * have arrived yet: compare with bytes.len.
 */
size_t record_length(struct span bytes);

/*
 * Reads the record that fills `bytes` exactly (cut with record_length). Spans view `bytes`, lists
 * live in `arena`. False on anything wrong: *problem then says what, as static text.
 */
bool record_decode(struct arena *arena, struct span bytes, struct record *record,
                   const char **problem);

#endif
