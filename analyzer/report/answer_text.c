/* answer_text: an answer for a person at a terminal. Everything that came from a mirror is escaped
 * and cut. */
#include "base/text.h"
#include "report/answer_facts.h"
#include "report/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELL_BYTES_MAX = 300, CLAUSE_BYTES_MAX = 1000 };

static void add_escaped(struct buffer *out, struct span text) {
    text_add_escaped(out, text, CELL_BYTES_MAX);
}

static void add_cell(struct buffer *out, const struct found_rows *rows, size_t row,
                     const char *column) {
    add_escaped(out, found_cell(rows, row, column));
}

/* "3 files" */
static void add_counted(struct buffer *out, const struct found_rows *rows, size_t row,
                        const char *column, const char *what) {
    add_cell(out, rows, row, column);
    buffer_printf(out, " %s%s", what, span_is(found_cell(rows, row, column), "1") ? "" : "s");
}

static void add_label(struct buffer *out, const char *label) {
    buffer_printf(out, "  %-12s", label);
}

/* "  label     cell", when the cell is not empty. */
static void add_line(struct buffer *out, const char *label, const struct found_rows *rows,
                     const char *column) {
    if (found_cell(rows, 0, column).len == 0)
        return;
    add_label(out, label);
    add_cell(out, rows, 0, column);
    buffer_add_byte(out, '\n');
}

static void add_more(struct buffer *out, const struct found_rows *rows) {
    if (rows->total > rows->kept)
        buffer_printf(out, "    and %" PRIu64 " more\n", rows->total - rows->kept);
}

static void add_times(struct buffer *out, const struct found_rows *rows, size_t row) {
    struct span first = found_cell(rows, row, "first_uploaded_at");
    struct span last = found_cell(rows, row, "last_uploaded_at");
    add_escaped(out, first.len > 0 ? first : span_text("at a time that nobody knows"));
    if (last.len > 0 && !span_equal(first, last)) {
        buffer_add_text(out, " to ");
        add_escaped(out, last);
    }
}

static void add_busiest_day(struct buffer *out, const struct found_rows *rows, size_t row) {
    if (found_cell(rows, row, "busiest_day").len == 0)
        return;
    buffer_add_text(out, "; busiest day ");
    add_cell(out, rows, row, "busiest_day");
    buffer_add_text(out, " (");
    add_cell(out, rows, row, "busiest_day_projects");
    buffer_add_byte(out, ')');
}

/* --- a project ------------------------------------------------------------------------------ */

/* " (begun at -10; review from 1, high from 6)" */
static void add_scale(struct buffer *out, yajl_val weights) {
    static const char *const words[][2] = {
        {"prior", " (begun at "}, {"review", "; review from "}, {"high", ", high from "}};
    for (size_t i = 0; weights != NULL && i < 3; i++) {
        buffer_add_text(out, words[i][1]);
        add_escaped(out, facts_number(weights, words[i][0]));
    }
    buffer_add_text(out, weights != NULL ? ")" : "");
}

static void add_standing(struct buffer *out, const struct answer *answer, yajl_val listing,
                         yajl_val run) {
    yajl_val allowed = facts_allowed(run, answer->project);
    const struct found_rows *rows = &answer->sections[SECTION_PROJECT];
    if (answer->listing.len > 0) {
        buffer_add_text(out, "listed, tier ");
        add_escaped(out, facts_text(listing, "tier"));
        buffer_add_text(out, ", ");
        add_escaped(out, facts_text(listing, "category"));
    } else if (allowed != NULL) {
        buffer_add_text(out, "not listed, because it is allowed: ");
        add_escaped(out, facts_text(allowed, "reason"));
        buffer_add_text(out, "; else tier ");
        add_escaped(out, facts_text(allowed, "tier"));
    } else {
        buffer_add_text(out, "not listed");
    }
    if (found_cell(rows, 0, "score").len > 0) {
        buffer_add_text(out, "; score ");
        add_cell(out, rows, 0, "score");
        buffer_add_text(out, " bits");
        add_scale(out, facts_object(run, "weights"));
    }
    buffer_add_byte(out, '\n');
}

