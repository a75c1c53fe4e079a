/*
 * store: what goes wrong (locks, foreign and damaged files, crashes, full disks) leaves a message
 * and whole facts.
 */
#include "store_stage.h"

/* --- the lock ------------------------------------------------------------------------------- */

static int read_one_row(struct stage *stage) {
    char *problem = NULL;
    struct store *store = store_open(stage->path, STORE_READ, &problem);
    struct listing listing = {.text = BUFFER_EMPTY};
    bool read = store != NULL && store_each_artifact(store, 1, list_row, &listing);
    free(problem);
    store_close(store);
    return read ? (int)listing.rows : 100;
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
    run_sql(stage->path, "PRAGMA user_version=7");
    assert_refused_untouched(stage, "newer winnow");
    run_sql(stage->path, "PRAGMA user_version=5");
    assert_refused_untouched(stage,
                             "older winnow (state version 5, this one needs 6): move it away");
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
    run_sql(stage->path, "DROP TABLE artifact_by_path");
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
            if (!store_each_artifact(store, 2, list_row, &listing)) {
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
                             (unsigned long long)batch * 7 + i);
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
            read += store_each_artifact(store, 2, list_row, &listing);
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

int main(void) {
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
