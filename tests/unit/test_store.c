/*
 * store: what goes in comes out, replaced, vanished and joined as the header says; what
 * goes wrong (locks, foreign and damaged files, crashes, full disks) leaves a message and whole
 * facts.
 */
#include "facts/store.h"

#include "base/text.h"
#include "facts/list_text.h"
#include "facts/store_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* --- the stage ------------------------------------------------------------------------------ */

struct stage {
    char folder[64];
    char path[128];
    struct arena *arena;
};

static int set_stage(void **state) {
    struct stage *stage = calloc(1, sizeof *stage);
    strcpy(stage->folder, "/tmp/winnow-store-XXXXXX");
    if (mkdtemp(stage->folder) == NULL)
        return 1;
    snprintf(stage->path, sizeof stage->path, "%s/state.db", stage->folder);
    stage->arena = arena_new(1 << 26);
    *state = stage;
    return 0;
}

static void remove_tree(const char *path) {
    DIR *folder = opendir(path);
    struct dirent *entry = NULL;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char inner[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        if (unlink(inner) != 0)
            remove_tree(inner);
    }
    if (folder != NULL)
        closedir(folder);
    rmdir(path);
}

static int strike_stage(void **state) {
    struct stage *stage = *state;
    chmod(stage->folder, 0755);
    remove_tree(stage->folder);
    arena_free(stage->arena);
    free(stage);
    return 0;
}

static struct store *open_or_die(const char *path, enum store_mode mode) {
    char *problem = NULL;
    struct store *store = store_open(path, mode, &problem);
    if (store == NULL)
        fail_msg("%s", problem ? problem : "no problem told");
    assert_null(problem);
    return store;
}

static void assert_refused(const char *path, enum store_mode mode, const char *words) {
    char *problem = NULL;
    assert_null(store_open(path, mode, &problem));
    assert_non_null(problem);
    if (strstr(problem, words) == NULL || strstr(problem, path) == NULL)
        fail_msg("\"%s\" does not hold \"%s\" and the path", problem, words);
    free(problem);
}

static void good(struct store *store, bool result) {
    if (!result)
        fail_msg("%s", store_problem(store));
}

/* --- facts ---------------------------------------------------------------------------------- */

static struct span copy_text(struct arena *arena, const char *text) {
    struct span copy;
    assert_true(arena_copy(arena, span_text(text), &copy));
    return copy;
}

static struct artifact plain_artifact(struct arena *arena, const char *path, const char *project,
                                      const char *version) {
    struct artifact artifact;
    artifact_begin(&artifact, arena);
    artifact.file.path = copy_text(arena, path);
    artifact.file.filename = artifact.file.path;
    artifact.file.project = copy_text(arena, project);
    artifact.file.version = copy_text(arena, version);
    artifact.file.format = FORMAT_WHEEL;
    artifact.file.size_bytes = 1000;
    artifact.file.mtime_ns = INT64_C(1700000000123456789);
    return artifact;
}

static void put(struct stage *stage, struct store *store, const char *path, const char *project,
                const char *version, uint64_t key) {
    struct artifact artifact = plain_artifact(stage->arena, path, project, version);
    good(store, store_put_artifact(store, &artifact, key));
}

static void put_page(struct store *store, const char *page, const char *project,
                     const struct index_file *files, size_t count, bool on_disk, uint64_t key) {
    good(store, store_page_begin(store, span_text(page)));
    for (size_t i = 0; i < count; i++)
        good(store,
             store_page_file(store, span_text(page), span_text(project), &files[i], on_disk));
    good(store, store_page_end(store, span_text(page), key));
}

static struct index_file index_entry(const char *path, instant uploaded_at, uint64_t size) {
    struct span whole = span_text(path);
    size_t slash = span_find_last(whole, '/');
    return (struct index_file){.filename = slash == whole.len ? whole : span_from(whole, slash + 1),
                               .path = whole,
                               .uploaded_at = uploaded_at,
                               .size_bytes = size};
}

/* Writes rows as lines: "project version path status [detail] when(i|m) flags anomalies". */
struct listing {
    struct buffer text;
    size_t rows;
    size_t stop_after; /* 0: never */
};

static void add_span(struct buffer *out, struct span text) {
    buffer_add(out, text);
    buffer_add_byte(out, ' ');
}

static bool list_row(void *context, const struct artifact_row *row) {
    struct listing *listing = context;
    const struct artifact *artifact = &row->artifact;
    struct buffer *out = &listing->text;
    add_span(out, artifact->file.project.len ? artifact->file.project : span_text("-"));
    add_span(out, artifact->file.version.len ? artifact->file.version : span_text("-"));
    add_span(out, artifact->file.path.len ? artifact->file.path : span_text("-"));
    add_span(out, span_text(artifact_status_name(artifact->status)));
    instant_add(out, row->uploaded_at);
    buffer_add_text(out, row->uploaded_at_from_index ? " index" : " mtime");
    buffer_add_text(out, row->vanished ? " vanished" : "");
    buffer_add_text(out, row->yanked ? " yanked" : "");
    buffer_add_text(out, row->has_sha256 ? " sha256" : "");
    for (size_t i = 0; i < artifact->anomalies.count; i++) {
        buffer_add_byte(out, ' ');
        buffer_add(out, artifact->anomalies.at[i].code);
        buffer_add_byte(out, '(');
        buffer_add(out, artifact->anomalies.at[i].detail);
        buffer_add_byte(out, ')');
    }
    buffer_add_byte(out, '\n');
    listing->rows++;
    return listing->rows != listing->stop_after;
}

static void assert_listing(struct store *store, const char *want) {
    struct listing listing = {.text = BUFFER_EMPTY};
    good(store, store_each_artifact(store, list_row, &listing));
    buffer_add_byte(&listing.text, '\0');
    assert_string_equal((const char *)listing.text.at, want);
    buffer_free(&listing.text);
}

static size_t count_rows(struct store *store) {
    struct listing listing = {.text = BUFFER_EMPTY};
    good(store, store_each_artifact(store, list_row, &listing));
    buffer_free(&listing.text);
    return listing.rows;
}

/* The one number that an SQL query gives. */
static int64_t ask(struct store *store, const char *sql) {
    sqlite3_stmt *statement = NULL;
    int64_t answer = -1;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        answer = sqlite3_column_int64(statement, 0);
    else
        fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
    sqlite3_finalize(statement);
    return answer;
}

/* --- opening -------------------------------------------------------------------------------- */

