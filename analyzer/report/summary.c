/*
 * summary: the screenful at the end of a run, for people: at most 100 columns, hostile
 * texts escaped.
 */
#include "base/text.h"
#include "report/run.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

/* Together they fill a screen of 50 lines at most. */
enum { TOP_CAMPAIGNS = 10, TOP_ROWS = 8 };
enum { DOMAIN_WIDTH = 32, EXAMPLE_WIDTH = 24, LINE_WIDTH = 96 };
/* Domains above this false discovery rate are not shown: chance explains them. */
static const double Q_SHOWN_MAX = 0.05;

/* Adds `text`, escaped, cut and padded to `width` bytes; what is shown of it is nearly always
 * ASCII. */
static void add_padded(struct buffer *out, struct span text, size_t width) {
    size_t start = out->len;
    if (text.len > width)
        text_add_escaped(out, text, width - 3); /* adds "..." */
    else
        text_add_escaped(out, text, width);
    while (!out->failed && out->len < start + width)
        buffer_add_byte(out, ' ');
}

static void add_busiest_day(struct buffer *out, const struct group_facts *facts) {
    if (facts->busiest_day == INSTANT_UNKNOWN)
        return;
    instant_add_day(out, facts->busiest_day);
    buffer_printf(out, " (%" PRIu32 ")", facts->busiest_day_projects);
}

/* "name 12, name 3", wrapped. */
static void add_counts(struct buffer *out, const char *title, const uint64_t *counts,
                       const char *(*name)(int index), int total) {
    size_t line_start = out->len;
    buffer_printf(out, "%-11s", title);
    bool first = true;
    for (int i = 0; i < total; i++) {
        if (counts[i] == 0)
            continue;
        bool wrap = out->len - line_start > LINE_WIDTH - 24;
        if (!first)
            buffer_add_text(out, wrap ? ",\n" : ", ");
        if (!first && wrap) {
            line_start = out->len;
            buffer_printf(out, "%-11s", "");
        }
        buffer_printf(out, "%s %" PRIu64, name(i), counts[i]);
        first = false;
    }
    buffer_add_text(out, first ? "0\n" : "\n");
}

static const char *status_name(int status) {
    return artifact_status_name((enum artifact_status)status);
}

static const char *kind_name(int kind) {
    return kind == KIND_UNKNOWN ? "unknown" : payload_kind_name((enum payload_kind)kind);
}

/* Index of each row to show, best first. */
struct ranking {
    size_t at[TOP_CAMPAIGNS];
    size_t count;
    size_t most; /* to show; at most TOP_CAMPAIGNS */
};

/* Keeps the best rows; of equal ones the first stays first. */
static void rank(struct ranking *ranking, size_t row, const void *rows,
                 double (*score)(const void *rows, size_t row)) {
    size_t place = ranking->count;
    while (place > 0 && score(rows, ranking->at[place - 1]) < score(rows, row))
        place--;
    if (place == ranking->most)
        return;
    if (ranking->count < ranking->most)
        ranking->count++;
    for (size_t i = ranking->count - 1; i > place; i--)
        ranking->at[i] = ranking->at[i - 1];
    ranking->at[place] = row;
}

static double domain_score(const void *rows, size_t row) {
    return ((const struct domain_group *)rows)[row].lift;
}

static double cluster_score(const void *rows, size_t row) {
    return (double)((const struct cluster *)rows)[row].group.count;
}

static void add_domains(struct buffer *out, const struct run *run) {
    struct ranking top = {.most = TOP_ROWS};
    size_t shown = 0;
    for (size_t i = 0; i < run->domains.count; i++)
        if (run->domains.at[i].log_q < log(Q_SHOWN_MAX)) {
            rank(&top, i, run->domains.at, domain_score);
            shown++;
        }
    buffer_printf(out, "\nDomains with more empty projects than chance explains (q < %.2f): %zu",
                  Q_SHOWN_MAX, shown);
    buffer_printf(out, shown > TOP_ROWS ? ", the first %d by lift\n" : "\n", (int)TOP_ROWS);
    if (shown > 0)
        buffer_printf(out, "  %-*s %-10s %8s %8s %7s %7s  %s\n", (int)DOMAIN_WIDTH, "domain",
                      "type", "projects", "empty", "share", "lift", "busiest day");
    for (size_t i = 0; i < top.count; i++) {
        const struct domain_group *domain = &run->domains.at[top.at[i]];
        buffer_add_text(out, "  ");
        add_padded(out, run->corpus->domains.at[domain->domain], DOMAIN_WIDTH);
        buffer_printf(out, " %-10s %8zu %8" PRIu32 " %6.1f%% %7.1f  ",
                      domain_type_name(domain->type), domain->group.count, domain->empty_projects,
                      100 * domain->empty_share, domain->lift);
        add_busiest_day(out, &domain->facts);
        buffer_add_byte(out, '\n');
    }
}

