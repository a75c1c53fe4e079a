/*
 * zip_member: the contents of one member of a ZIP, stored or deflated, checked
 * against the member's own header and its CRC.
 */
#ifndef WINNOW_UNPACK_ZIP_MEMBER_H
#define WINNOW_UNPACK_ZIP_MEMBER_H

#include "base/buffer.h"
#include "unpack/zip_directory.h"

struct libdeflate_decompressor;

/* What reading members needs; zero it first, end it last. */
struct zip_inflating {
    struct libdeflate_decompressor *inflater; /* made when first needed */
    struct buffer packed; /* deflated bytes of the member in hand, when not in the tail */
};

void zip_inflating_end(struct zip_inflating *inflating);

/*
 * As archive_bytes(). A member that cannot be read as its record says fails the artifact
 * (STATUS_DAMAGED, or STATUS_UNSUPPORTED for encryption and other methods) and gives SKIP_MEMBER.
 */
enum outcome zip_member_bytes(struct unpack *unpack, struct zip_inflating *inflating,
                              const struct zip_directory *directory,
                              const struct zip_record *record, uint64_t bytes_max,
                              struct span *bytes);

#endif
