/* record: see record.h. The order of fields in add_* and take_* functions is the format. */
#include "facts/record.h"

#include "extract/field_marks.h"

#include <endian.h>

/* The kernel's errnos are below it. */
enum { ERRNO_MAX = 4095 };

/* --- writing -------------------------------------------------------------------------------- */

struct writer {
    struct buffer *out;
    size_t body; /* where the body starts in out */
    bool too_big;
};

/* Where the next `len` bytes go; NULL when they are too many, or memory is out. */
static unsigned char *add_room(struct writer *writer, size_t len) {
    struct buffer *out = writer->out;
    if (len > RECORD_BYTES_MAX || out->len - writer->body + len > RECORD_BYTES_MAX)
        writer->too_big = true; /* before copying: a field may be huge */
    if (writer->too_big || !buffer_reserve(out, len))
        return NULL;
    out->len += len;
    return out->at + out->len - len;
}

static void add_bytes(struct writer *writer, const void *at, size_t len) {
    unsigned char *room = add_room(writer, len);
    if (room != NULL && len > 0)
        memcpy(room, at, len);
}

static void add_u8(struct writer *writer, unsigned value) {
    const unsigned char byte = (unsigned char)value;
    add_bytes(writer, &byte, 1);
}

static void add_u32(struct writer *writer, uint64_t value) {
    if (value > UINT32_MAX)
        writer->too_big = true;
    const uint32_t bytes = htole32((uint32_t)value);
    add_bytes(writer, &bytes, sizeof bytes);
}

static void add_u64(struct writer *writer, uint64_t value) {
    const uint64_t bytes = htole64(value);
    add_bytes(writer, &bytes, sizeof bytes);
}

static void add_span(struct writer *writer, struct span text) {
    const uint32_t len = htole32((uint32_t)text.len);
    unsigned char *room = add_room(writer, sizeof len + text.len);
    if (room == NULL)
        return;
    memcpy(room, &len, sizeof len);
    if (text.len > 0)
        memcpy(room + sizeof len, text.at, text.len);
}

static void add_list(struct writer *writer, const struct span_list *list) {
    add_u32(writer, list->count);
    for (size_t i = 0; i < list->count; i++)
        add_span(writer, list->at[i]);
}

static void add_file(struct writer *writer, const struct artifact_file *file) {
    add_span(writer, file->path);
    add_u64(writer, file->size_bytes);
    add_u64(writer, (uint64_t)file->mtime_ns);
    add_u8(writer, file->format);
    add_span(writer, file->project);
    add_span(writer, file->version);
}

static void add_contents(struct writer *writer, const struct artifact_contents *contents) {
    add_u64(writer, contents->member_count);
    add_u64(writer, contents->python_file_count);
    add_u64(writer, contents->python_bytes);
    add_u64(writer, contents->native_file_count);
}

static void add_metadata(struct writer *writer, const struct artifact_metadata *metadata) {
    add_u8(writer, metadata->found);
    add_span(writer, metadata->metadata_version);
    add_span(writer, metadata->name);
    add_span(writer, metadata->version);
    add_span(writer, metadata->summary);
    add_span(writer, metadata->author);
    add_span(writer, metadata->home_page);
    add_span(writer, metadata->repository);
    add_list(writer, &metadata->author_emails);
    add_list(writer, &metadata->maintainer_emails);
    add_u32(writer, metadata->requires_dist.count);
    add_list(writer, &metadata->requires_projects);
    add_list(writer, &metadata->top_level);
    add_span(writer, metadata->marks);
}

static void add_entry_points(struct writer *writer, const struct entry_point_list *list) {
    add_u32(writer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        add_span(writer, list->at[i].group);
        add_span(writer, list->at[i].name);
        add_span(writer, list->at[i].object_reference);
        add_span(writer, list->at[i].extras);
        add_u8(writer, list->at[i].source);
    }
}

static void add_anomalies(struct writer *writer, const struct anomaly_list *list) {
    add_u32(writer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        add_span(writer, list->at[i].code);
        add_span(writer, list->at[i].detail);
    }
}

