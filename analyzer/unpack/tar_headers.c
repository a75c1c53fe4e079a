/*
 * tar_headers: see tar_headers.h. A state machine that is fed bytes:
 *
 *   block ──> header of a member ─────────────> contents (passed over) ──> block
 *         ├─> extended header ──> its records ──────────────────────────> block
 *         └─> zeros: the end; after it only the search for hidden headers
 *
 * A header that makes no sense ends the reading: what follows is guesswork.
 */
#include "unpack/tar_headers.h"

#include "base/buffer.h"
#include "base/limits.h"
#include "base/text.h"
#include "unpack/tar_layout.h"
#include "unpack/tar_pax.h"

#include <stdlib.h>

enum {
    SPARSE_MORE_AT = 482,     /* in a header of an old GNU sparse file: blocks of its map follow */
    SPARSE_MAP_MORE_AT = 504, /* the same in such a block */
    SPARSE_MAP_PIECES = 21    /* that such a block holds */
};

/* What an extended header may say; libarchive refuses more. */
enum { RECORDS_BYTES_MAX = 1 << 20 };

/* From here on the size does not fit into a header, and has to stand in an extended one. */
static const uint64_t header_size_end = UINT64_C(1) << 33;

enum phase { IN_MEMBERS, AFTER_END, STOPPED };

/* What the extended headers of the member to come said. */
struct announced {
    bool any;
    bool long_name;
    bool long_link;
    bool pax;
    bool conflict;
    struct pax_facts facts;
    struct span name; /* into tar_headers.name */
};

struct tar_headers {
    struct unpack *unpack;
    enum phase phase;
    uint64_t at;   /* offset of the next byte to come */
    uint64_t skip; /* bytes to pass over, behind a sparse map */
    unsigned char block[TAR_BLOCK_BYTES];
    size_t block_len;
    unsigned char records_type; /* of the extended header whose records are read; 0: none */
    uint64_t records_left;
    struct buffer records;
    struct buffer name; /* of the member to come, from an extended header */
    struct announced announced;
    bool begun; /* headers of a member were seen, from begun_at on */
    uint64_t begun_at;
    bool in_sparse_map; /* blocks of an old GNU map are to come */
    uint64_t map_blocks;
    bool maps_in_contents; /* a sparse file of pax format 1.0 was met */
    bool at_sparse_count;  /* the contents to come begin with the number of their pieces */
    uint64_t zero_blocks;
    uint64_t *starts; /* in the arena: where each member begins */
    size_t start_count;
    size_t start_capacity;
    size_t compared;
    bool differs;
    bool refused;
};

struct tar_headers *tar_headers_new(struct unpack *unpack) {
    struct tar_headers *headers = calloc(1, sizeof *headers);
    if (headers != NULL)
        headers->unpack = unpack;
    return headers;
}

void tar_headers_free(struct tar_headers *headers) {
    if (headers == NULL)
        return;
    buffer_free(&headers->records);
    buffer_free(&headers->name);
    free(headers);
}

/* The name is a passing one: the first is copied for the tally. */
static void tally_copy(struct tar_headers *headers, enum unpack_code code, struct span name) {
    struct tallies *tallies = &headers->unpack->tallies;
    struct span copy = SPAN_EMPTY;
    if (tallies->count[code] == 0)
        arena_copy(headers->unpack->artifact->arena, span_slice(name, 0, ANOMALY_DETAIL_BYTES_MAX),
                   &copy);
    tally(tallies, code, copy);
}

/* --- fields of a header --------------------------------------------------------------------- */

/* Octal digits between white space, or base 256 after a byte 80 or FF. False when it is neither,
 * negative, or larger than any file. */
static bool read_number(struct span field, uint64_t *value) {
    *value = 0;
    if (field.at[0] == 0xff)
        return false;
    bool binary = field.at[0] == 0x80;
    struct span digits = binary ? span_from(field, 1) : span_trim(tar_text(field));
    const unsigned shift = binary ? 8 : 3;
    for (size_t i = 0; i < digits.len; i++) {
        unsigned digit = binary ? digits.at[i] : (unsigned)digits.at[i] - '0';
        if (digit >= 1U << shift || *value >> (62 - shift) != 0)
            return false;
        *value = *value << shift | digit;
    }
    return true;
}