static void values_outlive_the_process(void **state) {
    struct stage *stage = *state;
    struct buffer value = BUFFER_EMPTY;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    assert_true(store_lock_fd(store) >= 0);
    assert_false(store_get_meta(store, "mirror", &value));
    good(store, store_set_meta(store, "mirror", span_text("/a")));
    good(store, store_set_meta(store, "mirror", span_text("/srv/mirror")));
    good(store, store_begin(store));
    good(store, store_set_meta(store, "never", span_text("committed")));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_int_equal(store_lock_fd(store), -1);
    assert_true(store_get_meta(store, "mirror", &value));
    assert_true(span_is(buffer_span(&value), "/srv/mirror"));
    assert_false(store_get_meta(store, "never", &value));
    assert_false(store_set_meta(store, "mirror", span_text("x")));
    assert_non_null(strstr(store_problem(store), "for reading"));
    assert_int_equal(count_rows(store), 0);
    store_close(store);
    buffer_free(&value);
    store_close(NULL);
}

static void missing_states(void **state) {
    struct stage *stage = *state;
    assert_refused(stage->path, STORE_READ, "winnow scan");
    assert_true(access(stage->path, F_OK) != 0);
    char deep[256];
    snprintf(deep, sizeof deep, "%s/not/yet/there/state.db", stage->folder);
    store_close(open_or_die(deep, STORE_WRITE)); /* folders are made */
    store_close(open_or_die(deep, STORE_READ));
    assert_refused("/proc/winnow/state.db", STORE_WRITE, "cannot be used");
    assert_refused(stage->folder, STORE_WRITE, "not a regular file");
    assert_refused(stage->folder, STORE_READ, "not a regular file");
}

static void odd_names(void **state) {
    struct stage *stage = *state;
    static const char *const names[] = {"a?b=c#d%41.db", ":memory:", "file:x?mode=memory", " ",
                                        "ü.db"};
    assert_int_equal(chdir(stage->folder), 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct store *store = open_or_die(names[i], STORE_WRITE);
        put(stage, store, "a/b-1.whl", "b", "1", i);
        store_close(store);
        assert_int_equal(access(names[i], F_OK), 0);
        store = open_or_die(names[i], STORE_READ);
        assert_int_equal(count_rows(store), 1);
        store_close(store);
    }
    assert_int_equal(symlink(names[0], "link"), 0); /* a link leads to the same state and lock */
    struct store *store = open_or_die("link", STORE_READ);
    assert_int_equal(count_rows(store), 1);
    store_close(store);
    assert_int_equal(chdir("/"), 0);
}

/* A stale log beside a new state must not be taken for its own. */
static void leftovers_are_not_adopted(void **state) {
    struct stage *stage = *state;
    static const char *const endings[] = {"-wal", "-journal", ".new", ".new-journal", ".new-wal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[256];
        snprintf(name, sizeof name, "%s%s", stage->path, endings[i]);
        FILE *file = fopen(name, "w");
        assert_non_null(file);
        fputs("left by another life", file);
        fclose(file);
    }
    FILE *file = fopen(stage->path, "w"); /* and an empty file counts as none */
    assert_non_null(file);
    fclose(file);
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_int_equal(count_rows(store), 1);
    store_close(store);
}

/* --- the lock ------------------------------------------------------------------------------- */

/* Runs `role` in a child; its result is the exit status. */
static int in_child(struct stage *stage, int (*role)(struct stage *stage)) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(role(stage));
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int expect_parent_holds(struct stage *stage) {
    char *problem = NULL;
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld:", (long)getppid());
    struct store *store = store_open(stage->path, STORE_WRITE, &problem);
    bool told = store == NULL && problem != NULL && strstr(problem, pid) != NULL;
    free(problem);
    return told ? 0 : 1;
}

static int expect_free(struct stage *stage) {
    char *problem = NULL;
    struct store *store = store_open(stage->path, STORE_WRITE, &problem);
    free(problem);
    store_close(store);
    return store != NULL ? 0 : 1;
}

static int read_one_row(struct stage *stage) {
    char *problem = NULL;
    struct store *store = store_open(stage->path, STORE_READ, &problem);
    struct listing listing = {.text = BUFFER_EMPTY};
    bool read = store != NULL && store_each_artifact(store, list_row, &listing);
    free(problem);
    store_close(store);
    return read ? (int)listing.rows : 100;
}

static void one_sweep_at_a_time(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    assert_int_equal(in_child(stage, expect_parent_holds), 0);
    assert_int_equal(in_child(stage, expect_parent_holds), 0); /* the refused one left it alone */
    store_close(store);
    assert_int_equal(in_child(stage, expect_free), 0);
    assert_int_equal(in_child(stage, expect_free), 0);
}

static void a_dead_holder_frees_the_lock(void **state) {
    struct stage *stage = *state;
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        char *problem = NULL;
        struct store *store = store_open(stage->path, STORE_WRITE, &problem);
        if (write(ready[1], store != NULL ? "y" : "n", 1) != 1)
            _exit(1);
        pause();
        _exit(0);
    }
    char answer = 'n';
    assert_int_equal(read(ready[0], &answer, 1), 1);
    assert_int_equal(answer, 'y');
    char *problem = NULL;
    char pid[32];
    snprintf(pid, sizeof pid, "process %ld:", (long)child);
    assert_null(store_open(stage->path, STORE_WRITE, &problem));
    assert_non_null(strstr(problem, pid));
    free(problem);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    store_close(open_or_die(stage->path, STORE_WRITE));
    close(ready[0]);
    close(ready[1]);
}

static void readers_see_what_is_committed(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    good(store, store_begin(store));
    put(stage, store, "a/b-2.whl", "b", "2", 2);
    assert_int_equal(in_child(stage, read_one_row), 1);
    good(store, store_commit(store));
    assert_int_equal(in_child(stage, read_one_row), 2);
    assert_int_equal(count_rows(store), 2);
    store_close(store);
}

static int read_as_nobody(struct stage *stage) {
    if (geteuid() == 0 && setuid(65534) != 0)
        return 101;
    return read_one_row(stage);
}

static void a_read_only_place_can_be_read(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    store_close(store);
    assert_int_equal(chmod(stage->path, 0444), 0);
    assert_int_equal(chmod(stage->folder, 0555), 0);
    assert_int_equal(in_child(stage, read_as_nobody), 1);
}

/* --- refused files -------------------------------------------------------------------------- */

static struct buffer file_bytes(const char *path) {
    struct buffer bytes = BUFFER_EMPTY;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    for (;;) {
        assert_true(buffer_reserve(&bytes, 65536));
        ssize_t got = read(fd, bytes.at + bytes.len, 65536);
        assert_true(got >= 0);
        if (got == 0)
            break;
        bytes.len += (size_t)got;
    }
    close(fd);
    return bytes;
}

static void write_bytes(const char *path, struct span bytes) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static size_t count_entries(const char *path) {
    DIR *folder = opendir(path);
    size_t count = 0;
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count - 2;
}

