/* core_metadata: see core_metadata.h. */
#include "extract/core_metadata.h"

#include "base/limits.h"
#include "base/text.h"
#include "extract/addresses.h"

/* --- the message ------------------------------------------------------------------------------ */

/* Length of the first line with its ending (\n, \r\n or \r). */
static size_t line_length(struct span text) {
    struct span rest = text;
    struct span line;
    return span_next_line(&rest, &line) ? text.len - rest.len : 0;
}

static bool is_blank(unsigned char c) {
    return c == ' ' || c == '\t';
}

static bool is_line_end(unsigned char c) {
    return c == '\r' || c == '\n';
}

/* Where the field name (printable ASCII but ":") ends that a line may begin with. */
static size_t name_length(struct span line) {
    size_t at = 0;
    while (at < line.len && line.at[at] > ' ' && line.at[at] < 0x7F && line.at[at] != ':')
        at++;
    return at;
}

static bool is_envelope(struct span line) {
    return span_starts(line, "From ");
}

void header_reader_begin(struct header_reader *reader, struct span message) {
    *reader = (struct header_reader){.message = message, .rest = message};
}

/* The lines that continue the field, from the start of `rest`. */
static size_t continuation_length(struct span rest) {
    size_t at = 0;
    while (at < rest.len && is_blank(rest.at[at]))
        at += line_length(span_from(rest, at));
    return at;
}

static struct span field_value(struct span value) {
    while (value.len > 0 && is_blank(value.at[0]))
        value = span_from(value, 1);
    while (value.len > 0 && is_line_end(value.at[value.len - 1]))
        value.len--;
    return value;
}

bool header_reader_next(struct header_reader *reader, struct header_field *field) {
    while (reader->rest.len > 0) {
        struct span rest = reader->rest;
        size_t colon = name_length(rest);
        bool envelope = is_envelope(rest);
        bool named = colon < rest.len && rest.at[colon] == ':';
        if (!named && !envelope && !is_blank(rest.at[0]))
            return false;
        size_t line = line_length(rest);
        size_t end = line + continuation_length(span_from(rest, line));
        bool may_end = envelope && end == line && rest.at != reader->message.at;
        reader->envelope = may_end ? rest : SPAN_EMPTY;
        reader->rest = span_from(rest, end);
        if (!named || colon == 0)
            continue;
        *field = (struct header_field){.name = span_slice(rest, 0, colon),
                                       .value = field_value(span_slice(rest, colon + 1, end))};
        return true;
    }
    return false;
}

struct span header_reader_body(const struct header_reader *reader) {
    /* A "From " line that ends the headers, not begins them, belongs to the body. (The parser drops
     * the blank line after it, which is kept here: the body stays a view.) */
    if (reader->envelope.len > 0)
        return reader->envelope;
    bool blank = reader->rest.len > 0 && is_line_end(reader->rest.at[0]);
    return span_from(reader->rest, blank ? line_length(reader->rest) : 0);
}

/* --- the fields ------------------------------------------------------------------------------- */

/* What is kept of a field besides its name. */
enum kept {
    KEPT_NOTHING,
    KEPT_TEXT,        /* of the first one */
    KEPT_DESCRIPTION, /* the same, however long */
    KEPT_ADDRESSES,   /* the same, and the addresses of all: none must hide behind a first one */
    KEPT_TEXTS        /* of all */
};

struct known_field {
    struct span name; /* lower case */
    enum kept kept;
    size_t offset; /* of a struct span or span_list in struct artifact_metadata */
};

#define KNOWN(name, kept, member)                                                                  \
    { SPAN(name), kept, offsetof(struct artifact_metadata, member) }
#define NAME_ONLY(name)                                                                            \
    { SPAN(name), KEPT_NOTHING, 0 }
/* The most frequent ones first. */
static const struct known_field known_fields[] = {
    NAME_ONLY("classifier"),
    KNOWN("requires-dist", KEPT_TEXTS, requires_dist),
    KNOWN("project-url", KEPT_TEXTS, project_urls),
    NAME_ONLY("provides-extra"),
    KNOWN("metadata-version", KEPT_TEXT, metadata_version),
    KNOWN("name", KEPT_TEXT, name),
    KNOWN("version", KEPT_TEXT, version),
    KNOWN("summary", KEPT_TEXT, summary),
    KNOWN("author", KEPT_TEXT, author),
    KNOWN("author-email", KEPT_ADDRESSES, author_email),
    KNOWN("maintainer", KEPT_TEXT, maintainer),
    KNOWN("maintainer-email", KEPT_ADDRESSES, maintainer_email),
    KNOWN("license", KEPT_TEXT, license),
    KNOWN("home-page", KEPT_TEXT, home_page),
    KNOWN("description", KEPT_DESCRIPTION, description),
    NAME_ONLY("license-file"),
    NAME_ONLY("requires-python"),
    NAME_ONLY("keywords"),
    NAME_ONLY("platform"),
    NAME_ONLY("dynamic"),
    NAME_ONLY("license-expression"),
    NAME_ONLY("description-content-type"),
};
#undef KNOWN
#undef NAME_ONLY
enum { KNOWN_FIELDS = sizeof known_fields / sizeof known_fields[0] };

