/* answer: see answer.h. Each table is read once, from end to end: that is fast, and needs no index.
 */
#include "report/answer.h"

#include "base/json.h"
#include "base/log.h"
#include "base/text.h"
#include "mirror/name.h"

#include <errno.h>
#include <stdlib.h>

/* Hex digits that count as the beginning of a signature: of 50,000 signatures one in 300 names of
 * six such letters ("facade") fits by chance. */
enum { SIGNATURE_DIGITS_MIN = 6 };

/* --- which rows belong to which section ------------------------------------------------------ */

static bool same_bytes(const struct answer *answer, struct span cell) {
    return span_equal(cell, answer->name);
}

static bool same_project(const struct answer *answer, struct span cell) {
    return span_equal(cell, answer->project);
}

/* Commands compare as project names do. */
static bool same_command(const struct answer *answer, struct span cell) {
    return span_equal(cell, answer->name) || project_same(cell, answer->name);
}

static bool same_domain(const struct answer *answer, struct span cell) {
    return cell.len > 0 && span_equal(cell, answer->lower);
}

static bool begins_signature(const struct answer *answer, struct span cell) {
    size_t len = answer->lower.len;
    return len >= SIGNATURE_DIGITS_MIN && span_equal(span_slice(cell, 0, len), answer->lower);
}

/* Whether a row of the section `of` has this cell in its first column. */
static bool is_first_of(const struct answer *answer, enum section of, struct span cell) {
    const struct found_rows *rows = &answer->sections[of];
    for (size_t i = 0; i < rows->kept; i++)
        if (span_equal(rows->cells[i * rows->table->column_count], cell))
            return true;
    return false;
}

static bool in_own_clusters(const struct answer *answer, struct span cell) {
    return is_first_of(answer, SECTION_CLUSTER_IDS, cell);
}

static bool in_own_campaign(const struct answer *answer, struct span cell) {
    return is_first_of(answer, SECTION_MEMBERSHIP, cell);
}

/* Sections of one table come together; one that asks for another's rows comes after it. */
static const struct search {
    enum section section;
    enum table_id table;
    const char *column;
    bool (*matches)(const struct answer *answer, struct span cell);
} searches[] = {
    {SECTION_PROJECT, TABLE_PROJECTS, "project", same_project},
    {SECTION_MEMBERSHIP, TABLE_CAMPAIGN_MEMBERS, "project", same_project},
    {SECTION_CAMPAIGN_MEMBERS, TABLE_CAMPAIGN_MEMBERS, "campaign_id", same_bytes},
    {SECTION_CAMPAIGN_OF, TABLE_CAMPAIGNS, "campaign_id", in_own_campaign},
    {SECTION_CAMPAIGN, TABLE_CAMPAIGNS, "campaign_id", same_bytes},
    {SECTION_COLLISIONS, TABLE_COLLISIONS, "project", same_project},
    {SECTION_NAMED_AFTER, TABLE_COLLISIONS, "owner_project", same_project},
    {SECTION_TAKEN, TABLE_COLLISIONS, "command", same_command},
    {SECTION_WATCHED, TABLE_WATCHLIST, "command", same_command},
    {SECTION_CLUSTER_IDS, TABLE_CLUSTER_MEMBERS, "project", same_project},
    {SECTION_CLUSTER_MEMBERS, TABLE_CLUSTER_MEMBERS, "cluster_id", same_bytes},
    {SECTION_CLUSTERS_OF, TABLE_CLUSTERS, "cluster_id", in_own_clusters},
    {SECTION_CLUSTER, TABLE_CLUSTERS, "cluster_id", same_bytes},
    {SECTION_DOMAIN_CLUSTERS, TABLE_CLUSTERS, "domain", same_domain},
    {SECTION_SIGNATURE_CLUSTERS, TABLE_CLUSTERS, "payload_signature", begins_signature},
    {SECTION_DOMAIN, TABLE_DOMAINS, "domain", same_domain},
    {SECTION_SIGNATURES, TABLE_SIGNATURES, "payload_signature", begins_signature},
};
enum { SEARCHES = sizeof searches / sizeof *searches };

/* --- reading -------------------------------------------------------------------------------- */

static bool keep_row(struct answer *answer, enum section section,
                     const struct table_reader *reader) {
    struct found_rows *rows = &answer->sections[section];
    size_t columns = reader->table->column_count;
    rows->total++;
    if (rows->kept == answer->rows_max)
        return true;
    if (rows->kept == rows->capacity) {
        size_t wider = rows->capacity ? rows->capacity * 2 : 8;
        struct span *cells = realloc(rows->cells, wider * columns * sizeof *cells);
        if (cells == NULL)
            return false;
        rows->cells = cells;
        rows->capacity = wider;
    }
    for (size_t i = 0; i < columns; i++)
        if (!arena_copy(answer->arena, table_cell(reader, i),
                        &rows->cells[rows->kept * columns + i]))
            return false;
    rows->kept++;
    return true;
}

/* Reads the table of searches[first] for all searches in it. Returns how many these are, 0 when
 * memory is out. */
