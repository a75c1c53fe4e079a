/* store_sql: every statement that the store runs on its own tables, see schema.sql. */
#include "facts/store_private.h"

/* Columns in the order of the table; store_row.c counts on it. */
#define ARTIFACT_COLUMNS                                                                           \
    "id, vanished, folder, filename, version, format, size_bytes, mtime_ns, "                      \
    "status, status_detail, member_count, python_file_count, python_bytes, native_file_count, "    \
    "has_metadata, metadata_version, name, declared_version, summary, author, home_page, "         \
    "repository, author_emails, maintainer_emails, requires_dist_count, requires_projects, "       \
    "top_level, "                                                                                  \
    "payload_kind, payload_signature, metadata_signature, field_marks, entry_points, anomalies"

/* Columns in this order; store_words.c counts on it. */
#define INDEX_FILE_COLUMNS                                                                         \
    "i.path_hash, i.folder, i.filename, i.uploaded_at, i.size_bytes, i.sha256, i.yanked, "         \
    "i.on_disk"

const char *const store_sql[STATEMENT_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",

    [SQL_META_GET] = "SELECT value FROM meta WHERE name = ?",
    [SQL_META_SET] = "INSERT OR REPLACE INTO meta VALUES (?, ?)",

    [SQL_PROJECT_FIND] = "SELECT id FROM project WHERE name = ?",
    [SQL_PROJECT_ADD] = "INSERT OR IGNORE INTO project (name) VALUES (?)",

    [SQL_ARTIFACT_FIND] = "SELECT a.id, a.vanished, a.version FROM artifact_by_path p"
                          " JOIN artifact a ON a.id = p.artifact"
                          " WHERE p.path_hash = ? AND a.folder = ? AND a.filename = ?",
    [SQL_ARTIFACT_PUT] = "INSERT INTO artifact (" ARTIFACT_COLUMNS ") VALUES"
                         " (?,0,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [SQL_ARTIFACT_DELETE] = "DELETE FROM artifact WHERE id = ? AND folder = ? AND filename = ?",
    [SQL_ARTIFACT_DELETE_OLD] = "DELETE FROM artifact WHERE id = ?1 AND (folder, filename) ="
                                " (SELECT folder, filename FROM artifact WHERE id = ?2)",
    [SQL_PATH_FIND] = "SELECT artifact FROM artifact_by_path WHERE path_hash = ?",
    [SQL_PATH_PUT] = "INSERT INTO artifact_by_path VALUES (?,?,?,0)",
    [SQL_PATH_REPLACE] =
        "UPDATE artifact_by_path SET artifact = ?2, key = ?3, vanished = 0 WHERE path_hash = ?1",
    [SQL_SKETCHES_PUT] = "INSERT INTO sketch_pack (sketches) VALUES (?)",

    [SQL_PAGE_FIND] = "SELECT id, names_files, project FROM page WHERE path = ?",
    [SQL_PAGE_ADD] = "INSERT INTO page (path, key, complete, met, names_files, project)"
                     " VALUES (?, 0, 0, 1, ?, ?)",
    [SQL_PAGE_RESET] = "UPDATE page SET complete = 0, met = 1, names_files = ?2, project = ?3"
                       " WHERE id = ?1",
    [SQL_PAGE_SET_PROJECT] = "UPDATE page SET names_files = 1, project = ?2 WHERE id = ?1",
    [SQL_PAGE_END] = "UPDATE page SET complete = 1, key = ?2 WHERE id = ?1",
    [SQL_PAGES_FORGET] = "UPDATE page SET met = 0 WHERE met",
    [SQL_PAGE_DELETE] = "DELETE FROM page WHERE id = ?",
    [SQL_INDEX_FILES_DELETE] = "DELETE FROM index_file WHERE id BETWEEN ? AND ?",
    [SQL_INDEX_FILE_LAST] =
        "SELECT id FROM index_file WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1",
    [SQL_INDEX_FILE_PUT] = "INSERT INTO index_file VALUES (?,?,?,?,?,?,?,?,?)",
    [SQL_OWNERS_DELETE] = "DELETE FROM owner WHERE page = ?",
    [SQL_OWNER_PUT] = "INSERT OR IGNORE INTO owner VALUES (?,?,?)",

    [SQL_KEY_COUNT] =
        "SELECT (SELECT count(*) FROM artifact_by_path) + (SELECT count(*) FROM page)",
    [SQL_ARTIFACT_KEYS] = "SELECT path_hash, key, vanished FROM artifact_by_path",
    [SQL_PAGE_KEYS] = "SELECT id, key, complete, met FROM page",
    [SQL_ARTIFACT_SET_VANISHED] =
        "UPDATE artifact SET vanished = ?2"
        " WHERE id = (SELECT artifact FROM artifact_by_path WHERE path_hash = ?1)",
    [SQL_PATH_SET_VANISHED] = "UPDATE artifact_by_path SET vanished = ?2 WHERE path_hash = ?1",
    [SQL_INDEX_FILE_SET_VANISHED] =
        "UPDATE index_file SET on_disk = NOT ?2 WHERE (path_hash, folder, filename) ="
        " (SELECT p.path_hash, a.folder, a.filename FROM artifact_by_path p"
        " JOIN artifact a ON a.id = p.artifact WHERE p.path_hash = ?1)",

    [SQL_HAS_INDEX] = "SELECT EXISTS (SELECT 1 FROM page WHERE names_files)",
    [SQL_PROJECT_IDS] = "SELECT id FROM project ORDER BY name",
    [SQL_PROJECTS] = "SELECT id, name FROM project ORDER BY name",
    /* Projects are small, so that this sorts little at a time, whole rows; the largest have some
     * 20,000 files. */
    [SQL_ARTIFACTS] = "SELECT " ARTIFACT_COLUMNS " FROM artifact WHERE id BETWEEN ? AND ?"
                      " ORDER BY version, filename, folder || filename",
    /* Of a project with one file nothing is to be sorted. Not SQL_ARTIFACT_GET, which is asked for
     * other projects' artifacts meanwhile. */
    [SQL_ARTIFACT_IDS] = "SELECT id FROM artifact WHERE id BETWEEN ? AND ? LIMIT 2",
    [SQL_ARTIFACT_ALONE] = "SELECT " ARTIFACT_COLUMNS " FROM artifact WHERE id = ?",
    [SQL_ARTIFACT_NAMES] =
        "SELECT filename FROM artifact WHERE id BETWEEN ? AND ? AND NOT vanished",
    [SQL_ARTIFACT_GET] = "SELECT " ARTIFACT_COLUMNS " FROM artifact WHERE id = ?",
    /* A release of an sdist: format 2, status 0. */
    [SQL_SDISTS] = "SELECT id, version, field_marks FROM artifact WHERE id BETWEEN ? AND ?"
                   " AND format = 2 AND status = 0 AND NOT vanished AND field_marks IS NOT NULL"
                   " ORDER BY version, filename, folder",
    [SQL_PROJECT_PAGES] = "SELECT id FROM page WHERE project = ? ORDER BY path",
    [SQL_PAGE_FILES] = "SELECT " INDEX_FILE_COLUMNS " FROM index_file i WHERE i.id BETWEEN ? AND ?",
    [SQL_INDEX_BY_PATH] = "SELECT " INDEX_FILE_COLUMNS ", p.project, r.name FROM index_file i"
                          " JOIN page p ON p.id = i.id >> 31 JOIN project r ON r.id = p.project"
                          " WHERE i.path_hash = ? AND i.folder = ? AND i.filename = ?"
                          " ORDER BY p.path, i.id",
    [SQL_ENTRY_POINTS_GET] = "SELECT entry_points FROM artifact WHERE id = ?",
    [SQL_SKETCHES] = "SELECT sketches FROM sketch_pack ORDER BY id",
    [SQL_OWNERS] = "SELECT DISTINCT p.name, o.user FROM owner o"
                   " JOIN project p ON p.id = o.project ORDER BY p.name, o.user",
};
