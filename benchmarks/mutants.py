"""Machine-made wrong answers: copies of a solution with one small change each.

Mutation tools such as cosmic-ray and mutmut change operators, comparisons and constants. What goes wrong in a lesson
are rather axes, orders of arguments, means that should be sums: so the operators here are a small set of our own.
"""

from __future__ import annotations

import ast
import copy
import difflib
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from autograder.course import CourseError

__all__ = ["OPERATORS", "Mutant", "mutants"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


@dataclass(frozen=True)
class Mutant:
    """One changed solution: the blank, the operator, the function changed, its line before and after, the cell."""

    blank: str
    operator: str
    place: str
    was: str
    now: str
    source: str
    number: int = 1

    @property
    def key(self) -> str:
        """Names the mutant within its blank for as long as the changed line stays as it is."""
        again = f" ({self.number})" if self.number > 1 else ""
        return f"{self.place}: {self.was} -> {self.now}{again}"


@dataclass(frozen=True)
class Scope:
    """What a function can refer to: its parameters, all its own names in order, and the attributes of its object."""

    parameters: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


Operator = Callable[[ast.AST, Scope], Iterator[str]]
"""Yields the text of everything that may stand in the place of a node."""

OPERATORS: dict[str, Operator] = {}


def operator(name: str) -> Callable[[Operator], Operator]:
    """Add a function to `OPERATORS`."""

    def add(function: Operator) -> Operator:
        OPERATORS[name] = function
        return function

    return add


ARITHMETIC = {
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.Pow: "*",
    ast.FloorDiv: "/",
    ast.Mod: "//",
    ast.MatMult: "*",
}
COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="),
    ast.LtE: ("<", ">"),
    ast.Gt: (">=", "<="),
    ast.GtE: (">", "<"),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
}
FUNCTIONS = (
    ("mean", "sum"),
    ("maximum", "minimum"),
    ("max", "min"),
    ("argmax", "argmin"),
    ("all", "any"),
    ("ones", "zeros"),
    ("ones_like", "zeros_like"),
    ("std", "var"),
    ("sqrt", "square"),
    ("exp", "expm1"),
    ("log", "log1p"),
    ("relu", "abs"),
    ("sigmoid", "tanh"),
    ("softmax", "sigmoid"),
    ("uniform", "normal"),
    ("permutation", "arange"),
    ("ceil", "floor"),
    ("sin", "cos"),
    ("float32", "int32"),
)
OTHER_FUNCTION = {name: other for pair in reversed(FUNCTIONS) for name, other in (pair, pair[::-1])}
REDUCTIONS = {"mean", "sum", "max", "min", "prod", "item", "len", "float", "int"}
"""Give a number, which has nothing to transpose."""
COMMUTATIVE = {"maximum", "minimum"}
OVER_AXES = {"mean", "sum", "max", "min", "prod", "std", "var", "all", "any"}


def _text(node: ast.AST) -> str:
    return ast.unparse(node)


