/*
 * index: what a mirror's index pages say about files and projects: simple index
 * JSON (PEP 691 and later) and project JSON (ownership). Streamed through
 * yajl: memory is one file entry, whatever the size of the page.
 */
#ifndef WINNOW_MIRROR_INDEX_H
#define WINNOW_MIRROR_INDEX_H

#include "base/arena.h"
#include "base/instant.h"

struct index_file {
    struct span filename;
    struct span path;    /* relative to the root, from `url`; "" when the url points elsewhere */
    instant uploaded_at; /* INSTANT_UNKNOWN when not stated */
    uint64_t size_bytes; /* UINT64_MAX when not stated */
    unsigned char sha256[32];
    bool has_sha256;
    bool yanked;
};

struct index_visitor {
    void *context;
    /* One call a file, spans borrowed for the call. False stops the reading. */
    bool (*file)(void *context, struct span project, const struct index_file *file);
    /* One call an owner account, from project JSON. */
    bool (*owner)(void *context, struct span project, struct span user);
};

/*
 * Reads an `index.v1_json` of `project` (normalised) from fd. `page_folder` is the folder of
 * the page relative to the root ("web/simple/foo"), against which relative urls are resolved.
 * False when the text is not what it should be; *problem then says what first, as static text
 * (else NULL). Entries that stand before damage have been handed over by then; a value of a wrong
 * type counts as not stated, and the entries after it are still read. True when the visitor
 * stopped.
 */
bool index_read_simple(int fd, struct span project, struct span page_folder,
                       const struct index_visitor *visitor, const char **problem);

/* Reads a project JSON (`web/json/foo`, `web/pypi/foo/json`); calls only visitor->owner, once for
 * each role: a user with two roles comes twice. */
bool index_read_project(int fd, struct span project, const struct index_visitor *visitor,
                        const char **problem);

#endif
