/* member_class: see member_class.h. Tables of names; first match wins. */
#include "payload/member_class.h"

#include "base/text.h"

static bool among_nocase(struct span s, const char *const *list) {
    for (; *list != NULL; list++)
        if (span_is_nocase(s, *list))
            return true;
    return false;
}

struct span path_basename(struct span path) {
    size_t slash = span_find_last(path, '/');
    return slash < path.len ? span_from(path, slash + 1) : path;
}

struct span path_extension(struct span path) {
    struct span name = path_basename(path);
    size_t dot = span_find_last(name, '.');
    return dot > 0 && dot < name.len ? span_from(name, dot) : SPAN_EMPTY;
}

static bool starts_nocase(struct span s, const char *prefix) {
    size_t len = strlen(prefix);
    return s.len >= len && span_is_nocase(span_slice(s, 0, len), prefix);
}

/* --- boilerplate ---------------------------------------------------------------------------- */

/* Texts about a project rather than of it. */
static const char *const ABOUT[] = {"readme",
                                    "license",
                                    "licence",
                                    "licenses",
                                    "copying",
                                    "notice",
                                    "authors",
                                    "author",
                                    "changelog",
                                    "changes",
                                    "history",
                                    "contributing",
                                    "news",
                                    "todo",
                                    "install",
                                    "credits",
                                    "contributors",
                                    "code_of_conduct",
                                    "security",
                                    "unlicense",
                                    "copyright",
                                    "maintainers",
                                    NULL};

/* `changes.json` is data, `CHANGES.rst` and `LICENSE-MIT` are not. */
static const char *const TEXT_ENDINGS[] = {
    "",     ".txt", ".md",  ".rst", ".markdown", ".html",   ".org",     ".adoc", ".rtf",
    ".pdf", ".in",  ".mit", ".bsd", ".apache",   ".lesser", ".textile", NULL};

static const char *const FILES[] = {"py.typed",
                                    "manifest.in",
                                    "pyproject.toml",
                                    "setup.cfg",
                                    "tox.ini",
                                    "pkg-info",
                                    "record",
                                    "wheel",
                                    "metadata",
                                    "top_level.txt",
                                    "pipfile",
                                    "pipfile.lock",
                                    "poetry.lock",
                                    "uv.lock",
                                    "pdm.lock",
                                    "makefile",
                                    "dockerfile",
                                    "pytest.ini",
                                    "mypy.ini",
                                    "requires.txt",
                                    "sources.txt",
                                    "thumbs.db",
                                    "environment.yml",
                                    "justfile",
                                    "citation.cff",
                                    "appveyor.yml",
                                    "codecov.yml",
                                    "package-lock.json",
                                    NULL};

static bool is_about(struct span name) {
    struct span ending = path_extension(name);
    for (const char *const *word = ABOUT; *word != NULL; word++) {
        size_t len = strlen(*word);
        if (!starts_nocase(name, *word))
            continue;
        unsigned char next = name.len > len ? name.at[len] : '.';
        if (next != '.' && next != '-' && next != '_')
            continue;
        /* "LICENSE.GPL-3", "README.zh_CN.md" */
        return among_nocase(ending, TEXT_ENDINGS) || span_is(ending, ".0") ||
               (starts_nocase(name, "licen") && name.len > len && next == '.' &&
                !among_nocase(ending, (const char *const[]){".json", ".csv", ".yaml", NULL}));
    }
    return false;
}

static bool has_boilerplate_folder(struct span path) {
    struct span part;
    struct span rest = span_slice(path, 0, path.len - path_basename(path).len);
    while (span_next_piece(&rest, '/', &part))
        if (span_is(part, "__pycache__") || span_ends(part, ".egg-info") ||
            span_ends(part, ".dist-info") || span_is(part, "__MACOSX") ||
            (part.len > 1 && part.at[0] == '.'))
            return true;
    return false;
}

static bool is_boilerplate(struct span path, struct span name) {
    struct span ending = path_extension(name);
    bool requirements = starts_nocase(name, "requirements") &&
                        (span_is_nocase(ending, ".txt") || span_is_nocase(ending, ".in"));
    return name.len == 0 || name.at[0] == '.' || requirements || among_nocase(name, FILES) ||
           span_ends(name, "-nspkg.pth") || span_ends(name, ".egg-info") || span_ends(name, "~") ||
           is_about(name) || has_boilerplate_folder(path);
}

