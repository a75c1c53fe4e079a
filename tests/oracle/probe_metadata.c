/*
 * probe_metadata: what extract/ reads in METADATA, address lists and
 * requirements, for an oracle. Questions as probe_lines.h says:
 *   headers MESSAGE | metadata MESSAGE | addresses FIELD | requires TEXT | project REQUIREMENT
 */
#include "extract/addresses.h"
#include "extract/core_metadata.h"
#include "extract/requirement.h"
#include "probe_lines.h"

static void show_headers(struct json *json, struct span message) {
    struct header_reader reader;
    struct header_field field;
    header_reader_begin(&reader, message);
    json_open(json, '{');
    json_key(json, "fields");
    json_open(json, '[');
    while (header_reader_next(&reader, &field)) {
        json_open(json, '[');
        probe_hex(json, field.name);
        probe_hex(json, field.value);
        json_close(json, ']');
    }
    json_close(json, ']');
    json_key(json, "body");
    probe_hex(json, header_reader_body(&reader));
    json_close(json, '}');
}

static bool show_metadata(struct arena *arena, struct json *json, struct span message) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    struct field_marks marks = {0};
    if (!core_metadata_read(&artifact, message, &marks))
        return false;
    const struct artifact_metadata *m = &artifact.metadata;
    const struct {
        const char *key;
        struct span value;
    } singles[] = {{"metadata-version", m->metadata_version},
                   {"name", m->name},
                   {"version", m->version},
                   {"summary", m->summary},
                   {"author", m->author},
                   {"author-email", m->author_email},
                   {"maintainer", m->maintainer},
                   {"maintainer-email", m->maintainer_email},
                   {"license", m->license},
                   {"home-page", m->home_page},
                   {"description", m->description}};
    json_open(json, '{');
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        json_key(json, singles[i].key);
        json_string(json, singles[i].value);
    }
    probe_list(json, "author_emails", m->author_emails.at, m->author_emails.count);
    probe_list(json, "maintainer_emails", m->maintainer_emails.at, m->maintainer_emails.count);
    probe_list(json, "project_urls", m->project_urls.at, m->project_urls.count);
    probe_list(json, "field_names", m->field_names.at, m->field_names.count);
    probe_list(json, "requires_dist", m->requires_dist.at, m->requires_dist.count);
    json_key(json, "anomalies");
    json_open(json, '[');
    for (size_t i = 0; i < artifact.anomalies.count; i++)
        json_string(json, artifact.anomalies.at[i].code);
    json_close(json, ']');
    json_close(json, '}');
    return true;
}

static bool answer(struct arena *arena, struct json *json, struct span verb,
                   const struct span arguments[2]) {
    struct span_list list = {0};
    if (span_is(verb, "headers")) {
        show_headers(json, arguments[0]);
        return true;
    }
    if (span_is(verb, "metadata"))
        return show_metadata(arena, json, arguments[0]);
    if (span_is(verb, "project")) {
        json_string(json, requirement_name(arguments[0]));
        return true;
    }
    bool read = span_is(verb, "addresses")  ? addresses_read(arena, arguments[0], &list)
                : span_is(verb, "requires") ? requires_txt_read(arena, arguments[0], &list)
                                            : false;
    probe_list(json, NULL, list.at, list.count);
    return read;
}

int main(void) {
    return probe_lines("probe_metadata", answer);
}
