"""The shape of the source: rooms, budgets, and the habits that keep it readable."""

import ast
import io
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("domain", "migrations", "scoring", "service")
TOP_LEVEL = {
    ".ci", ".editorconfig", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
    "docs", "domain", "migrations", "package-lock.json", "package.json", "pyproject.toml",
    "requirements-bench.lock", "requirements-dev.lock", "requirements-node.lock",
    "requirements.lock", "scoring", "service",
    "tests",
}  # fmt: skip
MAX_LINES_OF_A_FILE = 400
MAX_LINES_OF_A_FUNCTION = 40
LONG_FUNCTIONS: dict[str, str] = {}  # "path::name": "why it may be longer"

# Spelt in two halves, so that this file does not name them either.
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".", "deb." + "debian.org")
MACHINE_PATH = re.compile(r"(?<![\w./}])/(?:work|root|home/[\w-]+|Users)/")
SUPPRESSION = re.compile(
    r"#\s*(?:type:\s*ignore|noqa|pragma:\s*no cover)(?:[\[:][\w\-, ]*?\]?)?(.*)"
)
CODES = re.compile(r"^\s*(?:[A-Z]+[0-9]+[\s,]*)*")
SKIPS = {"skip", "skipif", "xfail"}
CLOCKS = {"now", "today", "utcnow"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[str, ...]:
    """Every file of the project: what git tracks, and what it would track if asked."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        found = [path.relative_to(ROOT).as_posix() for path in _walk(ROOT)]
    else:
        found = listing.stdout.split("\0")
    return tuple(sorted(name for name in set(found) if (ROOT / name).is_file()))


def _walk(folder: Path) -> Iterator[Path]:
    """Without git, every file below the top-level entries, but for what programs write there."""
    entries = [folder / name for name in TOP_LEVEL] if folder == ROOT else folder.iterdir()
    for path in entries:
        if path.is_file():
            yield path
        elif path.is_dir() and path.name not in {"__pycache__", "vendor"}:
            yield from _walk(path)


def sources(*folders: str) -> list[str]:
    wanted = folders or (*ROOMS, "tests")
    return [name for name in files() if name.endswith(".py") and name.split("/")[0] in wanted]


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(text(name), filename=name)


def functions(name: str) -> list[Function]:
    return [node for node in ast.walk(tree(name)) if isinstance(node, Function)]


def lines_of(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is not None:
        docstring = function.body[0]
        total -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return total


def long_functions() -> dict[str, int]:
    return {
        f"{name}::{function.name}": lines
        for name in sources()
        for function in functions(name)
        if (lines := lines_of(function)) >= MAX_LINES_OF_A_FUNCTION
    }


def settings() -> dict:
    return tomllib.loads(text("pyproject.toml"))


def test_the_top_level_holds_only_what_was_agreed():
    assert {name.split("/")[0] for name in files()} - TOP_LEVEL == set()


def test_every_room_stands_and_is_under_contract():
    assert sorted(settings()["tool"]["importlinter"]["root_packages"]) == sorted(ROOMS)
    assert [room for room in ROOMS if f"{room}/__init__.py" not in files()] == []


def test_every_module_of_a_room_is_in_sight_of_the_contracts():
    folders = {name.rpartition("/")[0] for name in sources()}
    assert sorted(folder for folder in folders if f"{folder}/__init__.py" not in files()) == []


def test_every_contract_is_named_by_a_sentence():
    names = [contract["name"] for contract in settings()["tool"]["importlinter"]["contracts"]]
    assert len(names) == len(set(names))
    assert [name for name in names if len(name.split()) < 4] == []


def test_every_file_stays_within_its_budget():
    long = {
        name: lines
        for name in sources()
        if (lines := text(name).count("\n")) >= MAX_LINES_OF_A_FILE
    }
    assert long == {}, f"under {MAX_LINES_OF_A_FILE} lines a file"


def test_every_function_stays_within_its_budget():
    long = {
        where: lines for where, lines in long_functions().items() if where not in LONG_FUNCTIONS
    }
    assert long == {}, f"under {MAX_LINES_OF_A_FUNCTION} lines a function, docstring apart"


def test_no_exception_to_the_budget_outlives_its_function():
    assert set(LONG_FUNCTIONS) - set(long_functions()) == set()
    assert [where for where, reason in LONG_FUNCTIONS.items() if not reason.strip()] == []


def test_every_file_says_what_it_is_for():
    assert [name for name in sources() if not ast.get_docstring(tree(name))] == []


def test_no_circle_is_hidden_behind_type_checking():
    assert [name for name in sources() if _mentions_type_checking(tree(name))] == []


def _mentions_type_checking(module: ast.Module) -> bool:
    names = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
    return "TYPE_CHECKING" in names | attributes


def test_nothing_is_imported_inside_a_function():
    found = [
        f"{name}:{node.lineno}"
        for name in sources()
        for function in functions(name)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert sorted(set(found)) == []


def test_domain_and_scoring_are_given_the_time_and_never_ask_for_it():
    found = [
        f"{name}:{node.lineno}"
        for name in sources("domain", "scoring")
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]
    assert found == []


def test_no_file_names_the_host_of_a_package_registry():
    found = [(name, host) for name in files() for host in REGISTRY_HOSTS if host in text(name)]
    assert found == []


def test_no_file_names_a_folder_of_somebodys_machine():
    assert _lines_with(MACHINE_PATH) == []


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}: {line.strip()}"
        for name in files()
        for number, line in enumerate(text(name).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_every_suppressed_warning_carries_its_reason_on_the_line():
    found = [
        f"{name}:{token.start[0]}: {token.string}"
        for name in sources()
        for token in _comments(name)
        if (match := SUPPRESSION.search(token.string)) and not _is_reason(match[1])
    ]
    assert found == []


def _comments(name: str) -> list[tokenize.TokenInfo]:
    tokens = tokenize.generate_tokens(io.StringIO(text(name)).readline)
    return [token for token in tokens if token.type == tokenize.COMMENT]


def _is_reason(words: str) -> bool:
    return len(CODES.sub("", words).strip(" #:-").split()) >= 2


def test_every_skipped_test_carries_its_reason():
    found = [
        f"{name}:{node.lineno}"
        for name in sources("tests")
        for node in _skips_without_reason(tree(name))
    ]
    assert found == []


def _skips_without_reason(module: ast.Module) -> list[ast.Attribute]:
    """Each `pytest.skip`, `mark.skip`, `mark.skipif`, `mark.xfail` that says no reason."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call)]
    reasoned = {
        id(call.func)
        for call in calls
        if any(keyword.arg == "reason" for keyword in call.keywords)
        or (call.args and isinstance(call.func, ast.Attribute) and call.func.attr == "skip")
    }
    return [
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and node.attr in SKIPS
        and ast.unparse(node.value) in {"pytest", "pytest.mark", "mark"}
        and id(node) not in reasoned
    ]


def test_make_help_lists_every_target():
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony is not None
    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^  make ([a-z-]+) +\S", printed.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(phony[1].split())
