"""Sources of small projects, each in the style of one build backend.

Each is (word, backend, files, kind): `kind` is the payload kind that wheel and sdist must have.
What a project declares is not said here: the backend's wheel says it.
"""

CODE = "def main(arguments=()):\n    return len(arguments)\n\n\ndef other(x):\n    return x * 3\n"
HELLO = 'def main():\n    print("Hello from PROJECT")\n'
README = "# PROJECT\n\nA project.\n"

SETUPTOOLS = "setuptools.build_meta"
HATCHLING = "hatchling.build"
FLIT = "flit_core.buildapi"
POETRY = "poetry.core.masonry.api"
PDM = "pdm.backend"

PROJECT = ('[project]\nname = "PROJECT"\nversion = "1.2.3"\ndescription = "It works"\n'
           'authors = [{name = "A B", email = "ab@maker.example"}]\n')
SCRIPTS = ('\n[project.scripts]\nPROJECT-run = "PROJECT.cli:main"\n"PROJECT.two" = "PROJECT.cli:other"\n'
           '\n[project.gui-scripts]\nPROJECT-win = "PROJECT.cli:main"\n'
           '\n[project.entry-points."PROJECT.plugins"]\none = "PROJECT.cli"\n')
PACKAGE = {"PROJECT/__init__.py": '"""PROJECT"""\n', "PROJECT/cli.py": CODE}
BLANK = {"PROJECT/__init__.py": '"""Does PROJECT."""\n'}
TESTS = {"tests/test_it.py": "import os\n\n\ndef test_it():\n    assert os.sep\n"}


