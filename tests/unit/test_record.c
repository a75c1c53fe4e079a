/* record: round trips of generated records, truncation at every byte, and flipped bits. */
#include "facts/record.h"

#include "extract/field_marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* --- generated records ---------------------------------------------------------------------- */

/* xorshift64*: the same records on every machine. */
struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *dice) {
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return dice->state * UINT64_C(2685821657736338717);
}

static size_t roll_below(struct dice *dice, size_t bound) {
    return (size_t)(roll(dice) % bound);
}

static struct span random_text(struct dice *dice, struct arena *arena, size_t len_max) {
    size_t len = roll_below(dice, 4) == 0 ? 0 : roll_below(dice, len_max + 1);
    unsigned char *at = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++)
        at[i] = (unsigned char)roll(dice);
    return span_of(at, len);
}

static struct span random_path(struct dice *dice, struct arena *arena) {
    unsigned char *at = arena_alloc(arena, 64);
    size_t len = 1 + roll_below(dice, 63);
    for (size_t i = 0; i < len; i++)
        at[i] = (unsigned char)"abc/.-\xff"[roll_below(dice, 7)];
    return span_of(at, len);
}

static struct span_list random_list(struct dice *dice, struct arena *arena) {
    struct span_list list = {0};
    for (size_t n = roll_below(dice, 5); n > 0; n--)
        span_list_add(&list, arena, random_text(dice, arena, 20));
    return list;
}

static struct sketch random_sketch(struct dice *dice, struct arena *arena, enum sketch_kind kind) {
    size_t count = roll_below(dice, 3) ? roll_below(dice, 5) : sketch_values_max(kind);
    uint32_t *at = arena_alloc(arena, (count + 1) * sizeof *at);
    for (size_t i = 0; i < count; i++)
        at[i] = (i > 0 ? at[i - 1] + 1 : 0) + (uint32_t)roll_below(dice, UINT32_MAX / 256);
    return (struct sketch){at, (uint32_t)count};
}

static struct span random_marks(struct dice *dice, struct arena *arena) {
    struct field_marks marks = {.commands_known = roll_below(dice, 2) == 0,
                                .minor = (unsigned char)roll_below(dice, 7)};
    struct span bytes = SPAN_EMPTY;
    marks.present = (uint32_t)roll_below(dice, UINT32_C(1) << MARKED_FIELDS);
    marks.dynamic = (uint32_t)roll_below(dice, UINT32_C(1) << MARKED_FIELDS);
    for (size_t i = 0; i < MARKED_FIELDS; i++)
        marks.of[i] = (uint32_t)roll(dice);
    if (roll_below(dice, 3) > 0)
        assert_true(field_marks_write(arena, &marks, &bytes));
    return bytes;
}

static void random_artifact(struct dice *dice, struct arena *arena, struct artifact *artifact) {
    artifact_begin(artifact, arena);
    artifact->file.path = random_path(dice, arena);
    artifact->file.size_bytes = roll(dice) >> 1;
    artifact->file.mtime_ns = (int64_t)roll(dice);
    artifact->file.format = (enum artifact_format)roll_below(dice, FORMAT_EGG + 1);
    artifact->file.project = random_text(dice, arena, 30);
    artifact->file.version = random_text(dice, arena, 10);
    artifact->status = (enum artifact_status)roll_below(dice, STATUS_UNREADABLE + 1);
    artifact->status_detail = random_text(dice, arena, 100);
    artifact->contents = (struct artifact_contents){roll(dice) >> 1, roll(dice) >> 40,
                                                    roll(dice) >> 30, roll_below(dice, 3)};
    struct artifact_metadata *metadata = &artifact->metadata;
    metadata->found = roll_below(dice, 2) == 0;
    metadata->metadata_version = random_text(dice, arena, 3);
    metadata->name = random_text(dice, arena, 30);
    metadata->version = random_text(dice, arena, 10);
    metadata->summary = random_text(dice, arena, 300);
    metadata->author = random_text(dice, arena, 30);
    metadata->home_page = random_text(dice, arena, 50);
    metadata->repository = random_text(dice, arena, 50);
    metadata->description = random_text(dice, arena, 50); /* does not travel */
    metadata->author_emails = random_list(dice, arena);
    metadata->maintainer_emails = random_list(dice, arena);
    metadata->requires_dist = random_list(dice, arena);
    metadata->requires_projects = random_list(dice, arena);
    metadata->top_level = random_list(dice, arena);
    metadata->marks = random_marks(dice, arena);
    for (size_t n = roll_below(dice, 6); n > 0; n--) {
        const struct entry_point entry = {
            random_text(dice, arena, 20), random_text(dice, arena, 20),
            random_text(dice, arena, 40), random_text(dice, arena, 10),
            (enum entry_source)roll_below(dice, SOURCE_SETUP_PY + 1)};
        artifact_add_entry_point(artifact, &entry);
    }
    for (size_t n = roll_below(dice, 4); n > 0; n--)
        artifact_note(artifact, n % 2 ? "odd-thing" : "other-thing", random_text(dice, arena, 40));
    artifact->payload.kind = (enum payload_kind)roll_below(dice, KIND_CODE + 1);
    for (size_t i = 0; i < SIGNATURE_BYTES; i++) {
        artifact->payload.signature.at[i] = (unsigned char)roll(dice);
        artifact->payload.metadata_signature.at[i] = (unsigned char)roll(dice);
    }
    artifact->payload.sketch = random_sketch(dice, arena, SKETCH_PAYLOAD);
    artifact->payload.metadata_sketch = random_sketch(dice, arena, SKETCH_METADATA);
}

