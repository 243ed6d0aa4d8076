"""What a lesson's parts need of each other, read off their names: which tests an answer concerns, which cells it takes.

Everything is an upper bound: a name that merely looks like another's costs time and changes no result.
"""

from __future__ import annotations

import ast
import copy
import re
import symtable
from collections.abc import Iterable, Iterator, Mapping

from nbformat import NotebookNode

from autograder.authoring.examine import blanks
from autograder.course import Assignment

__all__ = ["closure", "concerned", "dependencies", "names", "needed_cells"]


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def names(source: str) -> tuple[set[str], set[str]]:
    """The global names that a cell defines, and those that it uses. Magics (`%…`) make a cell one without names."""
    try:
        top = symtable.symtable(source, "<cell>", "exec")
    except SyntaxError:
        return set(), set()
    defined = {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}
    used = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    inner = (each for table in _tables(top) if table is not top for each in table.get_symbols())
    return defined, used | {each.get_name() for each in inner if each.is_global()}


def closure(start: Iterable[str], leads_to: Mapping[str, set[str]]) -> set[str]:
    """Everything that can be reached from ``start``."""
    reached: set[str] = set()
    waiting = set(start)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= leads_to.get(name, set()) - reached
    return reached


def _words(probes: str) -> dict[str, set[str]]:
    """For each function and class of ``probes.py``: every name, attribute and string in it, but for annotations."""
    tree = ast.parse(probes)
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            node.annotation = None  # numpy's `Generator` is not the lesson's
        elif isinstance(node, ast.FunctionDef):
            node.returns = None
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    questions = {call.args[0] for call in calls if ast.unparse(call.func).split(".")[0] == "ask"}  # names of answers
    return {
        each.name: {
            word
            for node in ast.walk(each)
            if node not in questions
            for word in (getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "value", ""))
            if isinstance(word, str)
        }
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.ClassDef)
    }


def dependencies(cells: Iterable[tuple[set[str], set[str]]]) -> dict[str, set[str]]:
    """For each name that the cells define: the names that its cell uses. A cell is what `names` says of it."""
    found: dict[str, set[str]] = {}
    for defined, used in cells:
        for name in defined:
            found[name] = found.get(name, set()) | used
    return found


def _imports(source: str) -> set[tuple[str, str]]:
    """What the imports of a cell bind: a name, and what it stands for, as in ``("np", "numpy")``."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return set()
    found = set()
    for each in statements:
        if isinstance(each, ast.Import):
            found |= {(alias.asname or alias.name, alias.name) for alias in each.names}
        elif isinstance(each, ast.ImportFrom):
            found |= {(alias.asname or alias.name, f"{each.module}.{alias.name}") for alias in each.names}
    return found


def concerned(assignment: Assignment, changed: Iterable[str], notebook: NotebookNode) -> list[str]:
    """The tests on which the blanks ``changed`` of ``notebook`` have a bearing: their own and what reaches them.

    That a blank imports `numpy` as `np`, as the lesson does already, has no bearing on whatever uses `np`.
    """
    cells = blanks(notebook)
    others = (cell.source for cell in notebook.cells if cell.cell_type == "code" and cell not in cells.values())
    known = set().union(*map(_imports, others))
    said = {}
    for blank, cell in cells.items():
        defined, used = names(cell.source)
        said[blank] = defined - {name for name, _ in _imports(cell.source) & known}, used
    words, uses = _words(assignment.probes), dependencies(said.values())
    wanted = set(changed)
    targets = {name for blank in wanted for name in said[blank][0]}
    return [test for test in assignment.tests if test in wanted or closure(closure([test], words), uses) & targets]


def needed_cells(notebook: NotebookNode, probes: str) -> NotebookNode:
    """The notebook without visible checks, and without cells that only define what neither blanks nor probes use."""
    own = blanks(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    asked = set(re.findall(r"\bstudent\.(\w+)", probes))
    used = asked.union(*(names(cell.source)[1] for cell in own.values()))
    needed = closure(used, dependencies(names(cell.source) for cell in code))

    def is_needed(cell: NotebookNode) -> bool:
        info = cell.metadata.get("nbgrader", {})
        if info.get("grade"):
            return False
        defined, _ = names(cell.source)
        return info.get("grade_id") in own or not defined or bool(defined & needed)

    slim = copy.copy(notebook)
    slim.cells = [cell for cell in code if is_needed(cell)]
    return slim
