/*
 * walk_directory: one directory. Its files go to the batch, its subdirectories
 * to the thread's own stack; links are judged by where they end:
 *
 *   outside the root            counted, named, never opened
 *   nowhere                     counted, named; a row `unreadable` if named like an artifact
 *   a directory inside          not entered: the walk comes to it by its own path
 *   a page inside               read in the place of the link (bandersnatch's versions/)
 *   an artifact inside          left to its own path
 *   a file inside under a name that is no artifact's (a store of blobs): read under the link's name
 */
#include "mirror/walk_room.h"

#include "base/log.h"
#include "mirror/filename.h"
#include "mirror/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- the batch ------------------------------------------------------------------------------ */

static int64_t mtime_ns(const struct stat *status) {
    int64_t ns;
    if (__builtin_mul_overflow((int64_t)status->st_mtim.tv_sec, INT64_C(1000000000), &ns) ||
        __builtin_add_overflow(ns, (int64_t)status->st_mtim.tv_nsec, &ns))
        return status->st_mtim.tv_sec < 0 ? INT64_MIN : INT64_MAX;
    return ns;
}

/* "folder/name" in the cursor's arena. */
static bool join(struct walk_cursor *cursor, struct span folder, struct span name,
                 struct span *path) {
    bool slash = folder.len > 0 && !span_is(folder, "/"); /* which a listed path may stand in */
    size_t len = folder.len + slash + name.len;
    unsigned char *at = arena_alloc_raw(cursor->arena, len + 1);
    if (at == NULL)
        return false;
    if (folder.len > 0)
        memcpy(at, folder.at, folder.len);
    if (slash)
        at[folder.len] = '/';
    if (name.len > 0)
        memcpy(at + len - name.len, name.at, name.len);
    at[len] = '\0';
    *path = span_of(at, len);
    return true;
}

/* A line about folder/name. */
static void say(enum log_level level, const char *message, const struct folder *folder,
                struct span name) {
    struct buffer path = BUFFER_EMPTY;
    if (level > log_get_level())
        return;
    buffer_add(&path, folder->path);
    if (folder->path.len > 0 && name.len > 0)
        buffer_add_byte(&path, '/');
    buffer_add(&path, name);
    log_name(level, message, path.len > 0 ? buffer_span(&path) : span_text("."));
    buffer_free(&path);
}

static void lose(struct walk_cursor *cursor, const char *message, const struct folder *folder,
                 struct span name) {
    count_one(&cursor->walk->counters.unreadable_directories);
    say(LOG_WARNING, message, folder, name);
}

static void lose_memory(struct walk_cursor *cursor, const struct folder *folder, struct span name) {
    atomic_store(&cursor->walk->lacked_memory, true);
    lose(cursor, "lost for want of memory:", folder, name);
}

static void lose_folder(struct walk_cursor *cursor, const struct folder *folder, int error) {
    char message[128];
    if (error == ENOMEM)
        atomic_store(&cursor->walk->lacked_memory, true);
    snprintf(message, sizeof message, "folder cannot be read (%s):", strerrordesc_np(error));
    lose(cursor, message, folder, SPAN_EMPTY);
}

void cursor_add(struct walk_cursor *cursor, const struct folder *folder, struct span name,
                enum role_of_file role, const struct stat *status, int error) {
    struct found *found = &cursor->batch[cursor->count];
    *found = (struct found){.type = role == FILE_SIMPLE_PAGE    ? FOUND_SIMPLE_PAGE
                                    : role == FILE_PROJECT_PAGE ? FOUND_PROJECT_PAGE
                                                                : FOUND_ARTIFACT,
                            .error = error};
    if (status != NULL) {
        found->size_bytes = status->st_size > 0 ? (uint64_t)status->st_size : 0;
        found->mtime_ns = mtime_ns(status);
    }
    if (!join(cursor, folder->path, name, &found->path) ||
        !project_normalize(cursor->arena, layout_project(folder, name, role), &found->project)) {
        lose_memory(cursor, folder, name);
        return;
    }
    if (found->error == 0 && found->path.len >= WALK_PATH_BYTES)
        found->error = ENAMETOOLONG;
    cursor->count++;
}

/* --- entries -------------------------------------------------------------------------------- */

/* With a list, the walk is for index pages only. */
static bool is_wanted(const struct walk *walk, enum role_of_file role) {
    return role != FILE_ARTIFACT || walk->list.fd < 0;
}

