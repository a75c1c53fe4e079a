/* listing_observation: a line of observations.jsonl: what the index's administrators take in as an
 * observation about a project, these three members and nothing else. */
#include "base/json.h"
#include "base/text.h"
#include "report/listing.h"

/* Long enough for every honest sentence of evidence; administrators read many of these. */
enum { EVIDENCE_BYTES_MAX = 4096 };

/* An empty project that takes up a name is spam to the index; "other" is not ours to name. */
static const char *kind_of(enum category category) {
    switch (category) {
    case CATEGORY_NAME_SQUAT:
    case CATEGORY_PLACEHOLDER:
    case CATEGORY_SPAM:
        return "is_spam";
    case CATEGORY_DEPENDENCY_CONFUSION:
        return "is_dependency_confusion";
    case CATEGORY_OTHER:
        break;
    }
    return "something_else";
}

static struct span cell_of(const struct row *row, const char *column) {
    return row_cell(row, schema_column(row->table, column));
}

static void add_summary(struct buffer *out, const struct listing *listing) {
    struct span against = cell_of(listing->row, "counter_evidence");
    text_add_escaped(out, listing->project->project, EVIDENCE_BYTES_MAX);
    buffer_add_text(out, ": ");
    text_add_escaped(out, cell_of(listing->row, "evidence"), EVIDENCE_BYTES_MAX);
    buffer_add_text(out, ". Counter-evidence: ");
    text_add_escaped(out, against.len > 0 ? against : span_text("none found"), EVIDENCE_BYTES_MAX);
    buffer_add_text(out, ". Found by winnow, to be verified by a human.");
}

void listing_add_observation(const struct listing *listing, struct buffer *out) {
    const struct id_list *versions = &listing->project->versions;
    struct span latest = versions->count > 0
                             ? listing->corpus->versions.at[versions->at[versions->count - 1]]
                             : SPAN_EMPTY;
    struct buffer scratch = BUFFER_EMPTY;
    struct json json = json_to(out, false);
    json_open(&json, '{');
    json_key(&json, "kind");
    json_text(&json, kind_of(listing->verdict->category));
    add_summary(&scratch, listing);
    json_key(&json, "summary");
    json_string(&json, buffer_span(&scratch));
    buffer_clear(&scratch);
    listing_add_inspector_url(listing->project->project, latest, &scratch);
    json_key(&json, "inspector_url");
    json_string(&json, buffer_span(&scratch));
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
    out->failed = out->failed || scratch.failed;
    buffer_free(&scratch);
}
