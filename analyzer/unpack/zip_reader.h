/* zip_reader: ZIP archives: wheels, eggs, zip source distributions. Members are listed from
 * the directory and inflated when asked for. */
#ifndef WINNOW_UNPACK_ZIP_READER_H
#define WINNOW_UNPACK_ZIP_READER_H

#include "unpack/unpack.h"

extern const struct reader zip_reader;

#endif
