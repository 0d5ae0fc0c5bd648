"""The faults: every small change of a module that should make some test fail."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
}
SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Flags of calls that guard and decide nothing.
GUARDS = ("strict", "field", "accepted")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one module: on which lines, the first as written, and before and after."""

    path: str
    line: int
    last_line: int
    text: str
    before: str
    after: str
    code: CodeType


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a node hangs: a field of its parent, or an entry of a list there."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def mutants(path: str, source: str) -> list[Mutant]:
    """Every mutant of a module, in the order of its lines; the same each time."""
    tree, written = ast.parse(source), source.splitlines()
    found = []
    for place, node in list(_places(tree)):
        for changed in _changes(node):
            place.put(changed)
            code = compile(ast.fix_missing_locations(tree), path, "exec")
            place.put(node)
            line, last = _lines(node, place.parent)
            told = (written[line - 1].strip(), ast.unparse(node), ast.unparse(changed))
            found.append(Mutant(path, line, last, *told, code))
    return sorted(found, key=lambda one: (one.line, one.before, one.after))


def _lines(node: ast.AST, parent: ast.AST) -> tuple[int, int]:
    at = node if hasattr(node, "lineno") else getattr(node, "target", parent)
    return at.lineno, at.end_lineno or at.lineno


def _places(node: ast.AST) -> Iterator[tuple[_Place, ast.AST]]:
    """Each node with its place; left out is what decides nothing: docstrings, types, decorators."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list", "bases", "format_spec"):
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _decides_nothing(child):
                continue
            yield _Place(node, field, index if isinstance(value, list) else None), child
            yield from _places(child)


def _decides_nothing(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Raise() | ast.Import() | ast.ImportFrom():
            return True
        case ast.keyword(arg=name):
            return name in GUARDS
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case _:
            return False


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    yield from _operations(node)
    yield from _branches(node)


def _operations(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp(op=op):
            yield _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield copy.deepcopy(operand)
        case ast.BinOp(op=op) if type(op) in CALCULATED:
            yield _with(node, op=CALCULATED[type(op)]())
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))


def _branches(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Call(func=ast.Name(id=name)) if name in SWAPPED:
            yield _with(node, func=ast.Name(SWAPPED[name], ast.Load()))
        case ast.If() | ast.IfExp():
            yield _with(node, test=ast.UnaryOp(ast.Not(), copy.deepcopy(node.test)))
        case ast.comprehension(ifs=[_, *_]):
            yield _with(node, ifs=[])
        case ast.Slice():
            yield from _sliced(node)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for other in COMPARED[type(op)]:
            yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def _sliced(node: ast.Slice) -> Iterator[ast.AST]:
    for bound in ("lower", "upper"):
        if getattr(node, bound) is not None:
            yield _with(node, **{bound: None})


def _with(node: ast.AST, **changed: object) -> ast.AST:
    other = copy.copy(node)
    for name, value in changed.items():
        setattr(other, name, value)
    return other
