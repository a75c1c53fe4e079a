/*
 * store: see store.h. This room opens and closes the state, runs statements
 * and puts failures in words.
 *
 * Why a write-ahead log (journal_mode=WAL): a keeper that is killed, or a full disk, leaves the
 * last committed state; researchers and reports read a consistent snapshot while a sweep writes,
 * and never block it. synchronous=FULL: a commit is on the disk when it returns, for one fsync
 * each; commits are seconds apart, so that costs nothing. The log is copied back only every
 * LOG_PAGES pages, because artifacts of one project lie side by side and a page is touched many
 * times before it is full.
 */
#include "facts/store_private.h"

#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* Page cache, in KiB. A scan takes the same time with 192 MiB, whose memory would then grow with
 * the mirror for long; a pass for the reports jumps about in the whole state. */
enum { CACHE_KIB = 32 * 1024, PASS_CACHE_KIB = 192 * 1024 };
/* Pages of 4 KiB in the log before they are copied back: 256 MiB. */
enum { LOG_PAGES = 65536 };
/* How long another program may hold the file before we give up. */
enum { BUSY_MS = 30000 };

/* --- failures ------------------------------------------------------------------------------- */

const char *store_problem(const struct store *store) {
    if (store->problem.failed)
        return "out of memory";
    return store->problem.len > 0 ? (const char *)store->problem.at : "no problem";
}

/* SQLite does not always tell what failed in a file that may not grow beyond a limit. */
static bool file_sizes_are_limited(void) {
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

const char *failure_reason(sqlite3 *db, int code) {
    int kind = code & 0xFF;
    int error = kind == SQLITE_IOERR || kind == SQLITE_CANTOPEN ? sqlite3_system_errno(db) : 0;
    if (kind == SQLITE_FULL || error == ENOSPC || error == EDQUOT)
        return "disk full: make room and run the same command again, what was committed is kept";
    if (error == EMFILE || error == ENFILE)
        return "too many open files: raise the limit of open files (ulimit -n)";
    switch (kind) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return "the file is damaged: move it away and scan again, or try `sqlite3 FILE .recover`";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program is writing to it: wait until it has ended";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        return "it or its log cannot be written to: check permissions, room and the disk";
    case SQLITE_NOMEM:
    case SQLITE_OK: /* it was not SQLite that failed */
        return "out of memory";
    case SQLITE_IOERR:
        if (error == EFBIG || (error == 0 && file_sizes_are_limited()))
            return "File too large, or Input/output error: raise the limit of file sizes "
                   "(ulimit -f) or check room and the disk, then run the same command again, "
                   "what was committed is kept";
        return error == 0 || error == EIO
                   ? "Input/output error: check room and the disk, then run the same command "
                     "again, what was committed is kept"
                   : error_words(error);
    default:
        return sqlite3_errmsg(db);
    }
}

static const char *reason_of(struct store *store) {
    int code = store->failure != SQLITE_OK ? store->failure : sqlite3_extended_errcode(store->db);
    store->failure = SQLITE_OK;
    return failure_reason(store->db, code);
}

static bool set_problem(struct store *store, const char *operation, const char *reason) {
    buffer_clear(&store->problem);
    buffer_printf(&store->problem, "%s: cannot %s: %s", store->path, operation, reason);
    buffer_add_byte(&store->problem, '\0');
    return false;
}

bool store_fail(struct store *store, const char *operation) {
    return set_problem(store, operation, reason_of(store));
}

bool store_fail_damaged(struct store *store, const char *operation) {
    if (arena_refused(store->arena)) /* what looks damaged had no room to be read */
        return store_fail_memory(store);
    return set_problem(
        store, operation,
        "the file is damaged: move it away and scan again, or try `sqlite3 FILE .recover`");
}

static void roll_back(struct store *store) {
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_reset(store->statements[i]);
    if (sqlite3_get_autocommit(store->db) == 0) { /* some failures have rolled back already */
        sqlite3_step(store->statements[SQL_ROLLBACK]);
        sqlite3_reset(store->statements[SQL_ROLLBACK]);
    }
    names_forget(&store->projects); /* they may never have been stored */
    names_forget(&store->sketched);
    buffer_free(&store->pack);
    paths_forget(&store->paths);
    store->last_page = (struct last_page){.id = 0};
    store->broken = true;
}

