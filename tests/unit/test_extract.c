/* What an artifact declares, from whole archives made here: which member speaks, and for what. */
#include "extract_test.h"

#include "extract/extract.h"
#include "extract/extract_anomalies.h"
#include "extract/sources.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

struct file {
    const char *path;
    const char *text;
};

/* One artifact in a stored ZIP (or a plain tar), opened and read. */
struct reading {
    struct arena *arena;
    struct artifact artifact;
    struct archive *archive;
    int fd;
};

/* --- making archives -------------------------------------------------------------------------- */

static void add_number(struct buffer *out, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        buffer_add_byte(out, (unsigned char)(value >> (8 * i)));
}

static void add_zip_record(struct buffer *out, const struct file *file, bool central, size_t at) {
    size_t len = strlen(file->text);
    buffer_add_text(out, central ? "PK\1\2" : "PK\3\4");
    if (central)
        add_number(out, 0x031E, 2);
    add_number(out, 20, 2);    /* version needed */
    add_number(out, 0x800, 2); /* names are UTF-8 */
    add_number(out, 0, 2);     /* stored */
    add_number(out, 0x5AEA0000, 4);
    add_number(out, crc32(0, (const unsigned char *)file->text, (unsigned)len), 4);
    add_number(out, len, 4);
    add_number(out, len, 4);
    add_number(out, strlen(file->path), 2);
    add_number(out, 0, 2);
    if (central) {
        add_number(out, 0, 6);
        add_number(out, (uint64_t)0x81A4 << 16, 4);
        add_number(out, at, 4);
    }
    buffer_add_text(out, file->path);
    if (!central)
        buffer_add_text(out, file->text);
}

static void make_zip(struct buffer *out, const struct file *files, size_t count) {
    size_t at[64];
    assert_true(count <= 64);
    for (size_t i = 0; i < count; i++) {
        at[i] = out->len;
        add_zip_record(out, &files[i], false, 0);
    }
    size_t directory = out->len;
    for (size_t i = 0; i < count; i++)
        add_zip_record(out, &files[i], true, at[i]);
    size_t size = out->len - directory;
    buffer_add_text(out, "PK\5\6");
    add_number(out, 0, 4);
    add_number(out, count, 2);
    add_number(out, count, 2);
    add_number(out, size, 4);
    add_number(out, directory, 4);
    add_number(out, 0, 2);
}

static void make_tar(struct buffer *out, const struct file *files, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char header[512] = {0};
        size_t len = strlen(files[i].text);
        snprintf(header, 100, "%s", files[i].path);
        snprintf(header + 100, 8, "%07o", 0644U);
        snprintf(header + 108, 8, "%07o", 0U);
        snprintf(header + 116, 8, "%07o", 0U);
        snprintf(header + 124, 12, "%07o", (unsigned)len);
        snprintf(header + 136, 12, "%011o", 0U);
        memcpy(header + 148, "        ", 8);
        header[156] = '0';
        memcpy(header + 257,
               "ustar\0"
               "00",
               8);
        unsigned sum = 0;
        for (size_t k = 0; k < sizeof header; k++)
            sum += (unsigned char)header[k];
        snprintf(header + 148, 8, "%06o", sum);
        buffer_add(out, span_of(header, sizeof header));
        buffer_add_text(out, files[i].text);
        while (out->len % 512 != 0)
            buffer_add_byte(out, 0);
    }
    for (size_t i = 0; i < 1024; i++)
        buffer_add_byte(out, 0);
}

static enum member_wish offer(void *context, const struct member *member) {
    (void)context;
    return extract_wants(member->path) ? WISH_LOOK : WISH_CRC;
}

static bool look(void *context, struct member *member, struct span bytes) {
    (void)context, (void)member, (void)bytes;
    return true;
}