/* The end of a line: busiest day, first project by name. */
static void add_day_and_example(struct buffer *out, const struct run *run,
                                const struct group_facts *facts, struct group group) {
    size_t start = out->len;
    add_busiest_day(out, facts);
    while (!out->failed && out->len < start + 19)
        buffer_add_byte(out, ' ');
    struct span example = run->corpus->projects[group.projects[0]].project;
    text_add_escaped(out, example, example.len > EXAMPLE_WIDTH ? EXAMPLE_WIDTH - 3 : EXAMPLE_WIDTH);
    buffer_add_byte(out, '\n');
}

static void add_clusters(struct buffer *out, const struct run *run) {
    struct ranking top = {.most = TOP_ROWS};
    for (size_t i = 0; i < run->clusters.count; i++)
        rank(&top, i, run->clusters.at, cluster_score);
    buffer_printf(out, "\nClusters, empty projects with one domain and one payload: %zu",
                  run->clusters.count);
    buffer_printf(out, run->clusters.count > TOP_ROWS ? ", the largest %d\n" : "\n", (int)TOP_ROWS);
    if (top.count > 0)
        buffer_printf(out, "  %-13s %-24s %-8s %8s  %-18s %s\n", "cluster", "domain", "kind",
                      "projects", "busiest day", "for example");
    for (size_t i = 0; i < top.count; i++) {
        const struct cluster *cluster = &run->clusters.at[top.at[i]];
        buffer_printf(out, "  %-13s ", cluster->id);
        add_padded(out,
                   cluster->domain == STRING_NONE ? span_text("(no address)")
                                                  : run->corpus->domains.at[cluster->domain],
                   24);
        buffer_printf(out, " %-8s %8zu  ", payload_kind_name(cluster->kind), cluster->group.count);
        add_day_and_example(out, run, &cluster->facts, cluster->group);
    }
}

static double campaign_score(const void *rows, size_t row) {
    return (double)((const struct campaign *)rows)[row].group.count;
}

static void add_campaigns(struct buffer *out, const struct run *run) {
    struct ranking top = {.most = TOP_CAMPAIGNS};
    for (size_t i = 0; i < run->campaigns.count; i++)
        rank(&top, i, run->campaigns.at, campaign_score);
    buffer_printf(out, "\nCampaigns, projects joined by several rare traits: %zu",
                  run->campaigns.count);
    buffer_printf(out, run->campaigns.count > TOP_CAMPAIGNS ? ", the largest %d\n" : "\n",
                  (int)TOP_CAMPAIGNS);
    if (top.count > 0)
        buffer_printf(out, "  %-13s %-20s %8s  %-18s %s\n", "campaign", "category", "projects",
                      "busiest day", "for example");
    for (size_t i = 0; i < top.count; i++) {
        const struct campaign *campaign = &run->campaigns.at[top.at[i]];
        buffer_printf(out, "  %-13s %-20s %8zu  ", campaign->id, category_name(campaign->category),
                      campaign->group.count);
        add_day_and_example(out, run, &campaign->facts, campaign->group);
    }
}

static void add_takedown(struct buffer *out, const struct run_counts *counts) {
    buffer_printf(out, "%-11s%" PRIu64 " high, %" PRIu64 " to review", "Listed",
                  counts->listed[TIER_HIGH], counts->listed[TIER_REVIEW]);
    if (counts->allowed > 0)
        buffer_printf(out, "; %" PRIu64 " left out as allowed", counts->allowed);
    buffer_add_byte(out, '\n');
}

void run_write_summary(const struct run *run, struct buffer *out) {
    const struct run_counts *counts = &run->counts;
    buffer_printf(out, "Run %s: %" PRIu64 " artifacts of %" PRIu64 " projects in %.1f s\n",
                  publication_run_id(run->publication), counts->artifacts, counts->projects,
                  (double)(monotonic_ms() - run->request->started_ms) / 1000);
    add_counts(out, "Artifacts", counts->by_status, status_name, STATUS_COUNT);
    if (counts->vanished > 0)
        buffer_printf(out, "%-11s%" PRIu64 " known from earlier sweeps, no longer on disk\n",
                      "Vanished", counts->vanished);
    add_counts(out, "Projects", counts->projects_by_kind, kind_name, KIND_COUNT);
    buffer_printf(out, "%-11s%" PRIu64 " projects, %.1f%%, are none, blank, constant or stub\n",
                  "Empty", counts->empty_projects, 100 * run->domains.base_share);
    add_takedown(out, counts);
    add_campaigns(out, run);
    add_domains(out, run);
    add_clusters(out, run);
    buffer_add_text(out, "\nReports: ");
    text_add_escaped(out, span_text(publication_folder(run->publication)), 4096);
    buffer_add_text(out, "\nNewest:  ");
    text_add_escaped(out, span_text(run->request->out), 4096);
    buffer_add_text(out,
                    "/latest\nBegin with takedown.csv; `winnow explain NAME` tells of one project, "
                    "`winnow schema` every column.\n");
    if (run_losses(counts) > 0)
        buffer_printf(out,
                      "%" PRIu64 " inputs could not be examined whole (exit code 1): see status in "
                      "artifacts.csv.\n",
                      run_losses(counts));
}
