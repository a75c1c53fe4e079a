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

/* Position of the ":" when the line begins with a field name (printable ASCII but ":"), else its
 * length. */
static size_t field_colon(struct span line) {
    size_t at = 0;
    while (at < line.len && line.at[at] > ' ' && line.at[at] < 0x7F && line.at[at] != ':')
        at++;
    return at < line.len && line.at[at] == ':' ? at : line.len;
}

static bool is_envelope(struct span line) {
    return span_starts(line, "From ");
}

static bool is_continuation(struct span line) {
    return line.len > 0 && is_blank(line.at[0]);
}

static bool is_header_line(struct span line) {
    return is_continuation(line) || is_envelope(line) || field_colon(line) < line.len;
}

void header_reader_begin(struct header_reader *reader, struct span message) {
    size_t at = 0;
    size_t last = 0; /* start of the last header line */
    struct span line = SPAN_EMPTY;
    while (at < message.len) {
        line = span_slice(message, at, at + line_length(span_from(message, at)));
        if (!is_header_line(line))
            break;
        last = at;
        at += line.len;
    }
    size_t body = at;
    if (at < message.len && is_line_end(message.at[at]))
        body += line.len;
    /* A "From " line that ends the headers, not begins them, belongs to the body. (The parser drops
     * the blank line after it, which is kept here: the body stays a view.) */
    if (last > 0 && is_envelope(span_slice(message, last, at))) {
        body = last;
        at = last;
    }
    *reader = (struct header_reader){.headers = span_slice(message, 0, at),
                                     .body = span_from(message, body)};
}

/* The lines that continue the field, from the start of `rest`. */
static size_t continuation_length(struct span rest) {
    size_t at = 0;
    while (at < rest.len && is_blank(rest.at[at]))
        at += line_length(span_from(rest, at));
    return at;
}

bool header_reader_next(struct header_reader *reader, struct header_field *field) {
    while (reader->headers.len > 0) {
        struct span headers = reader->headers;
        struct span line = span_slice(headers, 0, line_length(headers));
        size_t colon = field_colon(line);
        bool junk = is_continuation(line) || is_envelope(line) || colon == 0;
        size_t end = line.len + continuation_length(span_from(headers, line.len));
        reader->headers = span_from(headers, end);
        if (junk)
            continue;
        struct span value = span_slice(headers, colon + 1, end);
        while (value.len > 0 && is_blank(value.at[0]))
            value = span_from(value, 1);
        while (value.len > 0 && is_line_end(value.at[value.len - 1]))
            value.len--;
        *field = (struct header_field){.name = span_slice(line, 0, colon), .value = value};
        return true;
    }
    return false;
}

/* --- the fields ------------------------------------------------------------------------------- */

struct single_field {
    struct span name; /* lower case */
    size_t offset;    /* of a struct span in struct artifact_metadata */
};

#define SINGLE(name, member)                                                                       \
    { SPAN(name), offsetof(struct artifact_metadata, member) }
static const struct single_field single_fields[] = {
    SINGLE("metadata-version", metadata_version),
    SINGLE("name", name),
    SINGLE("version", version),
    SINGLE("summary", summary),
    SINGLE("author", author),
    SINGLE("author-email", author_email),
    SINGLE("maintainer", maintainer),
    SINGLE("maintainer-email", maintainer_email),
    SINGLE("license", license),
    SINGLE("home-page", home_page),
    SINGLE("description", description),
};
#undef SINGLE
enum { SINGLE_FIELDS = sizeof single_fields / sizeof single_fields[0] };

struct filler {
    struct artifact *artifact;
    bool seen[SINGLE_FIELDS];
    bool cut_lists; /* a list was full */
    struct field_marks *marks;
};

/* The value as UTF-8, cut at a character when it is too long. */
static bool value_text(struct filler *filler, struct span name, struct span raw,
                       struct span *text) {
    bool whole = span_is(name, "description");
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
        artifact_note(filler->artifact, "field-cut", name);
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

/* The common names need no copy. */
static bool field_name(struct arena *arena, struct span name, struct span *lower) {
    static const struct span common[] = {SPAN("classifier"),
                                         SPAN("requires-dist"),
                                         SPAN("project-url"),
                                         SPAN("provides-extra"),
                                         SPAN("license-file"),
                                         SPAN("requires-python"),
                                         SPAN("keywords"),
                                         SPAN("platform"),
                                         SPAN("dynamic"),
                                         SPAN("license-expression"),
                                         SPAN("description-content-type")};
    for (size_t i = 0; i < SINGLE_FIELDS; i++)
        if (span_equal_nocase(name, single_fields[i].name)) {
            *lower = single_fields[i].name;
            return true;
        }
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (span_equal_nocase(name, common[i])) {
            *lower = common[i];
            return true;
        }
    return lower_copy(arena, name, lower);
}

static bool add_to_list(struct filler *filler, struct span_list *list, struct span text) {
    if (list->count < REQUIREMENTS_MAX)
        return span_list_add(list, filler->artifact->arena, text);
    filler->cut_lists = true;
    return true;
}

static bool holds_addresses(struct span name) {
    return span_is(name, "author-email") || span_is(name, "maintainer-email");
}

/* Of every field of that name: an address must not hide behind a first one. */
static bool fill_addresses(struct filler *filler, struct span name, struct span text) {
    struct artifact_metadata *metadata = &filler->artifact->metadata;
    bool author = span_is(name, "author-email");
    return !holds_addresses(name) ||
           addresses_read(filler->artifact->arena, text,
                          author ? &metadata->author_emails : &metadata->maintainer_emails);
}

static bool fill_field(struct filler *filler, struct header_field field) {
    struct artifact_metadata *metadata = &filler->artifact->metadata;
    struct span name, text;
    if (!field_name(filler->artifact->arena, field.name, &name) ||
        !add_to_list(filler, &metadata->field_names, name))
        return false;
    field_marks_add(filler->marks, name, field.value);
    if (span_is(name, "requires-dist") || span_is(name, "project-url")) {
        struct span_list *list =
            name.at[0] == 'r' ? &metadata->requires_dist : &metadata->project_urls;
        return value_text(filler, name, field.value, &text) && add_to_list(filler, list, text);
    }
    size_t i = 0;
    while (i < SINGLE_FIELDS && !span_equal(name, single_fields[i].name))
        i++;
    if (i == SINGLE_FIELDS || (filler->seen[i] && !holds_addresses(name)))
        return true;
    if (!value_text(filler, name, field.value, &text) || !fill_addresses(filler, name, text))
        return false;
    if (!filler->seen[i])
        *(struct span *)(void *)((unsigned char *)metadata + single_fields[i].offset) = text;
    filler->seen[i] = true;
    return true;
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
    bool described = false;
    for (size_t i = 0; i < SINGLE_FIELDS; i++)
        if (span_is(single_fields[i].name, "description"))
            described = filler.seen[i];
    if (described)
        return true;
    if (span_trim(reader.body).len > 0)
        field_marks_add(marks, span_text("description"), reader.body);
    return text_from_bytes(artifact->arena, reader.body, &artifact->metadata.description);
}