static void add_sketch(struct writer *writer, const struct sketch *sketch) {
    uint32_t values[SKETCH_PAYLOAD_VALUES];
    uint32_t count = sketch->count < SKETCH_PAYLOAD_VALUES ? sketch->count : SKETCH_PAYLOAD_VALUES;
    for (uint32_t i = 0; i < count; i++)
        values[i] = htole32(sketch->at[i]);
    add_u32(writer, count);
    add_bytes(writer, values, count * sizeof *values);
}

static void add_artifact(struct writer *writer, const struct artifact *artifact) {
    add_file(writer, &artifact->file);
    add_u8(writer, artifact->status);
    add_span(writer, artifact->status_detail);
    add_contents(writer, &artifact->contents);
    add_metadata(writer, &artifact->metadata);
    add_entry_points(writer, &artifact->entry_points);
    add_u8(writer, artifact->payload.kind);
    add_bytes(writer, artifact->payload.signature.at, SIGNATURE_BYTES);
    add_bytes(writer, artifact->payload.metadata_signature.at, SIGNATURE_BYTES);
    add_sketch(writer, &artifact->payload.sketch);
    add_sketch(writer, &artifact->payload.metadata_sketch);
    add_anomalies(writer, &artifact->anomalies);
}

static void add_index_file(struct writer *writer, const struct index_file *file) {
    add_span(writer, file->filename);
    add_span(writer, file->path);
    add_u64(writer, (uint64_t)file->uploaded_at);
    add_u64(writer, file->size_bytes);
    add_bytes(writer, file->sha256, sizeof file->sha256);
    add_u8(writer, file->has_sha256);
    add_u8(writer, file->yanked);
}

static void add_counts(struct writer *writer, const struct walk_counts *counts) {
    add_u64(writer, counts->directories);
    add_u64(writer, counts->links_outside);
    add_u64(writer, counts->links_broken);
    add_u64(writer, counts->loops);
    add_u64(writer, counts->not_regular);
    add_u64(writer, counts->not_artifacts);
    add_u64(writer, counts->unreadable_directories);
    add_u64(writer, counts->links_inside);
}

static void add_found(struct writer *writer, const struct found *found) {
    add_u8(writer, found->type);
    add_span(writer, found->path);
    add_span(writer, found->project);
    add_u64(writer, found->size_bytes);
    add_u64(writer, (uint64_t)found->mtime_ns);
    add_u32(writer, (uint64_t)found->error);
}

static void add_body(struct writer *writer, const struct record *record) {
    switch (record->type) {
    case RECORD_ARTIFACT:
        add_u64(writer, record->key);
        add_artifact(writer, &record->artifact);
        break;
    case RECORD_PAGE_BEGIN:
        add_span(writer, record->page_path);
        add_span(writer, record->project);
        break;
    case RECORD_PAGE_FILE:
        add_span(writer, record->page_path);
        add_span(writer, record->project);
        add_index_file(writer, &record->file);
        add_u8(writer, record->on_disk);
        break;
    case RECORD_PAGE_OWNER:
        add_span(writer, record->page_path);
        add_span(writer, record->project);
        add_span(writer, record->user);
        break;
    case RECORD_PAGE_END:
        add_span(writer, record->page_path);
        add_u64(writer, record->key);
        break;
    case RECORD_COUNTS:
        add_counts(writer, &record->counts);
        break;
    case RECORD_FOUND:
        add_found(writer, &record->found);
        break;
    case RECORD_DONE:
        break;
    }
}

bool record_encode(struct buffer *out, const struct record *record) {
    if (out->failed)
        return false;
    size_t start = out->len;
    static const unsigned char no_header[RECORD_HEADER_BYTES];
    buffer_add(out, span_of(no_header, sizeof no_header));
    struct writer writer = {.out = out, .body = out->len};
    if (!out->failed)
        add_body(&writer, record);
    if (out->failed || writer.too_big) {
        out->len = start; /* what was there before is whole */
        return false;
    }
    const uint32_t length = htole32((uint32_t)(out->len - writer.body));
    memcpy(out->at + start, &length, sizeof length);
    out->at[start + sizeof length] = (unsigned char)record->type;
    return true;
}