static void open_reading(struct reading *reading, const char *filename, const char *project,
                         const char *version, const struct file *files, size_t count) {
    static const struct archive_visitor visitor = {NULL, offer, look};
    struct span name = span_text(filename);
    struct buffer bytes = BUFFER_EMPTY;
    if (span_ends(name, ".tar"))
        make_tar(&bytes, files, count);
    else
        make_zip(&bytes, files, count);
    reading->arena = arena_new(64U << 20);
    assert_non_null(reading->arena);
    artifact_begin(&reading->artifact, reading->arena);
    reading->fd = memfd_create("archive", MFD_CLOEXEC);
    assert_true(reading->fd >= 0);
    assert_int_equal(write(reading->fd, bytes.at, bytes.len), (ssize_t)bytes.len);
    struct artifact_file *file = &reading->artifact.file;
    file->path = file->filename = name;
    file->size_bytes = bytes.len;
    file->format = span_ends(name, ".whl")   ? FORMAT_WHEEL
                   : span_ends(name, ".egg") ? FORMAT_EGG
                                             : FORMAT_SDIST;
    file->project = span_text(project);
    file->version = span_text(version);
    buffer_free(&bytes);
    assert_int_equal(archive_open(&reading->archive, reading->fd, &reading->artifact, &visitor),
                     OUTCOME_OK);
    assert_int_equal(extract_declarations(reading->archive, &reading->artifact), OUTCOME_OK);
}

static void close_reading(struct reading *reading) {
    archive_close(reading->archive);
    arena_free(reading->arena);
    close(reading->fd);
}

#define OPEN(reading, filename, project, version, files)                                           \
    open_reading(reading, filename, project, version, files, sizeof files / sizeof files[0])

/* --- what was read, as text ------------------------------------------------------------------- */

/* "group/name=reference[extras]@source" joined by ", ". */
static void assert_found(const struct artifact *artifact, const char *joined) {
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < artifact->entry_points.count; i++) {
        const struct entry_point *entry = &artifact->entry_points.at[i];
        buffer_printf(&out, "%s%.*s/%.*s=%.*s[%.*s]@%s", i > 0 ? ", " : "", SPAN_ARGS(entry->group),
                      SPAN_ARGS(entry->name), SPAN_ARGS(entry->object_reference),
                      SPAN_ARGS(entry->extras), entry_source_name(entry->source));
    }
    assert_span(buffer_span(&out), joined);
    buffer_free(&out);
}

/* The detail of an anomaly of extract/; NULL when it was not noted. Its meaning must be known. */
static const struct anomaly *find_anomaly(const struct artifact *artifact, const char *code) {
    bool known = false;
    for (size_t i = 0; i < extract_anomaly_count; i++)
        known = known || strcmp(extract_anomalies[i].code, code) == 0;
    assert_true(known);
    for (size_t i = 0; i < artifact->anomalies.count; i++)
        if (span_is(artifact->anomalies.at[i].code, code))
            return &artifact->anomalies.at[i];
    return NULL;
}

/* The codes in order, joined by "|". */
static void assert_anomalies(const struct artifact *artifact, const char *joined) {
    struct buffer out = BUFFER_EMPTY;
    for (size_t i = 0; i < artifact->anomalies.count; i++)
        buffer_printf(&out, "%s%.*s", i > 0 ? "|" : "", SPAN_ARGS(artifact->anomalies.at[i].code));
    assert_span(buffer_span(&out), joined);
    buffer_free(&out);
}

#define METADATA(name, version) "Metadata-Version: 2.1\nName: " name "\nVersion: " version "\n"

/* --- wheels ----------------------------------------------------------------------------------- */

static void test_wheel(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo/__init__.py", ""},
        {"bar.cpython-311-x86_64-linux-gnu.so", ""},
        {"foo/data.txt", ""},
        {"README", ""},
        {"share/x.txt", ""},
        {"foo-1.0.data/purelib/baz/x.py", ""},
        {"foo-1.0.data/scripts/run.sh", "#!/bin/sh\n"},
        {"foo-1.0.data/data/bin/no", ""},
        {"foo-1.0.dist-info/METADATA",
         METADATA("Foo", "1.0.0") "Requires-Dist: B.b>=1\nRequires-Dist: a; x\nRequires-Dist: foo\n"
                                  "Author-email: A <a@b.c>, d@e.f\n\nBody\n"},
        {"foo-1.0.dist-info/entry_points.txt",
         "[console_scripts]\nfoo = foo:main\nfoo = foo:main\n[g]\nx = foo:x [e, f]\n"},
        {"vendored/other.dist-info/METADATA", METADATA("other", "2")},
        {"foo/vendored.dist-info/entry_points.txt", "[console_scripts]\nno = no:no\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.0-py3-none-any.whl", "foo", "1.0", files);
    const struct artifact_metadata *metadata = &reading.artifact.metadata;
    assert_true(metadata->found);
    assert_span(metadata->name, "Foo");
    assert_span(metadata->description, "Body\n");
    assert_list(&metadata->author_emails, "a@b.c|d@e.f");
    assert_int_equal(metadata->requires_dist.count, 3);
    assert_list(&metadata->requires_projects, "a|b-b");
    assert_list(&metadata->top_level, "bar|baz|foo");
    assert_found(&reading.artifact, "console_scripts/foo=foo:main[]@wheel, g/x=foo:x[e f]@wheel, "
                                    "scripts/run.sh=[]@wheel");
    assert_anomalies(&reading.artifact, "no-wheel-file|no-record");
    close_reading(&reading);
}

