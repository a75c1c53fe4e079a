/* member_class: see member_class.h. Tables of names; first match wins. */
#include "payload/member_class.h"

#include "base/text.h"

/* `list` ends with SPAN_EMPTY. */
static bool among_nocase(struct span s, const struct span *list) {
    for (; list->at != NULL; list++)
        if (span_equal_nocase(s, *list))
            return true;
    return false;
}

/* These three go byte by byte: names are short. */

struct span path_basename(struct span path) {
    size_t start = path.len;
    while (start > 0 && path.at[start - 1] != '/')
        start--;
    return span_from(path, start);
}

struct span path_extension(struct span path) {
    size_t start = path.len;
    while (start > 0 && path.at[start - 1] != '.' && path.at[start - 1] != '/')
        start--;
    bool has_dot = start > 1 && path.at[start - 1] == '.' && path.at[start - 2] != '/';
    return has_dot ? span_from(path, start - 1) : SPAN_EMPTY;
}

/* Cuts the next folder off `path`; false when only the last component is left. */
static bool next_folder(struct span *path, struct span *folder) {
    size_t end = 0;
    while (end < path->len && path->at[end] != '/')
        end++;
    if (end == path->len)
        return false;
    *folder = span_of(path->at, end);
    *path = span_of(path->at + end + 1, path->len - end - 1);
    return true;
}

static bool starts_nocase(struct span s, struct span prefix) {
    return s.len >= prefix.len && span_equal_nocase(span_of(s.at, prefix.len), prefix);
}

/* --- boilerplate ---------------------------------------------------------------------------- */

/* Texts about a project rather than of it. */
static const struct span ABOUT[] = {SPAN("readme"),
                                    SPAN("license"),
                                    SPAN("licence"),
                                    SPAN("licenses"),
                                    SPAN("copying"),
                                    SPAN("notice"),
                                    SPAN("authors"),
                                    SPAN("author"),
                                    SPAN("changelog"),
                                    SPAN("changes"),
                                    SPAN("history"),
                                    SPAN("contributing"),
                                    SPAN("news"),
                                    SPAN("todo"),
                                    SPAN("install"),
                                    SPAN("credits"),
                                    SPAN("contributors"),
                                    SPAN("code_of_conduct"),
                                    SPAN("security"),
                                    SPAN("unlicense"),
                                    SPAN("copyright"),
                                    SPAN("maintainers"),
                                    SPAN_EMPTY};

/* `changes.json` is data, `CHANGES.rst` and `LICENSE-MIT` are not. */
static const struct span TEXT_ENDINGS[] = {
    SPAN(""),         SPAN(".txt"), SPAN(".md"),   SPAN(".rst"),    SPAN(".markdown"),
    SPAN(".html"),    SPAN(".org"), SPAN(".adoc"), SPAN(".rtf"),    SPAN(".pdf"),
    SPAN(".in"),      SPAN(".mit"), SPAN(".bsd"),  SPAN(".apache"), SPAN(".lesser"),
    SPAN(".textile"), SPAN_EMPTY};

static const struct span FILES[] = {SPAN("py.typed"),
                                    SPAN("manifest.in"),
                                    SPAN("pyproject.toml"),
                                    SPAN("setup.cfg"),
                                    SPAN("tox.ini"),
                                    SPAN("pkg-info"),
                                    SPAN("record"),
                                    SPAN("wheel"),
                                    SPAN("metadata"),
                                    SPAN("top_level.txt"),
                                    SPAN("pipfile"),
                                    SPAN("pipfile.lock"),
                                    SPAN("poetry.lock"),
                                    SPAN("uv.lock"),
                                    SPAN("pdm.lock"),
                                    SPAN("makefile"),
                                    SPAN("dockerfile"),
                                    SPAN("pytest.ini"),
                                    SPAN("mypy.ini"),
                                    SPAN("requires.txt"),
                                    SPAN("sources.txt"),
                                    SPAN("thumbs.db"),
                                    SPAN("environment.yml"),
                                    SPAN("justfile"),
                                    SPAN("citation.cff"),
                                    SPAN("appveyor.yml"),
                                    SPAN("codecov.yml"),
                                    SPAN("package-lock.json"),
                                    SPAN_EMPTY};