static void add_people(struct buffer *out, const struct found_rows *rows) {
    struct span addresses = found_cell(rows, 0, "author_emails");
    struct span owners = found_cell(rows, 0, "owners");
    add_label(out, "people");
    add_escaped(out, addresses.len > 0 ? addresses : span_text("no address"));
    if (owners.len > 0) {
        buffer_add_text(out, "; accounts ");
        add_escaped(out, owners);
    }
    buffer_add_byte(out, '\n');
}

static void add_project_facts(struct buffer *out, const struct found_rows *rows) {
    add_label(out, "uploads");
    add_counted(out, rows, 0, "releases", "release");
    buffer_add_text(out, ", ");
    add_counted(out, rows, 0, "artifacts", "file");
    buffer_add_text(out, ", ");
    add_times(out, rows, 0);
    buffer_add_byte(out, '\n');
    add_label(out, "payload");
    struct span kind = found_cell(rows, 0, "payload_kind");
    add_escaped(out, kind.len > 0 ? kind : span_text("unknown"));
    buffer_add_byte(out, ' ');
    add_cell(out, rows, 0, "payload_signature");
    buffer_add_byte(out, '\n');
    add_people(out, rows);
    add_line(out, "commands", rows, "command_count");
    add_line(out, "dependents", rows, "dependents");
    add_line(out, "summary", rows, "summary");
    add_line(out, "signals", rows, "signals");
}

/* Findings for (sign 1) or against (-1), each a line with its bits. */
static void add_findings(struct buffer *out, yajl_val listing, const char *title, int sign) {
    size_t count = 0;
    yajl_val *findings = facts_items(listing, "findings", &count);
    buffer_printf(out, "  %s\n", title);
    bool none = true;
    for (size_t i = 0; i < count; i++) {
        struct span bits = facts_number(findings[i], "bits");
        bool against = bits.len > 0 && bits.at[0] == '-';
        if (against != (sign < 0) || span_is(bits, "0"))
            continue;
        none = false;
        char number[32]; /* of a file of ours; what is no number shows as 0 */
        snprintf(number, sizeof number, "%.*s", SPAN_ARGS(bits));
        buffer_printf(out, "    %+5.1f  ", strtod(number, NULL));
        text_add_escaped(out, facts_text(findings[i], "text"), CLAUSE_BYTES_MAX);
        buffer_add_byte(out, '\n');
    }
    if (none)
        buffer_add_text(out, "    none\n");
}

static void add_campaign_of(struct buffer *out, const struct answer *answer) {
    const struct found_rows *rows = &answer->sections[SECTION_CAMPAIGN_OF];
    const struct found_rows *membership = &answer->sections[SECTION_MEMBERSHIP];
    if (rows->kept == 0)
        return;
    add_label(out, "campaign");
    add_cell(out, rows, 0, "campaign_id");
    buffer_add_text(out, ", ");
    add_cell(out, rows, 0, "category");
    buffer_add_text(out, ", ");
    add_counted(out, rows, 0, "projects", "project");
    add_busiest_day(out, rows, 0);
    buffer_add_text(out, "\n              shares ");
    add_cell(out, membership, 0, "traits");
    buffer_add_byte(out, '\n');
}

/* "    foo, by command `foo` of bar (412 dependents, 2019-03-02); exempt: generic"; without rows
 * that speak of the project `shown`. */
