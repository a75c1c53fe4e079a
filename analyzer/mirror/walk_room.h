/*
 * walk_room: what the files of the walk share with each other and with nobody
 * else. walk.c is the table of contents:
 *   walk_queue      directories waiting for a thread
 *   walk_directory  one directory: its files, its subdirectories, its links
 *   walk_list       a list of files instead of a walk
 *   walk_layout     which folder of which kind of mirror a path stands in
 *   walk_path       opening and resolving without ever leaving the root
 *
 * How the threads share the work: a thread takes directories from the common
 * stack, goes down in them alone, and before it leaves with a batch puts back
 * all it has not finished, open ones included (a flat folder of a million files
 * is shared by handing its listing around). While it goes down it gives away half
 * of what it holds as soon as somebody waits. All stacks are last in, first
 * out, and a directory gives up its entries in steps, so what waits is bounded
 * by depth x step, not by the size of the mirror. A thread that examines
 * a batch holds nothing, so the walk is over when the common stack is empty
 * and no thread is in the middle of walk_next.
 */
#ifndef WINNOW_MIRROR_WALK_ROOM_H
#define WINNOW_MIRROR_WALK_ROOM_H

#include "base/buffer.h"
#include "base/limits.h"
#include "mirror/walk.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    /* A path with its NUL, as the kernel takes it in one call. */
    WALK_PATH_BYTES = MEMBER_NAME_BYTES_MAX,
    /* Subdirectories taken from a directory before going down into them. */
    WALK_STEP_DIRECTORIES = 256,
    /* Directories a thread takes from the common stack at once. */
    WALK_TAKE_MAX = 64,
    /* Entries that the kernel gives at once: some 400 files of a flat folder. */
    WALK_LISTING_BYTES = 32 * 1024,
    WALK_ARENA_BYTES = 4 << 20
};

/* --- layout --------------------------------------------------------------------------------- */

/* What a directory is for. */
enum place {
    PLACE_FREE,         /* static <project>/<file>, flat, devpi: any file may be an artifact */
    PLACE_ROOT,         /* a bandersnatch root, with web/ */
    PLACE_ASIDE,        /* other folders of a bandersnatch root: only what looks like an artifact */
    PLACE_WEB,          /* packages/, simple/, json/, pypi/ */
    PLACE_PACKAGES,     /* below packages/ */
    PLACE_SIMPLE,       /* simple/ */
    PLACE_LETTER,       /* simple/f/ with hash-index, or the folder of a one-letter project */
    PLACE_PROJECT,      /* simple/foo/ */
    PLACE_JSON,         /* json/ */
    PLACE_PYPI,         /* pypi/ */
    PLACE_PYPI_PROJECT, /* pypi/foo/ */
    PLACE_UNENTERED     /* versions/: old index pages */
};

enum role_of_file { FILE_FURNITURE, FILE_ARTIFACT, FILE_SIMPLE_PAGE, FILE_PROJECT_PAGE };

/* A directory: its path relative to the root ("" is the root), its depth below it, its place. */
struct folder {
    struct span path;
    unsigned depth;
    enum place place;
};

enum place layout_of_root(int root_fd);
enum place layout_below(const struct folder *folder, struct span name);
/* The place of the directory `path`, by its names alone. */
struct folder layout_of_path(enum place root, struct span path);
enum role_of_file layout_role(const struct folder *folder, struct span name);
/* The name, not yet normalised, of the project that a file of this folder belongs to; "" when the
 * folder does not tell. */
struct span layout_project(const struct folder *folder, struct span name, enum role_of_file role);
/* The last component of a path. */
struct span path_last(struct span path);

/* --- the queue ------------------------------------------------------------------------------ */

/* An open directory and those of its entries that nobody has looked at yet. Not a DIR: opening one
 * costs three system calls more, and nearly every folder of a mirror holds one file. */
struct listing {
    int fd;
    size_t at, len; /* of bytes: what is left */
    _Alignas(struct dirent64) char bytes[WALK_LISTING_BYTES];
};

struct item {
    char *path; /* owned, ends in NUL */
    size_t path_len;
    struct listing *listing; /* owned; NULL until it is first read */
    unsigned depth;
    enum place place;
};