static bool is_about(struct span name, struct span ending) {
    for (const struct span *word = ABOUT; word->at != NULL; word++) {
        size_t len = word->len;
        if (!starts_nocase(name, *word))
            continue;
        unsigned char next = name.len > len ? name.at[len] : '.';
        if (next != '.' && next != '-' && next != '_')
            continue;
        /* "LICENSE.GPL-3", "README.zh_CN.md" */
        return among_nocase(ending, TEXT_ENDINGS) || span_is(ending, ".0") ||
               (starts_nocase(name, span_text("licen")) && name.len > len && next == '.' &&
                !among_nocase(ending, (const struct span[]){SPAN(".json"), SPAN(".csv"),
                                                            SPAN(".yaml"), SPAN_EMPTY}));
    }
    return false;
}

static bool has_boilerplate_folder(struct span path) {
    struct span part;
    while (next_folder(&path, &part))
        if (span_is(part, "__pycache__") || span_ends(part, ".egg-info") ||
            span_ends(part, ".dist-info") || span_is(part, "__MACOSX") ||
            (part.len > 1 && part.at[0] == '.'))
            return true;
    return false;
}

static bool is_boilerplate(struct span name, struct span ending) {
    bool requirements = starts_nocase(name, span_text("requirements")) &&
                        (span_is_nocase(ending, ".txt") || span_is_nocase(ending, ".in"));
    return requirements || among_nocase(name, FILES) || span_ends(name, "-nspkg.pth") ||
           span_ends(name, ".egg-info") || span_ends(name, "~") || is_about(name, ending);
}

/* --- classes -------------------------------------------------------------------------------- */

static const struct span PYTHON[] = {SPAN(".py"), SPAN(".pyw"), SPAN_EMPTY};
static const struct span NATIVE[] = {SPAN(".so"),  SPAN(".pyd"), SPAN(".dll"), SPAN(".dylib"),
                                     SPAN(".exe"), SPAN(".pyc"), SPAN(".pyo"), SPAN(".a"),
                                     SPAN(".lib"), SPAN_EMPTY};
static const struct span NATIVE_SOURCE[] = {
    SPAN(".c"),   SPAN(".cc"),  SPAN(".cpp"), SPAN(".cxx"), SPAN(".c++"),  SPAN(".pyx"),
    SPAN(".rs"),  SPAN(".f90"), SPAN(".f"),   SPAN(".f77"), SPAN(".f95"),  SPAN(".go"),
    SPAN(".cu"),  SPAN(".m"),   SPAN(".mm"),  SPAN(".zig"), SPAN(".swig"), SPAN(".i"),
    SPAN(".for"), SPAN(".asm"), SPAN(".s"),   SPAN_EMPTY};

static enum member_class class_of(struct span path, struct span name, struct span ending) {
    if (name.len == 0 || name.at[0] == '.' || has_boilerplate_folder(path))
        return CLASS_BOILERPLATE;
    if (among_nocase(ending, PYTHON))
        return CLASS_PYTHON;
    if (span_is_nocase(ending, ".pyi"))
        return CLASS_PYI;
    if (among_nocase(ending, NATIVE) || span_search(name, ".so.") < name.len)
        return CLASS_NATIVE;
    if (among_nocase(ending, NATIVE_SOURCE) || span_is(name, "Cargo.toml"))
        return CLASS_NATIVE_SOURCE;
    return CLASS_DATA;
}

enum member_class member_code_class(struct span path) {
    struct span name = path_basename(path);
    return class_of(path, name, path_extension(name));
}

