/*
 * store: the state file, SQLite, schema in schema.sql. Written only by the
 * keeper; researchers may query it. Left of it nobody knows about reports,
 * right of it nobody opens archives.
 */
#ifndef WINNOW_FACTS_STORE_H
#define WINNOW_FACTS_STORE_H

#include "artifact.h"
#include "base/instant.h"
#include "mirror/index.h"

struct store;

/* For a process that sets SQLite no limit of memory, before its first store: allocations are then
 * not counted, which takes a lock each time. */
void store_count_no_memory(void);

enum store_mode {
    STORE_WRITE, /* create when missing; takes the lock (STATE.lock, flock) */
    STORE_READ   /* must exist; no lock, a consistent snapshot */
};

/*
 * Opens the state file. NULL on failure: *problem (caller frees) says what is wrong and what to do
 * next: another sweep holds the lock (with its pid), a newer or foreign file, a damaged file,
 * missing, a full disk. A refused file is never changed. One process opens a state once at a time.
 */
struct store *store_open(const char *path, enum store_mode mode, char **problem);
void store_close(struct store *store);

/* The latest failure in words; valid until the next call. */
const char *store_problem(const struct store *store);

/* The lock's descriptor, for the examiner to close after fork; -1 when reading. */
int store_lock_fd(const struct store *store);

/* Small named values: mirror root, seed of the keys, counts of the last scan. One that is missing
 * reads as empty. False on failure. */
bool store_get_meta(struct store *store, const char *name, struct buffer *value);
bool store_set_meta(struct store *store, const char *name, struct span value);

/* --- writing; every function false on failure (see store_problem) --------------------------- */

/*
 * A transaction, unless one is open. Without one each write is a transaction of its own. After a
 * failed write all since the last commit is taken back, and every write and commit fails until the
 * next store_begin: what is stored is always whole.
 */
bool store_begin(struct store *store);
bool store_commit(struct store *store); /* durable when it returns true */

/* Stores an artifact, replacing what was known of the same path. `key` identifies (path, size,
 * mtime). */
bool store_put_artifact(struct store *store, const struct artifact *artifact, uint64_t key);

/*
 * An index page's content replaces what the same page said before; files and owners come between
 * begin and end. A page without an end (broken off, damaged) keeps what came, and its key is not
 * among the keys: it will be read again. `on_disk` is ignored for a file without path.
 */
bool store_page_begin(struct store *store, struct span page_path, struct span project);
bool store_page_file(struct store *store, struct span page_path, struct span project,
                     const struct index_file *file, bool on_disk);
bool store_page_owner(struct store *store, struct span page_path, struct span project,
                      struct span user);
bool store_page_end(struct store *store, struct span page_path, uint64_t key);

/* At least as many as store_each_key will give. */
bool store_count_keys(struct store *store, size_t *count);

/* All keys of artifacts (vanished ones, too) and of complete pages, in no order. */
bool store_each_key(struct store *store, void (*key)(void *context, uint64_t key), void *context);

/*
 * After a complete scan: an artifact or page whose key `is_present` denies is marked vanished (and
 * one that is back loses the mark); vanished artifacts are kept. Vanished pages are removed
 * with all they said. *vanished: how many artifacts carry the mark now, also from earlier scans.
 */
bool store_mark_vanished(struct store *store, bool (*is_present)(void *context, uint64_t key),
                         void *context, uint64_t *vanished);

/* --- reading -------------------------------------------------------------------------------- */

/* One row of artifacts.csv with all that hangs on it. */
struct artifact_row {
    struct artifact artifact; /* as record.h carries it: description, license... are empty, of
                                 requires_dist there is only the count (at is NULL); without
                                 sketches */
    instant uploaded_at;
    bool uploaded_at_from_index; /* else mtime */
    unsigned char sha256[32];
    bool has_sha256;
    bool yanked;
    bool vanished;
};

/*
 * Calls `row` once for each artifact, sorted bytewise by (project, version, filename, path); spans
 * borrowed for the call. With two `threads` another one reads meanwhile: `row` leaves the store
 * alone. Joins what index pages say: a file that an index names and the disk lacks
 * comes as a row with STATUS_UNREADABLE; the anomalies `not-in-index` (only for projects or mirrors
 * that have index pages) and `size-mismatch` are added here (to what has not vanished). An artifact
 * whose file name gave no project counts under the one whose page names it. Entry points and
 * anomalies of a row come sorted. The callback returns false to stop.
 */
bool store_each_artifact(struct store *store, unsigned threads,
                         bool (*row)(void *context, const struct artifact_row *row), void *context);

/*
 * The sketches of all signatures, in no order: a state of millions is read as it lies on the disk.
 * Some may come more than once, and there may be some that no artifact has any more. Borrowed for
 * the call; the callback returns false to stop.
 */
bool store_each_sketch(struct store *store,
                       bool (*row)(void *context, enum sketch_kind kind,
                                   const struct signature *signature, const struct sketch *sketch),
                       void *context);

/* Owner accounts, sorted by (project, user), no repeats. */
bool store_each_owner(struct store *store,
                      bool (*owner)(void *context, struct span project, struct span user),
                      void *context);

#endif