static void random_record(struct dice *dice, struct arena *arena, struct record *record) {
    *record = (struct record){.type = (enum record_type)(1 + roll_below(dice, RECORD_DONE))};
    if (roll_below(dice, 2) == 0)
        record->type = RECORD_ARTIFACT;
    record->key = roll(dice);
    random_artifact(dice, arena, &record->artifact);
    record->page_path = random_path(dice, arena);
    record->project = random_text(dice, arena, 30);
    record->user = random_text(dice, arena, 30);
    record->file.filename = random_text(dice, arena, 30);
    record->file.path = roll_below(dice, 3) ? random_path(dice, arena) : SPAN_EMPTY;
    record->file.uploaded_at = roll_below(dice, 3) ? (instant)roll(dice) : INSTANT_UNKNOWN;
    record->file.size_bytes = roll_below(dice, 3) ? roll(dice) : UINT64_MAX;
    record->file.has_sha256 = roll_below(dice, 2) == 0;
    for (size_t i = 0; i < sizeof record->file.sha256; i++)
        record->file.sha256[i] = (unsigned char)roll(dice);
    record->file.yanked = roll_below(dice, 2) == 0;
    record->on_disk = roll_below(dice, 2) == 0;
    record->counts = (struct walk_counts){roll(dice) >> 1, 1, 2, 3, 4, 5, 6, roll(dice) >> 1};
    record->found = (struct found){.type = (enum found_type)roll_below(dice, 3),
                                   .path = record->page_path,
                                   .project = record->project,
                                   .size_bytes = roll(dice) >> 1,
                                   .mtime_ns = (int64_t)roll(dice),
                                   .error = (int)roll_below(dice, 134)};
}

/* --- comparing ------------------------------------------------------------------------------ */

static void assert_span(struct span got, struct span want) {
    assert_int_equal(got.len, want.len);
    if (want.len > 0)
        assert_memory_equal(got.at, want.at, want.len);
}

static void assert_list(const struct span_list *got, const struct span_list *want) {
    assert_int_equal(got->count, want->count);
    for (size_t i = 0; i < want->count; i++)
        assert_span(got->at[i], want->at[i]);
}

static void assert_sketch(const struct sketch *got, const struct sketch *want) {
    assert_int_equal(got->count, want->count);
    if (want->count > 0)
        assert_memory_equal(got->at, want->at, want->count * sizeof *want->at);
}

static void assert_metadata(const struct artifact_metadata *got,
                            const struct artifact_metadata *want) {
    assert_int_equal(got->found, want->found);
    assert_span(got->metadata_version, want->metadata_version);
    assert_span(got->name, want->name);
    assert_span(got->version, want->version);
    assert_span(got->summary, want->summary);
    assert_span(got->author, want->author);
    assert_span(got->home_page, want->home_page);
    assert_span(got->repository, want->repository);
    assert_int_equal(got->description.len, 0);
    assert_list(&got->author_emails, &want->author_emails);
    assert_list(&got->maintainer_emails, &want->maintainer_emails);
    assert_int_equal(got->requires_dist.count, want->requires_dist.count);
    assert_null(got->requires_dist.at);
    assert_list(&got->requires_projects, &want->requires_projects);
    assert_list(&got->top_level, &want->top_level);
    assert_true(span_equal(got->marks, want->marks));
}