static bool is_place_wanted(const struct walk *walk, enum place place) {
    if (place == PLACE_UNENTERED)
        return false;
    return walk->list.fd < 0 ||
           (place != PLACE_ASIDE && place != PLACE_PACKAGES && place != PLACE_FREE);
}

static void add_regular(struct walk_cursor *cursor, const struct folder *folder, struct span name,
                        enum role_of_file role, const struct stat *status) {
    if (role == FILE_FURNITURE)
        count_one(&cursor->walk->counters.not_artifacts);
    else if (is_wanted(cursor->walk, role))
        cursor_add(cursor, folder, name, role, status, 0);
}

static void add_directory(struct walk_cursor *cursor, const struct folder *folder,
                          struct span name) {
    enum place place = layout_below(folder, name);
    if (!is_place_wanted(cursor->walk, place))
        return;
    size_t len = folder->path.len + (folder->path.len > 0) + name.len;
    if (folder->depth >= WALK_DEPTH_MAX || len >= WALK_PATH_BYTES) {
        lose(cursor, "folder too deep, not entered:", folder, name);
        return;
    }
    struct item item = {
        .path = malloc(len + 1), .path_len = len, .depth = folder->depth + 1, .place = place};
    if (item.path != NULL) {
        if (folder->path.len > 0) {
            memcpy(item.path, folder->path.at, folder->path.len);
            item.path[folder->path.len] = '/';
        }
        memcpy(item.path + len - name.len, name.at, name.len);
        item.path[len] = '\0';
    }
    if (item.path == NULL || !stack_push(&cursor->own, item)) {
        lose_memory(cursor, folder, name);
        item_free(&item);
    }
}

static bool is_artifact_name(struct span name) {
    return filename_parse(name, SPAN_EMPTY).is_artifact;
}

static void add_dead_link(struct walk_cursor *cursor, const struct folder *folder, int fd,
                          struct span name, int error) {
    struct counters *counters = &cursor->walk->counters;
    if (error == EXDEV) {
        count_one(&counters->links_outside);
        say(LOG_WARNING, "link out of the mirror, not followed:", folder, name);
        return;
    }
    count_one(&counters->links_broken);
    say(LOG_INFO, "broken link:", folder, name);
    struct stat status;
    if (layout_role(folder, name) == FILE_ARTIFACT && is_artifact_name(name) &&
        is_wanted(cursor->walk, FILE_ARTIFACT) &&
        fstatat(fd, (const char *)name.at, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        status.st_size = 0;
        cursor_add(cursor, folder, name, FILE_ARTIFACT, &status, error);
    }
}

/* Whether `path` is `folder` or stands above it. */
static bool is_ancestor(struct span path, struct span folder) {
    return path.len == 0 || (span_equal(span_slice(folder, 0, path.len), path) &&
                             (folder.len == path.len || folder.at[path.len] == '/'));
}

/* Whether the walk comes to the link's end by itself, so that the link would only repeat it. */
static bool is_repeat(const struct walk *walk, struct span target, enum role_of_file role) {
    struct span name = path_last(target);
    struct span above = span_slice(target, 0, target.len - name.len);
    if (above.len > 0)
        above.len--;
    struct folder folder = layout_of_path(walk->root_place, above);
    if (role == FILE_PROJECT_PAGE)
        return layout_role(&folder, name) == FILE_PROJECT_PAGE;
    return role == FILE_ARTIFACT && is_artifact_name(name) && folder.place != PLACE_UNENTERED;
}

static void add_link(struct walk_cursor *cursor, const struct folder *folder, int fd,
                     struct span name) {
    struct counters *counters = &cursor->walk->counters;
    struct stat status;
    char canonical[WALK_PATH_BYTES];
    int error = resolve_below(cursor->walk, fd, (const char *)name.at, &status, canonical);
    if (error != 0) {
        add_dead_link(cursor, folder, fd, name, error);
        return;
    }
    struct span target = span_text(canonical);
    enum role_of_file role = layout_role(folder, name);
    if (S_ISDIR(status.st_mode) && is_ancestor(target, folder->path)) {
        count_one(&counters->loops);
        say(LOG_INFO, "link to a folder above it, not followed:", folder, name);
    } else if (S_ISDIR(status.st_mode)) {
        count_one(&counters->links_inside);
        say(LOG_INFO, "link to another folder of the mirror, not followed:", folder, name);
    } else if (!S_ISREG(status.st_mode)) {
        count_one(&counters->not_regular);
        say(LOG_INFO, "link to what is no file:", folder, name);
    } else if (!is_repeat(cursor->walk, target, role)) {
        add_regular(cursor, folder, name, role, &status);
    } else if (role == FILE_ARTIFACT) {
        count_one(&counters->links_inside);
        say(LOG_DEBUG, "link to another artifact of the mirror:", folder, name);
    }
}

static void add_entry(struct walk_cursor *cursor, const struct folder *folder, int fd,
                      const struct dirent64 *entry) {
    struct span name = span_text(entry->d_name);
    unsigned char type = entry->d_type;
    enum role_of_file role = layout_role(folder, name);
    struct stat status;
    if (type == DT_UNKNOWN || (type == DT_REG && role != FILE_FURNITURE)) {
        if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (role == FILE_ARTIFACT && is_wanted(cursor->walk, role))
                cursor_add(cursor, folder, name, role, NULL, errno);
            else if (errno != ENOENT) /* a page that is gone by now is none */
                lose(cursor, "cannot be looked at:", folder, name);
            return;
        }
        type = (unsigned char)IFTODT(status.st_mode);
    }
    switch (type) {
    case DT_DIR:
        add_directory(cursor, folder, name);
        break;
    case DT_REG:
        add_regular(cursor, folder, name, role, &status);
        break;
    case DT_LNK:
        add_link(cursor, folder, fd, name);
        break;
    default:
        count_one(&cursor->walk->counters.not_regular);
        say(LOG_INFO, "neither file nor folder:", folder, name);
    }
}

