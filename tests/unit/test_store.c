/*
 * store: what goes in comes out: values, artifacts with all that hangs on them, keys, what has
 * vanished.
 */
#include "store_stage.h"

/* --- opening -------------------------------------------------------------------------------- */

static void values_outlive_the_process(void **state) {
    struct stage *stage = *state;
    struct buffer value = BUFFER_EMPTY;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    assert_true(store_lock_fd(store) >= 0);
    assert_true(store_get_meta(store, "mirror", &value));
    assert_int_equal(value.len, 0);
    good(store, store_set_meta(store, "mirror", span_text("/a")));
    good(store, store_set_meta(store, "mirror", span_text("/srv/mirror")));
    good(store, store_begin(store));
    good(store, store_set_meta(store, "never", span_text("committed")));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_int_equal(store_lock_fd(store), -1);
    assert_true(store_get_meta(store, "mirror", &value));
    assert_true(span_is(buffer_span(&value), "/srv/mirror"));
    buffer_clear(&value);
    assert_true(store_get_meta(store, "never", &value));
    assert_int_equal(value.len, 0);
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
    metadata->repository = span_text("example.org");
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
    assert_span(got->metadata.repository, want->metadata.repository);
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
    good(store, store_each_artifact(store, 1, check_full_row, &artifact));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    good(store, store_each_artifact(store, 1, check_full_row, &artifact));
    good(store, store_each_artifact(store, 2, check_full_row, &artifact)); /* and again */
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
         "path = 'web/packages/aa/bb/cc/Foo-1.0.tar.gz' AND declared_version = '1.0.0' AND "
         "repository = 'example.org'"),
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
    assert_int_equal(ask(store, "SELECT count(*) FROM entry_points"), 4);
    assert_int_equal(ask(store, "SELECT count(*) FROM anomalies"), 3);
    assert_int_equal(ask(store, "SELECT key FROM artifact_by_path"), 2);
    put(stage, store, "web/packages/aa/bb/cc/Foo-1.0.tar.gz", "other", "2", 3);
    assert_int_equal(ask(store, "SELECT count(*) FROM entry_points"), 0);
    assert_int_equal(ask(store, "SELECT count(*) FROM anomalies"), 0);
    assert_int_equal(ask(store, "SELECT key FROM artifact_by_path"), 3);
    assert_listing(store, "other 2 web/packages/aa/bb/cc/Foo-1.0.tar.gz ok "
                          "2023-11-14T22:13:20.123456Z mtime\n");
    store_close(store);
}

/* Within one transaction, too, where paths wait for the commit. */
static void the_last_of_a_path_counts(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    good(store, store_begin(store));
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    put(stage, store, "a/c-1.whl", "c", "1", 2);
    put(stage, store, "a/b-1.whl", "other", "1", 3);
    put(stage, store, "a/c-1.whl", "c", "1", 4);
    put(stage, store, "a/b-1.whl", "another", "1", 5);
    good(store, store_commit(store));
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact_by_path"), 2);
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact_by_path WHERE key IN (4, 5)"), 2);
    assert_listing(store, "another 1 a/b-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n"
                          "c 1 a/c-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n");
    good(store, store_begin(store));
    put(stage, store, "a/b-1.whl", "other", "1", 6);
    put(stage, store, "a/b-1.whl", "another", "1", 7);
    good(store, store_commit(store));
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact_by_path p"
                                " JOIN artifact a ON a.id = p.artifact WHERE p.key IN (4, 7)"),
                     2);
    assert_listing(store, "another 1 a/b-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n"
                          "c 1 a/c-1.whl ok 2023-11-14T22:13:20.123456Z mtime\n");
    store_close(store);
}

/* More than wait at a time; what is taken back leaves nothing behind. */
static void many_paths_are_kept_and_taken_back(void **state) {
    struct stage *stage = *state;
    enum { MANY = 70000 };
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    size_t count = 0;
    good(store, store_begin(store));
    for (uint64_t i = 0; i < MANY; i++) {
        char path[40];
        snprintf(path, sizeof path, "a/b-%llu.whl", (unsigned long long)i);
        arena_reset(stage->arena);
        put(stage, store, path, "b", "1", i);
    }
    good(store, store_count_keys(store, &count));
    assert_int_equal(count, MANY);
    good(store, store_commit(store));
    good(store, store_begin(store));
    put(stage, store, "a/c-1.whl", "c", "1", MANY);
    store_close(store);
    store = open_or_die(stage->path, STORE_WRITE);
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact"), MANY);
    assert_int_equal(ask(store, "SELECT count(*) FROM artifact_by_path p"
                                " JOIN artifact a ON a.id = p.artifact"),
                     MANY);
    store_close(store);
}

/* --- sketches ------------------------------------------------------------------------------- */

