/* magic: see magic.h. */
#include "unpack/magic.h"

#include "base/text.h"

struct signature_row {
    size_t at;
    const char *bytes;
    size_t len;
    enum container container;
    const char *words;
};

#define ROW(at, literal, container, words)                                                         \
    { at, literal, sizeof(literal) - 1, container, words }

static const struct signature_row signatures[] = {
    ROW(0, "PK\003\004", CONTAINER_ZIP, "ZIP"),
    ROW(0, "PK\005\006", CONTAINER_ZIP, "ZIP"),
    ROW(0, "\x1f\x8b", CONTAINER_TAR_GZIP, "gzip"),
    ROW(0, "BZh", CONTAINER_TAR_BZIP2, "bzip2"),
    ROW(0,
        "\xfd"
        "7zXZ\0",
        CONTAINER_TAR_XZ, "xz"),
    ROW(0, "\x28\xb5\x2f\xfd", CONTAINER_TAR_ZSTD, "zstd"),
    ROW(1, "\x2a\x4d\x18", CONTAINER_TAR_ZSTD, "zstd"), /* a skippable frame: 50-5F first */
    ROW(0, "\x1f\x9d", CONTAINER_TAR_COMPRESS, "compress (.Z)"),
    ROW(0, "7z\xbc\xaf\x27\x1c", CONTAINER_FOREIGN, "7z archive"),
    ROW(0, "Rar!\x1a\x07", CONTAINER_FOREIGN, "RAR archive"),
    ROW(0, "\xed\xab\xee\xdb", CONTAINER_FOREIGN, "RPM package"),
    ROW(0, "!<arch>\ndebian", CONTAINER_FOREIGN, "Debian package"),
    ROW(0, "!<arch>\n", CONTAINER_FOREIGN, "ar archive"),
    ROW(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", CONTAINER_FOREIGN, "Windows installer (MSI)"),
    ROW(0, "MZ", CONTAINER_FOREIGN, "Windows program (PE)"),
    ROW(0, "\177ELF", CONTAINER_FOREIGN, "ELF program"),
    ROW(0, "MSCF\0\0\0\0", CONTAINER_FOREIGN, "cabinet archive"),
    ROW(0, "xar!", CONTAINER_FOREIGN, "xar archive"),
    ROW(0, "LZIP", CONTAINER_FOREIGN, "lzip file"),
    ROW(0, "\x04\x22\x4d\x18", CONTAINER_FOREIGN, "LZ4 file"),
    ROW(0, "\x02\x21\x4c\x18", CONTAINER_FOREIGN, "LZ4 file"),
    ROW(0, "\x89LZO\0\r\n\x1a\n", CONTAINER_FOREIGN, "lzop file"),
    ROW(0, "LRZI", CONTAINER_FOREIGN, "lrzip file"),
    ROW(0, "GRZipII", CONTAINER_FOREIGN, "grzip file"),
    ROW(0, "070701", CONTAINER_FOREIGN, "cpio archive"),
    ROW(0, "070702", CONTAINER_FOREIGN, "cpio archive"),
    ROW(0, "070707", CONTAINER_FOREIGN, "cpio archive"),
    ROW(0, "\xc7\x71", CONTAINER_FOREIGN, "cpio archive"),
    ROW(0, "\x71\xc7", CONTAINER_FOREIGN, "cpio archive"),
    ROW(2, "-lh", CONTAINER_FOREIGN, "LHA archive"),
    ROW(0, "WARC/", CONTAINER_FOREIGN, "WARC archive"),
    ROW(0, "#mtree", CONTAINER_FOREIGN, "mtree list"),
    ROW(0, "\x89PNG\r\n", CONTAINER_NO_ARCHIVE, "a PNG image"),
    ROW(0, "%PDF-", CONTAINER_NO_ARCHIVE, "a PDF document"),
    ROW(0, "<?xml", CONTAINER_NO_ARCHIVE, "an XML text"),
};

/* LZMA alone has no magic: properties (5d for the defaults), dictionary size, 8 bytes of size. */
static bool is_lzma_alone(struct span head) {
    return head.len >= 14 && head.at[0] == 0x5d && head.at[1] == 0 && head.at[2] == 0 &&
           (head.at[12] == 0 || head.at[12] == 0xff) && head.at[13] == 0;
}

static bool is_web_page(struct span head) {
    struct span text = span_trim(span_slice(head, 0, 256));
    return span_is_nocase(span_slice(text, 0, 14), "<!doctype html") ||
           span_is_nocase(span_slice(text, 0, 5), "<html");
}

static bool row_matches(const struct signature_row *row, struct span head) {
    if (head.len < row->at + row->len || memcmp(head.at + row->at, row->bytes, row->len) != 0)
        return false;
    switch (row->container) {
    case CONTAINER_TAR_BZIP2: /* a block size of 1-9, then pi (or its root when empty) */
        return head.len >= 4 && head.at[3] >= '1' && head.at[3] <= '9';
    case CONTAINER_TAR_ZSTD:
        return row->at == 0 || (head.at[0] & 0xf0) == 0x50;
    default:
        return true;
    }
}

/* Spaces, digits, then nothing but spaces and NULs. */
static bool octal_field(struct span field, uint64_t *value) {
    size_t i = 0;
    while (i < field.len && field.at[i] == ' ')
        i++;
    uint64_t sum = 0;
    size_t digits = 0;
    for (; i < field.len && field.at[i] >= '0' && field.at[i] <= '7'; i++, digits++)
        sum = sum * 8 + (uint64_t)(field.at[i] - '0');
    while (i < field.len && (field.at[i] == ' ' || field.at[i] == '\0'))
        i++;
    *value = sum;
    return digits > 0 && i == field.len;
}

enum { HEADER_BYTES = 512 };

/* Eight bytes at a time, into four sums of 16 bits: 128 bytes of 255 are no more than that. */
static uint64_t sum_of_bytes(const unsigned char *at) {
    static const uint64_t even_bytes = UINT64_C(0x00ff00ff00ff00ff);
    uint64_t sums = 0;
    for (size_t i = 0; i < HEADER_BYTES; i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at + i, sizeof word);
        sums += (word & even_bytes) + (word >> 8 & even_bytes);
    }
    return (sums & 0xffff) + (sums >> 16 & 0xffff) + (sums >> 32 & 0xffff) + (sums >> 48);
}

