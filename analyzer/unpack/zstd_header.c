/* zstd_header: see zstd_header.h. The format is RFC 8878's. */
#include "unpack/zstd_header.h"

enum {
    MAGIC_LEN = 4,
    SKIPPABLE_HEAD_BYTES = 8,
    SINGLE_SEGMENT = 0x20, /* no window: the contents are one */
    WINDOW_LOG_MIN = 10
};

static uint64_t little_endian(struct span bytes) {
    uint64_t value = 0;
    for (size_t i = bytes.len; i-- > 0;)
        value = value << 8 | bytes.at[i];
    return value;
}

static struct span without_skippable(struct span head) {
    while (head.len >= SKIPPABLE_HEAD_BYTES && (head.at[0] & 0xf0) == 0x50 &&
           memcmp(head.at + 1, "\x2a\x4d\x18", 3) == 0)
        head = span_from(head, SKIPPABLE_HEAD_BYTES +
                                   (size_t)little_endian(span_slice(head, MAGIC_LEN, 8)));
    return head;
}

uint64_t zstd_window_bytes(struct span head) {
    head = without_skippable(head);
    if (head.len < MAGIC_LEN + 2 || memcmp(head.at, "\x28\xb5\x2f\xfd", MAGIC_LEN) != 0)
        return 0;
    unsigned flags = head.at[MAGIC_LEN];
    struct span rest = span_from(head, MAGIC_LEN + 1);
    if ((flags & SINGLE_SEGMENT) == 0) {
        uint64_t base = UINT64_C(1) << (WINDOW_LOG_MIN + (rest.at[0] >> 3));
        return base + base / 8 * (rest.at[0] & 7U);
    }
    static const unsigned char id_bytes[] = {0, 1, 2, 4};
    static const unsigned char size_bytes[] = {1, 2, 4, 8};
    struct span size = span_from(rest, id_bytes[flags & 3U]);
    unsigned len = size_bytes[flags >> 6];
    if (size.len < len)
        return 0;
    return little_endian(span_slice(size, 0, len)) + (len == 2 ? 256 : 0);
}
