"""The house as docs/architecture.md describes it: who may import whom, sizes, names, homes."""

import ast
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
APPS = ["credentials", "portfolios", "recognition", "config"]
LAYERS = [
    {
        *("vocabulary", "language", "places", "states", "transitions", "verdict", "children"),
        *("apps", "calendar", "days", "name_order"),
    },
    {"models"},
    {"submission", "pauses"},
    {"permissions"},
    {
        *("credits", "limits", "rules", "choices", "measures", "refusals", "matching"),
        "precedents",
        *("scales", "grades", "placement"),
    },
    {
        *(
            "standards",
            "trust",
            "pdf_files",
            "pdf",
            "pdf_files",
            "pdf_runs",
            "pdf_writing",
            "fonts",
            "pictures",
            "badge_images",
            "documents",
            "search",
            "statements",
        ),
        *("grade_files", "agreement_files"),
    },
    {"sources", "recorded"},
    {"opinions", "grading", "settled"},
    {"blind"},
    {"ledger", "log_words", "presented"},
    {"guards"},
    {"services"},
    {"templatetags", "demo"},
    {"evidence", "asked", "aftermath", "holding", "figures", "statistics", "upkeep", "routing"},
    {"timeline", "work", "digest", "elements"},
    {"tracks"},
    {"tasks", "forms", "filters", "matrix"},
    {"views"},
    {"urls", "management"},
]
PURE = ("credentials/trust", "credentials/standards", "recognition/matching")
ONLY_IMPORTER = {
    "cryptography": "credentials/trust",
    "weasyprint": "credentials/pdf.py",
    "pikepdf": "credentials/pdf_",
    "pyhanko": "credentials/trust/pdf_seals",
    "joserfc": "credentials/trust",
    "pyld": "credentials",
}
MAX_LINES = 400
MAX_FUNCTION = 60


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def imports_of(path):
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module):
    part = module.split(".")[1] if "." in module else ""
    name = part.split("_")[0] if part.startswith("urls") else part
    return next((i for i, names in enumerate(LAYERS) if name in names), None)


def all_imports():
    return [(path, module) for path in sources() for module in imports_of(path)]


def test_apps_import_only_apps_to_their_left():
    wrong = [
        f"{path} imports {module}"
        for path, module in all_imports()
        if module.split(".")[0] in APPS
        and APPS.index(module.split(".")[0]) > APPS.index(path.parts[0])
    ]

    assert wrong == []


def test_every_module_of_an_app_has_its_layer():
    homeless = [
        str(path)
        for path in sources()
        if path.parts[0] != "config"
        and path.name != "__init__.py"
        and layer_of(".".join(path.with_suffix("").parts)) is None
    ]

    assert homeless == []


def test_layers_inside_an_app_import_downwards():
    wrong = []
    for path, module in all_imports():
        if path.parts[0] == "config" or module.split(".")[0] != path.parts[0]:
            continue
        here = layer_of(".".join(path.with_suffix("").parts))
        there = layer_of(module)
        if here is not None and there is not None and there > here:
            wrong.append(f"{path} imports {module}")

    assert wrong == []


@pytest.mark.parametrize("folder", PURE)
def test_pure_folders_know_no_models(folder):
    wrong = [
        f"{path} imports {module}"
        for path, module in all_imports()
        if str(path).startswith(folder)
        and (".models" in module or ".services" in module or module.startswith("django.db"))
    ]

    assert wrong == []


@pytest.mark.parametrize(("package", "home"), ONLY_IMPORTER.items())
def test_packages_have_one_importer(package, home):
    importers = {str(path) for path, module in all_imports() if module.split(".")[0] == package}

    assert {path for path in importers if not path.startswith(home)} == set()


def test_files_are_short():
    long = {
        str(path): lines
        for path in sources()
        if (lines := len((ROOT / path).read_text().splitlines())) > MAX_LINES
    }

    assert long == {}


def test_functions_fit_a_screen():
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.FunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > MAX_FUNCTION:
                    long[f"{path}:{node.name}"] = lines

    assert long == {}


def test_modules_say_what_they_are_for():
    silent = [
        str(path)
        for path in sources()
        if path.name not in ("__init__.py", "apps.py")
        and not ast.get_docstring(ast.parse((ROOT / path).read_text()))
    ]

    assert silent == []


def test_no_file_is_named_for_nothing():
    banned = {"utils.py", "helpers.py", "common.py", "misc.py", "base.py", "manager.py"}

    assert [str(path) for path in sources() if path.name in banned] == []


def test_only_move_changes_a_state():
    """No `state=` in update() or assignment to `.state` outside lifecycle.move()."""
    wrong = []
    for path in sources():
        if str(path) == "credentials/services/lifecycle.py":
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "update":
                wrong += [f"{path}:{node.lineno}" for k in node.keywords if k.arg == "state"]
            if isinstance(node, ast.Assign):
                wrong += [
                    f"{path}:{node.lineno}"
                    for target in node.targets
                    if getattr(target, "attr", "") == "state"
                ]

    assert wrong == []


def test_no_signals_no_generic_foreign_keys_no_class_views():
    banned = ("django.db.models.signals", "django.dispatch", "GenericForeignKey", "views.generic")
    wrong = [
        f"{path} imports {module}"
        for path, module in all_imports()
        if any(name in module for name in banned)
    ]

    assert wrong == []


def test_top_level_is_the_one_that_was_ordered():
    ordered = {"config", "credentials", "recognition", "portfolios", "templates", "static"}
    usual = {"tests", "docs", "benchmarks", "locale", "manage.py", "bootstrap.py", "Makefile"}
    usual |= {"requirements.txt", "requirements.in", "pyproject.toml", "LICENSE"}
    usual |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}

    assert found - {"var", "__pycache__"} - ordered - usual == set()


@pytest.mark.django_db
def test_migrations_say_what_the_models_say():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