static void assert_artifact(const struct artifact *got, const struct artifact *want) {
    assert_span(got->file.path, want->file.path);
    size_t slash = span_find_last(want->file.path, '/');
    assert_span(got->file.filename, slash == want->file.path.len
                                        ? want->file.path
                                        : span_from(want->file.path, slash + 1));
    assert_true(got->file.size_bytes == want->file.size_bytes);
    assert_true(got->file.mtime_ns == want->file.mtime_ns);
    assert_int_equal(got->file.format, want->file.format);
    assert_span(got->file.project, want->file.project);
    assert_span(got->file.version, want->file.version);
    assert_int_equal(got->status, want->status);
    assert_span(got->status_detail, want->status_detail);
    assert_memory_equal(&got->contents, &want->contents, sizeof want->contents);
    assert_metadata(&got->metadata, &want->metadata);
    assert_int_equal(got->entry_points.count, want->entry_points.count);
    for (size_t i = 0; i < want->entry_points.count; i++) {
        const struct entry_point *a = &got->entry_points.at[i];
        const struct entry_point *b = &want->entry_points.at[i];
        assert_span(a->group, b->group);
        assert_span(a->name, b->name);
        assert_span(a->object_reference, b->object_reference);
        assert_span(a->extras, b->extras);
        assert_int_equal(a->source, b->source);
    }
    assert_int_equal(got->payload.kind, want->payload.kind);
    assert_memory_equal(&got->payload.signature, &want->payload.signature, SIGNATURE_BYTES);
    assert_memory_equal(&got->payload.metadata_signature, &want->payload.metadata_signature,
                        SIGNATURE_BYTES);
    assert_sketch(&got->payload.sketch, &want->payload.sketch);
    assert_sketch(&got->payload.metadata_sketch, &want->payload.metadata_sketch);
    assert_int_equal(got->anomalies.count, want->anomalies.count);
    for (size_t i = 0; i < want->anomalies.count; i++) {
        assert_span(got->anomalies.at[i].code, want->anomalies.at[i].code);
        assert_span(got->anomalies.at[i].detail, want->anomalies.at[i].detail);
    }
}

static void assert_index_file(const struct index_file *got, const struct index_file *want) {
    assert_span(got->filename, want->filename);
    assert_span(got->path, want->path);
    assert_true(got->uploaded_at == want->uploaded_at);
    assert_true(got->size_bytes == want->size_bytes);
    assert_memory_equal(got->sha256, want->sha256, sizeof want->sha256);
    assert_int_equal(got->has_sha256, want->has_sha256);
    assert_int_equal(got->yanked, want->yanked);
}

static void assert_found(const struct found *got, const struct found *want) {
    assert_int_equal(got->type, want->type);
    assert_span(got->path, want->path);
    assert_span(got->project, want->project);
    assert_true(got->size_bytes == want->size_bytes && got->mtime_ns == want->mtime_ns);
    assert_int_equal(got->error, want->error);
}

static void assert_record(const struct record *got, const struct record *want) {
    assert_int_equal(got->type, want->type);
    if (want->type == RECORD_ARTIFACT) {
        assert_true(got->key == want->key);
        assert_artifact(&got->artifact, &want->artifact);
    } else if (want->type == RECORD_COUNTS) {
        assert_memory_equal(&got->counts, &want->counts, sizeof want->counts);
    } else if (want->type == RECORD_FOUND) {
        assert_found(&got->found, &want->found);
    } else if (want->type != RECORD_DONE) {
        assert_span(got->page_path, want->page_path);
    }
    if (want->type == RECORD_PAGE_END)
        assert_true(got->key == want->key);
    if (want->type >= RECORD_PAGE_BEGIN && want->type <= RECORD_PAGE_OWNER)
        assert_span(got->project, want->project);
    if (want->type == RECORD_PAGE_OWNER)
        assert_span(got->user, want->user);
    if (want->type == RECORD_PAGE_FILE) {
        assert_index_file(&got->file, &want->file);
        assert_int_equal(got->on_disk, want->on_disk);
    }
}

/* --- tests ---------------------------------------------------------------------------------- */