/* Whether all numbers but the size are numbers; they may be negative. */
static bool numbers_parse(struct span block) {
    static const struct {
        size_t at;
        size_t len;
    } fields[] = {{100, 8}, {108, 8}, {116, 8}, {136, 12}, {329, 8}, {337, 8}};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        struct span field = span_slice(block, fields[i].at, fields[i].at + fields[i].len);
        uint64_t ignored;
        if (field.at[0] != 0x80 && field.at[0] != 0xff && !read_number(field, &ignored))
            return false;
    }
    return true;
}

/* A prefix where only some parsers look for one: GNU tar keeps times there. */
static bool has_doubtful_prefix(struct span block) {
    return block.at[TAR_PREFIX_AT] != 0 && block.at[TAR_TYPE_AT] != 'S' &&
           memcmp(block.at + TAR_MAGIC_AT, "ustar", 6) != 0;
}

static struct span name_field(struct span block) {
    return tar_text(span_slice(block, 0, TAR_NAME_BYTES));
}

/* --- extended headers ----------------------------------------------------------------------- */

static void begin_records(struct tar_headers *headers, unsigned char type, uint64_t size) {
    if (size > RECORDS_BYTES_MAX) {
        headers->phase = STOPPED;
        return;
    }
    buffer_clear(&headers->records);
    headers->records_type = type;
    headers->records_left = size;
}

static void set_name(struct tar_headers *headers, struct span name) {
    buffer_clear(&headers->name);
    buffer_add(&headers->name, span_slice(name, 0, MEMBER_NAME_BYTES_MAX));
    headers->announced.name = buffer_span(&headers->name);
}

/* Not for libarchive: it would take too long, or too much memory. `what` has the count in it. */
__attribute__((format(printf, 4, 0))) static void
refuse_above(struct tar_headers *headers, uint64_t max, uint64_t count, const char *what) {
    if (count <= max)
        return;
    headers->phase = STOPPED;
    headers->refused = true;
    artifact_fail(headers->unpack->artifact, STATUS_OVER_LIMIT, what, (unsigned long long)count);
}

static void check_acl(struct tar_headers *headers, uint64_t bytes) {
    refuse_above(headers, TAR_ACL_BYTES_MAX, bytes, "tar: an access control list of %llu bytes");
}

static void check_sparse_map(struct tar_headers *headers, uint64_t pieces) {
    refuse_above(headers, TAR_SPARSE_PIECES_MAX, pieces, "tar: a sparse file of %llu pieces");
}

static void take_pax(struct tar_headers *headers, struct span records) {
    struct announced *announced = &headers->announced;
    struct pax_facts facts = pax_read(records);
    announced->conflict |= announced->pax || facts.repeated ||
                           (facts.has_path && announced->long_name) ||
                           (facts.has_linkpath && announced->long_link);
    check_acl(headers, facts.acl_bytes);
    facts.malformed |= announced->facts.malformed;
    facts.sparse |= announced->facts.sparse;
    headers->maps_in_contents |= facts.map_in_contents;
    announced->pax = announced->any = true;
    announced->facts = facts;
    if (facts.has_path)
        set_name(headers, facts.path);
}

/* Names and sizes for all members to come: some parsers obey, others do not. */
static void take_global(struct tar_headers *headers, struct span records) {
    struct pax_facts facts = pax_read(records);
    headers->announced.facts.malformed |= facts.malformed;
    headers->announced.any = true;
    headers->announced.conflict |=
        facts.has_path || facts.has_linkpath || facts.has_size || facts.sparse;
}

static void take_long_name(struct tar_headers *headers, struct span text, bool of_link) {
    struct announced *announced = &headers->announced;
    bool *seen = of_link ? &announced->long_link : &announced->long_name;
    bool pax_too = of_link ? announced->facts.has_linkpath : announced->facts.has_path;
    announced->conflict |= *seen || pax_too;
    *seen = announced->any = true;
    struct span name = tar_text(text);
    if (!all_zero(span_from(text, name.len)))
        announced->conflict = true; /* cut at its NUL, or not */
    if (!of_link)
        set_name(headers, name);
}

