/*
 * gzip: a gzip file unpacked, whole when it is small (libdeflate, 2.5 times
 * zlib's speed), else as a stream of pieces (zlib, bounded memory). Both check
 * CRC and length of every gzip member. The length at the file's end (ISIZE) is only a hint.
 */
#ifndef WINNOW_UNPACK_GZIP_H
#define WINNOW_UNPACK_GZIP_H

#include "unpack/byte_source.h"

/*
 * The whole contents of the gzip file `packed` into *out, on the heap, to be freed by the caller.
 * False when that cannot be done this way (large, several gzip members, damaged):
 * gzip_stream_open() then finds out. Nothing is noted or spent in that case.
 */
bool gzip_whole(struct unpack *unpack, struct span packed, unsigned char **out, size_t *out_len);

/* Notes a wrong checksum of the first header, which nobody looks at who reads the contents. */
void gzip_note_header(struct unpack *unpack, struct span packed);

/*
 * Streams the gzip file: from `packed` when it is not empty (borrowed until closed), else from the
 * file. A damaged stream gives its good bytes, then fails the artifact. False when memory is out.
 */
bool gzip_stream_open(struct unpack *unpack, struct span packed, struct byte_source *source);

#endif