static void reads_back_what_was_written(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct buffer out = BUFFER_EMPTY;
    struct dice dice = {42};
    for (unsigned round = 0; round < 3000; round++) {
        arena_reset(arena);
        buffer_clear(&out);
        struct record records[3];
        for (size_t i = 0; i < 3; i++) { /* a stream of three */
            random_record(&dice, arena, &records[i]);
            assert_true(record_encode(&out, &records[i]));
        }
        struct span rest = buffer_span(&out);
        for (size_t i = 0; i < 3; i++) {
            size_t length = record_length(rest);
            assert_in_range(length, RECORD_HEADER_BYTES, rest.len);
            struct record got;
            const char *problem = NULL;
            assert_true(record_decode(arena, span_slice(rest, 0, length), &got, &problem));
            assert_null(problem);
            assert_record(&got, &records[i]);
            rest = span_from(rest, length);
        }
        assert_int_equal(rest.len, 0);
    }
    buffer_free(&out);
    arena_free(arena);
}

/* An exact heap copy, so that the sanitizer sees a read past the end. */
static bool decode_copy(struct arena *arena, struct span bytes) {
    unsigned char *copy = malloc(bytes.len ? bytes.len : 1);
    assert_non_null(copy);
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    struct record got;
    const char *problem = NULL;
    record_length(span_of(copy, bytes.len));
    bool good = record_decode(arena, span_of(copy, bytes.len), &got, &problem);
    assert_int_equal(good, problem == NULL);
    free(copy);
    return good;
}

/* Makes the header agree with a body of another length. */
static void set_length(unsigned char *header, size_t body) {
    for (size_t i = 0; i < 4; i++)
        header[i] = (unsigned char)(body >> (8 * i));
}

static void every_truncation_is_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct arena *scratch = arena_new(1 << 24);
    struct buffer out = BUFFER_EMPTY;
    struct dice dice = {7};
    for (unsigned round = 0; round < 60; round++) {
        struct record record;
        arena_reset(arena);
        random_record(&dice, arena, &record);
        buffer_clear(&out);
        assert_true(record_encode(&out, &record));
        for (size_t len = 0; len < out.len; len++) {
            arena_reset(scratch);
            assert_false(decode_copy(scratch, span_of(out.at, len)));
            if (len < RECORD_HEADER_BYTES)
                continue;
            unsigned char header[4];
            memcpy(header, out.at, 4); /* cut, with a header that says so */
            set_length(out.at, len - RECORD_HEADER_BYTES);
            assert_false(decode_copy(scratch, span_of(out.at, len)));
            memcpy(out.at, header, 4);
        }
        size_t whole = out.len; /* and one byte too many */
        buffer_add_byte(&out, 0);
        assert_false(decode_copy(scratch, buffer_span(&out)));
        set_length(out.at, whole + 1 - RECORD_HEADER_BYTES);
        assert_false(decode_copy(scratch, buffer_span(&out)));
    }
    buffer_free(&out);
    arena_free(scratch);
    arena_free(arena);
}

static void flips_never_crash(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct arena *scratch = arena_new(1 << 24);
    struct buffer out = BUFFER_EMPTY;
    struct dice dice = {99};
    for (unsigned round = 0; round < 20000; round++) {
        struct record record;
        arena_reset(arena);
        arena_reset(scratch);
        random_record(&dice, arena, &record);
        buffer_clear(&out);
        assert_true(record_encode(&out, &record));
        for (size_t flips = 1 + roll_below(&dice, 4); flips > 0; flips--) {
            size_t at = roll_below(&dice, out.len);
            out.at[at] = roll_below(&dice, 3) == 0 ? 0xFF : (unsigned char)roll(&dice);
        }
        if (roll_below(&dice, 2) == 0) /* mostly the body is of interest */
            set_length(out.at, out.len - RECORD_HEADER_BYTES);
        decode_copy(scratch, buffer_span(&out));
    }
    buffer_free(&out);
    arena_free(scratch);
    arena_free(arena);
}

static void headers_are_checked(void **state) {
    (void)state;
    unsigned char header[RECORD_HEADER_BYTES] = {0, 0, 0, 0, RECORD_DONE};
    for (size_t len = 0; len < RECORD_HEADER_BYTES; len++)
        assert_int_equal(record_length(span_of(header, len)), 0);
    assert_int_equal(record_length(span_of(header, sizeof header)), RECORD_HEADER_BYTES);
    set_length(header, (size_t)RECORD_BYTES_MAX);
    assert_int_equal(record_length(span_of(header, sizeof header)),
                     RECORD_HEADER_BYTES + RECORD_BYTES_MAX);
    set_length(header, (size_t)RECORD_BYTES_MAX + 1);
    assert_true(record_length(span_of(header, sizeof header)) == SIZE_MAX);
    set_length(header, 0xFFFFFFFF);
    assert_true(record_length(span_of(header, sizeof header)) == SIZE_MAX);
    set_length(header, 0);
    header[4] = 0;
    assert_true(record_length(span_of(header, sizeof header)) == SIZE_MAX);
    header[4] = RECORD_DONE + 1;
    assert_true(record_length(span_of(header, sizeof header)) == SIZE_MAX);
}