/* --- reading -------------------------------------------------------------------------------- */

/* The first thing wrong stays in `problem`; afterwards everything reads as zero and empty. */
struct reader {
    struct span rest;
    struct arena *arena;
    const char *problem;
};

static void fail(struct reader *reader, const char *problem) {
    if (reader->problem == NULL)
        reader->problem = problem;
    reader->rest = SPAN_EMPTY;
}

static struct span take(struct reader *reader, size_t len) {
    if (len > reader->rest.len) {
        fail(reader, "a field runs past the end of its record");
        return SPAN_EMPTY;
    }
    struct span bytes = span_slice(reader->rest, 0, len);
    reader->rest = span_from(reader->rest, len);
    return bytes;
}

static void take_bytes(struct reader *reader, void *at, size_t len) {
    struct span bytes = take(reader, len);
    if (bytes.len > 0)
        memcpy(at, bytes.at, bytes.len);
}

static uint32_t take_u32(struct reader *reader) {
    uint32_t value = 0;
    take_bytes(reader, &value, sizeof value);
    return le32toh(value);
}

static uint64_t take_u64(struct reader *reader) {
    uint64_t value = 0;
    take_bytes(reader, &value, sizeof value);
    return le64toh(value);
}

/* A count or size; beyond 2^63-1 nothing is real, and SQLite could not hold it. */
static uint64_t take_amount(struct reader *reader) {
    uint64_t value = take_u64(reader);
    if (value > INT64_MAX) {
        fail(reader, "an impossible count");
        return 0;
    }
    return value;
}

static unsigned take_choice(struct reader *reader, unsigned last) {
    unsigned char value = 0;
    take_bytes(reader, &value, 1);
    if (value > last) {
        fail(reader, "a choice that does not exist");
        return 0;
    }
    return value;
}

static bool take_bool(struct reader *reader) {
    return take_choice(reader, 1) == 1;
}

static struct span take_span(struct reader *reader) {
    return take(reader, take_u32(reader));
}

/* A path relative to the mirror's root: never empty, no NUL (no file system allows it). */
static struct span take_path(struct reader *reader) {
    struct span path = take_span(reader);
    if (path.len == 0 || span_find(path, 0) != path.len) {
        fail(reader, "an impossible path");
        return SPAN_EMPTY;
    }
    return path;
}

/* How many items follow. Each takes at least `item_bytes_min`, so a lie cannot make us reserve
 * much. */
static size_t take_count(struct reader *reader, size_t item_bytes_min, size_t count_max) {
    size_t count = take_u32(reader);
    if (count > reader->rest.len / item_bytes_min || count > count_max) {
        fail(reader, "a list longer than its record");
        return 0;
    }
    return count;
}

static void *take_room(struct reader *reader, size_t count, size_t size) {
    if (count == 0)
        return NULL;
    void *room = arena_alloc(reader->arena, count * size);
    if (room == NULL)
        fail(reader, "out of memory");
    return room;
}

static struct span_list take_list(struct reader *reader) {
    size_t count = take_count(reader, sizeof(uint32_t), SIZE_MAX);
    struct span *at = take_room(reader, count, sizeof *at);
    if (at == NULL)
        return (struct span_list){0};
    for (size_t i = 0; i < count; i++)
        at[i] = take_span(reader);
    return (struct span_list){.at = at, .count = count, .capacity = count};
}

static struct artifact_file take_file(struct reader *reader) {
    struct artifact_file file = {0};
    file.path = take_path(reader);
    size_t slash = span_find_last(file.path, '/');
    file.filename = slash == file.path.len ? file.path : span_from(file.path, slash + 1);
    file.size_bytes = take_amount(reader);
    file.mtime_ns = (int64_t)take_u64(reader);
    file.format = (enum artifact_format)take_choice(reader, FORMAT_EGG);
    file.project = take_span(reader);
    file.version = take_span(reader);
    return file;
}

