/* fuzz_paths: names of members, targets of links, urls of index pages: nothing leads out. */
#include "mirror/index_url.h"
#include "unpack/member_name.h"

#include "fuzz.h"

static void check_member(struct arena *arena, struct span name) {
    struct span path = SPAN_EMPTY;
    struct span again = SPAN_EMPTY;
    unsigned oddities = 0;
    unsigned fewer = 0;
    FUZZ_CHECK(member_path(arena, name, &path, &oddities));
    fuzz_touch(path);
    FUZZ_CHECK(fuzz_stays_below(path) && span_find(path, 0) == path.len);
    FUZZ_CHECK(((oddities & NAME_NUL) != 0) == (span_find(name, 0) != name.len));
    FUZZ_CHECK(((oddities & NAME_NOT_UTF8) != 0) == !utf8_is_valid(name));
    FUZZ_CHECK(((oddities & NAME_EMPTY) != 0) >= (name.len == 0));
    FUZZ_CHECK(member_path(arena, path, &again, &fewer));
    FUZZ_CHECK(span_equal(path, again));
    FUZZ_CHECK((fewer & ~oddities & ~(unsigned)NAME_EMPTY & ~(unsigned)NAME_NOT_UTF8) == 0);
    if ((oddities & (NAME_ABSOLUTE | NAME_DOTDOT)) != 0)
        FUZZ_CHECK(path.len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span input = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct span name = fuzz_piece(&input);
    struct span other = fuzz_piece(&input);
    struct span path = SPAN_EMPTY;
    unsigned oddities = 0;
    check_member(arena, name);
    FUZZ_CHECK(member_path(arena, other, &path, &oddities));
    if (other.len > 0 && other.at[0] == '/')
        FUZZ_CHECK(link_leaves_root((struct span)SPAN("a/b"), other));
    link_leaves_root(path, name);
    is_native_name(path);
    is_junk_root(path);
    struct buffer out = BUFFER_EMPTY;
    index_url_path(name, path, &out);
    FUZZ_CHECK(!out.failed && fuzz_stays_below(buffer_span(&out)));
    FUZZ_CHECK(span_find(buffer_span(&out), 0) == out.len);
    buffer_free(&out);
    FUZZ_CHECK(fuzz_inside(index_url_sha256(name), name));
    arena_free(arena);
    return 0;
}
