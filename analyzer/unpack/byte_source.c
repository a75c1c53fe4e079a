/* byte_source: see byte_source.h. The plain file, and libarchive's filters with its raw reader. */
#include "unpack/byte_source.h"

#include "base/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>

/* Bytes of the file at a time. */
enum { PIECE_BYTES = 128 * 1024 };

struct file_source {
    struct unpack *unpack;
    uint64_t at;
    bool charged;
    unsigned char bytes[PIECE_BYTES];
};

static enum outcome next_of_file(struct file_source *file, struct span *piece) {
    struct unpack *unpack = file->unpack;
    *piece = SPAN_EMPTY;
    uint64_t left = unpack->size - file->at;
    if (left == 0)
        return OUTCOME_OK;
    if (unpack->tail.len == unpack->size) { /* all of it is at hand */
        *piece = span_from(unpack->tail, (size_t)file->at);
        file->at = unpack->size;
        return OUTCOME_OK;
    }
    size_t bytes = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
    enum outcome outcome = unpack_read(unpack, file->at, file->bytes, bytes);
    if (outcome == OUTCOME_OK)
        *piece = span_of(file->bytes, bytes);
    file->at += bytes;
    return outcome;
}

static enum outcome file_source_next(void *state, struct span *piece) {
    struct file_source *file = state;
    enum outcome outcome = next_of_file(file, piece);
    if (outcome != OUTCOME_OK || !file->charged)
        return outcome;
    return budget_spend(&file->unpack->budget, piece->len);
}

static struct file_source *file_new(struct unpack *unpack, bool charged) {
    struct file_source *file = malloc(sizeof *file);
    if (file != NULL) {
        file->unpack = unpack;
        file->at = 0;
        file->charged = charged;
    }
    return file;
}

bool file_source_open(struct unpack *unpack, bool charged, struct byte_source *source) {
    struct file_source *file = file_new(unpack, charged);
    *source = (struct byte_source){file, file_source_next, free};
    return file != NULL;
}

/* --- one filter of libarchive --------------------------------------------------------------- */

struct filter_source {
    struct file_source *file;
    struct archive *raw; /* libarchive's */
    const char *name;
    int code; /* libarchive's, of the filter */
    bool begun;
};

static la_ssize_t read_packed(struct archive *raw, void *context, const void **bytes) {
    struct filter_source *filter = context;
    struct span piece = SPAN_EMPTY;
    if (next_of_file(filter->file, &piece) != OUTCOME_OK) {
        archive_set_error(raw, EIO, "cannot read");
        return -1;
    }
    *bytes = piece.at;
    return (la_ssize_t)piece.len;
}

static enum outcome filter_damage(struct filter_source *filter) {
    if (archive_errno(filter->raw) == ENOMEM)
        return unpack_out_of_memory(filter->file->unpack);
    /* Without a first byte the raw reader only says that it knows no such format. */
    const char *why = filter->begun ? archive_error_string(filter->raw)
                                    : "holds nothing, or its start is damaged";
    return artifact_fail(filter->file->unpack->artifact, STATUS_DAMAGED, "%s: %.200s", filter->name,
                         why != NULL ? why : "damaged");
}

/* libarchive's bzip2 leaves alone what is no further stream; xz and zstd take it for damage. */
static enum outcome note_unused(struct filter_source *filter) {
    struct unpack *unpack = filter->file->unpack;
    la_int64_t used = archive_filter_bytes(filter->raw, -1);
    struct file_source *file = filter->file;
    file->at = used > 0 ? (uint64_t)used : 0;
    struct span rest = SPAN_EMPTY;
    enum outcome outcome;
    do
        outcome = next_of_file(file, &rest);
    while (outcome == OUTCOME_OK && rest.len > 0 && all_zero(rest));
    if (rest.len > 0)
        unpack_notef(unpack->artifact, CODE_BZIP2_TRAILING_DATA, "from byte %lld", (long long)used);
    return outcome;
}

static enum outcome filter_source_next(void *state, struct span *piece) {
    struct filter_source *filter = state;
    struct unpack *unpack = filter->file->unpack;
    *piece = SPAN_EMPTY;
    if (!filter->begun) {
        struct archive_entry *entry;
        if (archive_read_open(filter->raw, filter, NULL, read_packed, NULL) != ARCHIVE_OK ||
            archive_read_next_header(filter->raw, &entry) < ARCHIVE_WARN)
            return filter_damage(filter);
        filter->begun = true;
    }
    const void *at;
    size_t len;
    la_int64_t offset;
    int code = archive_read_data_block(filter->raw, &at, &len, &offset);
    if (code == ARCHIVE_EOF)
        return filter->code == ARCHIVE_FILTER_BZIP2 ? note_unused(filter) : OUTCOME_OK;
    if (code < ARCHIVE_WARN)
        return filter_damage(filter);
    *piece = span_of(at, len);
    return budget_spend(&unpack->budget, len);
}

static void filter_source_close(void *state) {
    struct filter_source *filter = state;
    archive_read_free(filter->raw);
    free(filter->file);
    free(filter);
}

struct filter_row {
    enum container container;
    int code;
    const char *name;
};

static const struct filter_row filters[] = {
    {CONTAINER_TAR_BZIP2, ARCHIVE_FILTER_BZIP2, "bzip2"},
    {CONTAINER_TAR_XZ, ARCHIVE_FILTER_XZ, "xz"},
    {CONTAINER_TAR_ZSTD, ARCHIVE_FILTER_ZSTD, "zstd"},
};

/* One filter, named by us: libarchive's own bidding would stack as many as the bytes ask for, and
 * some of them start programs. */
static bool filter_begin(struct filter_source *filter, const struct filter_row *row) {
    filter->raw = archive_read_new();
    return filter->raw != NULL &&
           archive_read_append_filter(filter->raw, row->code) == ARCHIVE_OK &&
           archive_read_support_format_raw(filter->raw) == ARCHIVE_OK;
}

bool filter_source_open(struct unpack *unpack, enum container container,
                        struct byte_source *source) {
    const struct filter_row *row = filters;
    while (row->container != container)
        row++;
    struct filter_source *filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return false;
    filter->name = row->name;
    filter->code = row->code;
    filter->file = file_new(unpack, false);
    if (filter->file == NULL || !filter_begin(filter, row)) {
        filter_source_close(filter);
        return false;
    }
    *source = (struct byte_source){filter, filter_source_next, filter_source_close};
    return true;
}
