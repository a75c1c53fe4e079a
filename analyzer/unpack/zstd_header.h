/*
 * zstd_header: how much memory a zstd file asks for, before libzstd is asked
 * to open it.
 */
#ifndef WINNOW_UNPACK_ZSTD_HEADER_H
#define WINNOW_UNPACK_ZSTD_HEADER_H

#include "base/span.h"

#include <stdint.h>

/*
 * The window of the first frame, in bytes, from the head of the file; skippable frames before it
 * are passed over. 0 when the head is damaged or too short to tell: libzstd will say more.
 */
uint64_t zstd_window_bytes(struct span head);

#endif
