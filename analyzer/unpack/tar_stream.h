/*
 * tar_stream: tars, bare or under one layer of compression. The layer is
 * taken off by gzip.c or one named filter of libarchive, then libarchive's tar
 * reader (and no other) lists the members while a visitor looks at them.
 */
#ifndef WINNOW_UNPACK_TAR_STREAM_H
#define WINNOW_UNPACK_TAR_STREAM_H

#include "unpack/unpack.h"

extern const struct reader tar_reader;

#endif
