/*
 * lzw: the stream under compress(1)'s ".Z": LZW with codes of 9 to 16 bits.
 * libarchive has a filter for it, but in 3.6 it cannot be chosen by us (its start
 * reads input that is not there yet), only by bidding, which may stack layers.
 */
#ifndef WINNOW_UNPACK_LZW_H
#define WINNOW_UNPACK_LZW_H

#include "unpack/byte_source.h"

/* False when memory is out. A stream that is no LZW fails the artifact. It has no checksum and no
 * end mark: truncation cannot be seen here. */
bool lzw_source_open(struct unpack *unpack, struct byte_source *source);

#endif
