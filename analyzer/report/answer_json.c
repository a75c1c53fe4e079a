/* answer_json: an answer as one JSON object: what the name was found as, and under each of these
 * all rows, typed as in takedown.jsonl. */
#include "base/json.h"
#include "report/answer_facts.h"
#include "report/cell_json.h"
#include "report/listing.h"

static const struct found_rows *rows_of(const struct answer *answer, enum section section) {
    return &answer->sections[section];
}

static void add_row(struct json *json, const struct found_rows *rows, size_t row) {
    size_t columns = rows->table->column_count;
    json_open(json, '{');
    for (size_t i = 0; i < columns; i++) {
        json_key(json, rows->table->columns[i].name);
        cell_add_json(json, rows->table->columns[i].type, rows->cells[row * columns + i]);
    }
    json_close(json, '}');
}

/* All rows; of a section that has one at most, with `single`, that or null. */
static void add_section(struct json *json, const struct answer *answer, enum section section,
                        const char *name, bool single) {
    const struct found_rows *rows = rows_of(answer, section);
    json_key(json, name);
    if (single && rows->kept == 0)
        json_null(json);
    else if (!single)
        json_open(json, '[');
    for (size_t i = 0; i < rows->kept && (i == 0 || !single); i++)
        add_row(json, rows, i);
    if (!single)
        json_close(json, ']');
}

static void add_allowed(struct json *json, yajl_val allowed) {
    json_key(json, "allowed");
    if (allowed == NULL) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    json_key(json, "reason");
    json_string(json, facts_text(allowed, "reason"));
    json_key(json, "tier");
    json_string(json, facts_text(allowed, "tier"));
    json_key(json, "score");
    cell_add_json(json, COLUMN_NUMBER, facts_number(allowed, "score"));
    json_close(json, '}');
}

/* The line is JSON already; when it is not, the file is damaged and the line is left out. */
static void add_listing(struct json *json, const struct answer *answer) {
    yajl_val listing = answer->listing.len > 0 ? facts_parse(answer->listing, json->out) : NULL;
    json_key(json, "listed");
    json_bool(json, answer->listing.len > 0);
    json_key(json, "listing");
    if (listing != NULL)
        json_raw(json, answer->listing);
    else
        json_null(json);
    yajl_tree_free(listing);
}

static void add_project(struct json *json, const struct answer *answer, yajl_val run) {
    struct buffer url = BUFFER_EMPTY;
    json_key(json, "project");
    if (rows_of(answer, SECTION_PROJECT)->kept == 0) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    add_section(json, answer, SECTION_PROJECT, "row", true);
    add_listing(json, answer);
    add_allowed(json, facts_allowed(run, answer->project));
    add_section(json, answer, SECTION_CAMPAIGN_OF, "campaign", true);
    add_section(json, answer, SECTION_MEMBERSHIP, "membership", true);
    add_section(json, answer, SECTION_COLLISIONS, "collisions", false);
    add_section(json, answer, SECTION_NAMED_AFTER, "named_after_it", false);
    add_section(json, answer, SECTION_CLUSTERS_OF, "clusters", false);
    listing_add_inspector_url(answer->project, SPAN_EMPTY, &url);
    json_key(json, "inspector_url");
    json_string(json, buffer_span(&url));
    json_close(json, '}');
    json->out->failed = json->out->failed || url.failed;
    buffer_free(&url);
}

static void add_command(struct json *json, const struct answer *answer) {
    json_key(json, "command");
    if (rows_of(answer, SECTION_TAKEN)->kept == 0 && rows_of(answer, SECTION_WATCHED)->kept == 0 &&
        rows_of(answer, SECTION_SHIPPED)->kept == 0) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    add_section(json, answer, SECTION_TAKEN, "named_after_it", false);
    add_section(json, answer, SECTION_WATCHED, "watchlist", true);
    add_section(json, answer, SECTION_SHIPPED, "shipped_by", false);
    json_close(json, '}');
}

/* A row and the rows that hang on it. */
static void add_group(struct json *json, const struct answer *answer, const char *name,
                      enum section section, enum section hanging, const char *hanging_name) {
    bool many = section == SECTION_SIGNATURES;
    json_key(json, name);
    if (rows_of(answer, section)->kept == 0) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    add_section(json, answer, section, many ? "rows" : "row", !many);
    add_section(json, answer, hanging, hanging_name, false);
    json_close(json, '}');
}

void answer_write_json(const struct answer *answer, struct buffer *out) {
    yajl_val run = facts_parse(answer->run_json, out);
    struct json json = json_to(out, true);
    json_open(&json, '{');
    json_key(&json, "name");
    json_string(&json, answer->name);
    json_key(&json, "run_id");
    json_string(&json, facts_text(run, "run_id"));
    json_key(&json, "known");
    json_bool(&json, answer_is_known(answer));
    add_project(&json, answer, run);
    add_command(&json, answer);
    add_group(&json, answer, "domain", SECTION_DOMAIN, SECTION_DOMAIN_CLUSTERS, "clusters");
    add_group(&json, answer, "cluster", SECTION_CLUSTER, SECTION_CLUSTER_MEMBERS, "members");
    add_group(&json, answer, "campaign", SECTION_CAMPAIGN, SECTION_CAMPAIGN_MEMBERS, "members");
    add_group(&json, answer, "signature", SECTION_SIGNATURES, SECTION_SIGNATURE_CLUSTERS,
              "clusters");
    json_close(&json, '}');
    buffer_add_byte(out, '\n');
    yajl_tree_free(run);
}