/* "p07:1,2," for the payload signature that ends in 07, "m" for metadata. */
static bool list_sketch(void *context, enum sketch_kind kind, const struct signature *signature,
                        const struct sketch *sketch) {
    struct buffer *out = context;
    buffer_printf(out, "%c%02x:", kind == SKETCH_PAYLOAD ? 'p' : 'm', signature->at[15]);
    for (uint32_t i = 0; i < sketch->count; i++)
        buffer_printf(out, "%u,", sketch->at[i]);
    buffer_add_byte(out, ' ');
    return sketch->at[0] != 99; /* which stops */
}

static void assert_sketches(struct store *store, const char *want) {
    struct buffer out = BUFFER_EMPTY;
    good(store, store_each_sketch(store, list_sketch, &out));
    buffer_add_byte(&out, '\0');
    assert_string_equal((const char *)out.at, want);
    buffer_free(&out);
}

static void a_signature_has_one_sketch(void **state) {
    struct stage *stage = *state;
    const uint32_t hashes[] = {1, 0xFF00, UINT32_MAX};
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct artifact artifact = plain_artifact(stage->arena, "a-1.whl", "a", "1");
    artifact.payload.sketch = (struct sketch){hashes, 3};
    good(store, store_put_artifact(store, &artifact, 1)); /* no signature: no sketch */
    assert_sketches(store, "");
    artifact.payload.signature.at[15] = 7;
    artifact.payload.metadata_signature.at[15] = 7;
    artifact.payload.metadata_sketch = (struct sketch){hashes, 1};
    good(store, store_put_artifact(store, &artifact, 2));
    assert_sketches(store, "p07:1,65280,4294967295, m07:1, ");
    artifact.file.path = span_text("b-1.whl");
    good(store, store_put_artifact(store, &artifact, 3));
    artifact.file.path = span_text("c-1.whl"); /* another payload, nothing to sketch */
    artifact.payload.signature.at[15] = 8;
    artifact.payload.sketch = (struct sketch){.at = NULL};
    good(store, store_put_artifact(store, &artifact, 4));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_sketches(store, "p07:1,65280,4294967295, m07:1, ");
    store_close(store);
}

static void another_scan_may_repeat_a_sketch(void **state) {
    struct stage *stage = *state;
    const uint32_t hashes[] = {1};
    struct artifact artifact = plain_artifact(stage->arena, "a-1.whl", "a", "1");
    artifact.payload.signature.at[15] = 7;
    artifact.payload.sketch = (struct sketch){hashes, 1};
    for (int scan = 0; scan < 2; scan++) {
        struct store *store = open_or_die(stage->path, STORE_WRITE);
        good(store, store_put_artifact(store, &artifact, 1));
        good(store, store_put_artifact(store, &artifact, 1));
        store_close(store);
    }
    struct store *store = open_or_die(stage->path, STORE_READ);
    assert_sketches(store, "p07:1, p07:1, ");
    store_close(store);
}

static void sketches_are_checked_and_can_be_stopped(void **state) {
    struct stage *stage = *state;
    const uint32_t stop = 99;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct artifact artifact = plain_artifact(stage->arena, "a-1.whl", "a", "1");
    artifact.payload.signature.at[15] = 1;
    artifact.payload.sketch = (struct sketch){&stop, 1};
    artifact.payload.metadata_signature.at[15] = 1;
    artifact.payload.metadata_sketch = (struct sketch){&stop, 1};
    good(store, store_put_artifact(store, &artifact, 1));
    assert_sketches(store, "p01:99, ");
#define HEAD "00000000000000000000000000000000"
    static const char *const damages[] = {
        "x'0002" HEAD "0100000001000000'", /* not ascending */
        "x'0002" HEAD "0200000001000000'",
        "x'0002" HEAD "0100000002'", /* cut off */
        "x'0002" HEAD "'",
        "x'00'",
        "x'0141" HEAD "'", /* too many for its kind */
        "x'0200" HEAD "'", /* no kind */
    };
    for (size_t i = 0; i < sizeof damages / sizeof damages[0]; i++) {
        struct buffer out = BUFFER_EMPTY;
        char sql[200];
        snprintf(sql, sizeof sql, "SAVEPOINT s; UPDATE sketch_pack SET sketches = %s", damages[i]);
        assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
        assert_false(store_each_sketch(store, list_sketch, &out));
        assert_non_null(strstr(store_problem(store), "damaged"));
        assert_int_equal(sqlite3_exec(store->db, "ROLLBACK TO s; RELEASE s", NULL, NULL, NULL),
                         SQLITE_OK);
        buffer_free(&out);
    }
#undef HEAD
    store_close(store);
}