def _is_number(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


@operator("other arithmetic")
def other_arithmetic(node: ast.AST, _: Scope) -> Iterator[str]:
    """`a + b` becomes `a - b`, `a * b` becomes `a / b`, `+=` becomes `-=`."""
    other = ARITHMETIC.get(type(node.op)) if isinstance(node, ast.BinOp | ast.AugAssign) else None
    if other and isinstance(node, ast.BinOp):
        yield f"({_text(node.left)}) {other} ({_text(node.right)})"
    elif other and isinstance(node, ast.AugAssign):
        yield f"{_text(node.target)} {other}= {_text(node.value)}"


@operator("term dropped")
def term_dropped(node: ast.AST, _: Scope) -> Iterator[str]:
    """`a + b` becomes `a`, or `b`; so do products, and `a and b`."""
    if isinstance(node, ast.BinOp):
        yield from (_text(node.left), _text(node.right))
    elif isinstance(node, ast.BoolOp):
        yield from map(_text, node.values)


@operator("sign")
def sign(node: ast.AST, _: Scope) -> Iterator[str]:
    """`-a` becomes `a`; what is returned changes its sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield _text(node.operand)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        texts = list(map(_text, node.value.elts))
        yield from (
            f"return ({', '.join([*texts[:k], f'-({texts[k]})', *texts[k + 1 :]])},)" for k in range(len(texts))
        )
    elif isinstance(node, ast.Return) and node.value is not None:
        yield f"return -({_text(node.value)})"


@operator("off by one")
def off_by_one(node: ast.AST, _: Scope) -> Iterator[str]:
    """A number becomes the next or the one before; True becomes False."""
    if _is_number(node):
        yield from (repr(node.value + 1), repr(node.value - 1))  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield repr(not node.value)


@operator("slice")
def slices(node: ast.AST, _: Scope) -> Iterator[str]:
    """A bound of a slice moves by one, or goes."""
    if not isinstance(node, ast.Slice):
        return
    lower, upper, step = ("" if each is None else f"({_text(each)})" for each in (node.lower, node.upper, node.step))
    step = step and ":" + step
    if lower:
        yield from (f":{upper}{step}", f"{lower} + 1:{upper}{step}", f"{lower} - 1:{upper}{step}")
    if upper:
        yield from (f"{lower}:{step}", f"{lower}:{upper} + 1{step}", f"{lower}:{upper} - 1{step}")


@operator("other axis")
def other_axis(node: ast.AST, _: Scope) -> Iterator[str]:
    """`axis=0` becomes `axis=-1` or `axis=1`, and so on."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg in ("axis", "axes", "dim"):
                for other in ("0", "1", "-1"):
                    if other != _text(keyword.value):
                        yield _with_keyword(node, keyword, f"{keyword.arg}={other}")


def _with_keyword(node: ast.Call, keyword: ast.keyword, text: str) -> str:
    arguments = [*map(_text, node.args), *(text if each is keyword else _text(each) for each in node.keywords)]
    return f"{_text(node.func)}({', '.join(filter(None, arguments))})"


@operator("other function")
def other_function(node: ast.AST, _: Scope) -> Iterator[str]:
    """`mean` becomes `sum`, `maximum` becomes `minimum`, and so on."""
    if isinstance(node, ast.Attribute) and node.attr in OTHER_FUNCTION:
        yield f"({_text(node.value)}).{OTHER_FUNCTION[node.attr]}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OTHER_FUNCTION:
        yield f"{OTHER_FUNCTION[node.func.id]}({', '.join(map(_text, [*node.args, *node.keywords]))})"


@operator("call removed")
def call_removed(node: ast.AST, _: Scope) -> Iterator[str]:
    """`f(a, b)` becomes `a`; `a.f(b)` becomes `a`, too."""
    if isinstance(node, ast.Call):
        if node.args and not isinstance(node.args[0], ast.Starred):
            yield _text(node.args[0])
        if isinstance(node.func, ast.Attribute):
            yield _text(node.func.value)


@operator("arguments swapped")
def arguments_swapped(node: ast.AST, _: Scope) -> Iterator[str]:
    """`f(a, b)` becomes `f(b, a)`."""
    if isinstance(node, ast.Call):
        for k in range(len(node.args) - 1):
            arguments = [*map(_text, node.args), *map(_text, node.keywords)]
            arguments[k : k + 2] = arguments[k + 1], arguments[k]
            yield f"{_text(node.func)}({', '.join(arguments)})"


@operator("argument dropped")
def argument_dropped(node: ast.AST, _: Scope) -> Iterator[str]:
    """`f(a, axis=b)` becomes `f(a)`, `f(a, b)` becomes `f(a)`. Names for people (`name="W1"`) stay."""
    if isinstance(node, ast.Call):
        if len(node.args) > 1:
            yield f"{_text(node.func)}({', '.join(map(_text, [*node.args[:-1], *node.keywords]))})"
        for keyword in node.keywords:
            if keyword.arg != "name":
                yield _with_keyword(node, keyword, "")


@operator("constant for input")
def constant_for_input(node: ast.AST, scope: Scope) -> Iterator[str]:
    """A parameter counts for nothing."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.parameters:
        yield f"({node.id} * 0)"


@operator("other comparison")
def other_comparison(node: ast.AST, _: Scope) -> Iterator[str]:
    """`a < b` becomes `a <= b`, or `a >= b`."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other in COMPARISONS[type(node.ops[0])]:
            yield f"({_text(node.left)}) {other} ({_text(node.comparators[0])})"


@operator("condition")
def condition(node: ast.AST, _: Scope) -> Iterator[str]:
    """A condition is negated, or always or never true; `and` becomes `or`."""
    if isinstance(node, ast.If | ast.While):
        # The body is put back by `_with_test`.
        word = "if" if isinstance(node, ast.If) else "while"
        for test in (f"not ({_text(node.test)})", "True", "False"):
            yield f"{word} {test}: pass"
    elif isinstance(node, ast.IfExp):
        yield f"({_text(node.orelse)}) if ({_text(node.test)}) else ({_text(node.body)})"
        yield from (_text(node.body), _text(node.orelse))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _text(node.operand)
    elif isinstance(node, ast.BoolOp):
        yield (" and " if isinstance(node.op, ast.Or) else " or ").join(f"({_text(each)})" for each in node.values)


@operator("statement dropped")
def statement_dropped(node: ast.AST, _: Scope) -> Iterator[str]:
    """A statement does nothing."""
    idle = ast.FunctionDef | ast.ClassDef | ast.Pass
    if isinstance(node, ast.stmt) and not isinstance(node, idle) and not _is_docstring(node):
        yield "pass"


@operator("other name")
def other_name(node: ast.AST, scope: Scope) -> Iterator[str]:
    """A name of the function becomes the one before or after it, `self.a` another attribute."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from _neighbours(node.id, scope.names)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load) and _text(node.value) == "self":
        yield from (f"self.{other}" for other in _neighbours(node.attr, scope.attributes))


def _neighbours(name: str, names: tuple[str, ...]) -> list[str]:
    """The names before and after ``name``, in a circle; none if it is not among them."""
    if name not in names or len(names) == 1:
        return []
    at = names.index(name)
    return sorted({names[at - 1], names[(at + 1) % len(names)]})


@operator("order")
def order(node: ast.AST, _: Scope) -> Iterator[str]:
    """Two neighbours in a tuple, a list or among the values of a dict change places; so do two targets."""
    if isinstance(node, ast.Tuple | ast.List):
        texts = list(map(_text, node.elts))
        for k in range(len(texts) - 1):
            yield _sequence(node, [*texts[:k], texts[k + 1], texts[k], *texts[k + 2 :]])
    elif isinstance(node, ast.Dict):
        keys, values = node.keys, node.values
        for k in range(len(values) - 1):
            if keys[k] and keys[k + 1]:
                yield _dict(keys, [*values[:k], values[k + 1], values[k], *values[k + 2 :]])


@operator("element dropped")
def element_dropped(node: ast.AST, _: Scope) -> Iterator[str]:
    """A tuple, a list or a dict goes without one of its elements."""
    if isinstance(node, ast.Tuple | ast.List) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        texts = list(map(_text, node.elts))
        yield from (_sequence(node, [*texts[:k], *texts[k + 1 :]]) for k in range(len(texts)))
    elif isinstance(node, ast.Dict):
        keys, values = node.keys, node.values
        yield from (_dict([*keys[:k], *keys[k + 1 :]], [*values[:k], *values[k + 1 :]]) for k in range(len(keys)))


def _sequence(node: ast.Tuple | ast.List, texts: list[str]) -> str:
    if isinstance(node, ast.List):
        return f"[{', '.join(texts)}]"
    # Slices stand in no parentheses.
    return (
        f"{', '.join(texts)}," if any(isinstance(each, ast.Slice) for each in node.elts) else f"({', '.join(texts)},)"
    )


def _dict(keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> str:
    pairs = (
        f"{_text(key)}: {_text(value)}" if key else f"**{_text(value)}" for key, value in zip(keys, values, strict=True)
    )
    return "{" + ", ".join(pairs) + "}"


@operator("transposed")
def transposed(node: ast.AST, _: Scope) -> Iterator[str]:
    """What is returned is transposed, unless it is clearly a number."""
    if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Tuple | ast.Dict):
        value = node.value.operand if isinstance(node.value, ast.UnaryOp) else node.value
        name = _text(value.func).split(".")[-1] if isinstance(value, ast.Call) else ""
        if name not in REDUCTIONS:
            yield f"return __import__('keras').ops.transpose({_text(node.value)})"


# What is no change ---------------------------------------------------------------------------------------------------


class _Canonical(ast.NodeTransformer):
    """Writes in one way what is surely the same: the axes of a reduction or the terms of a maximum in another order."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """`x.mean(axis=(2, 1))` becomes `x.mean(axis=(1, 2))`, `maximum(y, x)` becomes `maximum(x, y)`."""
        self.generic_visit(node)
        name = _text(node.func).split(".")[-1]
        if name in COMMUTATIVE and len(node.args) == 2:
            node.args.sort(key=_text)
        for keyword in node.keywords if name in OVER_AXES else ():
            if keyword.arg == "axis" and isinstance(keyword.value, ast.Tuple):
                keyword.value.elts.sort(key=_text)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """`except (B, A)` becomes `except (A, B)`."""
        self.generic_visit(node)
        if isinstance(node.type, ast.Tuple):
            node.type.elts.sort(key=_text)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """`(x * 0).shape` becomes `x.shape`."""
        self.generic_visit(node)
        if node.attr in ("shape", "ndim") and isinstance(node.value, ast.BinOp) and _text(node.value).endswith(" * 0"):
            node.value = node.value.left
        return node


def _canonical(source: str) -> str:
    return ast.unparse(_Canonical().visit(ast.parse(source)))


# Putting it together -------------------------------------------------------------------------------------------------


class _Replace(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _parse(text: str, node: ast.AST) -> ast.AST:
    """``text`` as what ``node`` is: a statement, a slice, a target or an expression."""
    if isinstance(node, ast.stmt):
        (statement,) = ast.parse(text).body
        if isinstance(node, ast.If | ast.While) and isinstance(statement, ast.If | ast.While):
            statement.body, statement.orelse = node.body, node.orelse
        return statement
    if isinstance(node, ast.Slice | ast.Tuple):  # only an index can hold slices
        subscript = ast.parse(f"_[{text}]", mode="eval").body
        assert isinstance(subscript, ast.Subscript)
        return subscript.slice
    return ast.parse(text.strip(), mode="eval").body


def _changed(tree: ast.Module, node: ast.AST, text: str) -> str:
    """The source of ``tree`` with ``text`` in the place of ``node``."""
    memo: dict[int, ast.AST] = {}
    changed = copy.deepcopy(tree, memo)
    target = memo[id(node)]
    return ast.unparse(ast.fix_missing_locations(_Replace(target, _parse(text, target)).visit(changed)))


def _scopes(tree: ast.Module) -> Iterator[tuple[str, Scope, ast.AST]]:
    """Every node inside a function, with that function's dotted name and scope."""

    def inside(node: ast.AST, place: str, scope: Scope) -> Iterator[tuple[str, Scope, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                within = Scope(attributes=_attributes(child))
                yield from inside(child, f"{place}.{child.name}".strip("."), within)
            elif isinstance(child, ast.FunctionDef):
                parameters = tuple(each.arg for each in child.args.args if each.arg != "self")
                own = tuple(dict.fromkeys((*parameters, *_stored(child))))
                within = Scope(parameters, own, scope.attributes)
                for statement in child.body:
                    yield f"{place}.{child.name}".strip("."), within, statement
                    yield from inside(statement, f"{place}.{child.name}".strip("."), within)
            else:
                if scope.names or scope.parameters or place:
                    yield place, scope, child
                yield from inside(child, place, scope)

    return inside(tree, "", Scope())


def _attributes(node: ast.ClassDef) -> tuple[str, ...]:
    """What a class keeps on ``self``, in the order in which it is set."""
    found = (each for each in ast.walk(node) if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store))
    return tuple(dict.fromkeys(each.attr for each in found if _text(each.value) == "self"))


def _stored(node: ast.FunctionDef) -> list[str]:
    """Names that a function assigns, but for those that are meant for nothing."""
    found = (each for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    return [each.id for each in found if each.id.strip("_")]


def _region(source: str) -> list[bool]:
    """For every line, counted from 1, whether it stands between the marks."""
    within, lines = False, [False]
    for line in source.splitlines():
        within = line.strip() == BEGIN or (within and line.strip() != END)
        lines.append(within)
    return lines


def _difference(before: str, after: str) -> tuple[str, str]:
    """The changed lines, before and after."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    was, now = ("; ".join(line[2:].strip() for line in lines if line.startswith(mark)) for mark in "-+")
    return was, now


def mutants(blank: str, source: str) -> list[Mutant]:
    """Every mutant of the solution's cell ``source``: one change each, inside the marks, no two the same.

    One that is certainly the solution in other words is left out (Papadakis et al. 2015, "Trivial compiler
    equivalence", do so by comparing what a compiler makes of both).

    Raises:
        CourseError: if the cell cannot be parsed or has no region.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"The solution of the blank `{blank}` is no Python: {error}") from error
    within = _region(source)
    if not any(within):
        raise CourseError(f"The solution of the blank `{blank}` has no line `{BEGIN}`.")
    original, meaning = ast.unparse(tree), _canonical(source)
    found: dict[str, Mutant] = {}
    numbers: Counter[str] = Counter()
    for place, scope, node in _scopes(tree):
        if not (hasattr(node, "lineno") and within[node.lineno]):
            continue
        for name, change in OPERATORS.items():
            for text in change(node, scope):
                changed = _changed(tree, node, text)
                if changed in found or not _compiles(changed) or _canonical(changed) == meaning:
                    continue
                mutant = Mutant(blank, name, place, *_difference(original, changed), changed)
                numbers[mutant.key] += 1
                found[changed] = Mutant(**{**vars(mutant), "number": numbers[mutant.key]})
    return list(found.values())


def _compiles(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # `3[0]`: it stops by itself
            compile(source, "<mutant>", "exec")
    except SyntaxError:
        return False
    return True