enum member_class member_class(struct span path) {
    struct span name = path_basename(path);
    struct span ending = path_extension(name);
    enum member_class class = class_of(path, name, ending);
    return class == CLASS_DATA && is_boilerplate(name, ending) ? CLASS_BOILERPLATE : class;
}

/* --- what is usually not installed ----------------------------------------------------------- */

/* What setuptools' automatic discovery leaves out, and folders of the same use. */
static const struct span AUXILIARY_FOLDERS[] = {SPAN("tests"),
                                                SPAN("test"),
                                                SPAN("unit_test"),
                                                SPAN("unit_tests"),
                                                SPAN("integration_tests"),
                                                SPAN("docs"),
                                                SPAN("doc"),
                                                SPAN("documentation"),
                                                SPAN("manpages"),
                                                SPAN("examples"),
                                                SPAN("example"),
                                                SPAN("samples"),
                                                SPAN("demo"),
                                                SPAN("demos"),
                                                SPAN("benchmark"),
                                                SPAN("benchmarks"),
                                                SPAN("bench"),
                                                SPAN("exercises"),
                                                SPAN("scripts"),
                                                SPAN("tools"),
                                                SPAN("bin"),
                                                SPAN("build"),
                                                SPAN("dist"),
                                                SPAN("ci"),
                                                SPAN("debian"),
                                                SPAN("requirements"),
                                                SPAN("tasks"),
                                                SPAN("htmlcov"),
                                                SPAN("changelog.d"),
                                                SPAN("newsfragments"),
                                                SPAN("news"),
                                                SPAN("notebooks"),
                                                SPAN("tutorials"),
                                                SPAN("node_modules"),
                                                SPAN("venv"),
                                                SPAN("env"),
                                                SPAN_EMPTY};

static const struct span AUXILIARY_MODULES[] = {SPAN("setup.py"),
                                                SPAN("conftest.py"),
                                                SPAN("noxfile.py"),
                                                SPAN("toxfile.py"),
                                                SPAN("tasks.py"),
                                                SPAN("fabfile.py"),
                                                SPAN("versioneer.py"),
                                                SPAN("ez_setup.py"),
                                                SPAN("distribute_setup.py"),
                                                SPAN("bootstrap.py"),
                                                SPAN("conf.py"),
                                                SPAN("manage.py"),
                                                SPAN("pavement.py"),
                                                SPAN("dodo.py"),
                                                SPAN("build.py"),
                                                SPAN("hatch_build.py"),
                                                SPAN("_custom_build.py"),
                                                SPAN("setup_helpers.py"),
                                                SPAN("runtests.py"),
                                                SPAN("run_tests.py"),
                                                SPAN("wscript.py"),
                                                SPAN("sconstruct.py"),
                                                SPAN("release.py"),
                                                SPAN("publish.py"),
                                                SPAN("pypi.py"),
                                                SPAN("example.py"),
                                                SPAN("examples.py"),
                                                SPAN("demo.py"),
                                                SPAN("test.py"),
                                                SPAN("tests.py"),
                                                SPAN("__init__.py"),
                                                SPAN("dev.py"),
                                                SPAN("make.py"),
                                                SPAN("makefile.py"),
                                                SPAN_EMPTY};

bool folder_is_auxiliary(struct span name) {
    return among_nocase(name, AUXILIARY_FOLDERS) || (name.len > 0 && name.at[0] == '.') ||
           span_ends(name, ".egg-info") || span_ends(name, ".dist-info");
}

bool module_is_auxiliary(struct span name) {
    return among_nocase(name, AUXILIARY_MODULES) || (name.len > 0 && name.at[0] == '.') ||
           path_is_test(name);
}

bool path_is_test(struct span path) {
    struct span part;
    if (span_find(path, '/') == path.len)
        return span_is(path, "conftest.py") || span_ends(path, "_test.py") ||
               (span_starts(path, "test_") && span_ends(path, ".py"));
    while (next_folder(&path, &part))
        if (span_is_nocase(part, "tests") || span_is_nocase(part, "test"))
            return true;
    return false;
}