static void assert_refused_untouched(struct stage *stage, const char *words) {
    struct buffer before = file_bytes(stage->path);
    size_t entries = count_entries(stage->folder);
    assert_refused(stage->path, STORE_WRITE, words);
    assert_refused(stage->path, STORE_READ, words);
    struct buffer after = file_bytes(stage->path);
    assert_true(span_equal(buffer_span(&before), buffer_span(&after)));
    assert_int_equal(count_entries(stage->folder), entries);
    buffer_free(&before);
    buffer_free(&after);
}

static void run_sql(const char *path, const char *sql) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void foreign_files_are_refused(void **state) {
    struct stage *stage = *state;
    write_bytes(stage->path, span_text("project,version\nfoo,1\n"));
    assert_refused_untouched(stage, "not a state file");
    write_bytes(stage->path, span_text("x"));
    assert_refused_untouched(stage, "not a state file");
    write_bytes(stage->path, span_of("SQLite format 3\0rest", 20));
    assert_refused_untouched(stage, "damaged");
    unlink(stage->path);
    run_sql(stage->path, "CREATE TABLE artifact (id); INSERT INTO artifact VALUES (1)");
    assert_refused_untouched(stage, "another program");
    run_sql(stage->path, "PRAGMA application_id=1111");
    assert_refused_untouched(stage, "another program");
    run_sql(stage->path, "PRAGMA journal_mode=WAL");
    assert_refused_untouched(stage, "another program");
}

static void other_versions_are_refused(void **state) {
    struct stage *stage = *state;
    store_close(open_or_die(stage->path, STORE_WRITE));
    char lock[256];
    snprintf(lock, sizeof lock, "%s.lock", stage->path);
    unlink(lock);
    run_sql(stage->path, "PRAGMA user_version=2");
    assert_refused_untouched(stage, "newer winnow");
    run_sql(stage->path, "PRAGMA user_version=0");
    assert_refused_untouched(stage, "damaged");
}

static void damaged_files_are_refused(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    for (uint64_t i = 0; i < 500; i++) {
        char path[64];
        snprintf(path, sizeof path, "a/b-%llu.whl", (unsigned long long)i);
        put(stage, store, path, "b", "1", i);
    }
    store_close(store);
    struct buffer whole = file_bytes(stage->path);
    const size_t cuts[] = {100, 4096, 5000, whole.len / 2, whole.len - 4096};
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        write_bytes(stage->path, span_slice(buffer_span(&whole), 0, cuts[i]));
        assert_refused_untouched(stage, "damaged");
    }
    write_bytes(stage->path, buffer_span(&whole));
    run_sql(stage->path, "DROP TABLE anomaly");
    assert_refused(stage->path, STORE_WRITE, "damaged");
    assert_refused(stage->path, STORE_READ, "damaged");
    buffer_free(&whole);
}

/* Whatever bytes are wrong: an error that names the file, or rows; never a crash. */
static void flipped_bytes_never_crash(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct artifact artifact = plain_artifact(stage->arena, "a/b-1.whl", "b", "1");
    struct index_file entry = index_entry("a/b-1.whl", 5, 6);
    struct entry_point command = {span_text("console_scripts"), span_text("b"), span_text("b:c"),
                                  SPAN_EMPTY, SOURCE_WHEEL};
    assert_true(artifact_add_entry_point(&artifact, &command));
    artifact_note(&artifact, "odd", span_text("thing"));
    span_list_add(&artifact.metadata.top_level, stage->arena, span_text("b"));
    good(store, store_put_artifact(store, &artifact, 1));
    put_page(store, "web/simple/b/index.v1_json", "b", &entry, 1, true, 2);
    good(store, store_page_owner(store, span_text("web/json/b"), span_text("b"), span_text("u")));
    store_close(store);
    struct buffer whole = file_bytes(stage->path);
    uint64_t dice = 12345;
    unsigned failures = 0;
    for (unsigned round = 0; round < 400; round++) {
        unsigned char kept[8];
        size_t at[8];
        for (size_t i = 0; i < 8; i++) {
            dice = dice * UINT64_C(6364136223846793005) + 1442695040888963407;
            size_t page = (size_t)(dice >> 33) % (whole.len / 4096);
            at[i] = page * 4096 +
                    (round % 2 ? (size_t)(dice >> 20) % 40 : 4095 - (size_t)(dice >> 20) % 400);
            kept[i] = whole.at[at[i]];
            whole.at[at[i]] ^= (unsigned char)(dice >> 40);
        }
        write_bytes(stage->path, buffer_span(&whole));
        for (size_t i = 8; i-- > 0;)
            whole.at[at[i]] = kept[i];
        char *problem = NULL;
        store = store_open(stage->path, STORE_READ, &problem);
        if (store != NULL) {
            struct listing listing = {.text = BUFFER_EMPTY};
            if (!store_each_artifact(store, list_row, &listing)) {
                assert_non_null(strstr(store_problem(store), stage->path));
                failures++;
            }
            buffer_free(&listing.text);
        } else {
            assert_non_null(strstr(problem, stage->path));
            failures++;
        }
        free(problem);
        store_close(store);
    }
    assert_in_range(failures, 20, 400);
    buffer_free(&whole);
}

/* --- faults while writing ------------------------------------------------------------------- */

static int write_and_die(struct stage *stage) {
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    char path[64];
    store_begin(store);
    for (uint64_t i = 0; i < 150; i++) {
        if (i == 100)
            store_commit(store);
        if (i == 100)
            store_begin(store);
        snprintf(path, sizeof path, "a/b-%llu.whl", (unsigned long long)i);
        struct artifact artifact = plain_artifact(stage->arena, path, "b", "1");
        if (!store_put_artifact(store, &artifact, i))
            return 1;
    }
    return 0; /* _exit, nothing closed */
}

static void a_crash_keeps_what_was_committed(void **state) {
    struct stage *stage = *state;
    assert_int_equal(in_child(stage, write_and_die), 0);
    struct store *store = open_or_die(stage->path, STORE_READ);
    assert_int_equal(count_rows(store), 100);
    store_close(store);
    store = open_or_die(stage->path, STORE_WRITE);
    assert_int_equal(count_rows(store), 100);
    assert_int_equal(ask(store, "SELECT count(*) FROM pragma_integrity_check"
                                " WHERE integrity_check = 'ok'"),
                     1);
    store_close(store);
}

static void a_killed_keeper_leaves_whole_batches(void **state) {
    struct stage *stage = *state;
    for (unsigned round = 0; round < 8; round++) {
        pid_t child = fork();
        if (child == 0) {
            struct store *store = open_or_die(stage->path, STORE_WRITE);
            for (uint64_t batch = 0;; batch++) {
                store_begin(store);
                for (uint64_t i = 0; i < 7; i++) {
                    char path[64];
                    snprintf(path, sizeof path, "%u/b-%llu.whl", round,
                             (unsigned long long)(batch * 7 + i));
                    arena_reset(stage->arena);
                    struct artifact artifact = plain_artifact(stage->arena, path, "b", "1");
                    store_put_artifact(store, &artifact, batch * 7 + i);
                }
                store_commit(store);
            }
        }
        usleep(20000 + round * 7000);
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, NULL, 0), child);
        struct store *store = open_or_die(stage->path, STORE_WRITE);
        assert_int_equal(count_rows(store) % 7, 0);
        assert_int_equal(ask(store, "SELECT count(*) FROM pragma_integrity_check"
                                    " WHERE integrity_check = 'ok'"),
                         1);
        store_close(store);
    }
}

