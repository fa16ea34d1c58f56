"""The import rules of ARCHITECTURE.md, held over every file of the engine and the adapters.

The rules are data, at the top. A check looks at one module and yields what is wrong with it,
as (line, message). The last tests feed each check a bad text, to see that it bites.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE_ROOTS = ("engine", "adapters")

# ── The rules ────────────────────────────────────────────────────────────────────────────────────

# Top may use below, never the reverse; those in one row do not know each other.
# A row names modules and packages of `doelbinding`; `__init__` stands for the public names.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("doelbinding_adapters", "service", "replay", "exchange"),
    ("__init__",),
    ("views",),
    ("gate",),
    ("policy",),
    ("analysis", "audit", "consents"),
    ("stores",),
    ("compiler",),
    ("validator", "decider"),
    ("loader",),
    ("model",),
    ("diagnostics", "suggest", "signing"),
    ("source",),
    ("errors",),
)

# One home for each library. The engine may import none that is not listed here.
LIBRARY_HOMES: dict[str, tuple[str, ...]] = {
    "yaml": ("loader",),
    "jsonschema": ("validator",),
    "jsonschema_rs": ("validator",),
    "referencing": ("validator",),
    "networkx": ("compiler.graph", "analysis"),
    "click": ("cli", "doelbinding_adapters"),
    "cryptography": ("signing",),
    "msgspec": ("loader.head", "compiler.stored", "cli.plain", "audit"),
    "sqlite3": ("stores",),
    "apsw": ("stores",),
    "psycopg": ("stores",),
}

# Who may read a clock, and what counts as reading one.
CLOCK_HOMES = ("cli", "policy", "gate", "audit", "consents")
CLOCKS = frozenset(
    {"datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow"}
    | {"datetime.date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime"}
)

# Who may open a socket, and the modules that do.
SOCKET_HOMES = ("stores", "service", "doelbinding_adapters", "cli.explore")
SOCKETS = frozenset(
    {"socket", "socketserver", "ssl", "http.client", "http.server", "urllib.request", "ftplib"}
    | {"smtplib", "imaplib", "poplib", "xmlrpc", "wsgiref", "requests", "httpx", "aiohttp"}
)

# Who may speak to the terminal, and how one does.
PRINT_HOMES = ("cli", "audit.verify_export")  # the latter is a program that is handed out
PRINTS = frozenset({"print", "builtins.print", "sys.stdout", "sys.stderr", "logging.basicConfig"})

# Values and pure functions: they read no file, variable or process.
PURE = ("model", "decider")
IMPURE_MODULES = frozenset({"io", "os", "pathlib", "shutil", "subprocess", "tempfile", "random"})
IMPURE_CALLS = frozenset({"open", "input"})

# Adapters are found through entry points: the engine names none.
FORBIDDEN_IN_ENGINE = "doelbinding_adapters"

IMPORT_FAILURES = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})

# ── A module, as the checks see it ───────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Module:
    """A source text with its dotted name."""

    name: str
    text: str
    path: str
    is_package: bool = False

    @classmethod
    def read(cls, path: Path, root: Path) -> "Module":
        parts = list(path.relative_to(root).with_suffix("").parts)
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        return cls(name, path.read_text("utf-8"), str(path.relative_to(ROOT)), is_package)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(ast.parse(self.text)))

    @cached_property
    def local_name(self) -> str:
        """The name as the rules say it: without `doelbinding.`, and `__init__` for the package."""
        return self.name.removeprefix("doelbinding.") if "." in self.name else place_of(self.name)

    @property
    def place(self) -> str:
        return place_of(self.name)

    def lives_in(self, homes: tuple[str, ...]) -> bool:
        return any(within(self.local_name, home) for home in homes)

    @cached_property
    def imports(self) -> list[tuple[int, str]]:
        """Each imported module or name, absolute, with its line; also those named to importlib."""
        return sorted(found for node in self.nodes for found in self._imported(node))

    def _imported(self, node: ast.AST) -> Iterator[tuple[int, str]]:
        match node:
            case ast.Import():
                yield from ((node.lineno, alias.name) for alias in node.names)
            case ast.ImportFrom():
                base = self._base(node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name
            case _:
                return

    def _base(self, node: ast.ImportFrom) -> str:
        """What `from … import` starts from, with leading dots resolved."""
        if not node.level:
            return node.module or ""
        package = self.name.split(".") if self.is_package else self.name.split(".")[:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])

    @cached_property
    def names_used(self) -> list[tuple[int, str]]:
        """Each name or dotted chain in the text, written out through the imports, with its line."""
        known = dict(self._aliases())
        chains = ((node.lineno, dotted(node)) for node in self.nodes if isinstance(node, ast.expr))
        return [(line, written_out(chain, known)) for line, chain in chains if chain]

    def _aliases(self) -> Iterator[tuple[str, str]]:
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((a.asname, a.name) for a in node.names if a.asname)
            elif isinstance(node, ast.ImportFrom):
                base = self._base(node)
                yield from ((a.asname or a.name, f"{base}.{a.name}") for a in node.names)


def place_of(name: str) -> str:
    """The entry of LAYERS that a dotted name of ours belongs to."""
    first, _, rest = name.partition(".")
    if first != "doelbinding":
        return first
    return rest.partition(".")[0] or "__init__"


def place_imported(name: str) -> str | None:
    """The place that an import reaches, or None if it is not ours.

    A name taken from the package itself (`from doelbinding import Policy`) is `__init__`'s.
    """
    if not any(within(name, ours) for ours in ("doelbinding", "doelbinding_adapters")):
        return None
    place = place_of(name)
    return place if place in PLACES else "__init__"


def within(name: str, home: str) -> bool:
    return name == home or name.startswith(home + ".")


def dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            before = dotted(value)
            return f"{before}.{attr}" if before else ""
        case _:
            return ""


def written_out(chain: str, known: dict[str, str]) -> str:
    first, dot, rest = chain.partition(".")
    return known.get(first, first) + dot + rest


ROW = {place: row for row, places in enumerate(LAYERS) for place in places}
PLACES = frozenset(ROW)

# ── The checks ───────────────────────────────────────────────────────────────────────────────────

Faults = Iterator[tuple[int, str]]


def every_module_is_placed(module: Module) -> Faults:
    if module.place not in PLACES:
        yield 1, f"`{module.place}` stands in no row of LAYERS"


def layers_point_downward(module: Module) -> Faults:
    mine = module.place
    for line, name in module.imports:
        other = place_imported(name)
        if other is None or other == mine or mine not in ROW or ROW[mine] < ROW[other]:
            continue
        relation = "beside" if ROW[mine] == ROW[other] else "above"
        yield line, f"`{mine}` imports `{name}`, but `{other}` stands {relation} it"


def the_engine_names_no_adapter(module: Module) -> Faults:
    if within(module.name, "doelbinding"):
        for line, name in module.imports:
            if within(name, FORBIDDEN_IN_ENGINE):
                yield line, f"`{name}` is an adapter: find it through its entry point"


def each_library_has_one_home(module: Module) -> Faults:
    for line, name in module.imports:
        library = name.partition(".")[0]
        homes = LIBRARY_HOMES.get(library)
        if homes and not module.lives_in(homes):
            yield line, f"`{library}` is imported outside {', '.join(homes)}"


def the_engine_imports_only_listed_libraries(module: Module) -> Faults:
    ours = {"doelbinding", "doelbinding_adapters", "engine", "adapters"}
    allowed = sys.stdlib_module_names | LIBRARY_HOMES.keys() | ours
    if within(module.name, "doelbinding"):
        for line, name in module.imports:
            if name.partition(".")[0] not in allowed:
                yield line, f"`{name}` is of a library without a home in LIBRARY_HOMES"


def no_import_path_starts_at_a_source_root(module: Module) -> Faults:
    for line, name in module.imports:
        if name.partition(".")[0] in SOURCE_ROOTS:
            yield line, f"`{name}` starts with the folder: say `doelbinding…`"


def clocks_are_read_in_few_places(module: Module) -> Faults:
    yield from _uses(module, CLOCKS, CLOCK_HOMES, "reads the clock")


def only_commands_speak_to_the_terminal(module: Module) -> Faults:
    yield from _uses(module, PRINTS, PRINT_HOMES, "speaks to the terminal")


def sockets_are_opened_in_few_places(module: Module) -> Faults:
    if not module.lives_in(SOCKET_HOMES):
        for line, name in module.imports:
            if any(within(name, opener) for opener in SOCKETS):
                yield line, f"`{name}` opens sockets, outside {', '.join(SOCKET_HOMES)}"


def the_model_and_the_decider_are_pure(module: Module) -> Faults:
    if module.lives_in(PURE):
        for line, name in module.imports:
            if name.partition(".")[0] in IMPURE_MODULES:
                yield line, f"`{name}` reaches outside the program"
        yield from _uses(module, IMPURE_CALLS, (), "reaches outside the program")


def imports_bring_no_stars(module: Module) -> Faults:
    for line, name in module.imports:
        if name.endswith(".*"):
            yield line, f"`from {name.removesuffix('.*')} import *`"


def imports_do_not_fail_silently(module: Module) -> Faults:
    for node in module.nodes:
        match node:
            case ast.Try(body=body, handlers=handlers) if _has_import(body):
                silent = (h for h in handlers if _catches_import_failure(h.type))
                yield from (
                    (h.lineno, "an import may fail without a word")
                    for h in silent
                    if not any(isinstance(inner, ast.Raise) for inner in ast.walk(h))
                )
            case ast.With(items=items, body=body) if _has_import(body):
                if any("suppress" in ast.unparse(item.context_expr) for item in items):
                    yield node.lineno, "an import may fail without a word"
            case _:
                pass


def _uses(module: Module, forbidden: frozenset[str], homes: tuple[str, ...], does: str) -> Faults:
    if not module.lives_in(homes):
        for line, name in module.names_used:
            if name in forbidden:
                yield line, f"`{name}` {does}" + (f", outside {', '.join(homes)}" if homes else "")


def _has_import(body: list[ast.stmt]) -> bool:
    nodes = (node for statement in body for node in ast.walk(statement))
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes)


def _catches_import_failure(caught: ast.expr | None) -> bool:
    if caught is None:
        return True
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(dotted(name) in IMPORT_FAILURES for name in names)


Check = Callable[[Module], Faults]
CHECKS: tuple[Check, ...] = (
    every_module_is_placed,
    layers_point_downward,
    the_engine_names_no_adapter,
    each_library_has_one_home,
    the_engine_imports_only_listed_libraries,
    no_import_path_starts_at_a_source_root,
    clocks_are_read_in_few_places,
    only_commands_speak_to_the_terminal,
    sockets_are_opened_in_few_places,
    the_model_and_the_decider_are_pure,
    imports_bring_no_stars,
    imports_do_not_fail_silently,
)

# ── Over every file ──────────────────────────────────────────────────────────────────────────────


def modules() -> list[Module]:
    roots = [ROOT / folder for folder in SOURCE_ROOTS]
    return [Module.read(path, root) for root in roots for path in sorted(root.rglob("*.py"))]


@pytest.fixture(scope="module")
def all_modules() -> list[Module]:
    return modules()


def test_there_are_files_to_look_at(all_modules: list[Module]) -> None:
    assert {"doelbinding", "doelbinding_adapters"} <= {module.name for module in all_modules}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_rule_holds_in_every_file(check: Check, all_modules: list[Module]) -> None:
    faults = [
        f"{module.path}:{line}: {message}"
        for module in all_modules
        for line, message in check(module)
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_tests_import_the_packages_by_their_own_names() -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{line}: {message}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for line, message in no_import_path_starts_at_a_source_root(Module.read(path, ROOT))
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_the_architecture_page_draws_the_same_layers(all_modules: list[Module]) -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    block = page.partition("<!-- layers -->\n```text\n")[2].partition("```")[0]
    drawn = [tuple(name.strip() for name in row.split("|")) for row in block.splitlines()]
    there = {module.place for module in all_modules}
    rows = (tuple(place for place in row if place in there) for row in LAYERS)
    assert drawn == [row for row in rows if row]


# ── The checks bite ──────────────────────────────────────────────────────────────────────────────

BAD: tuple[tuple[Check, str, str], ...] = (
    (every_module_is_placed, "doelbinding.utils", ""),
    (every_module_is_placed, "doelbinding.utils.text", ""),
    (layers_point_downward, "doelbinding.model.purpose", "from doelbinding.loader import nodes"),
    (layers_point_downward, "doelbinding.decider.index", "import doelbinding.validator.rules"),
    (layers_point_downward, "doelbinding.errors", "from . import source"),
    (layers_point_downward, "doelbinding.loader.spans", "from ..compiler.index import Index"),
    (layers_point_downward, "doelbinding.loader.spans", "def f():\n    from .. import policy"),
    (layers_point_downward, "doelbinding.views.explain", "from doelbinding import Policy"),
    (layers_point_downward, "doelbinding.model", "import_module('doelbinding.compiler')"),
    (layers_point_downward, "doelbinding_adapters.mail", "from doelbinding.cli import main"),
    (the_engine_names_no_adapter, "doelbinding.cli.check", "import doelbinding_adapters.mail"),
    (each_library_has_one_home, "doelbinding.validator.structure", "import yaml"),
    (each_library_has_one_home, "doelbinding.compiler.index", "from networkx import DiGraph"),
    (each_library_has_one_home, "doelbinding.audit.chain", "import sqlite3"),
    (each_library_has_one_home, "doelbinding.loader.head", "import cryptography"),
    (the_engine_imports_only_listed_libraries, "doelbinding.loader.text", "import toml_w"),
    (no_import_path_starts_at_a_source_root, "doelbinding.cli", "import engine.doelbinding"),
    (no_import_path_starts_at_a_source_root, "doelbinding.cli", "from adapters import mail"),
    (
        clocks_are_read_in_few_places,
        "doelbinding.decider.decide",
        "from datetime import datetime as dt, UTC\ndt.now(UTC)",
    ),
    (clocks_are_read_in_few_places, "doelbinding.compiler.index", "import time\nf(time.time)"),
    (
        clocks_are_read_in_few_places,
        "doelbinding_adapters.mail",
        "import datetime as d\nd.date.today",
    ),
    (only_commands_speak_to_the_terminal, "doelbinding.validator.structure", "print('x')"),
    (
        only_commands_speak_to_the_terminal,
        "doelbinding.views.text",
        "from sys import stderr as e\ne",
    ),
    (sockets_are_opened_in_few_places, "doelbinding.loader.git", "from urllib import request"),
    (sockets_are_opened_in_few_places, "doelbinding.cli.check", "import http.server"),
    (the_model_and_the_decider_are_pure, "doelbinding.model.party", "from pathlib import Path"),
    (the_model_and_the_decider_are_pure, "doelbinding.decider.decide", "open('x')"),
    (imports_bring_no_stars, "doelbinding.model", "from .purpose import *"),
    (
        imports_do_not_fail_silently,
        "doelbinding.stores.postgresql",
        "try:\n    import psycopg\nexcept ImportError:\n    psycopg = None",
    ),
    (
        imports_do_not_fail_silently,
        "doelbinding.stores.postgresql",
        "with suppress(ImportError):\n    import psycopg",
    ),
)

GOOD: tuple[tuple[str, str], ...] = (
    ("doelbinding.policy", "from datetime import UTC, datetime\ndatetime.now(UTC)"),
    ("doelbinding.policy", "from . import errors\nfrom .compiler import compile_policy"),
    ("doelbinding.compiler.graph", "import networkx as nx"),
    ("doelbinding.cli.explore", "import http.server\nprint('x')"),
    ("doelbinding.compiler.index", "from doelbinding.decider import Index"),
    ("doelbinding.loader.text", "datetime.now()\nself.time.time()\nreport.print()"),
    ("doelbinding_adapters.mail", "from doelbinding import Policy\nimport smtplib, click, odd"),
    (
        "doelbinding.stores.postgresql",
        "try:\n    import psycopg\nexcept ImportError as error:\n    raise Missing from error",
    ),
)


@pytest.mark.parametrize(
    ("check", "name", "text"), BAD, ids=[f"{check.__name__}-{name}" for check, name, _ in BAD]
)
def test_a_check_finds_the_fault_in_a_bad_text(check: Check, name: str, text: str) -> None:
    assert list(check(Module(name, text, "bad.py", is_package=name == "doelbinding.model")))


@pytest.mark.parametrize(("name", "text"), GOOD, ids=[name for name, _ in GOOD])
def test_the_checks_leave_a_good_text_alone(name: str, text: str) -> None:
    module = Module(name, text, "good.py")
    assert not [fault for check in CHECKS for fault in check(module)]


def test_every_check_is_shown_to_bite() -> None:
    assert {check for check, _, _ in BAD} == set(CHECKS)