static void test_wheel_with_several_dist_infos(void **state) {
    (void)state;
    static const struct file files[] = {
        {"aaa-1.dist-info/METADATA", METADATA("aaa", "1")},
        {"foo-0.9.dist-info/METADATA", METADATA("foo", "0.9")},
        {"foo-1.0.dist-info/METADATA", METADATA("foo", "1.0")},
        {"foo-1.0.dist-info/top_level.txt", "b\na\n\nb\n"},
        {"aaa-1.dist-info/entry_points.txt", "[console_scripts]\nno = no:no\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.0-py3-none-any.whl", "foo", "1.0", files);
    assert_span(reading.artifact.metadata.version, "1.0");
    assert_list(&reading.artifact.metadata.top_level, "a|b");
    assert_found(&reading.artifact, "");
    assert_non_null(find_anomaly(&reading.artifact, "several-dist-info"));
    assert_null(find_anomaly(&reading.artifact, "name-mismatch"));
    close_reading(&reading);
}

static void test_mismatches(void **state) {
    (void)state;
    static const struct file files[] = {{"x-2.dist-info/METADATA", METADATA("x", "2")}};
    struct reading reading;
    OPEN(&reading, "foo-1.0-py3-none-any.whl", "foo", "1.0", files);
    assert_span(find_anomaly(&reading.artifact, "name-mismatch")->detail,
                "file says foo, metadata says x");
    assert_span(find_anomaly(&reading.artifact, "version-mismatch")->detail,
                "file says 1.0, metadata says 2");
    assert_null(find_anomaly(&reading.artifact, "several-dist-info"));
    close_reading(&reading);
    OPEN(&reading, "x-2_local-py3-none-any.whl", "", "", files);
    assert_span(reading.artifact.file.project, "x");
    assert_span(reading.artifact.file.version, "2");
    assert_anomalies(&reading.artifact, "no-wheel-file|no-record");
    close_reading(&reading);
    static const struct file local[] = {{"x-2.dist-info/METADATA", METADATA("x", "2+a.b")}};
    OPEN(&reading, "x-2_a.b-py3-none-any.whl", "x", "2_a.b", local);
    assert_anomalies(&reading.artifact, "no-wheel-file|no-record");
    close_reading(&reading);
}

static void test_wheel_without_metadata(void **state) {
    (void)state;
    static const struct file files[] = {{"foo.py", ""}, {"foo-1.dist-info/WHEEL", ""}};
    struct reading reading;
    OPEN(&reading, "foo-1-py3-none-any.whl", "foo", "1", files);
    assert_false(reading.artifact.metadata.found);
    assert_list(&reading.artifact.metadata.top_level, "foo");
    assert_non_null(find_anomaly(&reading.artifact, "no-metadata"));
    close_reading(&reading);
}

/* --- eggs ------------------------------------------------------------------------------------- */

static void test_egg(void **state) {
    (void)state;
    static const struct file files[] = {
        {"EGG-INFO/PKG-INFO", METADATA("foo", "1")},
        {"EGG-INFO/entry_points.txt", "[console_scripts]\nfoo = foo:main\n"},
        {"EGG-INFO/requires.txt", "a>1\n\n[x]\nb\n"},
        {"EGG-INFO/scripts/old", ""},
        {"EGG-INFO/top_level.txt", "foo\n"},
        {"foo/EGG-INFO/PKG-INFO", METADATA("no", "9")},
    };
    struct reading reading;
    OPEN(&reading, "foo-1-py2.7.egg", "foo", "1", files);
    assert_span(reading.artifact.metadata.name, "foo");
    assert_int_equal(reading.artifact.metadata.requires_dist.count, 2);
    assert_list(&reading.artifact.metadata.requires_projects, "a|b");
    assert_found(&reading.artifact,
                 "console_scripts/foo=foo:main[]@egg-info, scripts/old=[]@egg-info");
    close_reading(&reading);
}

/* --- sdists ----------------------------------------------------------------------------------- */

#define SETUP_PY                                                                                   \
    "from setuptools import setup\nsetup(entry_points={'console_scripts': ['s = m:s']},\n"         \
    "      scripts=['bin/plain'], install_requires=['from-setup-py'])\n"
#define SETUP_CFG                                                                                  \
    "[options]\nscripts = bin/more\ninstall_requires = from-cfg\n"                                 \
    "[options.entry_points]\nconsole_scripts =\n  c = m:c\n"
#define PYPROJECT                                                                                  \
    "[project]\nname = 'foo'\ndependencies = ['from-pyproject']\n[project.scripts]\n"              \
    "p = 'm:p'\n"
#define EGG_POINTS "[console_scripts]\ne = m:e\n"

static const struct file sdist_files[] = {
    {"foo-1/PKG-INFO", METADATA("foo", "1")},
    {"foo-1/setup.py", SETUP_PY},
    {"foo-1/setup.cfg", SETUP_CFG},
    {"foo-1/pyproject.toml", PYPROJECT},
    {"foo-1/deep/down/Foo.egg-info/entry_points.txt", EGG_POINTS},
};

/* The less a source is trusted, the fewer of the better ones may be there. */
static void test_order_of_trust(void **state) {
    (void)state;
    static const char *const expected[] = {
        "console_scripts/s=m:s[]@setup.py, scripts/plain=[]@setup.py",
        "console_scripts/c=m:c[]@setup.cfg, scripts/more=[]@setup.cfg, scripts/plain=[]@setup.py",
        "console_scripts/p=m:p[]@pyproject, scripts/more=[]@setup.cfg, scripts/plain=[]@setup.py",
        "console_scripts/e=m:e[]@egg-info, scripts/more=[]@setup.cfg, scripts/plain=[]@setup.py"};
    for (size_t i = 0; i < 4; i++) {
        struct reading reading;
        open_reading(&reading, i % 2 ? "foo-1.zip" : "foo-1.tar", "foo", "1", sdist_files, i + 2);
        assert_found(&reading.artifact, expected[i]);
        close_reading(&reading);
    }
}

static void test_requirements_of_all_places(void **state) {
    (void)state;
    struct reading reading;
    OPEN(&reading, "foo-1.zip", "foo", "1", sdist_files);
    assert_list(&reading.artifact.metadata.requires_projects,
                "from-cfg|from-pyproject|from-setup-py");
    assert_int_equal(reading.artifact.metadata.requires_dist.count, 0);
    close_reading(&reading);
}

static void test_egg_info_of_others(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/setup.py", SETUP_PY},
        {"foo-1/tests/data/other.egg-info/PKG-INFO", METADATA("other", "3")},
        {"foo-1/tests/data/other.egg-info/entry_points.txt", EGG_POINTS},
        {"foo-1/tests/foo.egg-info/PKG-INFO", METADATA("foo", "0")},
        {"foo-1/src/foo.egg-info/PKG-INFO", METADATA("foo", "1")},
        {"foo-1/src/foo.egg-info/requires.txt", "r\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.tar", "foo", "1", files);
    assert_span(reading.artifact.metadata.version, "1");
    assert_int_equal(reading.artifact.metadata.requires_dist.count, 1);
    assert_found(&reading.artifact, "console_scripts/s=m:s[]@setup.py, scripts/plain=[]@setup.py");
    close_reading(&reading);
}

static void test_empty_egg_info_settles(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/setup.py", SETUP_PY},
        {"foo-1/foo.egg-info/entry_points.txt", "\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.tar", "foo", "1", files);
    assert_found(&reading.artifact, "scripts/plain=[]@setup.py");
    assert_non_null(find_anomaly(&reading.artifact, "no-metadata"));
    close_reading(&reading);
}

static void test_dynamic(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/PKG-INFO", METADATA("foo", "1")},
        {"foo-1/setup.py", "from setuptools import setup\nsetup(entry_points=make())\n"},
        {"foo-1/setup.cfg", SETUP_CFG},
    };
    struct reading reading;
    open_reading(&reading, "foo-1.tar", "foo", "1", files, 2);
    assert_found(&reading.artifact, "");
    assert_non_null(find_anomaly(&reading.artifact, "dynamic-entry-points"));
    close_reading(&reading);
    open_reading(&reading, "foo-1.tar", "foo", "1", files, 3);
    assert_found(&reading.artifact, "console_scripts/c=m:c[]@setup.cfg, scripts/more=[]@setup.cfg");
    assert_null(find_anomaly(&reading.artifact, "dynamic-entry-points"));
    close_reading(&reading);
}