static void too_big_leaves_the_buffer_whole(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 28);
    struct buffer out = BUFFER_EMPTY;
    struct record record = {.type = RECORD_ARTIFACT};
    artifact_begin(&record.artifact, arena);
    record.artifact.file.path = span_text("a");
    assert_true(record_encode(&out, &record));
    size_t before = out.len;
    size_t huge = (size_t)RECORD_BYTES_MAX + 1;
    record.artifact.metadata.summary = span_of(arena_alloc(arena, huge), huge);
    assert_false(record_encode(&out, &record));
    assert_int_equal(out.len, before);
    assert_false(out.failed);
    struct span *items =
        arena_alloc(arena, 100 * sizeof *items); /* the sum counts, not one field */
    for (size_t i = 0; i < 100; i++)
        items[i] = span_of(record.artifact.metadata.summary.at, huge / 50);
    record.artifact.metadata.summary = SPAN_EMPTY;
    record.artifact.metadata.top_level = (struct span_list){items, 100, 100};
    assert_false(record_encode(&out, &record));
    assert_int_equal(out.len, before);
    record.artifact.metadata.top_level.count = 45;
    assert_true(record_encode(&out, &record));
    assert_in_range(record_length(span_from(buffer_span(&out), before)), 1, huge + 4);
    buffer_free(&out);
    arena_free(arena);
}

/* A body of 100 bytes that claims four thousand million items must not reserve memory for them. */
static void lying_counts_reserve_nothing(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct buffer out = BUFFER_EMPTY;
    struct record record = {.type = RECORD_ARTIFACT};
    artifact_begin(&record.artifact, arena);
    record.artifact.file.path = span_text("a");
    assert_true(record_encode(&out, &record));
    size_t bytes = arena_bytes(arena);
    unsigned refused = 0;
    for (size_t at = RECORD_HEADER_BYTES; at + 4 <= out.len; at++) {
        unsigned char kept[4];
        memcpy(kept, out.at + at, 4);
        memset(out.at + at, 0xFF, 4);
        refused += !decode_copy(arena, buffer_span(&out));
        memcpy(out.at + at, kept, 4);
    }
    assert_in_range(refused, 40, out.len);
    assert_int_equal(arena_bytes(arena), bytes);
    buffer_free(&out);
    arena_free(arena);
}

static void memory_out_is_a_problem_not_a_crash(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 24);
    struct arena *tiny = arena_new(32);
    struct buffer out = BUFFER_EMPTY;
    struct record record = {.type = RECORD_ARTIFACT};
    artifact_begin(&record.artifact, arena);
    record.artifact.file.path = span_text("a");
    for (unsigned i = 0; i < 9; i++)
        span_list_add(&record.artifact.metadata.top_level, arena, span_text("x"));
    assert_true(record_encode(&out, &record));
    const char *problem = NULL;
    struct record got;
    assert_false(record_decode(tiny, buffer_span(&out), &got, &problem));
    assert_string_equal(problem, "out of memory");
    buffer_free(&out);
    arena_free(tiny);
    arena_free(arena);
}

static void impossible_paths_are_refused(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct buffer out = BUFFER_EMPTY;
    struct record record = {.type = RECORD_PAGE_BEGIN};
    assert_true(record_encode(&out, &record)); /* an empty path */
    assert_false(decode_copy(arena, buffer_span(&out)));
    buffer_clear(&out);
    record.page_path = span_of("a\0b", 3);
    assert_true(record_encode(&out, &record));
    assert_false(decode_copy(arena, buffer_span(&out)));
    buffer_free(&out);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_was_written),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(flips_never_crash),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(too_big_leaves_the_buffer_whole),
        cmocka_unit_test(lying_counts_reserve_nothing),
        cmocka_unit_test(memory_out_is_a_problem_not_a_crash),
        cmocka_unit_test(impossible_paths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
