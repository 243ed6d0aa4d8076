"""First stage of a build: the one source, a percent script, becomes the solved notebook with nbgrader's metadata."""

from __future__ import annotations

import re
import symtable
import textwrap
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode, v4

from autograder.course import CourseError
from autograder.schema import DEMO, ID, PROBE_MARK

__all__ = ["everyday_names", "read_cells", "solved_notebook"]

HIDDEN_REGION = "\n\n" + PROBE_MARK + "{name}\n### END HIDDEN TESTS"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
KINDS = ("solution", "test", "question")
WIDTH = 120


def read_cells(path: Path) -> list[NotebookNode]:
    """The cells of a percent script. ``cell.metadata`` holds what stood in each cell's header, ``demo`` as its title.

    Raises:
        CourseError: if the file is not a percent script.
    """
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except (OSError, ValueError, SyntaxError) as error:
        raise CourseError(f"{path} could not be read as a percent script: {error}") from error
    return list(notebook.cells)


def _nbgrader(grade_id: str, cell: NotebookNode, *, solution: bool, points: float | None) -> dict[str, object]:
    """Metadata of schema version 3."""
    graded = {"points": points} if points is not None else {}
    return {
        "schema_version": 3,
        "grade_id": grade_id,
        "cell_type": cell.cell_type,
        "solution": solution,
        "grade": points is not None,
        "locked": points is not None and not solution,
        "task": False,
        **graded,
    }


def _points(path: Path, header: NotebookNode, name: str) -> float:
    points = header.get("points")
    if not isinstance(points, int | float) or isinstance(points, bool) or points <= 0:
        raise CourseError(f"{path}: the cell `{name}` needs points=N with N above 0 in its header.")
    return points


# The points that students read ----------------------------------------------------------------------------------------

CHECK = re.compile(r"""(\bchecks\.check\(\s*["']\w+["'])(?=\s*\)|\s*,\s*builds_on\b)""")
QUESTION = re.compile(r"\A(\*\*Question\.\*\*\s?)?")


def _told_in_check(source: str, points: float | None) -> str:
    """The source of a visible check that says its points; one that does not use ``util.checks`` as it is."""
    return CHECK.sub(rf"\1, points={points:g}", source, count=1)


def _told_in_question(source: str, points: float | None) -> str:
    """The text of a question that begins with its points."""
    amount = f"{points:g} point" + ("" if points == 1 else "s")
    return QUESTION.sub(lambda begin: f"**Question ({amount}).**" + (begin[0] or " ")[-1:], source, count=1)


def _summary(cells: Iterable[NotebookNode], lesson: str) -> NotebookNode | None:
    """The last cell: a table of all blanks and questions; None for a lesson that does not use ``util.checks``."""
    blanks, questions = {}, {}
    for cell in cells:
        if "test" in cell.metadata and CHECK.search(cell.source):
            blanks[cell.metadata["test"]] = cell.metadata["points"]
        elif "question" in cell.metadata:
            questions[cell.metadata["question"]] = cell.metadata["points"]
    if not blanks:
        return None
    source = (
        "# What is done, and the points at stake. Save the notebook first, so that your answers are seen.\n"
        f"checks.summary(\n{_written('blanks', blanks)}{_written('questions', questions)})\n"
        f'# checks.hand_in("{lesson}")  # hands in what you saved last, where your course takes it over the web'
    )
    return v4.new_code_cell(source, id="summary", metadata={"tags": [DEMO]})  # it decides nothing, so nobody runs it


def _written(name: str, points: dict[str, float]) -> str:
    """An argument, a dict, in as many lines as it takes."""
    items = ", ".join(f'"{each}":~{worth:g}' for each, worth in points.items())  # no line ends between the two
    lines = textwrap.wrap(items, WIDTH - 8, break_long_words=False, break_on_hyphens=False)
    if len(lines) > 1:
        lines = ["", *(f"        {line}" for line in lines), "    "]
    return f"    {name}={{{chr(10).join(lines)}}},\n".replace("~", " ")


