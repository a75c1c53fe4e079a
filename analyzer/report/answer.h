/*
 * answer: all that a finished run says of one name, which may be a project's, a command's, a
 * domain's, a cluster's or campaign's id, the beginning of a payload signature, or several of these
 * at once. Read from the run's own files; nothing else is needed.
 */
#ifndef WINNOW_REPORT_ANSWER_H
#define WINNOW_REPORT_ANSWER_H

#include "base/arena.h"
#include "report/run_folder.h"

/* What was looked for, and the table whose rows tell. */
enum section {
    /* the name as a project */
    SECTION_PROJECT,
    SECTION_MEMBERSHIP, /* in a campaign */
    SECTION_CAMPAIGN_OF,
    SECTION_COLLISIONS,
    SECTION_NAMED_AFTER, /* projects named after its commands */
    SECTION_CLUSTER_IDS,
    SECTION_CLUSTERS_OF,
    /* as a command */
    SECTION_TAKEN, /* projects named after it */
    SECTION_WATCHED,
    SECTION_SHIPPED, /* only when nothing else is known by the name */
    /* as a domain */
    SECTION_DOMAIN,
    SECTION_DOMAIN_CLUSTERS,
    /* as a cluster */
    SECTION_CLUSTER,
    SECTION_CLUSTER_MEMBERS,
    /* as a campaign */
    SECTION_CAMPAIGN,
    SECTION_CAMPAIGN_MEMBERS,
    /* as a payload signature */
    SECTION_SIGNATURES,
    SECTION_SIGNATURE_CLUSTERS,
    SECTIONS
};

/* Rows of a table; cells as the table's columns. */
struct found_rows {
    const struct table *table;
    struct span *cells; /* table->column_count for each row */
    size_t kept;        /* rows whose cells are here */
    size_t capacity;
    uint64_t total; /* rows that there are */
};

struct answer {
    struct arena *arena;
    struct span name;    /* as asked for */
    struct span project; /* normalised */
    struct span lower;   /* in lower case */
    size_t rows_max;     /* that a section keeps */
    struct found_rows sections[SECTIONS];
    struct span listing;  /* its line of takedown.jsonl; empty: not listed */
    struct span run_json; /* of the run */
};

/*
 * Looks the name up. `rows_max`: rows kept of each section, all are counted. False after a logged
 * message when memory is out; answer_free in any case.
 */
bool answer_find(const struct run_folder *folder, struct span name, size_t rows_max,
                 struct answer *answer);
void answer_free(struct answer *answer);

/* Whether the run knows anything by that name. */
bool answer_is_known(const struct answer *answer);

/* A cell of a kept row by its column's name. */
struct span found_cell(const struct found_rows *rows, size_t row, const char *column);

/* For a person at a terminal: what came from a mirror is escaped. */
void answer_write_text(const struct answer *answer, struct buffer *out);
/* For a program: one JSON object. */
void answer_write_json(const struct answer *answer, struct buffer *out);

#endif