static struct artifact_contents take_contents(struct reader *reader) {
    struct artifact_contents contents = {0};
    contents.member_count = take_amount(reader);
    contents.python_file_count = take_amount(reader);
    contents.python_bytes = take_amount(reader);
    contents.native_file_count = take_amount(reader);
    return contents;
}

static struct artifact_metadata take_metadata(struct reader *reader) {
    struct artifact_metadata metadata = {0};
    metadata.found = take_bool(reader);
    metadata.metadata_version = take_span(reader);
    metadata.name = take_span(reader);
    metadata.version = take_span(reader);
    metadata.summary = take_span(reader);
    metadata.author = take_span(reader);
    metadata.home_page = take_span(reader);
    metadata.repository = take_span(reader);
    metadata.author_emails = take_list(reader);
    metadata.maintainer_emails = take_list(reader);
    metadata.requires_dist.count = take_u32(reader);
    metadata.requires_projects = take_list(reader);
    metadata.top_level = take_list(reader);
    metadata.marks = take_span(reader);
    struct field_marks marks;
    if (metadata.marks.len > 0 && !field_marks_read(metadata.marks, &marks))
        fail(reader, "marks that are none");
    return metadata;
}

static struct entry_point_list take_entry_points(struct reader *reader) {
    size_t count = take_count(reader, 4 * sizeof(uint32_t) + 1, ENTRY_POINTS_MAX);
    struct entry_point *at = take_room(reader, count, sizeof *at);
    if (at == NULL)
        return (struct entry_point_list){0};
    for (size_t i = 0; i < count; i++) {
        at[i].group = take_span(reader);
        at[i].name = take_span(reader);
        at[i].object_reference = take_span(reader);
        at[i].extras = take_span(reader);
        at[i].source = (enum entry_source)take_choice(reader, SOURCE_SETUP_PY);
    }
    return (struct entry_point_list){.at = at, .count = count, .capacity = count};
}

static struct anomaly_list take_anomalies(struct reader *reader) {
    size_t count = take_count(reader, 2 * sizeof(uint32_t), ANOMALIES_MAX);
    struct anomaly *at = take_room(reader, count, sizeof *at);
    if (at == NULL)
        return (struct anomaly_list){0};
    for (size_t i = 0; i < count; i++) {
        at[i].code = take_span(reader);
        at[i].detail = take_span(reader);
    }
    return (struct anomaly_list){.at = at, .count = count, .capacity = count};
}

static struct sketch take_sketch(struct reader *reader, enum sketch_kind kind) {
    size_t count = take_count(reader, sizeof(uint32_t), sketch_values_max(kind));
    uint32_t *at = take_room(reader, count, sizeof *at);
    if (at == NULL)
        return (struct sketch){.at = NULL};
    take_bytes(reader, at, count * sizeof *at);
    for (size_t i = 0; i < count; i++) {
        at[i] = le32toh(at[i]);
        if (i > 0 && at[i] <= at[i - 1])
            fail(reader, "a sketch out of order");
    }
    return (struct sketch){at, (uint32_t)count};
}

static void take_artifact(struct reader *reader, struct artifact *artifact) {
    artifact->arena = reader->arena;
    artifact->file = take_file(reader);
    artifact->status = (enum artifact_status)take_choice(reader, STATUS_UNREADABLE);
    artifact->status_detail = take_span(reader);
    artifact->contents = take_contents(reader);
    artifact->metadata = take_metadata(reader);
    artifact->entry_points = take_entry_points(reader);
    artifact->payload.kind = (enum payload_kind)take_choice(reader, KIND_CODE);
    take_bytes(reader, artifact->payload.signature.at, SIGNATURE_BYTES);
    take_bytes(reader, artifact->payload.metadata_signature.at, SIGNATURE_BYTES);
    artifact->payload.sketch = take_sketch(reader, SKETCH_PAYLOAD);
    artifact->payload.metadata_sketch = take_sketch(reader, SKETCH_METADATA);
    artifact->anomalies = take_anomalies(reader);
}

