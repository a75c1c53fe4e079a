/* zip_checks: see zip_checks.h. Records here; the layout in zip_layout.c. */
#include "unpack/zip_checks.h"

#include "base/text.h"

enum { CREATOR_UNIX = 3, CREATOR_DARWIN = 19 };

/* Version 6.3 of the format: the last one that zipfile opens an archive for. */
enum { VERSION_MAX = 63 };

/* Attributes: of DOS in the low byte, a Unix mode in the high half. */
enum { DOS_DIRECTORY = 0x10, MODE_TYPE = 0170000, MODE_LINK = 0120000, MODE_DIRECTORY = 0040000 };

/* A Unicode Path field (APPNOTE 4.6.9): version 1, CRC of the plain name, the name in UTF-8. */
static void check_unicode_path(struct unpack *unpack, struct span name, struct span data) {
    enum { FIXED_BYTES = 5 };
    struct tallies *tallies = &unpack->tallies;
    if (data.len < FIXED_BYTES || data.at[0] != 1) {
        tally(tallies, CODE_ZIP_EXTRA_LENGTH, name);
        return;
    }
    uint32_t crc = crc32_add(0, name);
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

/* Names say what is a directory, to zipfile and to us; others go by attributes. */
static void check_kind(struct tallies *tallies, const struct zip_record *record) {
    uint32_t type = is_unix(record) ? record->attributes >> 16 & MODE_TYPE : 0;
    if (type == MODE_LINK)
        tally(tallies, CODE_ZIP_SYMLINK, record->name);
    bool named = record->name.len > 0 && record->name.at[record->name.len - 1] == '/';
    bool marked = type == MODE_DIRECTORY || (record->attributes & DOS_DIRECTORY) != 0;
    if (named && record->size > 0)
        tally(tallies, CODE_ZIP_DIRECTORY_DATA, record->name);
    if (!named && marked)
        tally(tallies, CODE_ZIP_DIRECTORY_MARK, record->name);
}

static void check_name(struct tallies *tallies, const struct zip_record *record) {
    bool ascii = true;
    for (size_t i = 0; i < record->name.len && ascii; i++)
        ascii = record->name.at[i] < 0x80;
    if (!ascii && (record->flags & ZIP_FLAG_UTF8) == 0 && utf8_is_valid(record->name))
        tally(tallies, CODE_ZIP_NAME_UNMARKED, record->name);
}

void zip_check_record(struct unpack *unpack, const struct zip_record *record) {
    struct tallies *tallies = &unpack->tallies;
    const uint16_t hidden = ZIP_FLAG_ENCRYPTED | ZIP_FLAG_STRONG_ENCRYPTION | ZIP_FLAG_MASKED;
    if ((record->flags & hidden) != 0)
        tally(tallies, CODE_ZIP_ENCRYPTED, record->name);
    if ((record->flags & ZIP_FLAG_DESCRIPTOR) != 0)
        tally(tallies, CODE_ZIP_DATA_DESCRIPTOR, record->name);
    if ((record->method != ZIP_METHOD_STORED && record->method != ZIP_METHOD_DEFLATE) ||
        (record->flags & ZIP_FLAG_PATCH) != 0)
        tally(tallies, CODE_ZIP_METHOD, record->name);
    if ((record->version & 0xff) > VERSION_MAX)
        tally(tallies, CODE_ZIP_VERSION, record->name);
    if (record->disk != 0)
        tally(tallies, CODE_ZIP_MULTI_DISK, record->name);
    if (record->comment.len > 0)
        tally(tallies, CODE_ZIP_MEMBER_COMMENT, record->name);
    check_kind(tallies, record);
    check_name(tallies, record);
    check_zip64_length(unpack, record);
    if (!zip_size_is_possible(record))
        tally(tallies, CODE_ZIP_SIZE, record->name);
    if (record->extra.len > 0)
        zip_check_extra(unpack, record->name, record->extra);
}