static void end_records(struct tar_headers *headers) {
    struct span records = buffer_span(&headers->records);
    headers->skip = (TAR_BLOCK_BYTES - records.len % TAR_BLOCK_BYTES) % TAR_BLOCK_BYTES;
    if (headers->records.failed)
        headers->phase = STOPPED;
    else if (headers->records_type == 'g')
        take_global(headers, records);
    else if (headers->records_type == 'L' || headers->records_type == 'K')
        take_long_name(headers, records, headers->records_type == 'K');
    else
        take_pax(headers, records);
    headers->records_type = 0;
}

/* --- members -------------------------------------------------------------------------------- */

static bool has_no_contents(struct span block) {
    unsigned char type = block.at[TAR_TYPE_AT];
    struct span name = name_field(block);
    return (type >= '1' && type <= '6') || (type == 0 && span_ends(name, "/"));
}

static void tally_announced(struct tar_headers *headers, struct span name) {
    const struct announced *announced = &headers->announced;
    if (announced->conflict)
        tally_copy(headers, CODE_TAR_HEADER_CONFLICT, name);
    if (announced->facts.malformed)
        tally_copy(headers, CODE_TAR_PAX_MALFORMED, name);
    headers->announced = (struct announced){0};
    headers->begun = false;
}

static void take_member(struct tar_headers *headers, struct span block, uint64_t size) {
    const struct pax_facts *facts = &headers->announced.facts;
    struct span name = headers->announced.name;
    if (name.len == 0)
        name = name_field(block);
    bool empty = has_no_contents(block);
    uint64_t stated = facts->has_size ? facts->size : size;
    if ((stated != size && stated < header_size_end) || (empty && (size > 0 || stated > 0)))
        tally_copy(headers, CODE_TAR_SIZE_CONFLICT, name);
    if (block.at[TAR_TYPE_AT] == 'S' || facts->sparse)
        tally_copy(headers, CODE_TAR_SPARSE, name);
    headers->in_sparse_map = block.at[TAR_TYPE_AT] == 'S' && block.at[SPARSE_MORE_AT] != 0;
    headers->map_blocks = 0;
    if (stated > INT64_MAX - TAR_BLOCK_BYTES)
        headers->phase = STOPPED;
    else if (!empty)
        headers->skip = (stated + TAR_BLOCK_BYTES - 1) / TAR_BLOCK_BYTES * TAR_BLOCK_BYTES;
    headers->at_sparse_count = headers->maps_in_contents && facts->sparse && headers->skip > 0;
    uint64_t *start = arena_push(headers->unpack->artifact->arena, (void **)&headers->starts,
                                 &headers->start_count, &headers->start_capacity, sizeof *start);
    if (start == NULL)
        headers->phase = STOPPED;
    else
        *start = headers->begun_at;
    /* libarchive's own count ends the list; this one ends labels and such, which it passes over. */
    refuse_above(headers, UINT64_C(2) * ARCHIVE_MEMBERS_MAX, headers->start_count,
                 "tar: %llu members or more");
    tally_announced(headers, name);
}