static void test_bad_build_files(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/PKG-INFO", METADATA("foo", "1")},
        {"foo-1/pyproject.toml", "[project.scripts]\np = 'm:p'\nx = \n"},
        {"foo-1/setup.cfg", "[options.entry_points]\njunk\ng =\n  c = m:c\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.tar", "foo", "1", files);
    assert_found(&reading.artifact, "g/c=m:c[]@setup.cfg");
    assert_span(find_anomaly(&reading.artifact, "bad-toml")->detail, "line 3: invalid value");
    assert_span(find_anomaly(&reading.artifact, "bad-setup-cfg")->detail, "line 2");
    close_reading(&reading);
}

static void test_entry_points_in_another_file(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/PKG-INFO", METADATA("foo", "1")},
        {"foo-1/setup.cfg", "[options]\nentry_points = file: etc/entry_points.cfg\n"},
        {"foo-1/etc/entry_points.cfg", "[console_scripts]\nx = m:x\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.tar", "foo", "1", files);
    assert_found(&reading.artifact, "console_scripts/x=m:x[]@setup.cfg");
    close_reading(&reading);
}

static void test_layout(void **state) {
    (void)state;
    static const struct file files[] = {
        {"foo-1/PKG-INFO", METADATA("foo", "1")},
        {"foo-1/pyproject.toml", "[tool.poetry]\npackages = [{include = 'a', from = 'src'}]\n"},
        {"foo-1/setup.cfg", "[options]\npackage_dir = =src\npackages = a, b\npy_modules = m\n"},
    };
    struct reading reading;
    OPEN(&reading, "foo-1.tar", "foo", "1", files);
    assert_list(&reading.artifact.layout.source_roots, "src");
    assert_list(&reading.artifact.layout.packages, "src/a|src/b");
    assert_list(&reading.artifact.layout.modules, "src/m.py");
    assert_list(&reading.artifact.metadata.top_level, "a|b|m");
    close_reading(&reading);
}

