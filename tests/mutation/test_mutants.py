"""The faults themselves: which are put in, which never, and that a module runs with one."""

from pathlib import Path

import pytest

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.modules import TESTS
from tests.mutation.mutants import mutants

ROOT = Path(__file__).parent.parent.parent


def changes(source):
    return {(one.before, one.after) for one in mutants("module.py", source)}


@pytest.mark.parametrize(
    ("source", "before", "after"),
    [
        ("a < b", "a < b", {"a <= b", "a >= b"}),
        ("a >= b", "a >= b", {"a > b", "a < b"}),
        ("a is not b", "a is not b", {"a is b"}),
        ("a in b", "a in b", {"a not in b"}),
        ("a and b", "a and b", {"a or b"}),
        ("not a", "not a", {"a"}),
        ("a - b", "a - b", {"a + b"}),
        ("2", "2", {"1", "3"}),
        ("True", "True", {"False"}),
        ("min(a)", "min(a)", {"max(a)"}),
        ("any(a)", "any(a)", {"all(a)"}),
        ("a[b:c]", "b:c", {"b:", ":c"}),
        ("a if b else c", "a if b else c", {"a if not b else c"}),
        ("[a for a in b if a]", " for a in b if a", {" for a in b"}),
    ],
)
def test_every_kind_of_fault_is_put_in(source, before, after):
    assert {one for was, one in changes(f"x = {source}") if was == before} == after


def test_a_function_may_return_nothing():
    assert ("return a", "return None") in changes("def f(a):\n    return a")
    assert changes("def f():\n    return None") == set()


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""',
        "@dataclass(frozen=True)\nclass A:\n    x: Literal[1]",
        "zip(a, b, strict=True)",
        'raise E("bad", row=1)',
        "from a import b",
    ],
)
def test_what_decides_nothing_is_left_alone(source):
    assert changes(source) == set()


def test_a_mutant_is_the_module_with_one_change_and_the_next_is_of_the_sound_one():
    found = {}
    for one in mutants("module.py", "def f(a, b):\n    return (a < 1) + (b < 2)\n"):
        scope = {}
        exec(one.code, scope)
        found.setdefault((one.line, one.before, one.after), scope["f"])
    assert found[2, "a < 1", "a <= 1"](1, 2) == 1
    assert found[2, "b < 2", "b <= 2"](1, 2) == 1
    assert found[2, "a < 1", "a >= 1"](1, 1) == 2


def test_mutants_known_to_change_nothing_are_still_there_each_with_its_reason():
    modules = {path for path, *_ in EQUIVALENT}
    there = {
        (path, one.text, one.before, one.after)
        for path in modules
        for one in mutants(path, (ROOT / path).read_text(encoding="utf-8"))
    }
    assert set(EQUIVALENT) - there == set()
    assert all(reason.strip() for reason in EQUIVALENT.values())


def test_every_module_and_file_of_tests_that_is_named_exists():
    named = {name for modules, files in TESTS.items() for name in (*modules, *files)}
    assert [name for name in named if not (ROOT / name).exists()] == []