/* Two artifacts of one project whose hashes agree in the bits that make the id. */
static void equal_places_give_way(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    put(stage, store, "a/b-1.whl", "b", "1", 1);
    int64_t id = ask(store, "SELECT id FROM artifact");
    static const char sql[] = "UPDATE artifact SET filename = 'b-2.whl';"
                              "UPDATE artifact_by_path SET path_hash = 1";
    assert_int_equal(sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
    for (uint64_t key = 2; key < 4; key++) { /* the second time its own place is taken, too */
        put(stage, store, "a/b-1.whl", "b", "1", key);
        assert_int_equal(ask(store, "SELECT count(*) FROM artifact"), 2);
        assert_int_equal(ask(store, "SELECT count(*) FROM artifact_by_path"), 2);
        assert_int_equal(ask(store, "SELECT artifact FROM artifact_by_path WHERE key = 1"), id);
        assert_int_equal(ask(store, "SELECT id FROM artifact WHERE filename = 'b-1.whl'"), id + 1);
    }
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
    good(store, store_each_artifact(store, 1, list_row, &listing));
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
    good(store, store_each_artifact(store, 1, list_row, &listing)); /* stopping is no failure */
    assert_int_equal(listing.rows, 3);
    buffer_free(&listing.text);
    store_close(store);
}

/* --- keys and what has vanished ------------------------------------------------------------- */

static void keys_of_all_that_is_stored(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct keys keys = {0};
    put(stage, store, "a/a-1.whl", "a", "1", 0);
    put(stage, store, "a/b-1.whl", "b", "1", UINT64_MAX);
    put(stage, store, "a/b-1.whl", "b", "1", UINT64_MAX - 1); /* changed */
    put_page(store, "web/json/a", "a", NULL, 0, true, 77);
    good(store, store_page_begin(store, span_text("web/json/b"), span_text("b"))); /* without end */
    size_t count = 0;
    good(store, store_count_keys(store, &count));
    assert_int_equal(count, 4); /* with the page that is not complete */
    good(store, store_each_key(store, collect_key, &keys));
    assert_int_equal(keys.count, 3);
    assert_true(has_key(&keys, 0) && has_key(&keys, UINT64_MAX - 1) && has_key(&keys, 77));
    good(store,
         store_page_begin(store, span_text("web/json/a"), span_text("a"))); /* being read again */
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

struct progress_of_pass {
    unsigned rows;
    unsigned stop_at;
};

static bool expect_next(void *context, const struct artifact_row *row) {
    struct progress_of_pass *pass = context;
    char project[16];
    snprintf(project, sizeof project, "p%04u", pass->rows++);
    assert_span(row->artifact.file.project, span_text(project));
    assert_true(row->uploaded_at_from_index);
    return pass->rows != pass->stop_at;
}

/* So many that threads go ahead of the pass. */
static void many_projects_come_in_order(void **state) {
    enum { PROJECTS = 3000 };
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    good(store, store_begin(store));
    for (unsigned i = PROJECTS; i-- > 0;) {
        char project[16];
        char path[32];
        char page[64];
        snprintf(project, sizeof project, "p%04u", i);
        snprintf(path, sizeof path, "p/p%04u-1.whl", i);
        snprintf(page, sizeof page, "web/simple/p%04u/index.v1_json", i);
        struct index_file entry = index_entry(path, 5, 1000);
        put(stage, store, path, project, "1", i);
        put_page(store, page, project, &entry, 1, true, PROJECTS + i);
    }
    good(store, store_commit(store));
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct progress_of_pass whole = {0};
        good(store, store_each_artifact(store, threads, expect_next, &whole));
        assert_int_equal(whole.rows, PROJECTS);
    }
    int64_t ids[PROJECTS]; /* with the readers that large states have */
    for (size_t i = 0; i < PROJECTS; i++)
        ids[i] = 1 + PROJECTS - (int64_t)i;
    struct ahead *ahead = ahead_start(store, ids, PROJECTS, true);
    assert_non_null(ahead);
    for (size_t i = 0; i < PROJECTS; i++)
        ahead_reached(ahead, i);
    ahead_stop(ahead);
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct progress_of_pass stopped = {.stop_at = 10};
        good(store, store_each_artifact(store, threads, expect_next, &stopped));
        assert_int_equal(stopped.rows, 10);
    }
    store_close(store);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(values_outlive_the_process),
        STAGED(missing_states),
        STAGED(odd_names),
        STAGED(leftovers_are_not_adopted),
        STAGED(every_field_comes_back),
        STAGED(views_show_words),
        STAGED(the_same_path_is_replaced),
        STAGED(the_last_of_a_path_counts),
        STAGED(many_paths_are_kept_and_taken_back),
        STAGED(a_signature_has_one_sketch),
        STAGED(another_scan_may_repeat_a_sketch),
        STAGED(sketches_are_checked_and_can_be_stopped),
        STAGED(equal_places_give_way),
        STAGED(rows_come_in_order),
        STAGED(keys_of_all_that_is_stored),
        STAGED(vanished_and_back),
        STAGED(many_projects_come_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
