"""Every build examines its own hidden tests: right answers keep their points, wrong ones lose the points they name."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder import stage
from autograder.course import Assignment, CourseError
from autograder.judge import judge_all
from autograder.judging import Judgement
from autograder.perform import Performance
from autograder.reference import references
from autograder.source import read_cells

__all__ = ["Examination", "Variant", "examine", "variants", "with_cells"]

LOSES = re.compile(r"^Loses:\s*(.+)\Z", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Variant:
    """An answer with the verdict that it must get. ``loses`` is None for one that must earn nothing at all."""

    name: str
    notebook: NotebookNode
    loses: frozenset[str] | None


@dataclass(frozen=True)
class Examination:
    """How many answers were graded, and a sentence on each that was graded wrongly."""

    answers: int
    complaints: tuple[str, ...]


def with_cells(solution: NotebookNode, path: Path) -> NotebookNode:
    """The solved notebook with the cells of ``path`` in place of those of the same name.

    Raises:
        CourseError: if ``path`` has a cell that the notebook has not.
    """
    notebook = copy.deepcopy(solution)
    blanks = {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.solution and not cell.metadata.nbgrader.grade
    }
    for cell in read_cells(path):
        if "solution" in cell.metadata:
            name = str(cell.metadata["solution"])
            if name not in blanks:
                raise CourseError(f"{path} answers the blank `{name}`, which the lesson does not have.")
            blanks[name].source = cell.source
    return notebook


def _loses(path: Path, criteria: frozenset[str]) -> frozenset[str]:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    found = LOSES.search(docstring)
    if not found:
        raise CourseError(f"{path}: its docstring must end in a line `Loses: test/criterion, …`.")
    named = frozenset(" ".join(each.split()) for each in found[1].split(","))
    if unknown := named - criteria:
        raise CourseError(f"{path} names what no judge awards: {', '.join(sorted(unknown))}.")
    return named


def variants(assignment: Assignment, criteria: frozenset[str]) -> list[Variant]:
    """The solution, the untouched notebook, and everything in ``right/`` and ``wrong/``."""
    everything = [
        Variant("the solution", assignment.solution, frozenset()),
        Variant("the untouched notebook", assignment.release, None),
    ]
    for path in sorted((assignment.folder / "right").glob("*.py")):
        everything.append(Variant(f"right/{path.name}", with_cells(assignment.solution, path), frozenset()))
    for path in sorted((assignment.folder / "wrong").glob("*.py")):
        notebook = with_cells(assignment.solution, path)
        everything.append(Variant(f"wrong/{path.name}", notebook, _loses(path, criteria)))
    return everything


def lost(judgements: dict[str, Judgement]) -> dict[str, str]:
    """Rationale by ``test/criterion``, of each criterion that earned nothing."""
    return {
        f"{test}/{verdict.criterion}": verdict.rationale
        for test, judgement in judgements.items()
        for verdict in judgement.verdicts
        if verdict.points < verdict.max_points
    }


def complaint(variant: Variant, judgements: dict[str, Judgement]) -> str:
    """What is wrong with how ``variant`` was graded; empty if nothing is."""
    found = lost(judgements)
    if variant.loses is None:
        points = sum(judgement.points for judgement in judgements.values())
        return f"{variant.name} earned {points:g} points instead of none." if points else ""
    unfair = [f"{name} ({found[name]})" for name in sorted(found.keys() - variant.loses)]
    kept = sorted(variant.loses - found.keys())
    parts = []
    if unfair:
        parts.append(f"lost {'; '.join(unfair)}, which it should keep")
    if kept:
        parts.append(f"kept {', '.join(kept)}, which it should lose")
    return f"{variant.name} {' and '.join(parts)}." if parts else ""


def visible_complaints(assignment: Assignment, performance: Performance) -> list[str]:
    """A sentence on every visible check that the solution itself does not pass."""
    complaints = []
    for index, outputs in performance.outputs.items():
        cell = assignment.solution.cells[index]
        said = "".join(output.get("text", "") or output.get("evalue", "") for output in outputs)
        if cell.metadata.get("nbgrader", {}).get("grade") and "✓" not in said:
            complaints.append(
                f"the solution does not pass the visible check `{cell.metadata.nbgrader.grade_id}`: {said}"
            )
    return complaints


def examine(
    assignment: Assignment,
    *,
    jobs: int = 2,
    house: stage.Stage | None = None,
    listener: Callable[[str], None] = lambda name: None,
) -> Examination:
    """Grade every variant as a submission is graded.

    Raises:
        CourseError: if the solution itself fails, or a file in ``wrong/`` or ``right/`` is malformed.
    """
    house = house or stage.Stage()
    answers = references(assignment, lambda: stage.perform_assignment(house, assignment, assignment.solution))

    def judged(notebook: NotebookNode) -> dict[str, Judgement]:
        return judge_all(assignment, stage.perform_assignment(house, assignment, notebook), answers)

    failed_checks = visible_complaints(assignment, stage.perform_assignment(house, assignment, assignment.solution))
    reference = judged(assignment.solution)
    criteria = frozenset(f"{test}/{verdict.criterion}" for test, each in reference.items() for verdict in each.verdicts)

    def examined(variant: Variant) -> str:
        found = complaint(variant, judged(variant.notebook))
        listener(variant.name)
        return found

    everything = variants(assignment, criteria)
    with ThreadPoolExecutor(jobs) as pool:
        complaints = tuple(filter(None, pool.map(examined, everything)))
    return Examination(len(everything), (*failed_checks, *complaints))