bool store_fail_write(struct store *store, const char *operation) {
    if (!store->broken) /* otherwise the first problem stays */
        store_fail(store, operation);
    roll_back(store);
    return false;
}

bool store_fail_memory(struct store *store) {
    set_problem(store, "go on", "out of memory");
    if (store->mode == STORE_WRITE)
        roll_back(store);
    return false;
}

/* --- statements ----------------------------------------------------------------------------- */

struct run run_statement(struct store *store, enum statement statement) {
    return (struct run){
        .store = store, .statement = store->statements[statement], .bound = 0, .result = SQLITE_OK};
}

static void bound(struct run *run, int result) {
    if (run->result == SQLITE_OK)
        run->result = result;
}

void run_int(struct run *run, int64_t value) {
    bound(run, sqlite3_bind_int64(run->statement, ++run->bound, value));
}

void run_text(struct run *run, struct span value) {
    const char *at = value.len > 0 ? (const char *)value.at : "";
    bound(run, sqlite3_bind_text64(run->statement, ++run->bound, at, value.len, SQLITE_STATIC,
                                   SQLITE_UTF8));
}

void run_blob(struct run *run, const void *at, size_t len) {
    if (len == 0)
        run_null(run);
    else
        bound(run, sqlite3_bind_blob64(run->statement, ++run->bound, at, len, SQLITE_STATIC));
}

void run_null(struct run *run) {
    bound(run, sqlite3_bind_null(run->statement, ++run->bound));
}

bool run_step(struct run *run) {
    if (run->result != SQLITE_OK)
        return false;
    int result = sqlite3_step(run->statement);
    if (result != SQLITE_ROW && result != SQLITE_DONE)
        run->result = result;
    return result == SQLITE_ROW;
}

bool run_end(struct run *run) {
    sqlite3_reset(run->statement);
    if (run->result == SQLITE_OK)
        return true;
    run->store->failure = run->result;
    return false;
}

bool run_once(struct run *run) {
    run_step(run);
    return run_end(run);
}

bool is_taken(const struct run *run) {
    return run->result == SQLITE_CONSTRAINT_PRIMARYKEY || run->result == SQLITE_CONSTRAINT_ROWID;
}

int64_t column_int(const struct run *run, int column) {
    return sqlite3_column_int64(run->statement, column);
}

struct span column_text(const struct run *run, int column) {
    /* As a blob: sqlite3_column_text would copy to append a NUL that spans do not need. */
    const void *at = sqlite3_column_blob(run->statement, column);
    return at != NULL ? span_of(at, (size_t)sqlite3_column_bytes(run->statement, column))
                      : SPAN_EMPTY;
}

bool column_is_null(const struct run *run, int column) {
    return sqlite3_column_type(run->statement, column) == SQLITE_NULL;
}

/* --- transactions --------------------------------------------------------------------------- */

bool store_begin(struct store *store) {
    if (sqlite3_get_autocommit(store->db) == 0)
        return true;
    struct run run = run_statement(store, SQL_BEGIN);
    store->broken = false;
    return run_once(&run) || store_fail(store, "begin writing");
}

bool store_commit(struct store *store) {
    if (store->broken)
        return false;
    if (sqlite3_get_autocommit(store->db) != 0)
        return true;
    struct run run = run_statement(store, SQL_COMMIT);
    return (paths_flush(store) && sketches_flush(store) && run_once(&run)) ||
           store_fail_write(store, "write");
}

bool write_begin(struct store *store, bool *own) {
    *own = false;
    if (store->mode == STORE_READ)
        return set_problem(store, "write", "it was opened for reading");
    if (sqlite3_get_autocommit(store->db) == 0)
        return true;
    if (store->broken)
        return false; /* the caller has missed a failure; do not go on with half of the facts */
    *own = true;
    return store_begin(store);
}

