/* fuzz_payload: a member's bytes as text, name and Python source: kinds, masks, sketches. */
#include "payload/mask.h"
#include "payload/member_class.h"
#include "payload/python_kind.h"
#include "payload/sketch.h"

#include "fuzz.h"

static void check_sketch(struct arena *arena, struct span masked, bool python) {
    struct sketcher sketcher;
    struct sketch sketch;
    sketcher_begin(&sketcher, SKETCH_PAYLOAD_VALUES);
    if (python)
        FUZZ_CHECK(sketcher_add_python(&sketcher, arena, masked));
    else
        sketcher_add_text(&sketcher, masked);
    FUZZ_CHECK(sketcher_end(&sketcher, arena, &sketch));
    FUZZ_CHECK(sketch.count <= SKETCH_PAYLOAD_VALUES);
    for (uint32_t i = 1; i < sketch.count; i++)
        FUZZ_CHECK(sketch.at[i - 1] < sketch.at[i]);
}

/* Masks twice, because a mask must not remember; at most a few bytes for one. */
static void check_masks(const struct mask *mask, struct arena *arena, struct span bytes) {
    struct buffer first = BUFFER_EMPTY;
    struct buffer second = BUFFER_EMPTY;
    for (unsigned how = 0; how < 4; how++) {
        buffer_clear(&first);
        buffer_clear(&second);
        for (unsigned turn = 0; turn < 2; turn++) {
            struct buffer *out = turn == 0 ? &first : &second;
            if (how == 0)
                mask_text(mask, bytes, out);
            else if (how == 1)
                mask_path(mask, bytes, out);
            else if (how == 2)
                mask_identifier(mask, bytes, out);
            else
                mask_python(mask, arena, bytes, out);
        }
        FUZZ_CHECK(!first.failed);
        FUZZ_CHECK(span_equal(buffer_span(&first), buffer_span(&second)));
        FUZZ_CHECK(first.len <= 4 * bytes.len + 16);
        if (how == 0 || how == 3)
            check_sketch(arena, buffer_span(&first), how == 3);
    }
    check_sketch(arena, bytes, true); /* as if the marks stood in the source itself */
    buffer_free(&first);
    buffer_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span bytes = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.project = (struct span)SPAN("foo-bar");
    artifact.file.version = (struct span)SPAN("1.0");
    artifact.metadata.author = (struct span)SPAN("Ann Smith");
    artifact.metadata.author_email = (struct span)SPAN("ann@mail.example");
    struct mask mask;
    mask_begin(&mask, &artifact);
    struct span_list own = {0};
    FUZZ_CHECK(span_list_add(&own, arena, (struct span)SPAN("foo_bar")));
    enum payload_kind kind = python_kind(bytes, &own);
    FUZZ_CHECK(kind == KIND_BLANK || kind == KIND_CONSTANT || kind == KIND_STUB ||
               kind == KIND_CODE);
    FUZZ_CHECK(kind == python_kind(bytes, &own));
    kind = python_kind_of_pyi(bytes);
    FUZZ_CHECK(kind == KIND_BLANK || kind == KIND_CODE);
    check_masks(&mask, arena, bytes);
    FUZZ_CHECK(fuzz_inside(path_basename(bytes), bytes));
    FUZZ_CHECK(fuzz_inside(path_extension(bytes), bytes));
    member_class(bytes);
    path_is_test(bytes);
    mask_is_project(&mask, bytes);
    arena_free(arena);
    return 0;
}