static size_t read_table(const struct run_folder *folder, size_t first, struct answer *answer) {
    struct table_reader reader;
    size_t columns[SEARCHES];
    size_t last = first;
    bool done = true;
    table_open(folder, searches[first].table, &reader);
    for (; last < SEARCHES && searches[last].table == searches[first].table; last++) {
        columns[last] = schema_column(reader.table, searches[last].column);
        answer->sections[searches[last].section].table = reader.table;
    }
    while (done && table_next(&reader))
        for (size_t i = first; done && i < last; i++)
            if (searches[i].matches(answer, table_cell(&reader, columns[i])))
                done = keep_row(answer, searches[i].section, &reader);
    done = done && !reader.no_memory;
    table_close(&reader);
    return done ? last - first : 0;
}

/* Entry points are by far the largest table that names commands: they are read only when nothing
 * else tells, and only when the bytes of the name are there at all. */
static bool read_shipped(const struct run_folder *folder, struct answer *answer) {
    struct table_reader reader;
    bool done = true;
    table_open(folder, TABLE_ENTRY_POINTS, &reader);
    struct span whole = reader.mapped.text;
    size_t project = schema_column(reader.table, "project");
    size_t group = schema_column(reader.table, "group");
    size_t name = schema_column(reader.table, "name");
    struct buffer last = BUFFER_EMPTY; /* rows of a project come together: it is named once */
    answer->sections[SECTION_SHIPPED].table = reader.table;
    bool there = answer->name.len > 0 && whole.len > 0 &&
                 memmem(whole.at, whole.len, answer->name.at, answer->name.len) != NULL;
    while (done && there && table_next(&reader)) {
        if (!span_equal(table_cell(&reader, name), answer->name) ||
            !span_ends(table_cell(&reader, group), "_scripts"))
            continue;
        if (span_equal(buffer_span(&last), table_cell(&reader, project)))
            continue;
        buffer_clear(&last);
        buffer_add(&last, table_cell(&reader, project));
        done = !last.failed && keep_row(answer, SECTION_SHIPPED, &reader);
    }
    done = done && !reader.no_memory;
    table_close(&reader);
    buffer_free(&last);
    return done;
}

/* The line that begins with this project. A line break within a text is escaped, so a line's begin
 * cannot be forged. */
static bool read_listing(const struct run_folder *folder, struct answer *answer) {
    struct mapped mapped;
    struct buffer begin = BUFFER_EMPTY;
    if (!run_folder_map(folder, "takedown.jsonl", &mapped))
        return errno != ENOMEM;
    buffer_add_text(&begin, "{\"project\":");
    json_add_string(&begin, answer->project);
    buffer_add_byte(&begin, ',');
    bool done = !begin.failed;
    struct span rest = mapped.text;
    struct span line;
    while (done && answer->listing.len == 0 && rest.len > 0 && span_next_piece(&rest, '\n', &line))
        if (span_equal(span_slice(line, 0, begin.len), buffer_span(&begin)))
            done = arena_copy(answer->arena, line, &answer->listing);
    mapped_close(&mapped);
    buffer_free(&begin);
    return done;
}

static bool read_run_json(const struct run_folder *folder, struct answer *answer) {
    struct mapped mapped;
    if (!run_folder_map(folder, "run.json", &mapped))
        return errno != ENOMEM;
    bool done = arena_copy(answer->arena, mapped.text, &answer->run_json);
    mapped_close(&mapped);
    return done;
}

static bool take_name(struct answer *answer, struct span name) {
    struct buffer lower = BUFFER_EMPTY;
    for (size_t i = 0; i < name.len; i++)
        buffer_add_byte(&lower, ascii_lower(name.at[i]));
    bool done = !lower.failed && arena_copy(answer->arena, name, &answer->name) &&
                arena_copy(answer->arena, buffer_span(&lower), &answer->lower) &&
                project_normalize(answer->arena, answer->name, &answer->project);
    buffer_free(&lower);
    return done;
}

bool answer_find(const struct run_folder *folder, struct span name, size_t rows_max,
                 struct answer *answer) {
    *answer = (struct answer){.arena = arena_new(SIZE_MAX / 4), .rows_max = rows_max};
    bool done = answer->arena != NULL && take_name(answer, name) && read_run_json(folder, answer) &&
                read_listing(folder, answer);
    for (size_t i = 0, read = 1; done && i < SEARCHES; i += read) {
        read = read_table(folder, i, answer);
        done = read > 0;
    }
    if (done && !answer_is_known(answer))
        done = read_shipped(folder, answer);
    if (!done)
        log_line(LOG_ERROR, "out of memory");
    return done;
}

void answer_free(struct answer *answer) {
    for (size_t i = 0; i < SECTIONS; i++)
        free(answer->sections[i].cells);
    arena_free(answer->arena);
    *answer = (struct answer){.arena = NULL};
}

bool answer_is_known(const struct answer *answer) {
    for (size_t i = 0; i < SECTIONS; i++)
        if (answer->sections[i].total > 0)
            return true;
    return false;
}

struct span found_cell(const struct found_rows *rows, size_t row, const char *column) {
    size_t index = schema_column(rows->table, column);
    return index < rows->table->column_count ? rows->cells[row * rows->table->column_count + index]
                                             : SPAN_EMPTY;
}