static void a_full_disk_is_told_and_costs_one_batch(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-0.whl", "b", "0", 0);
    assert_int_equal(sqlite3_exec(store->db, "PRAGMA max_page_count=40", NULL, NULL, NULL), 0);
    good(store, store_begin(store));
    bool stored = true;
    for (unsigned i = 1; i < 3000 && stored; i++) {
        char path[64];
        snprintf(path, sizeof path, "a/b-%u.whl", i);
        struct artifact artifact = plain_artifact(stage->arena, path, "new-project", "1");
        stored = store_put_artifact(store, &artifact, i);
    }
    assert_false(stored);
    assert_non_null(strstr(store_problem(store), "disk full"));
    assert_non_null(strstr(store_problem(store), stage->path));
    struct artifact more = plain_artifact(stage->arena, "a/c-1.whl", "c", "1");
    assert_false(store_put_artifact(store, &more, 9)); /* nothing goes on half-way */
    assert_false(store_commit(store));
    assert_non_null(strstr(store_problem(store), "disk full"));
    assert_int_equal(count_rows(store), 1);
    assert_int_equal(sqlite3_exec(store->db, "PRAGMA max_page_count=4000", NULL, NULL, NULL), 0);
    good(store, store_begin(store)); /* with room again, it goes on; the project is made anew */
    put(stage, store, "a/d-1.whl", "new-project", "1", 10);
    good(store, store_commit(store));
    assert_int_equal(count_rows(store), 2);
    store_close(store);
}

static void memory_out_is_told(void **state) {
    struct stage *stage = *state;
    store_close(open_or_die(stage->path, STORE_WRITE));
    unsigned opened = 0;
    unsigned wrote = 0;
    unsigned read = 0;
    for (int64_t limit = 20000; limit < 900000; limit += 7000) {
        sqlite3_hard_heap_limit64(limit);
        char *problem = NULL;
        struct store *store = store_open(stage->path, STORE_WRITE, &problem);
        if (store != NULL) {
            struct listing listing = {.text = BUFFER_EMPTY};
            struct artifact artifact = plain_artifact(stage->arena, "a/b-1.whl", "b", "1");
            opened++;
            wrote += store_put_artifact(store, &artifact, 1);
            read += store_each_artifact(store, list_row, &listing);
            buffer_free(&listing.text);
        } else {
            assert_non_null(problem);
        }
        free(problem);
        store_close(store);
        sqlite3_hard_heap_limit64(0);
    }
    assert_in_range(opened, 10, 120);
    assert_in_range(wrote, 1, opened);
    assert_in_range(read, 1, opened);
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    assert_int_equal(count_rows(store), 1);
    store_close(store);
}

/* --- artifacts ------------------------------------------------------------------------------ */

static void fill_artifact(struct stage *stage, struct artifact *artifact) {
    struct artifact_metadata *metadata = &artifact->metadata;
    *artifact = plain_artifact(stage->arena, "web/packages/aa/bb/cc/Foo-1.0.tar.gz", "foo", "1.0");
    artifact->file.format = FORMAT_SDIST;
    artifact_fail(artifact, STATUS_OVER_LIMIT, "too many members");
    artifact->contents = (struct artifact_contents){1, 2, 3, 4};
    metadata->found = true;
    metadata->metadata_version = span_text("2.1");
    metadata->name = span_text("Foo");
    metadata->version = span_text("1.0.0");
    metadata->summary = span_of("nul \0 and \xC3\xBC", 12);
    metadata->author = span_text("A. Author");
    metadata->home_page = span_text("https://example.org/?a=b&c");
    span_list_add(&metadata->author_emails, stage->arena, span_text("z@example.org"));
    span_list_add(&metadata->author_emails, stage->arena, span_text("\"a \\ b\"@example.org"));
    span_list_add(&metadata->maintainer_emails, stage->arena, span_text("\xC3\xBC\n@\x01\x7F"));
    span_list_add(&metadata->requires_dist, stage->arena, span_text("bar>1"));
    span_list_add(&metadata->requires_dist, stage->arena, span_text("bar>2"));
    span_list_add(&metadata->requires_projects, stage->arena, span_text("bar"));
    span_list_add(&metadata->top_level, stage->arena, span_text("foo"));
    span_list_add(&metadata->top_level, stage->arena, SPAN_EMPTY);
    const struct entry_point entries[] = {
        {span_text("gui_scripts"), span_text("g"), span_text("m:f"), SPAN_EMPTY, SOURCE_SETUP_PY},
        {span_text("console_scripts"), span_text("z"), span_text("m:f"), span_text("a b"),
         SOURCE_PYPROJECT},
        {span_text("pytest11"), span_text("p"), span_text("m"), SPAN_EMPTY, SOURCE_EGG_INFO},
        {span_text("console_scripts"), span_text("a"), span_text("m:g"), SPAN_EMPTY, SOURCE_WHEEL},
    };
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        artifact_add_entry_point(artifact, &entries[i]);
    artifact_note(artifact, "z-code", span_text("1"));
    artifact_note(artifact, "a-code", span_text("2"));
    artifact_note(artifact, "a-code", span_text("1"));
    artifact->payload.kind = KIND_STUB;
    artifact->payload.signature.at[15] = 7;
}

static void assert_span(struct span got, struct span want) {
    assert_int_equal(got.len, want.len);
    if (want.len > 0)
        assert_memory_equal(got.at, want.at, want.len);
}

static void assert_list(const struct span_list *got, const struct span_list *want) {
    assert_int_equal(got->count, want->count);
    for (size_t i = 0; i < want->count; i++)
        assert_span(got->at[i], want->at[i]);
}