/* --- what is kept of a tar -------------------------------------------------------------------- */

static void test_wants(void **state) {
    (void)state;
    static const char *const wanted[] = {"METADATA/PKG-INFO",
                                         "PKG-INFO",
                                         "foo-1/PKG-INFO",
                                         "foo-1/setup.py",
                                         "setup.cfg",
                                         "foo-1/pyproject.toml",
                                         "foo-1/foo.egg-info/entry_points.txt",
                                         "foo-1/a/b/foo.egg-info/requires.txt",
                                         "x-1.dist-info/METADATA",
                                         "EGG-INFO/PKG-INFO",
                                         "EGG-INFO/top_level.txt",
                                         "foo-1/entry_points.cfg"};
    static const char *const unwanted[] = {"",
                                           "/",
                                           "foo-1/a/setup.py",
                                           "foo-1/METADATA",
                                           "foo-1/a/PKG-INFO",
                                           "foo-1/entry_points.py",
                                           "a/b/c/d/e/f/g/h/foo.egg-info/PKG-INFO",
                                           "foo-1/foo.egg-info/SOURCES.txt",
                                           "foo-1/requires.txt",
                                           "foo-1/a/b/c/entry_points.cfg"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (!extract_wants(span_text(wanted[i])))
            fail_msg("%s is not wanted", wanted[i]);
    for (size_t i = 0; i < sizeof unwanted / sizeof unwanted[0]; i++)
        if (extract_wants(span_text(unwanted[i])))
            fail_msg("%s is wanted", unwanted[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wheel),
        cmocka_unit_test(test_wheel_with_several_dist_infos),
        cmocka_unit_test(test_mismatches),
        cmocka_unit_test(test_wheel_without_metadata),
        cmocka_unit_test(test_egg),
        cmocka_unit_test(test_order_of_trust),
        cmocka_unit_test(test_requirements_of_all_places),
        cmocka_unit_test(test_egg_info_of_others),
        cmocka_unit_test(test_empty_egg_info_settles),
        cmocka_unit_test(test_dynamic),
        cmocka_unit_test(test_bad_build_files),
        cmocka_unit_test(test_entry_points_in_another_file),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_wants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
