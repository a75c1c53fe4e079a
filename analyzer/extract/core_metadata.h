/*
 * core_metadata: METADATA and PKG-INFO, core metadata 1.0 to 2.6, in the
 * reading of Python's email.parser (message_from_bytes, policy compat32), which is
 * what the index and the installers use.
 */
#ifndef WINNOW_EXTRACT_CORE_METADATA_H
#define WINNOW_EXTRACT_CORE_METADATA_H

#include "artifact.h"
#include "extract/field_marks.h"

/*
 * Header fields of a message one by one. Which lines belong to the headers, where
 * a field ends, and what the body is, are as in email.feedparser, for any bytes.
 */
struct header_reader {
    struct span message;
    struct span rest;     /* not yet read */
    struct span envelope; /* rest before the latest line, if that is a "From " and may end them */
};

struct header_field {
    struct span name;  /* as written, never empty */
    struct span value; /* raw bytes; folds inside stay, blanks before and line ends after do not */
};

void header_reader_begin(struct header_reader *reader, struct span message);
/* False at the end of the headers. */
bool header_reader_next(struct header_reader *reader, struct header_field *field);
/* What follows the headers, once all are read; the blank separator line is not included. */
struct span header_reader_body(const struct header_reader *reader);

/*
 * Fills artifact->metadata from one METADATA or PKG-INFO text, addresses and raw requirements
 * included; requires_projects and top_level are not its business. Values become UTF-8 (each read as
 * Latin-1 when it is not). A single-use field given twice: the first counts, but addresses are
 * taken from all. Values past
 * FIELD_BYTES_MAX are cut, anomaly `field-cut` (the description is a view and stays whole). `text`
 * must live as long as the artifact. Marks of the fields are added to `marks`. False when memory is
 * out.
 */
bool core_metadata_read(struct artifact *artifact, struct span text, struct field_marks *marks);

#endif