/* What a sum of signed bytes has less; the place of the sum has none of them. */
static uint64_t signs_of_bytes(const unsigned char *at) {
    uint64_t count = 0;
    for (size_t i = 0; i < HEADER_BYTES; i++)
        count += at[i] >> 7;
    return count * 256;
}

enum tar_sum tar_header_sum(struct span head) {
    enum { SUM_AT = 148, SUM_BYTES = 8 };
    /* The sum's own bytes count as spaces. Among 140,000 compressed files one has, by chance, a
     * digit in that place that is the small sum of its signed bytes. */
    static const uint64_t stated_min = (uint64_t)SUM_BYTES * ' ';
    uint64_t stated;
    if (head.len < HEADER_BYTES || !octal_field(span_of(head.at + SUM_AT, SUM_BYTES), &stated) ||
        stated < stated_min)
        return TAR_SUM_WRONG;
    uint64_t sum = sum_of_bytes(head.at) + (uint64_t)SUM_BYTES * ' ';
    for (size_t i = SUM_AT; i < SUM_AT + SUM_BYTES; i++)
        sum -= head.at[i];
    if (sum == stated)
        return TAR_SUM_RIGHT;
    return sum == stated + signs_of_bytes(head.at) ? TAR_SUM_SIGNED : TAR_SUM_WRONG;
}

bool all_zero(struct span bytes) {
    return bytes.len == 0 ||
           (bytes.at[0] == 0 && memcmp(bytes.at, bytes.at + 1, bytes.len - 1) == 0);
}

struct magic magic_of(struct span head) {
    /* A tar has no magic at its start: a member may be named "BZh1" or "PK". */
    if (tar_header_sum(head) != TAR_SUM_WRONG)
        return (struct magic){CONTAINER_TAR, "tar"};
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
        if (row_matches(&signatures[i], head))
            return (struct magic){signatures[i].container, signatures[i].words};
    if (head.len >= 262 && memcmp(head.at + 257, "ustar", 5) == 0)
        return (struct magic){CONTAINER_TAR, "tar"};
    if (is_lzma_alone(head))
        return (struct magic){CONTAINER_FOREIGN, "LZMA file"};
    if (is_web_page(head))
        return (struct magic){CONTAINER_NO_ARCHIVE, "a web page"};
    return (struct magic){CONTAINER_UNKNOWN, "no known archive"};
}

struct ending_row {
    const char *ending;
    enum container container;
};

static const struct ending_row endings[] = {
    {".whl", CONTAINER_ZIP},
    {".egg", CONTAINER_ZIP},
    {".zip", CONTAINER_ZIP},
    {".tar.gz", CONTAINER_TAR_GZIP},
    {".tgz", CONTAINER_TAR_GZIP},
    {".tar.bz2", CONTAINER_TAR_BZIP2},
    {".tbz2", CONTAINER_TAR_BZIP2},
    {".tbz", CONTAINER_TAR_BZIP2},
    {".tar.xz", CONTAINER_TAR_XZ},
    {".txz", CONTAINER_TAR_XZ},
    {".tar.zst", CONTAINER_TAR_ZSTD},
    {".tzst", CONTAINER_TAR_ZSTD},
    {".tar.z", CONTAINER_TAR_COMPRESS},
    {".taz", CONTAINER_TAR_COMPRESS},
    {".tar", CONTAINER_TAR},
};

static const struct ending_row *ending_of(struct span filename) {
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t len = strlen(endings[i].ending);
        if (filename.len > len &&
            span_is_nocase(span_from(filename, filename.len - len), endings[i].ending))
            return &endings[i];
    }
    return NULL;
}

enum container container_of_name(struct span filename) {
    const struct ending_row *row = ending_of(filename);
    return row != NULL ? row->container : CONTAINER_UNKNOWN;
}

struct span filename_stem(struct span filename) {
    const struct ending_row *row = ending_of(filename);
    return row != NULL ? span_slice(filename, 0, filename.len - strlen(row->ending)) : filename;
}

const char *container_ending(enum container container) {
    static const char *const words[CONTAINER_COUNT] = {[CONTAINER_UNKNOWN] = "unknown",
                                                       [CONTAINER_ZIP] = "zip",
                                                       [CONTAINER_TAR] = "tar",
                                                       [CONTAINER_TAR_GZIP] = "tar.gz",
                                                       [CONTAINER_TAR_BZIP2] = "tar.bz2",
                                                       [CONTAINER_TAR_XZ] = "tar.xz",
                                                       [CONTAINER_TAR_ZSTD] = "tar.zst",
                                                       [CONTAINER_TAR_COMPRESS] = "tar.Z",
                                                       [CONTAINER_FOREIGN] = "another format",
                                                       [CONTAINER_NO_ARCHIVE] = "no archive"};
    return words[container];
}