bool write_end(struct store *store, bool own) {
    return !own || store_commit(store);
}

/* --- named values --------------------------------------------------------------------------- */

bool store_get_meta(struct store *store, const char *name, struct buffer *value) {
    struct run run = run_statement(store, SQL_META_GET);
    run_text(&run, span_text(name));
    if (run_step(&run))
        buffer_add(value, column_text(&run, 0));
    if (!run_end(&run))
        return store_fail(store, "read");
    return !value->failed || store_fail_memory(store);
}

bool store_set_meta(struct store *store, const char *name, struct span value) {
    bool own = false;
    if (!write_begin(store, &own))
        return false;
    struct run run = run_statement(store, SQL_META_SET);
    run_text(&run, span_text(name));
    run_text(&run, value);
    return run_once(&run) ? write_end(store, own) : store_fail_write(store, "write");
}

/* --- opening and closing -------------------------------------------------------------------- */

/* What is written was checked when it came (record.c), and what is read is checked in store_row.c:
 * the schema's checks are for what others write. */
static bool set_up(struct store *store) {
    static const char options[] =
        "PRAGMA synchronous=FULL; PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; "
        "PRAGMA secure_delete=OFF; PRAGMA ignore_check_constraints=ON;";
    char *sizes = problem_of("PRAGMA cache_size=-%d; PRAGMA wal_autocheckpoint=%d; "
                             "PRAGMA journal_size_limit=%lld;",
                             CACHE_KIB, LOG_PAGES, (long long)LOG_PAGES * 4096);
    sqlite3_busy_timeout(store->db, BUSY_MS);
    bool set = sizes != NULL && sqlite3_exec(store->db, options, NULL, NULL, NULL) == SQLITE_OK &&
               sqlite3_exec(store->db, sizes, NULL, NULL, NULL) == SQLITE_OK;
    free(sizes);
    return set;
}

void cache_for_pass(struct store *store) {
    char *size = problem_of("PRAGMA cache_size=-%d", PASS_CACHE_KIB);
    if (size != NULL) /* without it all is as well, but slower */
        sqlite3_exec(store->db, size, NULL, NULL, NULL);
    free(size);
}

