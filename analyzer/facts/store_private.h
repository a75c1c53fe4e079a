/*
 * store_private: what the store's rooms share. store.c opens, closes and commits; store_file.c
 * looks at a file before SQLite may touch it, and creates it; store_lock.c keeps two sweeps apart;
 * store_write.c, store_page.c and store_keys.c put facts in, with ids from store_names.c, texts
 * from store_attached.c, and what waits for a commit in store_sketches.c and store_paths.c;
 * store_read.c and store_row.c give them back, with what store_words.c has from the index pages;
 * store_release.c compares what belongs to one release; store_extras.c tells what a project has
 * beside the artifacts stored under it; store_relay.c lets another thread take the rows;
 * store_ahead.c keeps the disk busy meanwhile.
 */
#ifndef WINNOW_FACTS_STORE_PRIVATE_H
#define WINNOW_FACTS_STORE_PRIVATE_H

#include "base/arena.h"
#include "facts/store.h"

#include <sqlite3.h>

/* "WINN": marks a database as ours (sqlite.org keeps a registry; `file` shows the number). */
#define STATE_APPLICATION_ID 0x57494E4E
/* Version of schema.sql. */
#define STATE_VERSION 6

/* artifact.id and index_file.id hold the id of project or page above this many bits. */
enum { CLUSTER_BITS = 31 };
#define CLUSTER_MASK ((INT64_C(1) << CLUSTER_BITS) - 1)

static inline int64_t cluster_first(int64_t owner) {
    return owner << CLUSTER_BITS;
}
static inline int64_t cluster_last(int64_t owner) {
    return (owner << CLUSTER_BITS) | CLUSTER_MASK;
}

/* A stored row comes from a record of at most RECORD_BYTES_MAX. */
enum { ROW_MEMORY_BYTES_MAX = 512 * 1024 * 1024 };

/* The project '' of schema.sql. */
enum { PROJECT_UNKNOWN = 1 };

/* All statements of the store; their SQL is in store_sql.c, in this order. */
enum statement {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_META_GET,
    SQL_META_SET,
    SQL_PROJECT_FIND,
    SQL_PROJECT_ADD,
    SQL_ARTIFACT_FIND,
    SQL_ARTIFACT_PUT,
    SQL_ARTIFACT_DELETE,
    SQL_ARTIFACT_DELETE_OLD,
    SQL_PATH_FIND,
    SQL_PATH_PUT,
    SQL_PATH_REPLACE,
    SQL_SKETCHES_PUT,
    SQL_PAGE_FIND,
    SQL_PAGE_ADD,
    SQL_PAGE_RESET,
    SQL_PAGE_SET_PROJECT,
    SQL_PAGE_END,
    SQL_PAGES_FORGET,
    SQL_PAGE_DELETE,
    SQL_INDEX_FILES_DELETE,
    SQL_INDEX_FILE_LAST,
    SQL_INDEX_FILE_PUT,
    SQL_OWNERS_DELETE,
    SQL_OWNER_PUT,
    SQL_KEY_COUNT,
    SQL_ARTIFACT_KEYS,
    SQL_PAGE_KEYS,
    SQL_ARTIFACT_SET_VANISHED,
    SQL_PATH_SET_VANISHED,
    SQL_INDEX_FILE_SET_VANISHED,
    SQL_HAS_INDEX,
    SQL_PROJECTS,
    SQL_PROJECT_IDS,
    SQL_ARTIFACTS,
    SQL_ARTIFACT_IDS,
    SQL_ARTIFACT_ALONE,
    SQL_ARTIFACT_NAMES,
    SQL_ARTIFACT_GET,
    SQL_SDISTS,
    SQL_PROJECT_PAGES,
    SQL_PAGE_FILES,
    SQL_INDEX_BY_PATH,
    SQL_ENTRY_POINTS_GET,
    SQL_SKETCHES,
    SQL_OWNERS,
    STATEMENT_COUNT
};

/* The SQL of each statement. */
extern const char *const store_sql[STATEMENT_COUNT];

/* Ids by the hashes of names. */
struct names {
    struct name_id *at;
    size_t slots; /* a power of two; 0: none yet */
    size_t count;
};

/* Artifacts by their paths, not yet in their table. */
struct paths {
    struct waiting_path *at;
    size_t count;
    size_t capacity;
};