static bool check_full_row(void *context, const struct artifact_row *row) {
    const struct artifact *want = context;
    const struct artifact *got = &row->artifact;
    assert_span(got->file.path, want->file.path);
    assert_span(got->file.filename, span_text("Foo-1.0.tar.gz"));
    assert_span(got->file.project, want->file.project);
    assert_span(got->file.version, want->file.version);
    assert_int_equal(got->file.format, FORMAT_SDIST);
    assert_int_equal(got->file.size_bytes, 1000);
    assert_true(got->file.mtime_ns == want->file.mtime_ns);
    assert_int_equal(got->status, STATUS_OVER_LIMIT);
    assert_span(got->status_detail, span_text("too many members"));
    assert_memory_equal(&got->contents, &want->contents, sizeof want->contents);
    assert_true(got->metadata.found);
    assert_span(got->metadata.metadata_version, want->metadata.metadata_version);
    assert_span(got->metadata.name, want->metadata.name);
    assert_span(got->metadata.version, want->metadata.version);
    assert_span(got->metadata.summary, want->metadata.summary);
    assert_span(got->metadata.author, want->metadata.author);
    assert_span(got->metadata.home_page, want->metadata.home_page);
    assert_list(&got->metadata.author_emails, &want->metadata.author_emails);
    assert_list(&got->metadata.maintainer_emails, &want->metadata.maintainer_emails);
    assert_int_equal(got->metadata.requires_dist.count, 2);
    assert_list(&got->metadata.requires_projects, &want->metadata.requires_projects);
    assert_list(&got->metadata.top_level, &want->metadata.top_level);
    assert_int_equal(got->entry_points.count, 4);
    assert_span(got->entry_points.at[0].name, span_text("a"));
    assert_span(got->entry_points.at[1].name, span_text("z"));
    assert_span(got->entry_points.at[1].extras, span_text("a b"));
    assert_int_equal(got->entry_points.at[1].source, SOURCE_PYPROJECT);
    assert_span(got->entry_points.at[2].group, span_text("gui_scripts"));
    assert_span(got->entry_points.at[3].group, span_text("pytest11"));
    assert_span(got->entry_points.at[3].object_reference, span_text("m"));
    assert_int_equal(got->anomalies.count, 3);
    assert_span(got->anomalies.at[0].detail, span_text("1"));
    assert_span(got->anomalies.at[1].detail, span_text("2"));
    assert_span(got->anomalies.at[2].code, span_text("z-code"));
    assert_int_equal(got->payload.kind, KIND_STUB);
    assert_int_equal(got->payload.signature.at[15], 7);
    assert_true(signature_is_zero(&got->payload.metadata_signature));
    assert_false(row->uploaded_at_from_index);
    assert_true(row->uploaded_at == INT64_C(1700000000123456));
    return true;
}

static void every_field_comes_back(void **state) {
    struct stage *stage = *state;
    struct artifact artifact;
    fill_artifact(stage, &artifact);
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    good(store, store_put_artifact(store, &artifact, UINT64_MAX));
    good(store, store_each_artifact(store, check_full_row, &artifact));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    good(store, store_each_artifact(store, check_full_row, &artifact));
    good(store, store_each_artifact(store, check_full_row, &artifact)); /* and again */
    store_close(store);
}

static void views_show_words(void **state) {
    struct stage *stage = *state;
    struct artifact artifact;
    fill_artifact(stage, &artifact);
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file entry = index_entry("web/packages/aa/bb/cc/Foo-1.0.tar.gz", 0, 5);
    good(store, store_put_artifact(store, &artifact, 1));
    put_page(store, "web/simple/foo/index.v1_json", "foo", &entry, 1, true, 2);
    good(store, store_page_owner(store, span_text("j"), span_text("foo"), span_text("ann")));
    static const char *const questions[] = {
        ("SELECT count(*) FROM artifacts WHERE project = 'foo' AND format = 'sdist' AND status = "
         "'over_limit' AND payload_kind = 'stub' AND modified_at = '2023-11-14T22:13:20Z' AND "
         "payload_signature = '00000000000000000000000000000007' AND filename = 'Foo-1.0.tar.gz' "
         "AND "
         "path = 'web/packages/aa/bb/cc/Foo-1.0.tar.gz' AND declared_version = '1.0.0'"),
        ("SELECT count(*) FROM entry_points WHERE name = 'z' AND entry_group = 'console_scripts' "
         "AND "
         "source = 'pyproject' AND project = 'foo'"),
        "SELECT count(*) FROM anomalies WHERE code = 'z-code' AND filename = 'Foo-1.0.tar.gz'",
        "SELECT count(*) FROM addresses WHERE kind = 'author' AND address = 'z@example.org'",
        "SELECT count(*) FROM addresses WHERE kind = 'maintainer'",
        "SELECT count(*) FROM requirements WHERE required_project = 'bar'",
        ("SELECT count(*) FROM index_files WHERE path LIKE 'web/packages/%' AND size_bytes = 5 AND "
         "uploaded_at = '1970-01-01T00:00:00Z' AND page = 'web/simple/foo/index.v1_json'"),
        "SELECT count(*) FROM owners WHERE project = 'foo' AND user = 'ann'",
    };
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
        if (ask(store, questions[i]) != 1)
            fail_msg("%s", questions[i]);
    store_close(store);
}

static void the_same_path_is_replaced(void **state) {
    struct stage *stage = *state;
    struct artifact artifact;
    fill_artifact(stage, &artifact);
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    good(store, store_put_artifact(store, &artifact, 1));
    good(store, store_put_artifact(store, &artifact, 2));
    assert_int_equal(ask(store, "SELECT count(*) FROM entry_point"), 4);
    assert_int_equal(ask(store, "SELECT count(*) FROM anomaly"), 3);
    put(stage, store, "web/packages/aa/bb/cc/Foo-1.0.tar.gz", "other", "2", 3);
    assert_int_equal(ask(store, "SELECT count(*) FROM entry_point"), 0);
    assert_int_equal(ask(store, "SELECT count(*) FROM anomaly"), 0);
    assert_int_equal(ask(store, "SELECT key FROM artifact"), 3);
    assert_listing(store, "other 2 web/packages/aa/bb/cc/Foo-1.0.tar.gz ok "
                          "2023-11-14T22:13:20.123456Z mtime\n");
    store_close(store);
}