struct filler {
    struct artifact *artifact;
    bool seen[KNOWN_FIELDS];
    bool described;
    bool cut_lists; /* a list was full */
    struct field_marks *marks;
};

/* The value as UTF-8, cut at a character when it is too long. */
static bool value_text(struct filler *filler, const struct known_field *field, struct span raw,
                       struct span *text) {
    bool whole = field->kept == KEPT_DESCRIPTION;
    bool cut = !whole && raw.len > FIELD_BYTES_MAX;
    if (cut)
        raw = utf8_cut(raw, FIELD_BYTES_MAX);
    if (!text_from_bytes(filler->artifact->arena, raw, text))
        return false;
    if (!whole && text->len > FIELD_BYTES_MAX) { /* Latin-1 that grew */
        cut = true;
        *text = utf8_cut(*text, FIELD_BYTES_MAX);
    }
    if (cut)
        artifact_note(filler->artifact, "field-cut", field->name);
    return true;
}

static bool lower_copy(struct arena *arena, struct span name, struct span *lower) {
    if (name.len > FIELD_BYTES_MAX)
        name.len = FIELD_BYTES_MAX;
    unsigned char *out = arena_alloc_raw(arena, name.len);
    if (out == NULL)
        return false;
    for (size_t i = 0; i < name.len; i++)
        out[i] = ascii_lower(name.at[i]);
    *lower = span_of(out, name.len);
    return true;
}

/* NULL when it is none of them. */
static const struct known_field *find_known(struct span name) {
    for (size_t i = 0; i < KNOWN_FIELDS; i++)
        if (known_fields[i].name.len == name.len && span_equal_nocase(name, known_fields[i].name))
            return &known_fields[i];
    return NULL;
}

static bool add_to_list(struct filler *filler, struct span_list *list, struct span text) {
    if (list->count < REQUIREMENTS_MAX)
        return span_list_add(list, filler->artifact->arena, text);
    filler->cut_lists = true;
    return true;
}

static bool keep_value(struct filler *filler, const struct known_field *field, struct span raw) {
    struct artifact_metadata *metadata = &filler->artifact->metadata;
    void *place = (unsigned char *)metadata + field->offset;
    bool *seen = &filler->seen[field - known_fields];
    struct span text;
    if (*seen && (field->kept == KEPT_TEXT || field->kept == KEPT_DESCRIPTION))
        return true;
    if (!value_text(filler, field, raw, &text))
        return false;
    if (field->kept == KEPT_TEXTS)
        return add_to_list(filler, place, text);
    if (!*seen)
        *(struct span *)place = text;
    *seen = true;
    filler->described = filler->described || field->kept == KEPT_DESCRIPTION;
    return field->kept != KEPT_ADDRESSES ||
           addresses_read(filler->artifact->arena, text,
                          place == &metadata->author_email ? &metadata->author_emails
                                                           : &metadata->maintainer_emails);
}

static bool fill_field(struct filler *filler, struct header_field field) {
    const struct known_field *known = find_known(field.name);
    struct span name = known != NULL ? known->name : SPAN_EMPTY;
    if (known == NULL && !lower_copy(filler->artifact->arena, field.name, &name))
        return false;
    field_marks_add(filler->marks, name, field.value);
    return add_to_list(filler, &filler->artifact->metadata.field_names, name) &&
           (known == NULL || known->kept == KEPT_NOTHING || keep_value(filler, known, field.value));
}

bool core_metadata_read(struct artifact *artifact, struct span text, struct field_marks *marks) {
    struct filler filler = {.artifact = artifact, .marks = marks};
    struct header_reader reader;
    struct header_field field;
    artifact->metadata.found = true;
    header_reader_begin(&reader, text);
    while (header_reader_next(&reader, &field))
        if (!fill_field(&filler, field))
            return false;
    if (filler.cut_lists)
        artifact_note(artifact, "too-many-fields", SPAN_EMPTY);
    if (filler.described)
        return true;
    struct span body = header_reader_body(&reader);
    if (span_trim(body).len > 0)
        field_marks_add(marks, span_text("description"), body);
    return text_from_bytes(artifact->arena, body, &artifact->metadata.description);
}