/* Preparing them all also tells whether all tables are there. */
static bool prepare_statements(struct store *store) {
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        if (sqlite3_prepare_v3(store->db, store_sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return (sqlite3_errcode(store->db) & 0xFF) == SQLITE_ERROR
                       ? store_fail_damaged(store, "use its tables") /* no such table, column */
                       : store_fail(store, "read");
    return true;
}

/* The header may be older than what waits in the write-ahead log. */
static bool check_version(struct store *store) {
    sqlite3_stmt *statement = NULL;
    int64_t version = -1;
    if (sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (version < 0)
        return store_fail(store, "read");
    return version == STATE_VERSION ||
           set_problem(store, "read", "it was written by another version of winnow");
}

static bool read_seed(struct store *store) {
    struct buffer text = BUFFER_EMPTY;
    unsigned char bytes[sizeof store->path_seed];
    bool read = store_get_meta(store, "path_seed", &text);
    bool good = read && hex_parse(buffer_span(&text), bytes, sizeof bytes);
    buffer_free(&text);
    if (!good)
        return read ? store_fail_damaged(store, "read its seed") : false;
    for (size_t i = 0; i < sizeof bytes; i++)
        store->path_seed = store->path_seed << 8 | bytes[i];
    return true;
}

/* Opens the database with all that the store needs. On failure store->db is NULL again. */
static bool connect(struct store *store, int flags, bool immutable, char **problem) {
    store->immutable = immutable;
    store->db = file_open(store->path, flags, immutable, problem);
    if (store->db == NULL)
        return false;
    bool connected = set_up(store)
                         ? check_version(store) && prepare_statements(store) && read_seed(store)
                         : store_fail(store, "open it");
    if (connected)
        return true;
    free(*problem);
    *problem = strdup(store_problem(store));
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    store->db = NULL;
    return false;
}

static bool has_waiting_log(const char *path) {
    struct stat status;
    char *name = problem_of("%s-wal", path);
    bool has = name == NULL || (stat(name, &status) == 0 && status.st_size > 0);
    free(name);
    return has;
}

/*
 * A reader needs the log's index beside the file, so in a folder that cannot be written to
 * SQLite refuses; a state without a waiting log can then be read as it is.
 */
static bool connect_reader(struct store *store, char **problem) {
    if (!connect(store, SQLITE_OPEN_READWRITE, false, problem) &&
        (has_waiting_log(store->path) || !connect(store, SQLITE_OPEN_READONLY, true, problem)))
        return false;
    free(*problem);
    *problem = NULL;
    if (sqlite3_exec(store->db, "BEGIN; SELECT count(*) FROM meta", NULL, NULL, NULL) == SQLITE_OK)
        return true; /* the snapshot that all further reading sees */
    store_fail(store, "read");
    *problem = strdup(store_problem(store));
    return false;
}

/* First read-only, so that a damaged file is refused untouched. */
static bool connect_writer(struct store *store, char **problem) {
    if (!connect(store, SQLITE_OPEN_READONLY, false, problem))
        return false;
    for (size_t i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(store->statements[i]);
        store->statements[i] = NULL;
    }
    sqlite3_close(store->db);
    return connect(store, SQLITE_OPEN_READWRITE, false, problem);
}

static bool open_for_writing(struct store *store, char **problem) {
    enum file_verdict verdict = file_examine(store->path, problem);
    if (verdict == FILE_REFUSED) /* before a lock file is left beside it */
        return false;
    if (verdict == FILE_MISSING)
        file_make_folders(store->path);
    store->lock_fd = lock_take(store->path, problem);
    if (store->lock_fd < 0)
        return false;
    verdict = file_examine(store->path, problem); /* another process may have made it meanwhile */
    if (verdict == FILE_REFUSED || (verdict == FILE_MISSING && !file_create(store->path, problem)))
        return false;
    return connect_writer(store, problem);
}

static bool open_for_reading(struct store *store, char **problem) {
    enum file_verdict verdict = file_examine(store->path, problem);
    if (verdict == FILE_MISSING)
        *problem = problem_of("there is no state at %s: run `winnow scan MIRROR` first, or name it "
                              "with --state",
                              store->path);
    return verdict == FILE_OURS && connect_reader(store, problem);
}

/* A link leads to its file: lock, log and state must lie in one folder under one name. */
static char *real_path(const char *path) {
    char *real = realpath(path, NULL);
    return real != NULL ? real : strdup(path);
}

void store_count_no_memory(void) {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct store *store_open(const char *path, enum store_mode mode, char **problem) {
    *problem = NULL;
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return NULL;
    store->mode = mode;
    store->lock_fd = -1;
    store->path = real_path(path);
    store->arena = arena_new(ROW_MEMORY_BYTES_MAX);
    store->releases.arena = arena_new(ROW_MEMORY_BYTES_MAX);
    store->words.arena = arena_new(SIZE_MAX / 4); /* grows with what pages say of one project */
    bool opened =
        store->path != NULL && store->arena != NULL && store->releases.arena != NULL &&
        store->words.arena != NULL &&
        (mode == STORE_WRITE ? open_for_writing(store, problem) : open_for_reading(store, problem));
    if (opened)
        return store;
    store_close(store);
    if (*problem == NULL)
        *problem = problem_of("%s cannot be opened: out of memory", path);
    return NULL;
}

void store_close(struct store *store) {
    if (store == NULL)
        return;
    for (size_t i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db); /* rolls back what was not committed */
    lock_release(store->lock_fd);
    arena_free(store->arena);
    arena_free(store->releases.arena);
    arena_free(store->words.arena);
    buffer_free(&store->problem);
    buffer_free(&store->scratch);
    names_forget(&store->projects);
    names_forget(&store->sketched);
    buffer_free(&store->pack);
    paths_forget(&store->paths);
    free(store->path);
    free(store);
}

int store_lock_fd(const struct store *store) {
    return store->lock_fd;
}
