/* pyproject.toml; tests/oracle/test_toml.py has the backends one by one. */
#include "extract_test.h"

#include "extract/pyproject.h"

static struct declared read_text(struct arena *arena, const char *text) {
    struct declared declared;
    struct toml_error error;
    assert_true(pyproject_read(arena, span_text(text), &declared, &error));
    return declared;
}

static void test_project(void **state) {
    struct declared declared = read_text(
        *state, "[project]\nname = 'n'\nversion = '1'\ndependencies = ['a>1']\n"
                "optional-dependencies.x = ['b']\n[project.scripts]\nc = 'm:c [x]'\n"
                "[project.gui-scripts]\ng = 'm:g'\n[project.entry-points.'e.f']\nh = 'm'\n");
    assert_span(declared.name, "n");
    assert_span(declared.version, "1");
    assert_list(&declared.requires, "a>1|b");
    assert_entries(&declared.entry_points,
                   "console_scripts/c=m:c[x]|gui_scripts/g=m:g[]|e.f/h=m[]");
    assert_int_equal(declared.entry_points.at[0].source, SOURCE_PYPROJECT);
}

static void test_poetry(void **state) {
    struct declared declared = read_text(
        *state,
        "[tool.poetry]\nname = 'n'\npackages = [{include = 'p', from = 'src'}]\n"
        "dependencies = {python = '3', a = '1'}\n[tool.poetry.scripts]\n"
        "c = {callable = 'm:c', extras = ['x', 'y']}\nf = {reference = 'bin/g', type = 'file'}\n"
        "d = 'm:d'\n[tool.poetry.plugins.p]\nq = 'm:q'\n");
    assert_span(declared.name, "n");
    assert_list(&declared.requires, "a");
    assert_entries(&declared.entry_points,
                   "console_scripts/c=m:c[x y]|scripts/g=[]|console_scripts/d=m:d[]|p/q=m:q[]");
    assert_list(&declared.layout.packages, "src/p");
    assert_list(&declared.layout.scripts, "bin/g");
}

static void test_backend_decides(void **state) {
    struct declared declared =
        read_text(*state, "[build-system]\nbuild-backend = 'hatchling.build'\n"
                          "[tool.poetry.scripts]\na = 'm:a'\n[tool.setuptools]\npackages = ['p']\n"
                          "[tool.hatch.build.targets.wheel]\npackages = ['src/q']\n");
    assert_entries(&declared.entry_points, "");
    assert_list(&declared.layout.packages, "src/q");
}

static void test_invalid(void **state) {
    struct declared declared;
    struct toml_error error;
    assert_false(pyproject_read(*state, span_text("[project]\nname = \n"), &declared, &error));
    assert_int_equal(error.line, 2);
    assert_non_null(error.message);
    assert_int_equal(declared.entry_points.count, 0);
}

static bool read_pyproject(struct arena *arena, struct span text) {
    struct declared declared;
    struct toml_error error;
    bool read = pyproject_read(arena, text, &declared, &error);
    assert_true(read || error.message == NULL);
    return read;
}

static void test_memory_out(void **state) {
    (void)state;
    check_memory_out(
        read_pyproject,
        "[project]\ndependencies = ['a', 'b']\n[project.scripts]\nx = 'm:x [y, z]'\n[tool.poetry]\n"
        "packages = [{include = 'p', from = 'src'}]\n[tool.poetry.scripts]\n"
        "c = {callable = 'm:c', extras = ['x', 'y']}\n[tool.setuptools]\npackage-dir = {'' = "
        "'src'}\n"
        "packages = ['p', 'q.r']\npy-modules = ['s']\nscript-files = ['t']\n[tool.flit.module]\n"
        "name = 'fm'\n[tool.uv.build-backend]\nmodule-name = 'u'\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_project), TEST(test_poetry),     TEST(test_backend_decides),
        TEST(test_invalid), TEST(test_memory_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
