/* fuzz_texts: small readers and escapers: times, repositories, requirements, lists in the state,
 * JSON strings, the URL of Redis. */
#include "base/instant.h"
#include "base/json.h"
#include "extract/repository.h"
#include "extract/requirement.h"
#include "facts/list_text.h"
#include "mirror/name.h"
#include "report/redis_url.h"

#include "fuzz.h"

static void check_instant(struct span text) {
    instant when = 0;
    instant again = 0;
    struct buffer out = BUFFER_EMPTY;
    if (!instant_parse(text, &when))
        return;
    instant_add(&out, when);
    FUZZ_CHECK(out.len > 0 && instant_parse(buffer_span(&out), &again) && when == again);
    FUZZ_CHECK(instant_day(when) <= when && when - instant_day(when) < INSTANT_DAY);
    buffer_free(&out);
}

static void check_repository(struct span url) {
    struct buffer once = BUFFER_EMPTY;
    repository_normalize(url, &once);
    fuzz_touch(buffer_span(&once));
    FUZZ_CHECK(once.len <= REPOSITORY_BYTES_MAX);
    for (size_t i = 0; i < once.len; i++)
        FUZZ_CHECK(once.at[i] == ascii_lower(once.at[i]));
    buffer_free(&once);
}

static void check_requirement(struct arena *arena, struct span requirement) {
    struct span_list names = {0};
    FUZZ_CHECK(fuzz_inside(requirement_name(requirement), requirement));
    FUZZ_CHECK(requirement_add_project(arena, requirement, (struct span)SPAN("foo"), &names));
    FUZZ_CHECK(names.count <= 1);
    for (size_t i = 0; i < names.count; i++) {
        struct span same = SPAN_EMPTY;
        FUZZ_CHECK(project_normalize(arena, names.at[i], &same) && span_equal(same, names.at[i]));
    }
}

/* Escaped text is printable and UTF-8; a list reads back, and rows do byte for byte. */
static void check_escapes(struct arena *arena, struct span text) {
    struct buffer out = BUFFER_EMPTY;
    json_add_string(&out, text);
    FUZZ_CHECK(utf8_is_valid(buffer_span(&out)) && out.len >= 2);
    for (size_t i = 0; i < out.len; i++)
        FUZZ_CHECK(out.at[i] >= ' ' && out.at[i] != 0x7F);
    buffer_clear(&out);
    text_add_escaped(&out, text, 200);
    FUZZ_CHECK(utf8_is_valid(buffer_span(&out)));
    for (size_t i = 0; i < out.len; i++)
        FUZZ_CHECK(out.at[i] >= ' ' && out.at[i] != 0x7F);
    buffer_clear(&out);
    struct span_list list = {0};
    struct span_list back = {0};
    FUZZ_CHECK(span_list_add(&list, arena, text) && span_list_add(&list, arena, text));
    list_text_add(&out, &list);
    FUZZ_CHECK(list_text_read(arena, buffer_span(&out), &back) && back.count == 2);
    if (utf8_is_valid(text))
        FUZZ_CHECK(span_equal(back.at[0], text));
    buffer_clear(&out);
    for (int row = 0; row < 2; row++)
        rows_text_add(&out, list.at, 2, row == 0);
    rows_text_end(&out);
    FUZZ_CHECK(rows_text_read(arena, buffer_span(&out), 2, &back) && back.count == 4);
    FUZZ_CHECK(span_equal(back.at[3], text));
    buffer_free(&out);
}

static void check_redis_url(struct span text) {
    struct redis_url url = {0};
    const char *problem = NULL;
    char *copy = strndup(text.len > 0 ? (const char *)text.at : "", text.len);
    if (copy == NULL)
        abort();
    if (redis_url_parse(copy, &url, &problem)) {
        FUZZ_CHECK(url.host != NULL && *url.host != '\0');
        FUZZ_CHECK(url.is_unix || (url.port > 0 && url.port < 65536));
        redis_url_free(&url);
    } else {
        FUZZ_CHECK(problem != NULL);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct span_list list = {0};
    check_instant(text);
    check_repository(text);
    check_requirement(arena, text);
    check_escapes(arena, text);
    check_redis_url(text);
    if (list_text_read(arena, text, &list))
        fuzz_list(&list, size);
    if (rows_text_read(arena, text, 2, &list))
        fuzz_list(&list, size);
    arena_free(arena);
    return 0;
}