/* The page that got an entry last: those of one page come in a row. */
struct last_page {
    uint64_t path_hash; /* stands for the path, as in names */
    int64_t id;         /* 0: none, or not known */
    bool names_files;
    int64_t project; /* 0: none yet */
    int64_t next_id; /* for its next index_file; 0: not looked up yet */
};

/* An sdist, as a wheel of the same release is held against it. */
struct sdist {
    int64_t id;
    struct span version;
    struct span marks;
};

/* The sdists of the project that is being read, one a release, sorted by version. */
struct releases {
    struct arena *arena;
    int64_t project_id;
    bool read; /* they were asked for */
    struct sdist *at;
    size_t count;
    size_t capacity;
    struct arena_mark mark;    /* behind them */
    int64_t commands_of;       /* id of an sdist; 0: none */
    struct span_list commands; /* its own, sorted */
};

/* What a page says of a file. */
struct index_word {
    bool found;
    bool has_sha256;
    bool yanked;
    instant uploaded_at;
    uint64_t size_bytes; /* UINT64_MAX: not stated */
    unsigned char sha256[32];
};
#define INDEX_WORD_NONE                                                                            \
    ((struct index_word){.uploaded_at = INSTANT_UNKNOWN, .size_bytes = UINT64_MAX})

/* The same with what it is said of. */
struct page_word {
    struct index_word what;
    int64_t hash;   /* of the path, or of the name alone */
    bool in_mirror; /* has a path; else the url points outside of the mirror */
    bool on_disk;
    bool present; /* of one not in_mirror: an artifact of that name is stored */
    struct span folder;
    struct span filename;
};

/* All that the pages of one project say, in the order of the pages' paths. */
struct words {
    struct arena *arena; /* reset from project to project */
    struct page_word *at;
    size_t count;
    size_t capacity;
    uint32_t *slots; /* hash table: 1 + index of the first word of a file; 0: free */
    size_t slots_mask;
};

/* A row of a project beside the artifacts stored under it. */
struct extra {
    struct span version;
    struct span filename;
    struct span path; /* "" without a place in the mirror */
    int64_t artifact; /* stored under another project; 0: missing in the mirror */
    const struct page_word *word;
};

struct extras {
    struct extra *at; /* in the arena of words */
    size_t count;
    size_t capacity;
};