static void add_collisions(struct buffer *out, const struct found_rows *rows, const char *title,
                           struct span shown) {
    bool first = true;
    for (size_t i = 0; i < rows->kept; i++) {
        struct span reason = found_cell(rows, i, "exempt_reason");
        if (span_equal(found_cell(rows, i, "project"), shown))
            continue;
        if (first)
            buffer_printf(out, "  %s\n", title);
        first = false;
        buffer_add_text(out, "    ");
        add_cell(out, rows, i, "project");
        buffer_add_text(out, ", by ");
        add_cell(out, rows, i, "relation");
        buffer_add_text(out, " `");
        add_cell(out, rows, i, "command");
        buffer_add_text(out, "` of ");
        add_cell(out, rows, i, "owner_project");
        buffer_add_text(out, " (");
        add_counted(out, rows, i, "owner_dependents", "dependent");
        buffer_add_text(out, ", ");
        add_escaped(out, span_slice(found_cell(rows, i, "owner_first_uploaded_at"), 0, 10));
        buffer_add_text(out, reason.len > 0 ? "); exempt: " : "); not exempt");
        add_escaped(out, reason);
        buffer_add_byte(out, '\n');
    }
    add_more(out, rows);
}

static void add_clusters(struct buffer *out, const struct found_rows *rows) {
    if (rows->kept == 0)
        return;
    buffer_add_text(out, "  Clusters\n");
    for (size_t i = 0; i < rows->kept; i++) {
        struct span domain = found_cell(rows, i, "domain");
        buffer_add_text(out, "    ");
        add_cell(out, rows, i, "cluster_id");
        buffer_add_text(out, ", ");
        add_escaped(out, domain.len > 0 ? domain : span_text("no address"));
        buffer_add_text(out, ", ");
        add_cell(out, rows, i, "payload_kind");
        buffer_add_text(out, ", ");
        add_counted(out, rows, i, "projects", "project");
        add_busiest_day(out, rows, i);
        buffer_add_byte(out, '\n');
    }
    add_more(out, rows);
}

static void add_links(struct buffer *out, const struct answer *answer, yajl_val listing) {
    buffer_add_text(out, "  Look at\n    ");
    listing_add_inspector_url(answer->project, SPAN_EMPTY, out);
    size_t count = 0;
    yajl_val *versions = facts_items(listing, "versions", &count);
    struct span latest = count > 0 ? facts_string(versions[count - 1]) : SPAN_EMPTY;
    if (latest.len > 0) {
        buffer_add_text(out, "\n    ");
        listing_add_inspector_url(answer->project, latest, out);
    }
    if (span_is(facts_text(listing, "tier"), "high")) {
        buffer_add_text(out, "\n    osv/");
        listing_add_file_name(answer->project, out);
        buffer_add_text(out, " of the run's folder");
    }
    buffer_add_byte(out, '\n');
}

static void add_project(struct buffer *out, const struct answer *answer, yajl_val run) {
    const struct found_rows *rows = &answer->sections[SECTION_PROJECT];
    if (rows->kept == 0)
        return;
    yajl_val listing = answer->listing.len > 0 ? facts_parse(answer->listing, out) : NULL;
    add_escaped(out, answer->project);
    buffer_add_text(out, ": a project, ");
    add_standing(out, answer, listing, run);
    add_campaign_of(out, answer);
    add_project_facts(out, rows);
    if (answer->listing.len > 0) {
        add_findings(out, listing, "Evidence", 1);
        add_findings(out, listing, "Counter-evidence", -1);
    }
    add_collisions(out, &answer->sections[SECTION_COLLISIONS], "Its name", SPAN_EMPTY);
    add_collisions(out, &answer->sections[SECTION_NAMED_AFTER], "Named after what it ships",
                   SPAN_EMPTY);
    add_clusters(out, &answer->sections[SECTION_CLUSTERS_OF]);
    add_links(out, answer, listing);
    yajl_tree_free(listing);
}

/* --- other things --------------------------------------------------------------------------- */

/* Whether a row speaks of another project than `shown`. */
static bool has_other(const struct found_rows *rows, struct span shown) {
    for (size_t i = 0; i < rows->kept; i++)
        if (!span_equal(found_cell(rows, i, "project"), shown))
            return true;
    return false;
}

