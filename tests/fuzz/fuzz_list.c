/* fuzz_list: a list of files of a mirror, from whatever tool: each path ends as one file found, as
 * an error, or as furniture, and none leads out of the mirror. */
#include "mirror/walk.h"

#include "fuzz.h"

#include <fcntl.h>

/* A mirror of a few files and links, made once and removed at the end. */
static char root[] = "/tmp/winnow-fuzz-XXXXXX";

static void remove_mirror(void) {
    static const char *const made[] = {"foo/foo-1.0.tar.gz", "foo/out", "foo/loop", "foo",
                                       "inside"};
    int fd = open(root, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlinkat(fd, made[i], i == 3 ? AT_REMOVEDIR : 0);
    close(fd);
    rmdir(root);
}

static void make_mirror(void) {
    if (mkdtemp(root) == NULL || chdir(root) != 0)
        abort();
    int fd = -1;
    if (mkdir("foo", 0700) != 0 || (fd = creat("foo/foo-1.0.tar.gz", 0600)) < 0 ||
        symlink("/etc/passwd", "foo/out") != 0 || symlink("loop", "foo/loop") != 0 ||
        symlink("foo/foo-1.0.tar.gz", "inside") != 0)
        abort();
    close(fd);
    atexit(remove_mirror);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool made;
    struct buffer list = BUFFER_EMPTY;
    /* What separates the paths is told by the first 64 KiB: some lists are longer. */
    for (size_t i = 0; size > 0 && *data == '\n' && i < 64 * 1024; i++)
        buffer_add_byte(&list, '\n');
    buffer_add(&list, span_of(data, size));
    if (!made)
        make_mirror();
    made = true;
    struct walk *walk = walk_open(root);
    FUZZ_CHECK(walk != NULL && walk_from_list(walk, fuzz_file(buffer_span(&list))));
    buffer_free(&list);
    struct walk_cursor *cursor = walk_cursor_new(walk);
    const struct found *batch;
    size_t count;
    size_t total = 0;
    FUZZ_CHECK(cursor != NULL);
    while ((count = walk_next(cursor, &batch)) > 0)
        for (size_t i = 0; i < count; i++, total++) {
            fuzz_touch(batch[i].project);
            FUZZ_CHECK(batch[i].path.len > 0 && span_find(batch[i].path, 0) == batch[i].path.len);
            if (batch[i].error != 0)
                continue;
            FUZZ_CHECK(fuzz_stays_below(batch[i].path));
            int fd = walk_open_file(walk, batch[i].path);
            FUZZ_CHECK(fd >= 0);
            close(fd);
        }
    FUZZ_CHECK(total <= size / 2 + 1);
    walk_cursor_free(cursor);
    walk_close(walk);
    return 0;
}