/* --- classes -------------------------------------------------------------------------------- */

static const char *const PYTHON[] = {".py", ".pyw", NULL};
static const char *const NATIVE[] = {".so",  ".pyd", ".dll", ".dylib", ".exe",
                                     ".pyc", ".pyo", ".a",   ".lib",   NULL};
static const char *const NATIVE_SOURCE[] = {
    ".c",  ".cc", ".cpp", ".cxx", ".c++", ".pyx",  ".rs", ".f90", ".f",   ".f77", ".f95",
    ".go", ".cu", ".m",   ".mm",  ".zig", ".swig", ".i",  ".for", ".asm", ".s",   NULL};

enum member_class member_class(struct span path) {
    struct span name = path_basename(path);
    struct span ending = path_extension(name);
    if (name.len > 0 && name.at[0] != '.' && !has_boilerplate_folder(path)) {
        if (among_nocase(ending, PYTHON))
            return CLASS_PYTHON;
        if (span_is_nocase(ending, ".pyi"))
            return CLASS_PYI;
        if (among_nocase(ending, NATIVE) || span_search(name, ".so.") < name.len)
            return CLASS_NATIVE;
        if (among_nocase(ending, NATIVE_SOURCE) || span_is(name, "Cargo.toml"))
            return CLASS_NATIVE_SOURCE;
    }
    return is_boilerplate(path, name) ? CLASS_BOILERPLATE : CLASS_DATA;
}

/* --- what is usually not installed ----------------------------------------------------------- */

/* What setuptools' automatic discovery leaves out, and folders of the same use. */
static const char *const AUXILIARY_FOLDERS[] = {
    "tests",        "test",      "unit_test",     "unit_tests",   "integration_tests",
    "docs",         "doc",       "documentation", "manpages",     "examples",
    "example",      "samples",   "demo",          "demos",        "benchmark",
    "benchmarks",   "bench",     "exercises",     "scripts",      "tools",
    "bin",          "build",     "dist",          "ci",           "debian",
    "requirements", "tasks",     "htmlcov",       "changelog.d",  "newsfragments",
    "news",         "notebooks", "tutorials",     "node_modules", "venv",
    "env",          NULL};

static const char *const AUXILIARY_MODULES[] = {"setup.py",
                                                "conftest.py",
                                                "noxfile.py",
                                                "toxfile.py",
                                                "tasks.py",
                                                "fabfile.py",
                                                "versioneer.py",
                                                "ez_setup.py",
                                                "distribute_setup.py",
                                                "bootstrap.py",
                                                "conf.py",
                                                "manage.py",
                                                "pavement.py",
                                                "dodo.py",
                                                "build.py",
                                                "hatch_build.py",
                                                "_custom_build.py",
                                                "setup_helpers.py",
                                                "runtests.py",
                                                "run_tests.py",
                                                "wscript.py",
                                                "sconstruct.py",
                                                "release.py",
                                                "publish.py",
                                                "pypi.py",
                                                "example.py",
                                                "examples.py",
                                                "demo.py",
                                                "test.py",
                                                "tests.py",
                                                "__init__.py",
                                                "dev.py",
                                                "make.py",
                                                "makefile.py",
                                                NULL};

bool folder_is_auxiliary(struct span name) {
    return among_nocase(name, AUXILIARY_FOLDERS) || (name.len > 0 && name.at[0] == '.') ||
           span_ends(name, ".egg-info") || span_ends(name, ".dist-info");
}

bool module_is_auxiliary(struct span name) {
    return among_nocase(name, AUXILIARY_MODULES) || (name.len > 0 && name.at[0] == '.') ||
           path_is_test(name);
}

bool path_is_test(struct span path) {
    struct span name = path_basename(path);
    if (name.len == path.len)
        return span_is(name, "conftest.py") || span_ends(name, "_test.py") ||
               (span_starts(name, "test_") && span_ends(name, ".py"));
    struct span rest = span_slice(path, 0, path.len - name.len);
    struct span part;
    while (span_next_piece(&rest, '/', &part))
        if (span_is_nocase(part, "tests") || span_is_nocase(part, "test"))
            return true;
    return false;
}
