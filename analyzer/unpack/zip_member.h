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

/* SKIP_MEMBER, and the artifact failed, when the member cannot be read whatever its data is:
 * encryption and other methods (STATUS_UNSUPPORTED), an impossible size (STATUS_DAMAGED). */
enum outcome zip_may_read(struct unpack *unpack, const struct zip_record *record);

/*
 * The contents of a member that zip_may_read(), borrowed until the arena's reset. One that cannot
 * be read as its record says fails the artifact (STATUS_DAMAGED) and gives SKIP_MEMBER.
 */
enum outcome zip_member_bytes(struct unpack *unpack, struct zip_inflating *inflating,
                              const struct zip_directory *directory,
                              const struct zip_record *record, struct span *bytes);

/*
 * Reads all members that were not read or lost yet, in pieces that are thrown away: fails the
 * artifact for each one that is not what its record says.
 */
enum outcome zip_read_rest(struct unpack *unpack, const struct zip_directory *directory);

/* For both: the member cannot be had, its artifact is damaged, other members go on. Gives
 * SKIP_MEMBER. */
enum outcome zip_lose(struct unpack *unpack, const struct zip_record *record, const char *why);
void zip_note_slack(struct unpack *unpack, const struct zip_record *record);

/* Where the member's own header is, and the bytes up to the directory. NULL, or what is wrong. */
const char *zip_place(const struct zip_directory *directory, const struct zip_record *record,
                      uint64_t *at, uint64_t *left);

/* NULL when `local` starts with a header that names the same member, packed the same way. */
const char *zip_local_fault(const struct zip_record *record, struct span local);

#endif
