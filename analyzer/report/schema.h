/*
 * schema: the tables of a run, each column declared once: its name is the CSV
 * header, the JSON key and the Redis field, its type says how a sink writes it, its meaning
 * is the data dictionary. Order is the contract: new columns go to the end of a
 * table, a new table is one row in schema.c.
 */
#ifndef WINNOW_REPORT_SCHEMA_H
#define WINNOW_REPORT_SCHEMA_H

#include "base/buffer.h"

enum column_type {
    COLUMN_TEXT,   /* free text, hostile */
    COLUMN_LIST,   /* items joined by one space, hostile */
    COLUMN_WORD,   /* one of a fixed set of words of ours */
    COLUMN_HEX,    /* lower-case hex digits */
    COLUMN_COUNT,  /* unsigned decimal */
    COLUMN_NUMBER, /* decimal with a point, or with an exponent when very small */
    COLUMN_TIME,   /* RFC 3339, UTC */
    COLUMN_DAY     /* UTC day, "2025-06-30" */
};

struct column {
    const char *name;
    enum column_type type;
    const char *meaning; /* Markdown, one paragraph */
};

enum table_id {
    TABLE_ARTIFACTS,
    TABLE_ENTRY_POINTS,
    TABLE_ANOMALIES,
    TABLE_PROJECTS,
    TABLE_DOMAINS,
    TABLE_SIGNATURES,
    TABLE_CLUSTERS,
    TABLE_CLUSTER_MEMBERS,
    TABLE_COLLISIONS,
    TABLE_WATCHLIST,
    TABLE_CAMPAIGNS,
    TABLE_CAMPAIGN_MEMBERS,
    TABLE_TAKEDOWN,
    TABLES
};

/* Widest table that a row can hold. */
enum { COLUMNS_MAX = 32 };

struct table {
    const char *name; /* of the file, with ".csv" added, and of the table in the reports */
    const char *meaning;
    const char *order; /* the columns its rows are sorted by, bytewise */
    const struct column *columns;
    size_t column_count;
};

const struct table *schema_table(enum table_id id);

/* Index of a column; column_count when the table has no such one. */
size_t schema_column(const struct table *table, const char *name);

/* "text", "list", "count"... as the data dictionary shows it. */
const char *column_type_name(enum column_type type);

/* Whether cells of this type may hold bytes of a mirror: these are what a sink must escape. */
static inline bool column_is_hostile(enum column_type type) {
    return type == COLUMN_TEXT || type == COLUMN_LIST;
}

/* Whether cells of this type are digits, letters, "-", "+", "." and ":" only: no sink has anything
 * to escape in them. */
static inline bool column_is_bare(enum column_type type) {
    return type == COLUMN_HEX || type == COLUMN_COUNT || type == COLUMN_NUMBER ||
           type == COLUMN_TIME || type == COLUMN_DAY;
}

/* Appends reports/SCHEMA.md. */
void schema_write_markdown(struct buffer *out);

#endif
