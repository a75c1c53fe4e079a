/*
 * store: what index pages say, joined with what is on disk.
 */
#include "store_stage.h"

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
    good(store, store_page_begin(store, span_text("web/simple/a/index.v1_json"), span_text("a")));
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
                          "a 2 p/a-2.whl unreadable  mtime\n" /* the page still names it */
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
    good(store, store_each_artifact(store, 1, check_missing, &rows));
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
                       "m - p/odd.bin ok " UPLOADED "\n"
                       "m 1 p/a-1.whl ok " UPLOADED "\n"; /* the page knows better than its name */
    assert_listing(store, want);
    assert_listing(store, want);
    store_close(store);
    store = open_or_die(stage->path, STORE_READ);
    assert_listing(store, want);
    store_close(store);
}

/* What a page says of whose a file is counts more than how its name can be read. */
static void named_files_take_the_page_s_project(void **state) {
    struct stage *stage = *state;
    struct store *store = open_or_die(stage->path, STORE_WRITE);
    struct index_file files[] = {index_entry("p/foo-2-1.zip", uploaded, 1000),
                                 index_entry("p/bar-1.zip", uploaded, 1000),
                                 index_entry("p/a-1.zip", uploaded, 1000)};
    struct artifact artifact = plain_artifact(stage->arena, "p/foo-2-1.zip", "foo-2", "1");
    artifact.metadata.found = true;
    artifact.metadata.name = span_text("Foo");
    artifact.metadata.version = span_text("3");
    artifact_note(&artifact, "name-mismatch", span_text("file says foo-2, metadata says Foo"));
    artifact_note(&artifact, "version-mismatch", span_text("file says 1, metadata says 3"));
    artifact_note(&artifact, "gzip-members", SPAN_EMPTY);
    good(store, store_put_artifact(store, &artifact, 1));
    put(stage, store, "p/bar-1.zip", "bar", "1", 2);
    put(stage, store, "p/a-1.zip", "a", "1", 3);
    put_page(store, "web/simple/foo/index.v1_json", "foo", files, 3, true, 4);
    put_page(store, "web/simple/a/index.v1_json", "a", files + 2, 1, true, 5);
    assert_listing(store, "a 1 p/a-1.zip ok " UPLOADED "\n" /* its own page has it, too */
                          "foo 1 p/bar-1.zip ok " UPLOADED "\n"
                          "foo 2-1 p/foo-2-1.zip ok " UPLOADED " gzip-members()"
                          " version-mismatch(file says 2-1, metadata says 3)\n");
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
    good(store, store_page_begin(store, span_text("web/json/a"), span_text("a")));
    buffer_clear(&out);
    good(store, store_each_owner(store, list_owner, &out));
    assert_span(buffer_span(&out), span_text("b Zoe b ann "));
    buffer_free(&out);
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
    good(store,
         store_page_begin(store, damaged, span_text("b"))); /* broken off: no key to ask for */
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

int main(void) {
    const struct CMUnitTest tests[] = {
        STAGED(index_and_disk_are_joined),
        STAGED(missing_files_come_as_rows),
        STAGED(pages_that_disagree),
        STAGED(urls_that_point_elsewhere),
        STAGED(nameless_files_take_the_page_s_project),
        STAGED(named_files_take_the_page_s_project),
        STAGED(files_that_could_not_be_looked_at),
        STAGED(unusual_entries),
        STAGED(owners_come_once_and_in_order),
        STAGED(vanished_pages_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
