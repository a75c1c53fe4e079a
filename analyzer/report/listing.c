/* listing: see listing.h; what the forms share. */
#include "report/listing.h"

#include "base/json.h"
#include "base/text.h"

const struct listing_form listing_forms[LISTING_FORMS] = {
    {"takedown.jsonl", false, listing_add_json},
    {"observations.jsonl", true, listing_add_observation},
    {"osv/", true, listing_add_osv},
};

/* A file name may have 255 bytes; "MAL-0000-" and ".json" take 14. */
enum { FILE_NAME_BYTES_MAX = 240, FILE_NAME_KEPT = 200, DIGEST_DIGITS = 2 * SIGNATURE_BYTES };

/* RFC 3986: what is not unreserved becomes %XX. `marks`: the unreserved marks kept as they are. */
static void add_percent(struct buffer *out, struct span text, const char *marks) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = text.at[i];
        if (ascii_is_alnum(c) || (c != '\0' && strchr(marks, c) != NULL))
            buffer_add_byte(out, c);
        else
            buffer_printf(out, "%%%02X", c);
    }
}

void listing_add_file_name(struct span project, struct buffer *out) {
    buffer_add_text(out, "MAL-0000-");
    size_t start = out->len;
    add_percent(out, project, "-");
    if (out->len - start > FILE_NAME_BYTES_MAX) {
        struct signature digest = signature_of(project);
        out->len = start + FILE_NAME_KEPT;
        buffer_add_byte(out, '-');
        hex_add(out, span_of(digest.at, SIGNATURE_BYTES));
    }
    buffer_add_text(out, ".json");
}
_Static_assert(FILE_NAME_KEPT + 1 + DIGEST_DIGITS <= FILE_NAME_BYTES_MAX, "a cut name fits");

void listing_add_inspector_url(struct span project, struct span version, struct buffer *out) {
    buffer_add_text(out, "https://inspector.pypi.io/project/");
    add_percent(out, project, "-._~");
    buffer_add_byte(out, '/');
    if (version.len > 0) {
        add_percent(out, version, "-._~");
        buffer_add_byte(out, '/');
    }
}

void listing_add_versions(const struct listing *listing, struct json *json) {
    const struct id_list *versions = &listing->project->versions;
    json_open(json, '[');
    for (uint32_t i = 0; i < versions->count; i++)
        json_string(json, listing->corpus->versions.at[versions->at[i]]);
    json_close(json, ']');
}

void listing_add_purl(struct span project, struct buffer *out) {
    buffer_add_text(out, "pkg:pypi/");
    add_percent(out, project, "-._~");
}