/* --- the directory -------------------------------------------------------------------------- */

/* NULL with errno. */
static struct listing *open_directory(struct walk_cursor *cursor, const struct item *item) {
    struct listing *listing = cursor->spare;
    cursor->spare = NULL;
    if (listing == NULL)
        listing = malloc(sizeof *listing);
    if (listing == NULL)
        return NULL;
    listing->at = listing->len = 0;
    listing->fd = open_below(cursor->walk, item->path_len > 0 ? item->path : ".",
                             O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    if (listing->fd >= 0)
        return listing;
    cursor->spare = listing;
    return NULL;
}

static void close_directory(struct walk_cursor *cursor, struct item *item) {
    if (item->listing != NULL && cursor->spare == NULL) {
        close(item->listing->fd);
        cursor->spare = item->listing;
        item->listing = NULL;
    }
    item_free(item);
}

/* The next entry, good until the next call. NULL at the end, or with errno. */
static const struct dirent64 *next_entry(struct listing *listing) {
    if (listing->at == listing->len) {
        ssize_t got = getdents64(listing->fd, listing->bytes, sizeof listing->bytes);
        listing->at = 0;
        listing->len = got > 0 ? (size_t)got : 0;
        if (got < 0 && errno == ENOENT) /* the folder has been removed since */
            errno = 0;
        if (got <= 0)
            return NULL;
    }
    const struct dirent64 *entry = (const void *)(listing->bytes + listing->at);
    listing->at += entry->d_reclen;
    return entry;
}

static bool is_dots(const char *name) {
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* Reads entries up to the bounds of a step. True when the directory has ended. */
static bool read_entries(struct walk_cursor *cursor, const struct folder *folder,
                         struct listing *listing) {
    size_t before = cursor->own.count;
    while (cursor->count < WALK_BATCH_FILES && cursor->own.count - before < WALK_STEP_DIRECTORIES) {
        errno = 0;
        const struct dirent64 *entry = next_entry(listing);
        if (entry == NULL) {
            if (errno != 0)
                lose_folder(cursor, folder, errno);
            return true;
        }
        if (!is_dots(entry->d_name))
            add_entry(cursor, folder, listing->fd, entry);
    }
    return false;
}

void directory_step(struct walk_cursor *cursor) {
    struct stack *own = &cursor->own;
    size_t place = own->count - 1;
    struct item item = own->at[place];
    const struct folder folder = {
        .path = span_of(item.path, item.path_len), .depth = item.depth, .place = item.place};
    bool ended = false;
    if (item.listing == NULL) {
        item.listing = open_directory(cursor, &item);
        if (item.listing != NULL)
            count_one(&cursor->walk->counters.directories);
        else
            lose_folder(cursor, &folder, note_shortage(cursor->walk, errno));
        ended = item.listing == NULL;
    }
    ended = ended || read_entries(cursor, &folder, item.listing);
    own->at[place].listing = item.listing;
    if (!ended)
        return;
    own->at[place] = own->at[--own->count];
    close_directory(cursor, &item);
}
