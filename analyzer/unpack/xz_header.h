/* xz_header: how much memory an xz file asks for, read before anybody gives it. */
#ifndef WINNOW_UNPACK_XZ_HEADER_H
#define WINNOW_UNPACK_XZ_HEADER_H

#include "base/span.h"

/*
 * Bytes of the LZMA2 dictionary that the first block of an xz file wants (format 1.1, section 3);
 * 0 when `head` is too short or no such header.
 */
uint64_t xz_dictionary_bytes(struct span head);

#endif
