/* word_list: see word_list.h. */
#include "cluster/word_list.h"

#include "base/log.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The largest public list of throw-away domains is about 5 MB. */
enum { LIST_BYTES_MAX = 64 << 20, READ_BYTES = 64 << 10 };

static int compare_spans(const void *left, const void *right) {
    return span_compare(*(const struct span *)left, *(const struct span *)right);
}

/* Lower-cases the text in place and collects its words. */
static bool parse(struct word_list *list) {
    for (size_t i = 0; i < list->text.len; i++)
        list->text.at[i] = ascii_lower(list->text.at[i]);
    size_t capacity = 0;
    struct span rest = buffer_span(&list->text);
    struct span line;
    while (span_next_line(&rest, &line)) {
        struct span word = span_trim(span_slice(line, 0, span_find(line, '#')));
        if (word.len == 0)
            continue;
        if (list->count == capacity) {
            capacity = capacity ? capacity * 2 : 512;
            struct span *wider = realloc(list->words, capacity * sizeof *wider);
            if (wider == NULL)
                return false;
            list->words = wider;
        }
        list->words[list->count++] = word;
    }
    if (list->count > 1)
        qsort(list->words, list->count, sizeof *list->words, compare_spans);
    return true;
}

/* 0, or errno. ENOENT: try the next place. */
static int read_file(const char *path, struct buffer *text) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOTDIR ? ENOENT : errno;
    int error = 0;
    while (error == 0) {
        if (text->len > LIST_BYTES_MAX)
            error = EFBIG;
        else if (!buffer_reserve(text, READ_BYTES))
            error = ENOMEM;
        if (error != 0)
            break;
        ssize_t got = read(fd, text->at + text->len, READ_BYTES);
        if (got == 0)
            break;
        if (got > 0)
            text->len += (size_t)got;
        else if (errno != EINTR)
            error = errno;
    }
    close(fd);
    return error;
}

/* Tries FOLDER/fetched/NAME.txt and FOLDER/NAME.txt. 0, ENOENT when neither is there, or errno. */
static int read_from(struct word_list *list, const char *folder, const char *name) {
    static const char *const places[] = {"fetched/", ""};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = NULL;
        if (asprintf(&path, "%s/%s%s.txt", folder, places[i], name) < 0)
            return ENOMEM;
        int error = read_file(path, &list->text);
        if (error == ENOENT) {
            free(path);
            continue;
        }
        list->source = path;
        return error;
    }
    return ENOENT;
}

static int read_beside_program(struct word_list *list, const char *name) {
    static const char *const places[] = {"datasets", "../share/winnow/datasets"};
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program);
    if (len <= 0 || (size_t)len >= sizeof program)
        return ENOENT;
    size_t folder = span_find_last(span_of(program, (size_t)len), '/');
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char *path = NULL;
        if (asprintf(&path, "%.*s/%s", (int)folder, program, places[i]) < 0)
            return ENOMEM;
        int error = read_from(list, path, name);
        free(path);
        if (error != ENOENT)
            return error;
    }
    return ENOENT;
}

bool word_list_load(struct word_list *list, const char *name, const char *built_in) {
    *list = (struct word_list){.text = BUFFER_EMPTY, .name = name};
    const char *folder = getenv("WINNOW_DATASETS");
    int error = folder != NULL && *folder != '\0' ? read_from(list, folder, name)
                                                  : read_beside_program(list, name);
    if (error == ENOENT) {
        list->source = strdup("built in");
        buffer_add_text(&list->text, built_in);
        error = list->source == NULL || list->text.failed ? ENOMEM : 0;
    }
    if (error == 0 && !parse(list))
        error = ENOMEM;
    if (error == 0)
        return true;
    log_line(LOG_ERROR, "cannot read the list %s: %s", list->source ? list->source : name,
             strerror(error));
    word_list_free(list);
    return false;
}

void word_list_free(struct word_list *list) {
    buffer_free(&list->text);
    free(list->words);
    free(list->source);
    *list = (struct word_list){.text = BUFFER_EMPTY};
}

bool word_list_has(const struct word_list *list, struct span word) {
    return list->count > 0 &&
           bsearch(&word, list->words, list->count, sizeof *list->words, compare_spans) != NULL;
}
