/* fuzz_metadata: METADATA and PKG-INFO, and the signature of what they say. */
#include "extract/core_metadata.h"
#include "extract/repository.h"
#include "payload/signature.h"

#include "fuzz.h"

static void check_fields(struct span message) {
    struct header_reader reader;
    struct header_field field;
    size_t total = 0;
    header_reader_begin(&reader, message);
    while (header_reader_next(&reader, &field)) {
        FUZZ_CHECK(field.name.len > 0);
        FUZZ_CHECK(fuzz_inside(field.name, message) && fuzz_inside(field.value, message));
        total += field.name.len + field.value.len;
    }
    struct span body = header_reader_body(&reader);
    FUZZ_CHECK(fuzz_inside(body, message) && total + body.len <= message.len);
}

static void check_texts(const struct artifact_metadata *metadata) {
    const struct span texts[] = {
        metadata->metadata_version, metadata->name,         metadata->version,    metadata->summary,
        metadata->author,           metadata->author_email, metadata->maintainer, metadata->license,
        metadata->maintainer_email, metadata->home_page,    metadata->repository};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fuzz_text(texts[i]);
        FUZZ_CHECK(texts[i].len <= FIELD_BYTES_MAX);
    }
    fuzz_touch(metadata->description);
    FUZZ_CHECK(metadata->repository.len <= REPOSITORY_BYTES_MAX);
    const struct span_list *const lists[] = {&metadata->author_emails, &metadata->maintainer_emails,
                                             &metadata->project_urls, &metadata->requires_dist,
                                             &metadata->field_names};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (size_t k = 0; k < lists[i]->count; k++)
            fuzz_text(lists[i]->at[k]);
}

/* Marks read back as they were written, and differ in nothing from themselves. */
static void check_marks(struct arena *arena, const struct field_marks *marks) {
    struct span bytes = SPAN_EMPTY;
    struct span again = SPAN_EMPTY;
    struct field_marks read = {0};
    struct buffer names = BUFFER_EMPTY;
    FUZZ_CHECK(field_marks_write(arena, marks, &bytes) && bytes.len <= FIELD_MARKS_BYTES_MAX);
    FUZZ_CHECK(field_marks_read(bytes, &read) && field_marks_write(arena, &read, &again));
    FUZZ_CHECK(span_equal(bytes, again));
    field_marks_compare(marks, &read, &names);
    FUZZ_CHECK(names.len == 0);
    buffer_free(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct span text = span_of(data, size);
    struct arena *arena = fuzz_arena();
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.project = (struct span)SPAN("foo-bar");
    artifact.file.version = (struct span)SPAN("1.0");
    check_fields(text);
    struct field_marks marks = {0};
    FUZZ_CHECK(core_metadata_read(&artifact, text, &marks));
    check_marks(arena, &marks);
    FUZZ_CHECK(repository_find(arena, &artifact.metadata));
    check_texts(&artifact.metadata);
    struct mask mask;
    mask_begin(&mask, &artifact);
    FUZZ_CHECK(metadata_signature(&artifact, &mask));
    const struct sketch *sketch = &artifact.payload.metadata_sketch;
    FUZZ_CHECK(sketch->count <= SKETCH_METADATA_VALUES);
    for (uint32_t i = 1; i < sketch->count; i++)
        FUZZ_CHECK(sketch->at[i - 1] < sketch->at[i]);
    arena_free(arena);
    return 0;
}