struct stack {
    struct item *at;
    size_t count;
    size_t capacity;
};

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct stack stack;
    unsigned busy;            /* threads that hold directories */
    _Atomic(unsigned) hungry; /* threads that wait for some */
};

bool stack_reserve(struct stack *stack, size_t more);
bool stack_push(struct stack *stack, struct item item);
void stack_free(struct stack *stack);
void item_free(struct item *item);

bool queue_init(struct queue *queue);
void queue_free(struct queue *queue);
/* Moves some directories to the empty stack `own`. Waits for them if `wait`; false when there are
 * none (any more). A thread that was given some is busy until queue_return. */
bool queue_take(struct queue *queue, struct stack *own, bool busy, bool wait);
/* Gives half of `own` to threads that wait, if there are any. */
void queue_share(struct queue *queue, struct stack *own);
/* Puts back all of `own`, and is busy no more. False when memory is out: the thread keeps them and
 * stays busy. */
bool queue_return(struct queue *queue, struct stack *own);
/* Drops all of `own`, for a busy thread that will not come back. */
void queue_leave(struct queue *queue, struct stack *own);

/* --- the walk ------------------------------------------------------------------------------- */

/* Locked by whoever reads on; fd never changes once threads exist. */
struct list {
    pthread_mutex_t lock;
    int fd; /* borrowed; -1 when there is no list */
    unsigned char separator;
    bool at_end;
    bool skipping; /* the rest of a path that was too long */
    struct buffer text;
    size_t used; /* of text */
};

struct counters {
    _Atomic(uint64_t) directories, links_outside, links_broken, links_inside, loops, not_regular,
        not_artifacts, unreadable_directories;
};

struct walk {
    int root_fd;
    bool confined;   /* the kernel lets nothing outside the root be opened */
    char *root_path; /* canonical, without "/" at its end */
    enum place root_place;
    struct queue queue;
    struct list list;
    _Atomic bool lacked_memory;
    struct counters counters;
    _Atomic(bool) short_of_files;
};

struct walk_cursor {
    struct walk *walk;
    struct arena *arena; /* of the batch */
    struct found batch[WALK_BATCH_FILES];
    size_t count;
    struct stack own;
    struct listing *spare; /* of a directory that has ended, for the next one; or NULL */
    bool busy;             /* the queue counts on it to come back */
};

static inline void count_one(_Atomic(uint64_t) *counter) {
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* Remembers an errno that says that no more files can be open; returns it. */
static inline int note_shortage(struct walk *walk, int error) {
    if (error == EMFILE || error == ENFILE)
        atomic_store(&walk->short_of_files, true);
    return error;
}

/* Adds a found file to the batch, which has room for it. `folder`/`name` make its path. `error` is
 * an errno, or 0 and `status` is that of the file. */
void cursor_add(struct walk_cursor *cursor, const struct folder *folder, struct span name,
                enum role_of_file role, const struct stat *status, int error);

/* Reads on in the top directory of cursor->own, until the batch is full, WALK_STEP_DIRECTORIES were
 * found, or its end. */
void directory_step(struct walk_cursor *cursor);

bool list_init(struct list *list);
void list_free(struct list *list);
/* Takes the first bytes of the list. False when memory is out. */
bool list_open(struct walk *walk, int fd);
/* Fills the batch from the list; leaves it empty at the list's end. */
void list_fill(struct walk_cursor *cursor);

/* --- paths ---------------------------------------------------------------------------------- */

/* openat of a path below the root with no symbolic link in it, not even in between. -1 with errno:
 * ELOOP (or ENOTDIR, for a directory) when there is one. `path` ends in NUL. Where the walk is
 * confined, only the last name is held against being a link. */
int open_below(const struct walk *walk, const char *path, int flags);

/*
 * Follows `name` (a link, or anything) from directory `dir_fd` to its end. Returns 0, *status that
 * of the end and `canonical` its path relative to the root; else an errno: EXDEV when it lies
 * outside, ENOENT and ELOOP when there is no end. Opens nothing but a handle that cannot be read
 * from.
 */
int resolve_below(struct walk *walk, int dir_fd, const char *name, struct stat *status,
                  char canonical[WALK_PATH_BYTES]);

#endif
