/*
 * walk: finds what a mirror holds, for many threads at once. The unit of work
 * is a directory; a thread takes one, reads it, leaves its subdirectories for
 * all, and gets its files in batches. No list of all paths ever exists.
 *
 * Layouts: a bandersnatch root (has web/: packages below web/packages, index
 * pages below web/simple, with or without hash-index and versions/ folders;
 * project JSON below web/json or web/pypi), static <project>/<file>, devpi's +files, a flat
 * folder. A root that is itself a `web` folder (has simple/ and packages/) is read as one.
 *
 * Symbolic links never lead the walk anywhere: a link to a directory below the root is not entered
 * (the walk comes to the directory by its own path, so each is entered once and loops cannot be),
 * one to an artifact neither, and one that leaves the root is not opened. A link to a regular file
 * below the root is found under the link's path where it stands for an index page (bandersnatch's
 * versions/) or names a file that by itself has no artifact's name.
 *
 * Where any file may be an artifact (below packages/, in static, devpi and flat folders), every
 * regular file is found, whatever its ending, but for the usual furniture (*.metadata, *.asc, dot
 * files; outside of packages/ also index.*, README*, *.txt...: the tables in walk_layout.c).
 * Elsewhere only what has an artifact's ending.
 */
#ifndef WINNOW_MIRROR_WALK_H
#define WINNOW_MIRROR_WALK_H

#include "base/arena.h"

#include <sys/stat.h>

enum found_type {
    FOUND_ARTIFACT,    /* a file that may be an artifact */
    FOUND_SIMPLE_PAGE, /* index.v1_json (or index.json) of one project */
    FOUND_PROJECT_PAGE /* project JSON */
};

struct found {
    enum found_type type;
    struct span path; /* relative to the root, borrowed until the next walk_next of this thread */
    struct span project; /* normalised, from the folder, when the layout tells; else "" */
    uint64_t size_bytes;
    int64_t mtime_ns;
    int error; /* errno when the file is named but cannot be examined (missing, loop, outside) */
};

/* What was met and not examined; counted over all threads. */
struct walk_counts {
    uint64_t directories;
    uint64_t links_outside;
    uint64_t links_broken;
    uint64_t loops;
    uint64_t not_regular;
    uint64_t not_artifacts; /* regular files with no artifact's name: README, index.html... */
    uint64_t unreadable_directories; /* also: deeper than WALK_DEPTH_MAX, lost for want of memory,
                                        a list that breaks off */
    uint64_t links_inside;           /* links that only repeat what is found by its own path */
};

struct walk;

/* `root`: path of the mirror. NULL on failure, with errno set. The walk opens the root once and
 * everything else relative to it. */
struct walk *walk_open(const char *root);
void walk_close(struct walk *walk);

/*
 * Instead of walking, takes the artifacts from a list: paths separated by newlines, or by NUL bytes
 * when one is found in the first 64 KiB, relative to the root or absolute below it; read from
 * `list_fd` as needed. Index pages of a bandersnatch tree are still found by walking. A listed path
 * that is missing (ENOENT), outside (EXDEV), a directory (EISDIR), too long, is found with its
 * error; mirror furniture (which bandersnatch's diff-file and find list as well) is passed over.
 * Call it before any cursor exists; the list's first 64 KiB are read at once. False when memory is
 * out.
 */
bool walk_from_list(struct walk *walk, int list_fd);

/*
 * A thread's cursor. walk_next gives the next batch (up to WALK_BATCH_FILES) in cursor memory; 0
 * when all directories are done, for all threads. Blocks while other threads may still find
 * directories.
 */
struct walk_cursor;
struct walk_cursor *walk_cursor_new(struct walk *walk);
void walk_cursor_free(struct walk_cursor *cursor);
size_t walk_next(struct walk_cursor *cursor, const struct found **batch);

/* Opens a found file read-only, never blocking (FIFOs). No path that holds a link is opened: a link
 * is resolved first, and its end opened if it lies below the root (else EXDEV). Not a regular file:
 * EISDIR or EOPNOTSUPP. -1 with errno. */
int walk_open_file(struct walk *walk, struct span path);

/* Whether something could not be opened because this process, or the system, may not have more open
 * files: then the walk has left things out. */
bool walk_is_short_of_files(const struct walk *walk);

struct walk_counts walk_counts(const struct walk *walk);

/* Whether something was lost for want of memory: what the walk found is not all there is. */
bool walk_lacked_memory(const struct walk *walk);

/* Says that the kernel lets this process open nothing outside the root, by whatever path
 * (Landlock). Then openat() serves, into whose flags a filter of system calls can look, unlike
 * those of openat2(): a folder that becomes a link while the walk goes on leads into the mirror or
 * nowhere.
 */
void walk_confine(struct walk *walk);

/* File descriptor of the root. */
int walk_root_fd(const struct walk *walk);

#endif
