/*
 * walk_list: artifacts from a list of paths (find -print0, bandersnatch's
 * diff-file, an analyst's editor). The list may be longer than memory; it is
 * read in pieces, by whichever thread needs paths.
 *
 * What is listed and cannot be examined still becomes a row: missing, outside
 * the root, a folder. Furniture of the mirror (index pages, .metadata; see
 * walk_layout) is listed by such tools as well and passed over.
 */
#include "mirror/walk_room.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024 };

bool list_init(struct list *list) {
    *list = (struct list){.fd = -1, .separator = '\n', .text = BUFFER_EMPTY};
    return pthread_mutex_init(&list->lock, NULL) == 0;
}

void list_free(struct list *list) {
    buffer_free(&list->text);
    pthread_mutex_destroy(&list->lock);
}

/* Reads on, until 64 KiB more are there or the list ends. What was used is dropped before. */
static bool read_more(struct walk *walk) {
    struct list *list = &walk->list;
    struct buffer *text = &list->text;
    if (list->used > 0) {
        text->len -= list->used;
        memmove(text->at, text->at + list->used, text->len);
        list->used = 0;
    }
    if (!buffer_reserve(text, READ_BYTES))
        return false;
    for (size_t want = READ_BYTES; want > 0 && !list->at_end;) {
        ssize_t got = read(list->fd, text->at + text->len, want);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            count_one(&walk->counters.unreadable_directories);
            log_line(LOG_ERROR, "the list of files cannot be read to its end: %s",
                     strerrordesc_np(errno));
        }
        list->at_end = got <= 0;
        if (got > 0) {
            text->len += (size_t)got;
            want -= (size_t)got;
        }
    }
    return true;
}

bool list_open(struct walk *walk, int fd) {
    struct list *list = &walk->list;
    list->fd = fd;
    if (!read_more(walk))
        return false;
    if (span_find(buffer_span(&list->text), '\0') < list->text.len)
        list->separator = '\0';
    return true;
}

/* The next path, valid until the next call; one that is too long is cut. False at the end. */
static bool next_path(struct walk *walk, struct span *path) {
    struct list *list = &walk->list;
    for (;;) {
        struct span rest = span_from(buffer_span(&list->text), list->used);
        size_t end = span_find(rest, list->separator);
        bool cut = end > WALK_PATH_BYTES;
        if (cut)
            end = WALK_PATH_BYTES;
        if (end == rest.len && !list->at_end) {
            if (!read_more(walk))
                return false;
            continue;
        }
        if (rest.len == 0)
            return false;
        bool skipped = list->skipping;
        list->skipping = cut;
        list->used += end + (!cut && end < rest.len);
        *path = span_slice(rest, 0, end);
        if (list->separator == '\n' && span_ends(*path, "\r")) /* lines of a Windows editor */
            path->len--;
        if (!skipped && path->len > 0)
            return true;
    }
}

/* Copies up to a batch of paths out of the list. */
static size_t take_paths(struct walk_cursor *cursor, struct span paths[WALK_BATCH_FILES]) {
    struct list *list = &cursor->walk->list;
    struct span path;
    size_t count = 0;
    pthread_mutex_lock(&list->lock);
    while (count < WALK_BATCH_FILES && next_path(cursor->walk, &path))
        if (arena_copy(cursor->arena, path, &paths[count]))
            count++;
    pthread_mutex_unlock(&list->lock);
    return count;
}

/* The path as a row shows it when it leads nowhere: without the root, "//", "./", and a NUL with
 * what follows; "." for the root itself. */
static struct span tidy(const struct walk *walk, struct span path,
                        char tidied[WALK_PATH_BYTES + 1]) {
    size_t root = strlen(walk->root_path), len = 0;
    path = span_slice(path, 0, span_find(path, '\0'));
    bool below = span_starts(path, walk->root_path) && path.len > root && path.at[root] == '/';
    struct span rest = below ? span_from(path, root) : path, part;
    if (!below && span_starts(path, "/"))
        tidied[len++] = '/';
    while (span_next_piece(&rest, '/', &part)) {
        if (part.len == 0 || span_is(part, "."))
            continue;
        if (len > 0 && tidied[len - 1] != '/')
            tidied[len++] = '/';
        memcpy(tidied + len, part.at, part.len);
        len += part.len;
    }
    if (len == 0)
        tidied[len++] = '.';
    return span_of(tidied, len);
}

/*
 * Follows a listed path to the folder it stands in, by whatever links. Returns 0, the folder's
 * canonical path in `canonical`, the status of the file; else an errno.
 */
static int find_listed(struct walk *walk, struct span path, struct span name,
                       char canonical[WALK_PATH_BYTES], struct stat *status) {
    char text[WALK_PATH_BYTES], target[WALK_PATH_BYTES];
    if (path.len >= WALK_PATH_BYTES)
        return ENAMETOOLONG;
    if (span_find(path, '\0') < path.len)
        return ENOENT;
    size_t above = path.len - name.len;
    memcpy(text, path.at, path.len);
    text[path.len] = text[above] = '\0';
    int error = resolve_below(walk, walk->root_fd, above > 0 ? text : ".", status, canonical);
    if (error != 0)
        return error;
    if (name.len == 0 || span_is(name, ".") || span_is(name, ".."))
        return EISDIR;
    memcpy(text + above, name.at, name.len);
    error = resolve_below(walk, walk->root_fd, text, status, target);
    if (error != 0)
        return error;
    return S_ISREG(status->st_mode) ? 0 : S_ISDIR(status->st_mode) ? EISDIR : EOPNOTSUPP;
}

/* In a list, also files aside of a bandersnatch tree are there because somebody wants them. */
static struct folder folder_of_listed(const struct walk *walk, struct span path) {
    struct folder folder = layout_of_path(walk->root_place, path);
    if (folder.place == PLACE_ROOT || folder.place == PLACE_ASIDE || folder.place == PLACE_WEB)
        folder.place = PLACE_FREE;
    return folder;
}

static void add_listed(struct walk_cursor *cursor, struct span path) {
    struct walk *walk = cursor->walk;
    char canonical[WALK_PATH_BYTES], tidied[WALK_PATH_BYTES + 1];
    struct stat status;
    struct span name = path_last(path);
    int error = find_listed(walk, path, name, canonical, &status);
    struct span above = span_text(canonical);
    if (error != 0) {
        struct span shown = tidy(walk, path, tidied);
        name = path_last(shown);
        above = span_slice(shown, 0, shown.len - name.len);
        above.len -= above.len > 1;
    }
    struct folder folder = folder_of_listed(walk, above);
    enum role_of_file role = layout_role(&folder, name);
    /* Pages of a free layout are not walked for; those of bandersnatch are. */
    if (role == FILE_ARTIFACT || (role == FILE_SIMPLE_PAGE && walk->root_place == PLACE_FREE))
        cursor_add(cursor, &folder, name, role, error == 0 ? &status : NULL, error);
    else
        count_one(&walk->counters.not_artifacts);
}

void list_fill(struct walk_cursor *cursor) {
    struct span paths[WALK_BATCH_FILES];
    size_t count = 1;
    while (cursor->count == 0 && count > 0) {
        count = take_paths(cursor, paths);
        for (size_t i = 0; i < count; i++)
            add_listed(cursor, paths[i]);
    }
}