/* Two artifacts of one project whose hashes agree in the bits that make the id. */
static void equal_places_give_way(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    int64_t id = ask(store, "SELECT id FROM artifact");
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE artifact SET path_hash = 1, filename = 'b-2.whl'");
    assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
    put(stage, store, "a/b-1.whl", "b", "1", 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact"), 2);
    assert_int_equal(ask(store, "SELECT id FROM artifact WHERE key = 1"), id);
    assert_int_equal(ask(store, "SELECT id >> 31 FROM artifact WHERE key = 2"), id >> CLUSTER_BITS);
    store_close(store);
}

static void rows_come_in_order(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    static const char *const rows[][3] = {
        {"z/b-1.whl", "b", "1"},
        {"a/b/b-1.whl", "b", "1"},
        {"a-b/b-1.whl", "b", "1"},
        {"b-1.whl", "b", "1"},
        {"a/b-10.whl", "b", "10"},
        {"a/b-2.whl", "b", "2"},
        {"a/B-1.zip", "b", "1"},
        {"a/odd.bin", "", ""},
        {"a/b_c-1.whl", "b-c", "1"},
        {"a/b2-1.whl", "b2", "1"},
        {"a/\xC3\xA9-1.whl", "\xC3\xA9", "1"},
        {"a/b-1.0a.whl", "b", "1.0a"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        put(stage, store, rows[i][0], rows[i][1], rows[i][2], i);
    struct listing listing = {.text = BUFFER_EMPTY};
    good(store, store_each_artifact(store, list_row, &listing));
    static const char *const want[] = {
        "- - a/odd.bin", "b 1 a/B-1.zip",     "b 1 a-b/b-1.whl",     "b 1 a/b/b-1.whl",
        "b 1 b-1.whl",   "b 1 z/b-1.whl",     "b 1.0a a/b-1.0a.whl", "b 10 a/b-10.whl",
        "b 2 a/b-2.whl", "b-c 1 a/b_c-1.whl", "b2 1 a/b2-1.whl",     "\xC3\xA9 1 a/\xC3\xA9-1.whl",
    };
    struct span rest = buffer_span(&listing.text);
    struct span line;
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        assert_true(span_next_line(&rest, &line));
        if (!span_starts(line, want[i]))
            fail_msg("row %zu: %.*s, not %s", i, SPAN_ARGS(line), want[i]);
    }
    assert_int_equal(rest.len, 0);
    buffer_clear(&listing.text);
    listing = (struct listing){.text = listing.text, .stop_after = 3};
    good(store, store_each_artifact(store, list_row, &listing)); /* stopping is no failure */
    assert_int_equal(listing.rows, 3);
    buffer_free(&listing.text);
    store_close(store);
}

/* --- keys and what has vanished ------------------------------------------------------------- */

struct keys {
    uint64_t at[20];
    size_t count;
};

static void collect_key(void *context, uint64_t key) {
    struct keys *keys = context;
    assert_true(keys->count < 20);
    keys->at[keys->count++] = key;
}

static bool has_key(void *context, uint64_t key) {
    const struct keys *keys = context;
    for (size_t i = 0; i < keys->count; i++)
        if (keys->at[i] == key)
            return true;
    return false;
}

static void keys_of_all_that_is_stored(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct keys keys = {0};
    put(stage, store, "a/a-1.whl", "a", "1", 0);
    put(stage, store, "a/b-1.whl", "b", "1", UINT64_MAX);
    put(stage, store, "a/b-1.whl", "b", "1", UINT64_MAX - 1); /* changed */
    put_page(store, "web/json/a", "a", NULL, 0, true, 77);
    good(store, store_page_begin(store, span_text("web/json/b"))); /* without end */
    good(store, store_each_key(store, collect_key, &keys));
    assert_int_equal(keys.count, 3);
    assert_true(has_key(&keys, 0) && has_key(&keys, UINT64_MAX - 1) && has_key(&keys, 77));
    good(store, store_page_begin(store, span_text("web/json/a"))); /* being read again */
    keys.count = 0;
    good(store, store_each_key(store, collect_key, &keys));
    assert_int_equal(keys.count, 2);
    store_close(store);
}

static void vanished_and_back(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    uint64_t vanished = 99;
    put(stage, store, "a/a-1.whl", "a", "1", 1);
    put(stage, store, "a/b-1.whl", "b", "1", 2);
    struct keys both = {{1, 2}, 2};
    struct keys first = {{1}, 1};
    good(store, store_mark_vanished(store, has_key, &both, &vanished));
    assert_int_equal(vanished, 0);
    good(store, store_mark_vanished(store, has_key, &first, &vanished));
    assert_int_equal(vanished, 1);
    assert_listing(store, "a 1 a/a-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n"
                          "b 1 a/b-1.whl ok 2023-11-14T22:13:20.123456Z mtime vanished\n");
    good(store, store_mark_vanished(store, has_key, &first, &vanished));
    assert_int_equal(vanished, 1); /* those marked, also before */
    struct keys keys = {0};
    good(store,
         store_each_key(store, collect_key, &keys)); /* known, so it need not be examined again */
    assert_int_equal(keys.count, 2);
    good(store, store_mark_vanished(store, has_key, &both, &vanished));
    assert_int_equal(vanished, 0);
    good(store, store_mark_vanished(store, has_key, &first, &vanished));
    put(stage, store, "a/b-1.whl", "b", "1", 3); /* back, and changed */
    assert_listing(store, "a 1 a/a-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n"
                          "b 1 a/b-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n");
    store_close(store);
}

static void vanished_pages_are_forgotten(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file entry = index_entry("a/a-1.whl", 1, 1000);
    struct keys none = {0};
    uint64_t vanished = 0;
    put_page(store, "web/simple/a/index.v1_json", "a", &entry, 1, false, 1);
    good(store, store_page_owner(store, span_text("web/simple/a/index.v1_json"), span_text("a"),
                                 span_text("u")));
    struct span damaged = span_text("web/simple/b/index.v1_json");
    good(store, store_page_begin(store, damaged)); /* broken off: no key to ask for */
    good(store, store_page_file(store, damaged, span_text("b"), &entry, false));
    good(store, store_mark_vanished(store, has_key, &none, &vanished));
    assert_int_equal(vanished, 0);
    assert_int_equal(ask(store, "SELECT count(*) FROM page"), 1); /* b was met in this scan */
    assert_int_equal(ask(store, "SELECT count(*) FROM index_file"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM owner"), 0);
    good(store, store_mark_vanished(store, has_key, &none, &vanished));
    assert_int_equal(ask(store, "SELECT count(*) FROM page"), 0); /* and in the next one not */
    assert_int_equal(ask(store, "SELECT count(*) FROM index_file"), 0);
    put_page(store, "web/simple/a/index.v1_json", "a", &entry, 1, false, 1);
    assert_int_equal(count_rows(store), 1);
    store_close(store);
}

/* --- index pages ---------------------------------------------------------------------------- */

#define MTIME "2023-11-14T22:13:20.123456Z mtime"
#define UPLOADED "2025-06-30T12:00:00Z index"

static const instant uploaded = INT64_C(1751284800) * INSTANT_SECOND;

static void index_and_disk_are_joined(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "p/a-1.whl", "a", "1", 1);
    put(stage, store, "p/a-2.whl", "a", "2", 2);
    put(stage, store, "p/a-3.whl", "a", "3", 3);
    put(stage, store, "p/z-1.whl", "z", "1", 4);
    assert_listing(store, "a 1 p/a-1.whl ok " MTIME "\na 2 p/a-2.whl ok " MTIME
                          "\na 3 p/a-3.whl ok " MTIME "\nz 1 p/z-1.whl ok " MTIME "\n");
    struct index_file files[] = {
        index_entry("p/a-1.whl", uploaded, 1000),
        index_entry("p/a-2.whl", INSTANT_UNKNOWN, 999),
        index_entry("p/a-4.tar.gz", uploaded, UINT64_MAX),
    };
    files[0].yanked = true;
    files[0].has_sha256 = true;
    good(store, store_page_begin(store, span_text("web/simple/a/index.v1_json")));
    for (size_t i = 0; i < 3; i++)
        good(store, store_page_file(store, span_text("web/simple/a/index.v1_json"), span_text("a"),
                                    &files[i], i < 2));
    good(store, store_page_end(store, span_text("web/simple/a/index.v1_json"), 5));
    assert_listing(store,
                   "a 1 p/a-1.whl ok " UPLOADED " yanked sha256\n"
                   "a 2 p/a-2.whl ok " MTIME " size-mismatch(index says 999, file has 1000)\n"
                   "a 3 p/a-3.whl ok " MTIME " not-in-index()\n"
                   "a 4 p/a-4.tar.gz unreadable " UPLOADED "\n"
                   "z 1 p/z-1.whl ok " MTIME " not-in-index()\n");
    put(stage, store, "p/a-4.tar.gz", "a", "4", 6); /* the mirror has caught up */
    put_page(store, "web/simple/z/index.v1_json", "z", NULL, 0, true, 7);
    struct keys present = {{1, 3, 5, 6, 7}, 5}; /* what is gone is not compared */
    uint64_t vanished = 0;
    good(store, store_mark_vanished(store, has_key, &present, &vanished));
    assert_int_equal(vanished, 2);
    assert_listing(store, "a 1 p/a-1.whl ok " UPLOADED " yanked sha256\n"
                          "a 2 p/a-2.whl ok " MTIME " vanished\n"
                          "a 3 p/a-3.whl ok " MTIME " not-in-index()\n"
                          "a 4 p/a-4.tar.gz ok " UPLOADED "\n"
                          "z 1 p/z-1.whl ok " MTIME " vanished\n");
    files[0].yanked = false; /* a page replaces what it said before */
    put_page(store, "web/simple/a/index.v1_json", "a", files, 1, true, 8);
    assert_listing(store, "a 1 p/a-1.whl ok " UPLOADED " sha256\n"
                          "a 2 p/a-2.whl ok " MTIME " vanished\n"
                          "a 3 p/a-3.whl ok " MTIME " not-in-index()\n"
                          "a 4 p/a-4.tar.gz ok " MTIME " not-in-index()\n"
                          "z 1 p/z-1.whl ok " MTIME " vanished\n");
    store_close(store);
}

static bool check_missing(void *context, const struct artifact_row *row) {
    const struct artifact_file *file = &row->artifact.file;
    ++*(size_t *)context;
    assert_span(file->path, span_text("web/packages/aa/My_Proj-1.0-py3-none-any.whl"));
    assert_span(file->filename, span_text("My_Proj-1.0-py3-none-any.whl"));
    assert_span(file->project, span_text("my-proj"));
    assert_span(file->version, span_text("1.0"));
    assert_int_equal(file->format, FORMAT_WHEEL);
    assert_int_equal(file->size_bytes, 123);
    assert_int_equal(row->artifact.status, STATUS_UNREADABLE);
    assert_span(row->artifact.status_detail, span_text("named by the index, missing on disk"));
    assert_true(row->uploaded_at == uploaded);
    assert_true(row->uploaded_at_from_index);
    assert_true(row->has_sha256);
    assert_int_equal(row->sha256[31], 9);
    assert_int_equal(row->artifact.payload.kind, KIND_UNKNOWN);
    return true;
}

static void missing_files_come_as_rows(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file file =
        index_entry("web/packages/aa/My_Proj-1.0-py3-none-any.whl", uploaded, 123);
    size_t rows = 0;
    file.has_sha256 = true;
    file.sha256[31] = 9;
    put_page(store, "web/simple/my-proj/index.v1_json", "my-proj", &file, 1, false, 1);
    /* bandersnatch keeps older versions of a page: the file is missing once */
    put_page(store, "web/simple/my-proj/versions/index_1.v1_json", "my-proj", &file, 1, false, 2);
    good(store, store_each_artifact(store, check_missing, &rows));
    assert_int_equal(rows, 1);
    store_close(store);
}

static void pages_that_disagree(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file mine = index_entry("p/a-1.whl", uploaded, 1000);
    struct index_file old = index_entry("p/a-1.whl", 5, 7);
    put(stage, store, "p/a-1.whl", "a", "1", 1);
    put_page(store, "web/simple/a/versions/index_1.v1_json", "a", &old, 1, true, 2);
    put_page(store, "web/simple/0/index.v1_json", "0", &old, 1, true, 3);
    put_page(store, "web/simple/a/index.v1_json", "a", &mine, 1, true, 4);
    assert_listing(store, "a 1 p/a-1.whl ok " UPLOADED "\n"); /* its own project's, first by name */
    store_close(store);
}

static void urls_that_point_elsewhere(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file files[3];
    static const char *const names[] = {"a-1.whl", "a-2-py3-none-any.whl", "a-3-py3-none-any.whl"};
    for (size_t i = 0; i < 3; i++)
        files[i] = (struct index_file){
            .filename = span_text(names[i]), .uploaded_at = uploaded, .size_bytes = 1000};
    put(stage, store, "a/a-1.whl", "a", "1", 1);
    put(stage, store, "b/a-1.whl", "b", "1", 2); /* the same name, another project */
    put_page(store, "simple/a/index.v1_json", "a", files, 3, true, 3);
    assert_listing(store, "a 1 a/a-1.whl ok " UPLOADED "\n"
                          "a 2 - unreadable " UPLOADED "\n"
                          "a 3 - unreadable " UPLOADED "\n"
                          "b 1 b/a-1.whl ok " MTIME " not-in-index()\n");
    store_close(store);
}

static void nameless_files_take_the_page_s_project(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file files[] = {index_entry("p/odd.bin", uploaded, 1000),
                                 index_entry("p/a-1.whl", uploaded, 1000)};
    put(stage, store, "p/odd.bin", "", "", 1);
    put(stage, store, "p/odder.bin", "", "", 2);
    put(stage, store, "p/a-1.whl", "a", "1", 3);
    put_page(store, "web/simple/m/index.v1_json", "m", files, 2, true, 4);
    put_page(store, "web/simple/n/index.v1_json", "n", files, 2, true, 5);
    const char *want = "- - p/odder.bin ok " MTIME " not-in-index()\n"
                       "a 1 p/a-1.whl ok " UPLOADED "\n" /* its name has told already */
                       "m - p/odd.bin ok " UPLOADED "\n";
    assert_listing(store, want);
    assert_listing(store, want);
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_listing(store, want);
    store_close(store);
}

static void files_that_could_not_be_looked_at(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file entry = index_entry("p/a-1.whl", INSTANT_UNKNOWN, 5);
    struct artifact artifact = plain_artifact(stage->arena, "p/a-1.whl", "a", "1");
    artifact.file.size_bytes = 0;
    artifact.file.mtime_ns = 0;
    artifact_fail(&artifact, STATUS_UNREADABLE, "No such file");
    good(store, store_put_artifact(store, &artifact, 1));
    artifact.file.path = span_text("p/a-2.whl"); /* before 1970 */
    artifact.file.version = span_text("2");
    artifact.file.mtime_ns = -1;
    good(store, store_put_artifact(store, &artifact, 2));
    put_page(store, "web/simple/a/index.v1_json", "a", &entry, 1, true, 3);
    assert_listing(store,
                   "a 1 p/a-1.whl unreadable  mtime\n"
                   "a 2 p/a-2.whl unreadable 1969-12-31T23:59:59.999999Z mtime not-in-index()\n");
    store_close(store);
}

static void unusual_entries(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file files[] = {index_entry("p/a-1.whl", uploaded, UINT64_C(1) << 63),
                                 index_entry("p/a-1.whl", 7, 1000),
                                 index_entry("p/no-project.whl", INSTANT_UNKNOWN, 1)};
    files[2].filename = SPAN_EMPTY;
    put(stage, store, "p/a-1.whl", "a", "1", 1);
    good(store,
         store_page_file(store, span_text("never-begun.v1_json"), span_text("a"), &files[0], true));
    good(store, store_page_file(store, span_text("other.v1_json"), SPAN_EMPTY, &files[2], false));
    good(store,
         store_page_file(store, span_text("never-begun.v1_json"), span_text("a"), &files[1], true));
    good(store, store_page_end(store, span_text("other.v1_json"), 2));
    assert_listing(store,
                   "- - p/no-project.whl unreadable  mtime\n"
                   "a 1 p/a-1.whl ok " UPLOADED "\n"); /* of two words on one page the first */
    assert_int_equal(ask(store, "SELECT count(*) FROM page"), 2);
    store_close(store);
}

static bool list_owner(void *context, struct span project, struct span user) {
    struct buffer *out = context;
    add_span(out, project);
    add_span(out, user);
    return !span_is(user, "stop");
}

static void owners_come_once_and_in_order(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct buffer out = BUFFER_EMPTY;
    static const char *const rows[][3] = {{"web/json/b", "b", "ann"},
                                          {"web/json/b", "b", "Zoe"},
                                          {"web/json/b", "b", "ann"},
                                          {"web/pypi/b/json", "b", "ann"},
                                          {"web/json/a", "a", "bob"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        good(store, store_page_owner(store, span_text(rows[i][0]), span_text(rows[i][1]),
                                     span_text(rows[i][2])));
    good(store, store_each_owner(store, list_owner, &out));
    assert_span(buffer_span(&out), span_text("a bob b Zoe b ann "));
    put(stage, store, "p/a-1.whl", "a", "1", 1); /* project JSON names no files */
    assert_listing(store, "a 1 p/a-1.whl ok " MTIME "\n");
    good(store,
         store_page_owner(store, span_text("web/json/a"), span_text("a"), span_text("stop")));
    buffer_clear(&out);
    good(store, store_each_owner(store, list_owner, &out));
    assert_span(buffer_span(&out), span_text("a bob a stop "));
    good(store, store_page_begin(store, span_text("web/json/a")));
    buffer_clear(&out);
    good(store, store_each_owner(store, list_owner, &out));
    assert_span(buffer_span(&out), span_text("b Zoe b ann "));
    buffer_free(&out);
    store_close(store);
}

/* --- lists as text -------------------------------------------------------------------------- */

static void lists_as_text(void **state) {
    struct stage *stage = *state;
    struct span_list list = {0};
    struct span_list back;
    struct buffer out = BUFFER_EMPTY;
    list_text_add(&out, &list);
    assert_int_equal(out.len, 0);
    assert_true(list_text_read(stage->arena, SPAN_EMPTY, &back));
    assert_int_equal(back.count, 0);
    static const char *const items[] = {"a", "", "\"\\/\b\f\n\r\t\x01\x7F",
                                        "\xC3\xA9\xF0\x9F\x90\x8D", "x,]["};
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++)
        span_list_add(&list, stage->arena, span_text(items[i]));
    list_text_add(&out, &list);
    assert_true(list_text_read(stage->arena, buffer_span(&out), &back));
    assert_list(&back, &list);
    for (size_t len = 1; len < out.len; len++)
        assert_false(list_text_read(stage->arena, span_slice(buffer_span(&out), 0, len), &back));
    assert_true(
        list_text_read(stage->arena, span_text(" [ \"\\ud83d\\udc0d\" , \"\\/\" ] "), &back));
    assert_int_equal(back.count, 2);
    assert_span(back.at[0], span_text("\xF0\x9F\x90\x8D"));
    assert_true(list_text_read(stage->arena, span_text("[]"), &back));
    assert_int_equal(back.count, 0);
    static const char *const bad[] = {
        "a",           "[",         "[\"a\"",        "[\"a\",]",
        "[1]",         "[\"\\x\"]", "[\"\\ud83d\"]", "[\"\\udc0d\"]",
        "[\"\\u12\"]", "[\"a\"]x",  "[\"a\\",        "[\"\\ud83d\\u0041\"]"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(list_text_read(stage->arena, span_text(bad[i]), &back));
    buffer_free(&out);
}

#define STAGED(test) cmocka_unit_test_setup_teardown(test, set_stage, strike_stage)

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(values_outlive_the_process),
        STAGED(missing_states),
        STAGED(odd_names),
        STAGED(leftovers_are_not_adopted),
        STAGED(one_sweep_at_a_time),
        STAGED(a_dead_holder_frees_the_lock),
        STAGED(readers_see_what_is_committed),
        STAGED(a_read_only_place_can_be_read),
        STAGED(foreign_files_are_refused),
        STAGED(other_versions_are_refused),
        STAGED(damaged_files_are_refused),
        STAGED(flipped_bytes_never_crash),
        STAGED(a_crash_keeps_what_was_committed),
        STAGED(a_killed_keeper_leaves_whole_batches),
        STAGED(a_full_disk_is_told_and_costs_one_batch),
        STAGED(memory_out_is_told),
        STAGED(every_field_comes_back),
        STAGED(views_show_words),
        STAGED(the_same_path_is_replaced),
        STAGED(equal_places_give_way),
        STAGED(rows_come_in_order),
        STAGED(keys_of_all_that_is_stored),
        STAGED(vanished_and_back),
        STAGED(vanished_pages_are_forgotten),
        STAGED(index_and_disk_are_joined),
        STAGED(missing_files_come_as_rows),
        STAGED(pages_that_disagree),
        STAGED(urls_that_point_elsewhere),
        STAGED(nameless_files_take_the_page_s_project),
        STAGED(files_that_could_not_be_looked_at),
        STAGED(unusual_entries),
        STAGED(owners_come_once_and_in_order),
        STAGED(lists_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
