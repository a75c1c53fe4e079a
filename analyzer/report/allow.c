/* allow: see allow.h. */
#include "report/allow.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/text.h"
#include "mirror/name.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A line for each project of an index fits. */
enum { FILE_BYTES_MAX = 256 << 20, READ_BYTES = 64 << 10 };

static bool read_file(const char *path, struct buffer *out) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    int error = fd < 0 ? errno : 0;
    ssize_t got = error == 0 ? 1 : 0;
    while (got > 0 && error == 0) {
        if (!buffer_reserve(out, READ_BYTES))
            error = ENOMEM;
        else if ((got = read(fd, out->at + out->len, READ_BYTES)) < 0)
            error = errno;
        else if ((out->len += (size_t)got) > FILE_BYTES_MAX)
            error = EFBIG;
    }
    if (fd >= 0)
        close(fd);
    if (error != 0)
        log_line(LOG_ERROR, "cannot read %s: %s", path, strerror(error));
    return error == 0;
}

static bool bad_line(const char *path, size_t line, const char *what) {
    log_line(LOG_ERROR, "%s, line %zu: %s", path, line, what);
    return false;
}

/* PEP 508: letters, digits and -_. inside. */
static bool is_name(struct span name) {
    for (size_t i = 0; i < name.len; i++) {
        bool edge = i == 0 || i + 1 == name.len;
        bool mark = name.at[i] == '-' || name.at[i] == '_' || name.at[i] == '.';
        if (!ascii_is_alnum(name.at[i]) && (edge || !mark))
            return false;
    }
    return name.len > 0;
}

static bool add_line(struct allow_list *list, const char *path, struct span text, size_t line) {
    text = span_trim(text);
    if (text.len == 0 || text.at[0] == '#')
        return true;
    size_t cut = 0;
    while (cut < text.len && text.at[cut] != '\t' && text.at[cut] != ',')
        cut++;
    struct span name = span_trim(span_slice(text, 0, cut));
    struct span reason = span_trim(span_from(text, cut + 1));
    if (!is_name(name))
        return bad_line(path, line, "no project's name; a line is `project,reason`");
    if (reason.len == 0)
        return bad_line(path, line, "no reason; a line is `project,reason`");
    struct allowed *allowed = arena_push(list->arena, (void **)&list->at, &list->count,
                                         &list->capacity, sizeof *list->at);
    if (allowed == NULL || !project_normalize(list->arena, name, &allowed->project) ||
        !arena_copy(list->arena, reason, &allowed->reason))
        return bad_line(path, line, "out of memory");
    allowed->line = line;
    return true;
}

static int compare_allowed(const void *left, const void *right) {
    const struct allowed *a = left;
    const struct allowed *b = right;
    int order = span_compare(a->project, b->project);
    return order != 0 ? order : a->line < b->line ? -1 : a->line > b->line;
}

/* A project that is named twice has two reasons: which one holds? */
static bool check_repeats(const struct allow_list *list, const char *path) {
    for (size_t i = 1; i < list->count; i++)
        if (span_equal(list->at[i - 1].project, list->at[i].project))
            return bad_line(path, list->at[i].line, "the project has a line already");
    return true;
}

bool allow_list_read(const char *path, struct allow_list *list) {
    *list = (struct allow_list){.arena = arena_new(SIZE_MAX / 4)};
    struct buffer text = BUFFER_EMPTY;
    bool done = list->arena != NULL && read_file(path, &text);
    struct span rest = buffer_span(&text);
    struct span line;
    if (span_starts(rest, "\xEF\xBB\xBF")) /* what some editors begin a file with */
        rest = span_from(rest, 3);
    for (size_t number = 1; done && span_next_line(&rest, &line); number++)
        done = add_line(list, path, line, number);
    if (done && list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, compare_allowed);
    done = done && check_repeats(list, path);
    buffer_free(&text);
    return done;
}

void allow_list_free(struct allow_list *list) {
    arena_free(list->arena);
    *list = (struct allow_list){.arena = NULL};
}

const struct allowed *allow_list_find(const struct allow_list *list, struct span project) {
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(list->at[middle].project, project) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < list->count && span_equal(list->at[low].project, project);
    return found ? &list->at[low] : NULL;
}
