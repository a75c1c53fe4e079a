/*
 * store_adopted: artifacts that are reported under another project than the one
 * under which they are stored. The scan knows a file's name only; the page that names the file
 * may come later, and settles whose it is: "foo-2-1.tar.gz" on the page of foo is its release 2-1.
 */
#include "extract/extract.h"
#include "facts/store_private.h"
#include "mirror/filename.h"
#include "mirror/name.h"

static struct span value_span(sqlite3_value *value) {
    const void *at = sqlite3_value_blob(value);
    return span_of(at, (size_t)sqlite3_value_bytes(value));
}

/* filename_names(filename, project): whether the name alone tells that project. */
static void sql_filename_names(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct span name = filename_parse(value_span(values[0]), SPAN_EMPTY).name;
    sqlite3_result_int(context, project_same(name, value_span(values[1])));
}

/* The file name cut for `project`; false when it cannot be read so. */
static bool parse_for(struct span filename, struct span project, struct parsed_filename *parsed) {
    *parsed = filename_parse(filename, project);
    return parsed->version.len > 0 && project_same(parsed->name, project);
}

/* filename_version(filename, project, otherwise): the version in the name, for sorting. `otherwise`
 * (if not NULL) is it when the name cannot be cut for `project`. */
static void sql_filename_version(sqlite3_context *context, int count, sqlite3_value **values) {
    (void)count;
    struct parsed_filename parsed;
    bool fits = parse_for(value_span(values[0]), value_span(values[1]), &parsed);
    bool told = sqlite3_value_type(values[2]) != SQLITE_NULL;
    struct span version = !fits && told ? value_span(values[2]) : parsed.version;
    sqlite3_result_text64(context, version.len > 0 ? (const char *)version.at : "", version.len,
                          SQLITE_TRANSIENT, SQLITE_UTF8);
}

bool adopted_set_up(sqlite3 *db) {
    static const char table[] =
        "CREATE TEMP TABLE adopted (project INTEGER, artifact INTEGER UNIQUE,"
        " PRIMARY KEY (project, artifact)) WITHOUT ROWID";
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    return sqlite3_exec(db, table, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_create_function(db, "filename_names", 2, flags, NULL, sql_filename_names, NULL,
                                   NULL) == SQLITE_OK &&
           sqlite3_create_function(db, "filename_version", 3, flags, NULL, sql_filename_version,
                                   NULL, NULL) == SQLITE_OK;
}

/* The order of the joins matters: nearly all names tell the page's project, and end there. Of
 * several pages the first by path; none when a page of the project in the file's name has it too.
 */
bool adopted_find(struct store *store) {
    static const char find[] =
        "DELETE FROM temp.adopted;"
        "INSERT INTO temp.adopted SELECT project, artifact FROM ("
        "  SELECT i.project AS project, a.id AS artifact, min(p.path)"
        "  FROM index_file i"
        "  CROSS JOIN project r ON r.id = i.project AND NOT filename_names(i.filename, r.name)"
        "  CROSS JOIN artifact a ON a.path_hash = i.path_hash AND a.folder = i.folder"
        "    AND a.filename = i.filename AND a.id >> 31 <> i.project"
        "  CROSS JOIN page p ON p.id = i.id >> 31"
        "  WHERE i.project <> 1 AND NOT EXISTS (SELECT 1 FROM index_file o"
        "    WHERE o.path_hash = a.path_hash AND o.folder = a.folder"
        "    AND o.filename = a.filename AND o.project <> 1 AND o.project = a.id >> 31)"
        "  GROUP BY a.id)";
    return sqlite3_exec(store->db, find, NULL, NULL, NULL) == SQLITE_OK ||
           store_fail(store, "read the index pages");
}

static bool is_mismatch(const struct anomaly *anomaly) {
    return span_is(anomaly->code, "name-mismatch") || span_is(anomaly->code, "version-mismatch");
}

bool adopted_rename(struct artifact *artifact) {
    struct parsed_filename parsed;
    if (!parse_for(artifact->file.filename, artifact->file.project, &parsed))
        return true;
    artifact->file.version = parsed.version;
    struct anomaly_list *list = &artifact->anomalies;
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!is_mismatch(&list->at[i]))
            list->at[kept++] = list->at[i];
    list->count = kept;
    return extract_check_identity(artifact);
}