static void take_header(struct tar_headers *headers, struct span block, uint64_t at) {
    enum tar_sum sum = tar_header_sum(block);
    if (sum == TAR_SUM_WRONG) {
        headers->phase = STOPPED;
        return;
    }
    if (!headers->begun)
        headers->begun_at = at;
    headers->begun = true;
    uint64_t size;
    bool has_size =
        read_number(span_slice(block, TAR_SIZE_AT, TAR_SIZE_AT + TAR_SIZE_BYTES), &size);
    if (!has_size || !numbers_parse(block) || sum == TAR_SUM_SIGNED || has_doubtful_prefix(block))
        tally_copy(headers, CODE_TAR_FIELD, name_field(block));
    unsigned char type = block.at[TAR_TYPE_AT];
    if (has_size && type == 'A') /* Solaris keeps one in the contents */
        check_acl(headers, size);
    if (!has_size)
        headers->phase = STOPPED;
    else if (type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K')
        begin_records(headers, type, size);
    else
        take_member(headers, block, size);
}

static void end_members(struct tar_headers *headers) {
    if (headers->announced.any)
        headers->announced.conflict = true; /* for nobody */
    tally_announced(headers, headers->announced.name);
}

/* A block that is part of a sparse file: the map, or what begins with it. */
static void take_map_block(struct tar_headers *headers, struct span block) {
    if (headers->in_sparse_map) {
        headers->in_sparse_map = block.at[SPARSE_MAP_MORE_AT] != 0;
        check_sparse_map(headers, ++headers->map_blocks * SPARSE_MAP_PIECES);
        return;
    }
    headers->at_sparse_count = false;
    headers->skip -= TAR_BLOCK_BYTES;
    check_sparse_map(headers, pax_sparse_pieces(block));
}

static void take_block(struct tar_headers *headers, struct span block, uint64_t at) {
    bool zero = all_zero(block);
    if (headers->in_sparse_map || headers->at_sparse_count) {
        take_map_block(headers, block);
    } else if (zero) {
        headers->zero_blocks++;
        if (headers->phase == IN_MEMBERS)
            end_members(headers);
        headers->phase = AFTER_END;
    } else if (headers->phase == IN_MEMBERS) {
        take_header(headers, block, at);
    } else if (tar_header_sum(block) != TAR_SUM_WRONG) {
        tally_copy(headers, CODE_TAR_HIDDEN_MEMBER, name_field(block));
        headers->phase = STOPPED;
    }
}

/* --- the stream ----------------------------------------------------------------------------- */

static size_t at_most(uint64_t bytes, size_t len) {
    return bytes < len ? (size_t)bytes : len;
}

/* How many of the bytes were used; not 0. */
static size_t feed_some(struct tar_headers *headers, struct span bytes) {
    if (headers->skip > 0 && !headers->in_sparse_map && !headers->at_sparse_count) {
        size_t used = at_most(headers->skip, bytes.len);
        headers->skip -= used;
        return used;
    }
    if (headers->records_type != 0 && headers->records_left > 0) {
        size_t used = at_most(headers->records_left, bytes.len);
        buffer_add(&headers->records, span_slice(bytes, 0, used));
        headers->records_left -= used;
        return used;
    }
    if (headers->block_len == 0 && bytes.len >= TAR_BLOCK_BYTES) {
        take_block(headers, span_slice(bytes, 0, TAR_BLOCK_BYTES), headers->at);
        return TAR_BLOCK_BYTES;
    }
    size_t used = at_most(TAR_BLOCK_BYTES - headers->block_len, bytes.len);
    memcpy(headers->block + headers->block_len, bytes.at, used);
    headers->block_len += used;
    if (headers->block_len == TAR_BLOCK_BYTES) {
        headers->block_len = 0;
        take_block(headers, span_of(headers->block, TAR_BLOCK_BYTES),
                   headers->at + used - TAR_BLOCK_BYTES);
    }
    return used;
}

enum outcome tar_headers_feed(struct tar_headers *headers, struct span bytes) {
    while (bytes.len > 0 && headers->phase != STOPPED) {
        size_t used = feed_some(headers, bytes);
        bytes = span_from(bytes, used);
        headers->at += used;
        if (headers->records_type != 0 && headers->records_left == 0)
            end_records(headers);
    }
    return headers->refused ? SKIP_ARTIFACT : OUTCOME_OK;
}

/* --- the other reading ---------------------------------------------------------------------- */

void tar_headers_compare(struct tar_headers *headers, uint64_t at, struct span name) {
    size_t i = headers->compared++;
    if (headers->differs || (i < headers->start_count && headers->starts[i] == at))
        return;
    headers->differs = true;
    tally_copy(headers, CODE_TAR_TWO_READINGS, name);
}

void tar_headers_end(struct tar_headers *headers, bool whole) {
    if (headers->phase == IN_MEMBERS)
        end_members(headers);
    if (!whole)
        return;
    if (headers->phase == AFTER_END && headers->zero_blocks == 1)
        unpack_note(headers->unpack->artifact, CODE_TAR_NO_END, SPAN_EMPTY);
    if (!headers->differs && headers->compared < headers->start_count)
        unpack_notef(headers->unpack->artifact, CODE_TAR_TWO_READINGS, "%zu members or %zu",
                     headers->compared, headers->start_count);
}