def system(backend, extra=""):
    requires = {SETUPTOOLS: "setuptools", HATCHLING: "hatchling", FLIT: "flit_core",
                POETRY: "poetry-core", PDM: "pdm-backend"}[backend]
    return (f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n\n{extra}')


def below_src(files):
    return {f"src/{path}": content for path, content in files.items()}


def setup_py(arguments):
    return ("from setuptools import find_packages, setup\n\n"
            f"setup(name='PROJECT', version='1.2.3', {arguments})\n")


PROJECTS = (
    ("py-list", SETUPTOOLS, {"setup.py": setup_py(
        "packages=find_packages(), entry_points={'console_scripts': ['p-run = PROJECT.cli:main', "
        "'p-two=PROJECT.cli:other'], 'gui_scripts': ['p-win=PROJECT.cli:main']}"), **PACKAGE}, "code"),
    ("py-text", SETUPTOOLS, {"setup.py": setup_py(
        "packages=['PROJECT'], entry_points='''\n[console_scripts]\np-run = PROJECT.cli:main\n"
        "[p.plugins]\none = PROJECT.cli\n'''"), **PACKAGE}, "code"),
    ("py-name", SETUPTOOLS, {"setup.py": (
        "from setuptools import setup\nCOMMANDS = ['p-run=PROJECT.cli:main [fast]']\n"
        "setup(name='PROJECT', version='1.2.3', packages=['PROJECT'],\n      extras_require={'fast': "
        "[]}, entry_points={'console_scripts': COMMANDS})\n"), **PACKAGE}, "code"),
    ("py-src", SETUPTOOLS, {"setup.py": setup_py(
        "package_dir={'': 'src'}, packages=find_packages('src')"), **below_src(PACKAGE), **TESTS},
     "code"),
    ("py-modules", SETUPTOOLS, {"setup.py": setup_py(
        "py_modules=['PROJECT'], entry_points={'console_scripts': ['p=PROJECT:main']}"),
        "PROJECT.py": CODE}, "code"),
    ("py-scripts", SETUPTOOLS, {"setup.py": setup_py(
        "packages=['PROJECT'], scripts=['bin/PROJECT-go']"), "bin/PROJECT-go": "#!/bin/sh\necho go\n",
        **PACKAGE}, "code"),
    ("py-blank", SETUPTOOLS, {"setup.py": setup_py("packages=find_packages()"), **BLANK}, "blank"),
    ("py-hello", SETUPTOOLS, {"setup.py": setup_py("packages=find_packages()"),
                              "PROJECT/__init__.py": "", "PROJECT/main.py": HELLO}, "stub"),
    ("py-nothing", SETUPTOOLS, {"setup.py": setup_py("packages=[], py_modules=[]")}, "none"),
    ("py-data", SETUPTOOLS, {"setup.py": setup_py(
        "packages=['PROJECT'], package_data={'PROJECT': ['*.csv']}"), "MANIFEST.in":
        "include PROJECT/*.csv\n", "PROJECT/__init__.py": "", "PROJECT/t.csv": "a,b\n1,2\n3,4\n"},
     "data"),
    ("cfg", SETUPTOOLS, {"setup.py": "from setuptools import setup\n\nsetup()\n", "setup.cfg":
     "[metadata]\nname = PROJECT\nversion = 1.2.3\nauthor_email = ab@maker.example\n\n[options]\n"
     "packages = find:\n\n[options.entry_points]\nconsole_scripts =\n    # first\n"
     "    p-run = PROJECT.cli:main\n    p-two=PROJECT.cli:other\np.plugins =\n    one = PROJECT.cli\n",
     **PACKAGE}, "code"),
    ("cfg-src", SETUPTOOLS, {"pyproject.toml": system(SETUPTOOLS), "setup.cfg":
     "[metadata]\nname = PROJECT\nversion = 1.2.3\n\n[options]\npackage_dir =\n    = src\n"
     "packages = find:\n\n[options.packages.find]\nwhere = src\n\n[options.entry_points]\n"
     "console_scripts = p-run = PROJECT.cli:main\n", **below_src(PACKAGE), **TESTS}, "code"),
    ("pep621", SETUPTOOLS, {"pyproject.toml": system(SETUPTOOLS, PROJECT + SCRIPTS), **PACKAGE},
     "code"),
    ("pep621-src", SETUPTOOLS, {"pyproject.toml": system(SETUPTOOLS, PROJECT + SCRIPTS),
                                **below_src(PACKAGE), **TESTS}, "code"),
    ("pep621-meta", SETUPTOOLS, {"pyproject.toml": system(
        SETUPTOOLS, PROJECT + 'dependencies = ["six", "attrs>=20"]\n\n[tool.setuptools]\n'
        "packages = []\npy-modules = []\n")}, "metapackage"),
    ("hatch", HATCHLING, {"pyproject.toml": system(HATCHLING, PROJECT + SCRIPTS), **PACKAGE}, "code"),
    ("hatch-src", HATCHLING, {"pyproject.toml": system(HATCHLING, PROJECT + SCRIPTS),
                              **below_src(PACKAGE), **TESTS}, "code"),
    ("hatch-inline", HATCHLING, {"pyproject.toml": system(
        HATCHLING, PROJECT + 'scripts = {p-run = "PROJECT.cli:main", "p.two" = "PROJECT.cli:other"}\n'),
        **PACKAGE}, "code"),
    ("hatch-packages", HATCHLING, {"pyproject.toml": system(
        HATCHLING, PROJECT + '\n[tool.hatch.build.targets.wheel]\npackages = ["lib/PROJECT"]\n'),
        **{f"lib/{path}": content for path, content in PACKAGE.items()}}, "code"),
    ("hatch-hello", HATCHLING, {"pyproject.toml": system(HATCHLING, PROJECT), "PROJECT/__init__.py":
                                'def hello() -> str:\n    return "Hello from PROJECT!"\n'}, "stub"),
    ("hatch-blank", HATCHLING, {"pyproject.toml": system(HATCHLING, PROJECT), **BLANK, **TESTS},
     "blank"),
    ("flit", FLIT, {"pyproject.toml": system(FLIT, PROJECT + SCRIPTS), **PACKAGE}, "code"),
    ("flit-src", FLIT, {"pyproject.toml": system(FLIT, PROJECT + SCRIPTS), **below_src(PACKAGE)},
     "code"),
    ("flit-module", FLIT, {"pyproject.toml": system(
        FLIT, PROJECT + '\n[project.scripts]\np = "PROJECT:main"\n'), "PROJECT.py": CODE}, "code"),
    ("poetry", POETRY, {"pyproject.toml": system(
        POETRY, '[tool.poetry]\nname = "PROJECT"\nversion = "1.2.3"\ndescription = "d"\n'
        'authors = ["A B <ab@maker.example>"]\n\n[tool.poetry.dependencies]\npython = ">=3.8"\n\n'
        '[tool.poetry.scripts]\np-run = "PROJECT.cli:main"\np-two = {reference = "PROJECT.cli:other", '
        'type = "console"}\n\n[tool.poetry.plugins."p.plugins"]\none = "PROJECT.cli"\n'), **PACKAGE},
     "code"),
    ("poetry-file", POETRY, {"pyproject.toml": system(
        POETRY, '[tool.poetry]\nname = "PROJECT"\nversion = "1.2.3"\ndescription = "d"\n'
        'authors = []\n\n[tool.poetry.scripts]\np-run = "PROJECT.cli:main"\n'
        'p-go = {reference = "bin/p-go", type = "file"}\n'), "bin/p-go": "#!/bin/sh\necho go\n",
        **PACKAGE}, "code"),
    ("poetry-src", POETRY, {"pyproject.toml": system(
        POETRY, '[tool.poetry]\nname = "PROJECT"\nversion = "1.2.3"\ndescription = "d"\nauthors = []\n'
        'packages = [{include = "PROJECT", from = "src"}]\n'), **below_src(PACKAGE), **TESTS}, "code"),
    ("poetry-621", POETRY, {"pyproject.toml": system(POETRY, PROJECT + SCRIPTS), **PACKAGE}, "code"),
    ("poetry-both", POETRY, {"pyproject.toml": system(
        POETRY, PROJECT + SCRIPTS + '\n[tool.poetry.scripts]\np-old = "PROJECT.cli:main"\n'
        'p-go = {reference = "bin/p-go", type = "file"}\n\n[tool.poetry.plugins."p.plugins"]\n'
        'old = "PROJECT.cli"\n'), "bin/p-go": "#!/bin/sh\necho go\n", **PACKAGE}, "code"),
    ("poetry-meta", POETRY, {"pyproject.toml": system(
        POETRY, '[tool.poetry]\nname = "PROJECT"\nversion = "1.2.3"\ndescription = "d"\nauthors = []\n'
        '\n[tool.poetry.dependencies]\npython = ">=3.8"\nsix = "*"\n'), **BLANK}, "metapackage"),
    ("pdm", PDM, {"pyproject.toml": system(PDM, PROJECT + SCRIPTS), **PACKAGE, **TESTS}, "code"),
    ("pdm-src", PDM, {"pyproject.toml": system(PDM, PROJECT + SCRIPTS), **below_src(PACKAGE), **TESTS},
     "code"),
    ("pdm-hello", PDM, {"pyproject.toml": system(PDM, PROJECT), "PROJECT/__init__.py": HELLO}, "stub"),
)


def sources(word, files):
    """The project's files, its own name filled in."""
    name = "be_" + word.replace("-", "_")
    return {path.replace("PROJECT", name): content.replace("PROJECT", name)
            for path, content in {"README.md": README, **files}.items()}