struct store {
    char *path;
    sqlite3 *db;
    int lock_fd; /* -1 when reading */
    enum store_mode mode;
    bool immutable; /* opened as a file that nobody writes to */
    bool broken;    /* a write failed: nothing more is taken until the next store_begin */
    int failure;    /* SQLite's code for what last failed in a run */
    uint64_t path_seed;
    struct buffer problem; /* NUL-terminated */
    struct buffer scratch; /* lists as text, during one write */
    struct arena *arena;   /* one row, during one read; of a relay a batch of rows */
    struct releases releases;
    struct words words;
    struct extras extras; /* of the project whose words these are */
    struct names projects;
    struct names sketched; /* signatures whose sketches were stored lately */
    struct buffer pack;    /* sketches that wait to be stored */
    struct paths paths;
    struct last_page last_page;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* --- store.c: running statements ------------------------------------------------------------ */

/* A statement about to run: parameters are bound one after the other. Texts must live until it was
 * reset. */
struct run {
    struct store *store;
    sqlite3_stmt *statement;
    int bound;
    int result; /* first failure of binding or stepping */
};

struct run run_statement(struct store *store, enum statement statement);
void run_int(struct run *run, int64_t value);
void run_text(struct run *run, struct span value);
/* NULL when `len` is 0. */
void run_blob(struct run *run, const void *at, size_t len);
void run_null(struct run *run);
/* True when there is a row; false at the end or on failure (run_end tells which). */
bool run_step(struct run *run);
/* Resets the statement; false when anything failed. */
bool run_end(struct run *run);
/* For statements without rows: step and end. */
bool run_once(struct run *run);
/* Whether a row could not be added because its id is taken. */
bool is_taken(const struct run *run);

/* Texts are views until the statement steps or ends. */
int64_t column_int(const struct run *run, int column);
struct span column_text(const struct run *run, int column);
bool column_is_null(const struct run *run, int column);

/* Why SQLite failed with an extended code, and what to do next. SQLite keeps the system's errno for
 * some failures only, and of an attempt to open often that of its last try. */
const char *failure_reason(sqlite3 *db, int code);
/* Keeps the latest failure of SQLite in words: "STATE: cannot OPERATION: why, what to do". Always
 * false. */
bool store_fail(struct store *store, const char *operation);
/* The same for a failed write: what was not committed is taken back, so that half an artifact is
 * never kept. */
bool store_fail_write(struct store *store, const char *operation);
/* Something in the file contradicts the schema. Always false. */
bool store_fail_damaged(struct store *store, const char *operation);
/* Memory is out; takes back what was not committed. Always false. */
bool store_fail_memory(struct store *store);

/*
 * Around the statements of one write: opens a transaction when none is open, and commits it again
 * in write_end. False when nothing may be written.
 */
bool write_begin(struct store *store, bool *own);
bool write_end(struct store *store, bool own);

/* --- store_ahead.c -------------------------------------------------------------------------- */

struct ahead;

/* Gives the page cache the size for reading all of the state. */
void cache_for_pass(struct store *store);

/* Whether the state will not stay in memory once it was read, beside a report. */
bool state_is_large(const struct store *store);

/*
 * Starts to read ahead for a pass over these projects (borrowed, in its order). NULL when that is
 * not worth it or not possible; the pass is slower then.
 */
struct ahead *ahead_start(const struct store *store, const int64_t *projects, size_t count,
                          bool large);
/* The pass has come to projects[place]. */
void ahead_reached(struct ahead *ahead, size_t place);
void ahead_stop(struct ahead *ahead);

/* Tells the system whether a large state will be read here and there, or in one go. */
void advise_jumps(const struct store *store, bool jumps);

/* --- store_relay.c -------------------------------------------------------------------------- */

/*
 * Rows from a thread that reads to the one that takes them. Until it is freed the store's arena is
 * that of the batch in hand, which is to be left as it is. NULL when memory is out.
 */
struct relay;
struct relay *relay_new(struct store *store);
void relay_free(struct relay *relay);
/* For the reader. False when no more rows are wanted. */
bool relay_give(struct relay *relay, const struct artifact_row *row);
void relay_end(struct relay *relay);
/* For the taker: calls `row` until the reader has ended or it returns false. */
void relay_take(struct relay *relay, bool (*row)(void *context, const struct artifact_row *row),
                void *context);

/* --- store_file.c --------------------------------------------------------------------------- */

enum file_verdict { FILE_OURS, FILE_MISSING, FILE_REFUSED };

/* Looks at a file without SQLite; FILE_REFUSED comes with *problem (caller frees). An empty file
 * counts as missing. */
enum file_verdict file_examine(const char *path, char **problem);

/* Makes the folders above `path`; a failure shows when a file is made there. */
void file_make_folders(const char *path);

/* Creates a state at `path`: whole or not at all. False with *problem. */
bool file_create(const char *path, char **problem);

/* Opens SQLite on `path`; *problem on failure (NULL db). `flags` of sqlite3_open_v2. */
sqlite3 *file_open(const char *path, int flags, bool immutable, char **problem);

/* A message for the caller to free; NULL when memory is out. */
char *problem_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --- store_lock.c --------------------------------------------------------------------------- */

/* Takes PATH.lock; -1 with *problem, which names the holder. */
int lock_take(const char *path, char **problem);
void lock_release(int fd);

/* --- store_names.c -------------------------------------------------------------------------- */

/* 0: not remembered. */
int64_t names_find(const struct names *names, uint64_t hash);
/* For one that was not found. What would take more than `slots_max` slots, a power of two, of 16
 * bytes each, is forgotten first. */
void names_add(struct names *names, uint64_t hash, int64_t id, size_t slots_max);
void names_forget(struct names *names);

/* --- store_write.c -------------------------------------------------------------------------- */

/* "web/packages/x" -> folder "web/packages/", filename "x". */
void path_split(struct span path, struct span *folder, struct span *filename);

/* Id of a project, which is added when new. False on failure. */
bool project_intern(struct store *store, struct span name, int64_t *id);

/* Runs a statement whose one parameter is an id. */
bool run_with_id(struct store *store, enum statement statement, int64_t id);

/* --- store_attached.c ----------------------------------------------------------------------- */

/* Appends an artifact's list as text; nothing for an empty one. */
void entry_points_add_text(struct buffer *out, const struct entry_point_list *list);
void anomalies_add_text(struct buffer *out, const struct anomaly_list *list);

/* Reads what the above wrote, "" too. Texts view `text` where they can, else the arena. False when
 * it is something else or memory is out. */
bool entry_points_read_text(struct arena *arena, struct span text, struct entry_point_list *list);
bool anomalies_read_text(struct arena *arena, struct span text, struct anomaly_list *list);

/* --- store_paths.c -------------------------------------------------------------------------- */

/* Keeps which artifact a path has, for the table of paths. What was stored of the path under
 * another id goes when that is written. False on failure. */
bool paths_put(struct store *store, int64_t path_hash, int64_t artifact, uint64_t key);
/* Writes what waits: before a commit, and before the table is asked. */
bool paths_flush(struct store *store);
void paths_forget(struct paths *paths);

/* --- store_sketches.c ----------------------------------------------------------------------- */

/* Keeps an artifact's sketches, for the next pack. False on failure. */
bool sketches_put(struct store *store, const struct artifact_payload *payload);
/* Stores those that wait: before a commit. */
bool sketches_flush(struct store *store);

/* --- store_page.c --------------------------------------------------------------------------- */

/* Removes a page with all that it says. */
bool page_remove(struct store *store, int64_t page);

/* --- store_words.c -------------------------------------------------------------------------- */

enum { INDEX_FILE_COLUMN_COUNT = 8 };

/* Reads what the pages of a project say into store->words. */
bool words_read(struct store *store, int64_t project);
/* The first word of the same file: by hash, in_mirror, folder and filename. NULL: none. */
struct page_word *words_find(const struct words *words, const struct page_word *like);
/* The first word of a file of that name outside of the mirror. NULL: none. */
struct page_word *words_find_name(const struct store *store, struct span filename);

/* Whether the file name alone tells that project. */
bool filename_tells(struct span filename, struct span project);

/*
 * Asks all pages about a path, of which an artifact is stored under `project`: what the first page
 * by path says, and the project that the artifact is reported under instead (0: none), which
 * is the first whose page names a file that it could not be told from, unless a page of `project`
 * names it, too.
 */
bool words_ask_all(struct store *store, int64_t project, int64_t path_hash, struct span path,
                   struct index_word *first, int64_t *adopter);

/* --- store_row.c ---------------------------------------------------------------------------- */

/* Columns of SQL_ARTIFACTS that sort it. */
enum { ARTIFACT_FOLDER = 2, ARTIFACT_FILENAME = 3, ARTIFACT_VERSION = 4 };

/* The project that rows are made for. */
struct row_source {
    int64_t project_id;
    struct span project;   /* its name */
    bool mirror_has_index; /* whether not-in-index can be told */
};

/*
 * Fills `row` with all that hangs on the artifact that SQL_ARTIFACTS or SQL_ARTIFACT_GET has
 * stepped to, in the store's arena. *wanted: whether it is reported under this project; if not the
 * row is not whole.
 */
bool row_from_artifact(struct store *store, const struct row_source *source, const struct run *run,
                       struct artifact_row *row, bool *wanted);
/* The row of a missing file, in the store's arena. */
bool row_from_word(struct store *store, const struct row_source *source, const struct extra *extra,
                   struct artifact_row *row);

/* folder || filename. False when memory is out. */
bool path_join(struct arena *arena, struct span folder, struct span filename, struct span *path);

/* Adds an anomaly to a row. False when memory is out. */
bool row_add_anomaly(struct store *store, struct anomaly_list *list, struct span code,
                     struct span detail);

/* --- store_release.c ------------------------------------------------------------------------ */

/* Before the first row of a project. */
void release_begin(struct store *store, int64_t project_id);
/* The project has one artifact only: there is nothing to compare it with. */
void release_alone(struct store *store);

/* Adds to a wheel's anomalies what sets it apart from the sdist of its release. False on failure.
 */
bool release_compare(struct store *store, struct artifact *wheel);

/* --- store_extras.c ------------------------------------------------------------------------- */

/* Fills store->extras for the project whose pages' words were read, sorted by (version, filename,
 * path), no repeats. */
bool extras_find(struct store *store, const struct row_source *source);
int extra_compare(const struct extra *extra, struct span version, struct span filename,
                  struct span path);

/* For an artifact whose file.project is the page's now: reads version and mismatches anew where the
 * file name can be read as one of that project. False when memory is out. */
bool adopted_rename(struct artifact *artifact);

#endif
