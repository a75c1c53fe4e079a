/* fuzz_names: file names, project names, versions, in pieces that 0xFF separates. */
#include "mirror/filename.h"
#include "mirror/name.h"
#include "unpack/magic.h"

#include "fuzz.h"

static int sign(int order) {
    return (order > 0) - (order < 0);
}

/* An order, and equal where it says so. */
static void check_versions(struct span a, struct span b, struct span c) {
    FUZZ_CHECK(version_compare(a, a) == 0 && version_same(a, a));
    FUZZ_CHECK(sign(version_compare(a, b)) == -sign(version_compare(b, a)));
    FUZZ_CHECK(version_same(a, b) == (version_compare(a, b) == 0));
    if (version_compare(a, b) <= 0 && version_compare(b, c) <= 0)
        FUZZ_CHECK(version_compare(a, c) <= 0);
    if (!version_is_valid(a) && version_is_valid(b))
        FUZZ_CHECK(version_compare(a, b) < 0);
    if (!version_is_valid(a))
        FUZZ_CHECK(version_major(a) == 0);
}

static void check_project(struct arena *arena, struct span name) {
    struct span once = SPAN_EMPTY;
    struct span twice = SPAN_EMPTY;
    FUZZ_CHECK(project_normalize(arena, name, &once) && project_normalize(arena, once, &twice));
    FUZZ_CHECK(span_equal(once, twice) && once.len <= name.len && project_same(name, once));
    fuzz_touch(once);
}

static void check_filename(struct arena *arena, struct span filename, struct span project) {
    struct span hint = SPAN_EMPTY;
    FUZZ_CHECK(project_normalize(arena, project, &hint));
    for (int hinted = 0; hinted < 2; hinted++) {
        struct parsed_filename parsed = filename_parse(filename, hinted ? hint : SPAN_EMPTY);
        FUZZ_CHECK(fuzz_inside(parsed.name, filename) && fuzz_inside(parsed.version, filename));
        FUZZ_CHECK(parsed.name.len + parsed.version.len <= filename.len);
        FUZZ_CHECK(parsed.format <= FORMAT_EGG);
        if (parsed.format != FORMAT_OTHER)
            FUZZ_CHECK(parsed.is_artifact);
        check_project(arena, parsed.name);
    }
    FUZZ_CHECK(fuzz_inside(filename_stem(filename), filename));
    container_of_name(filename);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span input = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct span a = fuzz_piece(&input);
    struct span b = fuzz_piece(&input);
    struct span c = fuzz_piece(&input);
    check_versions(a, b, c);
    check_versions(c, a, b);
    FUZZ_CHECK(project_same(a, b) == project_same(b, a));
    check_project(arena, a);
    check_filename(arena, a, b);
    magic_of(a);
    arena_free(arena);
    return 0;
}
