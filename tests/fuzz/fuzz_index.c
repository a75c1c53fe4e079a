/* fuzz_index: index pages as JSON, simple and of a project. The same page behind so much white
 * space that it lies across two pieces must read the same. */
#include "mirror/index.h"

#include "base/hash.h"
#include "fuzz.h"

enum { PIECE_BYTES = 64 * 1024 }; /* that the reader takes at once */

struct seen {
    uint64_t hash; /* of all that was handed over, in order */
    size_t calls;
};

static void add(struct seen *seen, const void *at, size_t len) {
    seen->hash = hash64(span_of(at, len), seen->hash);
}

static bool on_file(void *context, struct span project, const struct index_file *file) {
    struct seen *seen = context;
    FUZZ_CHECK(span_is(project, "foo"));
    FUZZ_CHECK(file->filename.len > 0);
    FUZZ_CHECK(fuzz_stays_below(file->path));
    FUZZ_CHECK(span_find(file->path, 0) == file->path.len);
    add(seen, file->filename.at, file->filename.len);
    add(seen, file->path.at, file->path.len);
    add(seen, &file->uploaded_at, sizeof file->uploaded_at);
    add(seen, &file->size_bytes, sizeof file->size_bytes);
    if (file->has_sha256)
        add(seen, file->sha256, sizeof file->sha256);
    add(seen, &file->yanked, sizeof file->yanked);
    seen->calls++;
    return true;
}

static bool on_owner(void *context, struct span project, struct span user) {
    struct seen *seen = context;
    FUZZ_CHECK(span_is(project, "foo") && user.len > 0);
    add(seen, user.at, user.len);
    seen->calls++;
    return true;
}

static struct seen read_page(struct span bytes, bool simple, const char **problem) {
    struct seen seen = {0};
    const struct index_visitor visitor = {&seen, on_file, on_owner};
    const struct span project = SPAN("foo");
    int fd = fuzz_file(bytes);
    bool read = simple ? index_read_simple(fd, project, (struct span)SPAN("web/simple/foo"),
                                           &visitor, problem)
                       : index_read_project(fd, project, &visitor, problem);
    FUZZ_CHECK(read == (*problem == NULL));
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span page = span_of(data, size);
    unsigned choice = fuzz_choice(&page);
    bool simple = (choice & 1) == 0;
    const char *problem = NULL;
    struct seen seen = read_page(page, simple, &problem);
    if (choice < 0xF0 || page.len == 0) /* it costs 20 times the rest */
        return 0;
    size_t blanks = PIECE_BYTES - 1 - (choice % 0xF0 + page.len / 2) % page.len;
    struct buffer moved = BUFFER_EMPTY;
    if (!buffer_reserve(&moved, blanks + page.len))
        abort();
    memset(moved.at, ' ', blanks);
    moved.len = blanks;
    buffer_add(&moved, page);
    const char *moved_problem = NULL;
    struct seen same = read_page(buffer_span(&moved), simple, &moved_problem);
    FUZZ_CHECK(seen.hash == same.hash && seen.calls == same.calls && problem == moved_problem);
    buffer_free(&moved);
    return 0;
}
