/*
 * store_file: looks at a state file before SQLite may touch it, and creates
 * new ones. The first 100 bytes of a SQLite file tell whose it is and which
 * version; they are right even while a write-ahead log waits, because a
 * state is made complete under another name and only then given its own.
 */
#include "facts/store_private.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* https://www.sqlite.org/fileformat2.html, the database header. */
enum { HEADER_BYTES = 100, USER_VERSION_AT = 60, APPLICATION_ID_AT = 68 };
static const char magic[16] = "SQLite format 3";

static const char schema[] = {
#include "schema_sql.h"
};

char *problem_of(const char *format, ...) {
    char *text = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return text;
}

/* --- examining ------------------------------------------------------------------------------ */

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum file_verdict judge_header(const char *path, const unsigned char *header, size_t len,
                                      char **problem) {
    if (len < sizeof magic || memcmp(header, magic, sizeof magic) != 0) {
        *problem =
            problem_of("%s is not a state file of winnow: name another one with --state", path);
        return FILE_REFUSED;
    }
    if (len < HEADER_BYTES) {
        *problem = problem_of("%s is damaged (cut off): move it away and scan again", path);
        return FILE_REFUSED;
    }
    if (big_endian(header + APPLICATION_ID_AT) != STATE_APPLICATION_ID) {
        *problem =
            problem_of("%s is a database of another program: name another one with --state", path);
        return FILE_REFUSED;
    }
    uint32_t version = big_endian(header + USER_VERSION_AT);
    if (version > STATE_VERSION) {
        *problem = problem_of(
            "%s was written by a newer winnow (state version %u, this one knows up to %d): "
            "use that one, or name another file with --state",
            path, version, STATE_VERSION);
        return FILE_REFUSED;
    }
    if (version > 0 && version < STATE_VERSION) {
        *problem = problem_of("%s was written by an older winnow (state version %u, this one "
                              "needs %d): move it away and scan again, or name another file with "
                              "--state",
                              path, version, STATE_VERSION);
        return FILE_REFUSED;
    }
    if (version != STATE_VERSION) {
        *problem = problem_of("%s is damaged (state version %u): move it away and scan again", path,
                              version);
        return FILE_REFUSED;
    }
    return FILE_OURS;
}

enum file_verdict file_examine(const char *path, char **problem) {
    unsigned char header[HEADER_BYTES];
    struct stat status;
    enum file_verdict verdict = FILE_REFUSED;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return FILE_MISSING;
    if (fd < 0 || fstat(fd, &status) != 0) {
        *problem = problem_of("%s cannot be opened: %s", path, error_words(errno));
    } else if (!S_ISREG(status.st_mode)) {
        *problem = problem_of("%s is not a regular file: name another one with --state", path);
    } else if (status.st_size == 0) {
        verdict = FILE_MISSING;
    } else {
        ssize_t len = pread(fd, header, sizeof header, 0);
        if (len < 0)
            *problem = problem_of("%s cannot be read: %s", path, error_words(errno));
        else
            verdict = judge_header(path, header, (size_t)len, problem);
    }
    if (fd >= 0)
        close(fd);
    return verdict;
}

/* --- opening -------------------------------------------------------------------------------- */

/* A file: URI of a path; plain names would make ":memory:" and "" special. For the caller to free.
 */
static char *uri_of(const char *path, bool immutable) {
    struct buffer uri = BUFFER_EMPTY;
    buffer_add_text(&uri, path[0] == '/' ? "file://" : "file:./");
    for (const char *at = path; *at != '\0'; at++) {
        if (strchr("%?#", *at) != NULL)
            buffer_printf(&uri, "%%%02X", (unsigned)(unsigned char)*at);
        else
            buffer_add_byte(&uri, (unsigned char)*at);
    }
    buffer_add_text(&uri, immutable ? "?immutable=1" : "");
    buffer_add_byte(&uri, '\0');
    if (uri.failed)
        buffer_free(&uri);
    return (char *)uri.at;
}

sqlite3 *file_open(const char *path, int flags, bool immutable, char **problem) {
    char *uri = uri_of(path, immutable);
    sqlite3 *db = NULL;
    if (uri == NULL)
        return NULL;
    int result = sqlite3_open_v2(uri, &db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
    free(uri);
    if (result == SQLITE_OK) {
        sqlite3_extended_result_codes(db, 1);
        return db;
    }
    *problem = problem_of("%s cannot be opened: %s", path,
                          db != NULL ? failure_reason(db, sqlite3_extended_errcode(db))
                                     : sqlite3_errstr(result));
    sqlite3_close(db);
    return NULL;
}

/* --- creating ------------------------------------------------------------------------------- */

void file_make_folders(const char *path) {
    char *copy = strdup(path);
    if (copy == NULL)
        return;
    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(copy, 0755);
        *slash = '/';
    }
    free(copy);
}

/* SQLite would take a log or journal that lies beside a new file for its own. */
static void remove_companions(const char *path) {
    static const char *const endings[] = {"-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char *name = problem_of("%s%s", path, endings[i]);
        if (name != NULL)
            unlink(name);
        free(name);
    }
}

static bool sync_folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = folder != NULL ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    bool synced = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    free(folder);
    return synced;
}

/* The write-ahead log comes last: what is in the header must not wait in a log. */
static bool fill(sqlite3 *db, const char *path, char **problem) {
    char *marks = problem_of("PRAGMA application_id=%d; PRAGMA user_version=%d;",
                             STATE_APPLICATION_ID, STATE_VERSION);
    bool filled =
        marks != NULL && sqlite3_exec(db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(db, marks, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(db, schema, NULL, NULL, NULL) == SQLITE_OK &&
        sqlite3_exec(db, "COMMIT; PRAGMA journal_mode=WAL", NULL, NULL, NULL) == SQLITE_OK;
    if (!filled)
        *problem = problem_of("%s cannot be created: %s", path,
                              failure_reason(db, sqlite3_extended_errcode(db)));
    free(marks);
    return filled;
}

bool file_create(const char *path, char **problem) {
    char *draft = problem_of("%s.new", path);
    sqlite3 *db = NULL;
    bool created = false;
    if (draft == NULL)
        return false;
    unlink(draft); /* of a process that died here; the lock is ours */
    remove_companions(draft);
    db = file_open(draft, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, false, problem);
    if (db != NULL)
        created = fill(db, path, problem);
    if (db != NULL && sqlite3_close(db) != SQLITE_OK)
        created = false;
    if (created) {
        remove_companions(path);
        created = rename(draft, path) == 0 && sync_folder_of(path);
        if (!created)
            *problem = problem_of("%s cannot be created: %s", path, error_words(errno));
    }
    if (!created) {
        unlink(draft);
        remove_companions(draft);
    }
    free(draft);
    return created;
}
