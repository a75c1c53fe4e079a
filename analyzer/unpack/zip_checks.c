/* zip_checks: see zip_checks.h. Records here; the layout in zip_layout.c. */
#include "unpack/zip_checks.h"

#include <libdeflate.h>

enum { CREATOR_UNIX = 3, CREATOR_DARWIN = 19 };

/* A Unicode Path field (APPNOTE 4.6.9): version 1, CRC of the plain name, the name in UTF-8. */
static void check_unicode_path(struct unpack *unpack, struct span name, struct span data) {
    enum { FIXED_BYTES = 5 };
    struct tallies *tallies = &unpack->tallies;
    if (data.len < FIXED_BYTES || data.at[0] != 1) {
        tally(tallies, CODE_ZIP_EXTRA_LENGTH, name);
        return;
    }
    uint32_t crc = libdeflate_crc32(libdeflate_crc32(0, NULL, 0), name.at, name.len);
    if (crc != zip_u32(data.at + 1) || !span_equal(span_from(data, FIXED_BYTES), name))
        tally(tallies, CODE_ZIP_UNICODE_PATH, name);
}

void zip_check_extra(struct unpack *unpack, struct span name, struct span extra) {
    struct tallies *tallies = &unpack->tallies;
    bool has_zip64 = false;
    bool has_unicode = false;
    struct span data = SPAN_EMPTY;
    uint16_t id;
    while (zip_next_extra(&extra, &id, &data)) {
        if (id == ZIP_EXTRA_ZIP64) {
            if (has_zip64)
                tally(tallies, CODE_ZIP_EXTRA_DUPLICATE, name);
            /* Up to three 8-byte values and a 4-byte disk number. */
            if (data.len > 28 || (data.len % 8 != 0 && data.len != 28))
                tally(tallies, CODE_ZIP_EXTRA_LENGTH, name);
            has_zip64 = true;
        } else if (id == ZIP_EXTRA_UNICODE_PATH) {
            if (has_unicode)
                tally(tallies, CODE_ZIP_EXTRA_DUPLICATE, name);
            check_unicode_path(unpack, name, data);
            has_unicode = true;
        }
    }
    if (extra.len > 0)
        tally(tallies, CODE_ZIP_EXTRA_MALFORMED, name);
}

static bool is_unix(const struct zip_record *record) {
    unsigned creator = record->made_by >> 8;
    return creator == CREATOR_UNIX || creator == CREATOR_DARWIN;
}

/* The ZIP64 field must hold exactly the values that the record leaves to it. */
static void check_zip64_length(struct unpack *unpack, const struct zip_record *record) {
    if (record->zip64_short || record->zip64_long)
        tally(&unpack->tallies, CODE_ZIP_EXTRA_LENGTH, record->name);
    if (record->zip64_unused)
        tally(&unpack->tallies, CODE_ZIP_EXTRA_UNUSED, record->name);
    if (record->zip64_short)
        artifact_fail(unpack->artifact, STATUS_DAMAGED,
                      "zip: a member's sizes are missing from its ZIP64 field");
}

void zip_check_record(struct unpack *unpack, const struct zip_record *record) {
    struct tallies *tallies = &unpack->tallies;
    const uint16_t hidden = ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG_ENCRYPTION | ZIP_FLAG_MASKED;
    if ((record->flags & hidden) != 0)
        tally(tallies, CODE_ZIP_ENCRYPTED, record->name);
    if ((record->flags & ZIP_FLAG_DESCRIPTOR) != 0)
        tally(tallies, CODE_ZIP_DATA_DESCRIPTOR, record->name);
    if (record->method != ZIP_METHOD_STORED && record->method != ZIP_METHOD_DEFLATE)
        tally(tallies, CODE_ZIP_METHOD, record->name);
    if (record->comment.len > 0)
        tally(tallies, CODE_ZIP_MEMBER_COMMENT, record->name);
    if (is_unix(record) && (record->attributes >> 16 & 0170000) == 0120000)
        tally(tallies, CODE_ZIP_SYMLINK, record->name);
    check_zip64_length(unpack, record);
    if (!zip_size_is_possible(record))
        tally(tallies, CODE_ZIP_SIZE, record->name);
    if (record->extra.len > 0)
        zip_check_extra(unpack, record->name, record->extra);
}