static void add_command(struct buffer *out, const struct answer *answer) {
    const struct found_rows *taken = &answer->sections[SECTION_TAKEN];
    const struct found_rows *watched = &answer->sections[SECTION_WATCHED];
    const struct found_rows *shipped = &answer->sections[SECTION_SHIPPED];
    /* A project of the very name was shown with its own rows. */
    struct span shown = answer->sections[SECTION_PROJECT].kept > 0 ? answer->project : SPAN_EMPTY;
    if (!has_other(taken, shown) && watched->kept == 0 && shipped->kept == 0)
        return;
    add_escaped(out, answer->name);
    buffer_add_text(out, ": a command or module\n");
    add_collisions(out, taken, "Projects named after it", shown);
    if (watched->kept > 0) {
        buffer_add_text(out, "  No project is named after it (watchlist)\n");
        add_line(out, "shipped by", watched, "owner_projects");
        add_line(out, "dependents", watched, "owner_dependents");
        add_line(out, "first seen", watched, "first_seen_at");
    }
    if (shipped->kept > 0)
        buffer_add_text(out, "  Shipped by\n");
    for (size_t i = 0; i < shipped->kept; i++) {
        buffer_add_text(out, "    ");
        add_cell(out, shipped, i, "project");
        buffer_add_text(out, " as ");
        add_cell(out, shipped, i, "object_reference");
        buffer_add_byte(out, '\n');
    }
    add_more(out, shipped);
}

/* Every column of one row but its first, a line each. */
static void add_row(struct buffer *out, const struct found_rows *rows, size_t row) {
    size_t columns = rows->table->column_count;
    for (size_t i = 1; i < columns; i++) {
        if (rows->cells[row * columns + i].len == 0)
            continue;
        buffer_printf(out, "  %-24s", rows->table->columns[i].name);
        add_escaped(out, rows->cells[row * columns + i]);
        buffer_add_byte(out, '\n');
    }
}

static void add_members(struct buffer *out, const struct found_rows *rows) {
    if (rows->kept == 0)
        return;
    buffer_printf(out, "  Members, %" PRIu64 "\n", rows->total);
    for (size_t i = 0; i < rows->kept; i++) {
        buffer_add_text(out, "    ");
        add_cell(out, rows, i, "project");
        struct span traits = found_cell(rows, i, "traits");
        if (traits.len > 0) {
            buffer_add_text(out, "  ");
            add_escaped(out, traits);
        }
        buffer_add_byte(out, '\n');
    }
    add_more(out, rows);
}

static void add_group(struct buffer *out, const struct answer *answer, const char *what,
                      enum section section, enum section hanging) {
    const struct found_rows *rows = &answer->sections[section];
    const struct found_rows *others = &answer->sections[hanging];
    for (size_t i = 0; i < rows->kept; i++) {
        add_escaped(out, rows->cells[i * rows->table->column_count]);
        buffer_printf(out, ": a %s\n", what);
        add_row(out, rows, i);
    }
    add_more(out, rows);
    if (rows->kept > 0 && hanging != SECTION_DOMAIN_CLUSTERS &&
        hanging != SECTION_SIGNATURE_CLUSTERS)
        add_members(out, others);
    else if (rows->kept > 0)
        add_clusters(out, others);
}

void answer_write_text(const struct answer *answer, struct buffer *out) {
    yajl_val run = facts_parse(answer->run_json, out);
    add_project(out, answer, run);
    add_command(out, answer);
    add_group(out, answer, "domain", SECTION_DOMAIN, SECTION_DOMAIN_CLUSTERS);
    add_group(out, answer, "cluster", SECTION_CLUSTER, SECTION_CLUSTER_MEMBERS);
    add_group(out, answer, "campaign", SECTION_CAMPAIGN, SECTION_CAMPAIGN_MEMBERS);
    add_group(out, answer, "payload signature", SECTION_SIGNATURES, SECTION_SIGNATURE_CLUSTERS);
    buffer_add_text(out, "From run ");
    add_escaped(out, facts_text(run, "run_id"));
    buffer_add_byte(out, '\n');
    yajl_tree_free(run);
}
