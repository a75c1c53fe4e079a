/*
 * listing_osv: a report in the Open Source Vulnerability format, in the shape that the repository
 * of malicious packages takes in (ossf/malicious-packages).
 *
 * Decisions. No `id`: that repository gives ids and wants none in what is submitted, although the
 * format proper requires one; with any id the file is valid OSV. `published` and `modified` are the
 * project's first and last upload, so that the same mirror gives the same bytes; when no upload
 * time is known `modified`, which must be there, is the epoch. `details` is Markdown: what came
 * from a mirror stands in code blocks, control characters escaped. The list of origins is empty:
 * taking a file in fills it.
 */
#include "base/json.h"
#include "base/text.h"
#include "report/listing.h"

/* The newest fields used are older than this version. */
static const char SCHEMA_VERSION[] = "1.6.0";
/* A clause of evidence is a line; what is longer comes from a hostile name. */
enum { CLAUSE_BYTES_MAX = 1024 };

static void add_time(struct json *json, const char *name, instant when, struct buffer *scratch) {
    buffer_clear(scratch);
    instant_add(scratch, when);
    json_key(json, name);
    json_string(json, buffer_span(scratch));
}

/* The findings for (sign 1) or against (-1), each a line of a code block. */
static void add_clauses(struct buffer *out, const struct verdict *verdict, int sign) {
    struct buffer clause = BUFFER_EMPTY;
    bool none = true;
    for (size_t i = 0; i < verdict->finding_count; i++) {
        const struct finding *finding = &verdict->findings[i];
        if (finding->bits * sign <= 0)
            continue;
        none = false;
        buffer_clear(&clause);
        finding_write(finding, &clause);
        buffer_add_text(out, "    ");
        text_add_escaped(out, buffer_span(&clause), CLAUSE_BYTES_MAX);
        buffer_add_byte(out, '\n');
    }
    if (none)
        buffer_add_text(out, "    none found\n");
    out->failed = out->failed || clause.failed;
    buffer_free(&clause);
}

static void add_details(struct buffer *out, const struct listing *listing) {
    buffer_add_text(out, "winnow " WINNOW_VERSION
                         " lists this project by what a mirror of the index holds. A human must "
                         "verify it before it is submitted: this is evidence, not a statement of "
                         "intent.\n\nEvidence:\n\n");
    add_clauses(out, listing->verdict, 1);
    buffer_add_text(out, "\nCounter-evidence:\n\n");
    add_clauses(out, listing->verdict, -1);
}

static void add_affected(struct json *json, const struct listing *listing, struct buffer *scratch) {
    json_key(json, "affected");
    json_open(json, '[');
    json_open(json, '{');
    json_key(json, "package");
    json_open(json, '{');
    json_key(json, "ecosystem");
    json_text(json, "PyPI");
    json_key(json, "name");
    json_string(json, listing->project->project);
    json_key(json, "purl");
    buffer_clear(scratch);
    listing_add_purl(listing->project->project, scratch);
    json_string(json, buffer_span(scratch));
    json_close(json, '}');
    json_key(json, "versions");
    listing_add_versions(listing, json);
    json_close(json, '}');
    json_close(json, ']');
}

static void add_reference(struct json *json, const struct listing *listing,
                          struct buffer *scratch) {
    buffer_clear(scratch);
    listing_add_inspector_url(listing->project->project, SPAN_EMPTY, scratch);
    json_key(json, "references");
    json_open(json, '[');
    json_open(json, '{');
    json_key(json, "type");
    json_text(json, "WEB");
    json_key(json, "url");
    json_string(json, buffer_span(scratch));
    json_close(json, '}');
    json_close(json, ']');
}

static void add_credit(struct json *json) {
    json_key(json, "credits");
    json_open(json, '[');
    json_open(json, '{');
    json_key(json, "name");
    json_text(json, "winnow");
    json_key(json, "type");
    json_text(json, "TOOL");
    json_close(json, '}');
    json_close(json, ']');
}

static void add_origins(struct json *json) {
    json_key(json, "database_specific");
    json_open(json, '{');
    json_key(json, "malicious-packages-origins");
    json_open(json, '[');
    json_close(json, ']');
    json_close(json, '}');
}

void listing_add_osv(const struct listing *listing, struct buffer *out) {
    const struct project *project = listing->project;
    bool known = project->first_uploaded_at != INSTANT_UNKNOWN;
    struct buffer scratch = BUFFER_EMPTY;
    struct json json = json_to(out, true);
    json_open(&json, '{');
    json_key(&json, "schema_version");
    json_text(&json, SCHEMA_VERSION);
    add_time(&json, "modified", known ? project->last_uploaded_at : 0, &scratch);
    if (known)
        add_time(&json, "published", project->first_uploaded_at, &scratch);
    buffer_clear(&scratch);
    buffer_printf(&scratch, "%s, to be verified: ", category_name(listing->verdict->category));
    buffer_add(&scratch, project->project);
    json_key(&json, "summary");
    json_string(&json, buffer_span(&scratch));
    buffer_clear(&scratch);
    add_details(&scratch, listing);
    json_key(&json, "details");
    json_string(&json, buffer_span(&scratch));
    add_affected(&json, listing, &scratch);
    add_reference(&json, listing, &scratch);
    add_credit(&json);
    add_origins(&json);
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
    out->failed = out->failed || scratch.failed;
    buffer_free(&scratch);
}