static struct index_file take_index_file(struct reader *reader) {
    struct index_file file = {0};
    file.filename = take_span(reader);
    file.path = take_span(reader); /* empty when the url points elsewhere */
    if (span_find(file.path, 0) != file.path.len)
        fail(reader, "an impossible path");
    file.uploaded_at = (int64_t)take_u64(reader);
    file.size_bytes = take_u64(reader);
    take_bytes(reader, file.sha256, sizeof file.sha256);
    file.has_sha256 = take_bool(reader);
    file.yanked = take_bool(reader);
    return file;
}

static struct walk_counts take_counts(struct reader *reader) {
    struct walk_counts counts = {0};
    counts.directories = take_amount(reader);
    counts.links_outside = take_amount(reader);
    counts.links_broken = take_amount(reader);
    counts.loops = take_amount(reader);
    counts.not_regular = take_amount(reader);
    counts.not_artifacts = take_amount(reader);
    counts.unreadable_directories = take_amount(reader);
    counts.links_inside = take_amount(reader);
    return counts;
}

static struct found take_found(struct reader *reader) {
    struct found found = {.type = (enum found_type)take_choice(reader, FOUND_PROJECT_PAGE)};
    found.path = take_path(reader);
    found.project = take_span(reader);
    found.size_bytes = take_amount(reader);
    found.mtime_ns = (int64_t)take_u64(reader);
    uint32_t error = take_u32(reader);
    if (error > ERRNO_MAX)
        fail(reader, "an impossible error");
    found.error = (int)error;
    return found;
}

static void take_body(struct reader *reader, struct record *record) {
    switch (record->type) {
    case RECORD_ARTIFACT:
        record->key = take_u64(reader);
        take_artifact(reader, &record->artifact);
        break;
    case RECORD_PAGE_BEGIN:
        record->page_path = take_path(reader);
        record->project = take_span(reader);
        break;
    case RECORD_PAGE_FILE:
        record->page_path = take_path(reader);
        record->project = take_span(reader);
        record->file = take_index_file(reader);
        record->on_disk = take_bool(reader);
        break;
    case RECORD_PAGE_OWNER:
        record->page_path = take_path(reader);
        record->project = take_span(reader);
        record->user = take_span(reader);
        break;
    case RECORD_PAGE_END:
        record->page_path = take_path(reader);
        record->key = take_u64(reader);
        break;
    case RECORD_COUNTS:
        record->counts = take_counts(reader);
        break;
    case RECORD_FOUND:
        record->found = take_found(reader);
        break;
    case RECORD_DONE:
        break;
    }
}

size_t record_length(struct span bytes) {
    if (bytes.len < RECORD_HEADER_BYTES)
        return 0;
    uint32_t length = 0;
    memcpy(&length, bytes.at, sizeof length);
    length = le32toh(length);
    unsigned char type = bytes.at[sizeof length];
    if (length > RECORD_BYTES_MAX || type < RECORD_ARTIFACT || type > RECORD_DONE)
        return SIZE_MAX;
    return RECORD_HEADER_BYTES + length;
}

bool record_decode(struct arena *arena, struct span bytes, struct record *record,
                   const char **problem) {
    *record = (struct record){.type = RECORD_DONE};
    if (bytes.len < RECORD_HEADER_BYTES || record_length(bytes) != bytes.len) {
        *problem = "not one whole record";
        return false;
    }
    record->type = (enum record_type)bytes.at[RECORD_HEADER_BYTES - 1];
    struct reader reader = {.rest = span_from(bytes, RECORD_HEADER_BYTES), .arena = arena};
    take_body(&reader, record);
    if (reader.rest.len > 0)
        fail(&reader, "bytes left over at the end of a record");
    *problem = reader.problem;
    return reader.problem == NULL;
}