class _Expander:
    """Turns short cell headers into notebook cells with ids that depend on names and order only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seen: set[tuple[str, str]] = set()
        self.unnamed: Counter[str] = Counter()

    def expand(self, cell: NotebookNode) -> NotebookNode:
        header = cell.metadata
        kind = next((kind for kind in KINDS if kind in header), None)
        demo = header.get("title") == DEMO
        if unknown := set(header) - {*KINDS, "points", "title", "cell_marker", "lines_to_next_cell", "region_name"}:
            raise CourseError(f"{self.path}: unknown word in a cell header: {', '.join(sorted(unknown))}.")
        if header.get("title") and not demo:
            raise CourseError(f"{self.path}: a cell's header says `{header['title']}`; only `{DEMO}` is known there.")
        new = v4.new_markdown_cell if cell.cell_type == "markdown" else v4.new_code_cell
        if kind is None:
            label = DEMO if demo else "prose" if cell.cell_type == "markdown" else "code"
            self.unnamed[label] += 1
            metadata = {"tags": [DEMO]} if demo else {}
            return new(cell.source, id=f"{label}-{self.unnamed[label]:02}", metadata=metadata)
        return self.named(new, cell, kind, str(header[kind]))

    def named(self, new: type[NotebookNode], cell: NotebookNode, kind: str, name: str) -> NotebookNode:
        if not ID.fullmatch(name):
            raise CourseError(f"{self.path}: `{name}` is no name for a {kind}: use lower-case letters, digits and _.")
        if (kind, name) in self.seen:
            raise CourseError(f"{self.path}: there are two cells with {kind}={name!r}.")
        if kind == "test" and ("solution", name) not in self.seen:
            raise CourseError(f"{self.path}: test={name!r} has no solution={name!r} above it.")
        if (kind == "question") != (cell.cell_type == "markdown"):
            raise CourseError(f"{self.path}: {kind}={name!r} is on a {cell.cell_type} cell.")
        self.seen.add((kind, name))
        points = None if kind == "solution" else _points(self.path, cell.metadata, name)
        source, grade_id = cell.source, name
        if kind == "test":
            source, grade_id = _told_in_check(source, points) + HIDDEN_REGION.format(name=name), f"test_{name}"
        if kind == "question":
            source = _told_in_question(source, points)
        metadata = {"nbgrader": _nbgrader(grade_id, cell, solution=kind != "test", points=points)}
        return new(source, id=f"{kind}-{name.replace('_', '-')}", metadata=metadata)


def solved_notebook(path: Path) -> NotebookNode:
    """The solved notebook that is made from the source at ``path``; made again, it has the same bytes.

    Raises:
        CourseError: if a header is wrong; the message names file and cell.
    """
    expander = _Expander(path)
    written = read_cells(path)
    cells = [expander.expand(cell) for cell in written]
    cells += filter(None, [_summary(written, path.stem)])
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook = v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


# Names that a student could have chosen ------------------------------------------------------------------------------


def names_bound(source: str) -> set[str]:
    """The names that a cell binds at top level."""
    top = symtable.symtable(source, "<cell>", "exec")
    return {each.get_name() for each in top.get_symbols() if each.is_assigned() or each.is_imported()}


def _is_rare(name: str) -> bool:
    """Whether nobody would choose ``name`` for a helper by chance: a class or constant, or more than one word."""
    return name[0].isupper() or "_" in name


def everyday_names(cells: Iterable[NotebookNode]) -> list[str]:
    """A sentence on each name that a check or a given cell of a solved notebook binds and should not.

    A student may have chosen that name for a helper, which a later cell would overwrite. So checks bind only names
    that begin with `check_` or `Check`, and given cells below the first blank bind no everyday names. Demos may, since
    they run last and are not graded.
    """
    complaints: list[str] = []
    known: set[str] | None = None
    for cell in cells:
        info = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or DEMO in cell.metadata.get("tags", []):
            continue
        bound = names_bound(cell.source)
        if info.get("grade"):
            loose = {name for name in bound if not name.lower().startswith("check_") and not name.startswith("Check")}
            advice = "put its lines into a function, or let the name begin with `check_`"
        elif info.get("solution"):
            known = bound if known is None else known | bound
            continue
        elif known is None:
            continue
        else:
            loose = {name for name in bound - known if not _is_rare(name)}
            advice = "give it a name of two words, or bind it above the first blank"
        where = info.get("grade_id") or cell.id
        complaints += [
            f"The cell `{where}` binds `{name}`, which a student could have chosen: {advice}." for name in sorted(loose)
        ]
    return complaints
