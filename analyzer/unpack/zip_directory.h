/*
 * zip_directory: the central directory of a ZIP (APPNOTE 6.3.10, sections
 * 4.3.12 to 4.3.16), found from the file's end as Python's zipfile finds it, with
 * ZIP64, a comment, and data before the archive. Claims are checked against
 * the file before anything is read or allocated.
 */
#ifndef WINNOW_UNPACK_ZIP_DIRECTORY_H
#define WINNOW_UNPACK_ZIP_DIRECTORY_H

#include "unpack/unpack.h"

/* Sizes of the fixed parts of records, bytes. */
enum {
    ZIP_LOCAL_BYTES = 30,
    ZIP_CENTRAL_BYTES = 46,
    ZIP_END_BYTES = 22,
    ZIP_LOCATOR_BYTES = 20,
    ZIP_END64_BYTES = 56
};

/* Bits of the general purpose flags. */
enum {
    ZIP_FLAG_ENCRYPTED = 0x0001,
    ZIP_FLAG_DESCRIPTOR = 0x0008,
    ZIP_FLAG_PATCH = 0x0020,
    ZIP_FLAG_STRONG_ENCRYPTION = 0x0040,
    ZIP_FLAG_UTF8 = 0x0800,
    ZIP_FLAG_MASKED = 0x2000
};

enum { ZIP_METHOD_STORED = 0, ZIP_METHOD_DEFLATE = 8 };
enum { ZIP_EXTRA_ZIP64 = 0x0001, ZIP_EXTRA_UNICODE_PATH = 0x7075 };

struct zip_directory {
    struct span records; /* the directory itself */
    uint64_t at;         /* its offset in the file */
    uint64_t shift;      /* add it to every stated offset: bytes before the archive */
    uint64_t claimed_count;
    uint64_t end_at; /* offset of the end record (ZIP64's when there is one) */
};

struct zip_record {
    struct span name;
    struct span extra;
    struct span comment;
    uint64_t size;
    uint64_t packed_size;
    uint64_t offset; /* of the local header, without the shift */
    uint32_t crc32;
    uint32_t attributes;
    uint32_t time; /* and date, as DOS keeps them */
    uint32_t disk;
    uint16_t made_by;
    uint16_t version; /* needed to read it: 20 is 2.0 */
    uint16_t flags;
    uint16_t method;
    bool zip64_short;    /* a size stands in a ZIP64 field that lacks it */
    bool zip64_long;     /* a ZIP64 field has more than the record leaves to it */
    bool zip64_unused;   /* a ZIP64 field stands there, and nothing is left to it */
    bool zip64_conflict; /* of an own header: two packed sizes, which differ */
    size_t next;         /* where the next record starts */
};

/* Whether the file has an end record where one may be: a ZIP, whatever its head looks like. Reads
 * the tail. */
bool zip_has_end(struct unpack *unpack);

/* Finds and reads the directory. What is odd is noted; SKIP_ARTIFACT after the artifact failed. */
enum outcome zip_directory_read(struct unpack *unpack, struct zip_directory *directory);

/* The record at offset `at` of the directory. False when there is no whole record. */
bool zip_record_at(struct span records, size_t at, struct zip_record *record);

/*
 * Cuts the next field off a list of extra fields. False at the end; what is
 * left in *rest then does not parse.
 */
bool zip_next_extra(struct span *rest, uint16_t *id, struct span *data);

/* What kind of record starts the bytes, when it is none of member, directory and end: a split mark,
 * a data descriptor, archive extra data, a signature. NULL otherwise. */
const char *zip_other_record(struct span bytes);

/* Whether the stated size can come out of the packed bytes: never more than 1,032 times (a deflate
 * code of two bits gives at most 258 bytes), never more at all when stored. True for other methods.
 */
bool zip_size_is_possible(const struct zip_record *record);

/* Whether `method` and `flags` are ones we can read. */
bool zip_is_readable(const struct zip_record *record);

static inline uint16_t zip_u16(const unsigned char *at) {
    return (uint16_t)(at[0] | at[1] << 8);
}
static inline uint32_t zip_u32(const unsigned char *at) {
    return (uint32_t)zip_u16(at) | (uint32_t)zip_u16(at + 2) << 16;
}
static inline uint64_t zip_u64(const unsigned char *at) {
    return (uint64_t)zip_u32(at) | (uint64_t)zip_u32(at + 4) << 32;
}

#endif
