"""Every build examines its own hidden tests: right answers keep their points, wrong ones lose the points they name.

It also checks that a program that has understood nothing earns nothing, and that no rationale reveals secret numbers
(`attacker`).
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.authoring import attacker
from autograder.authoring.source import everyday_names, read_cells
from autograder.authoring.wrong_answers import wrong_answers
from autograder.course import VARIANTS, Assignment, CourseError
from autograder.judging import Judgement
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool
from autograder.running.run import RunResult

__all__ = [
    "Deviation",
    "Examination",
    "Variant",
    "blanks",
    "criteria",
    "deviation",
    "examine",
    "variants",
    "with_cells",
    "with_sources",
    "wrong_notebooks",
]


@dataclass(frozen=True)
class Variant:
    """An answer with the verdict that it must get. ``loses`` is None for one that must earn nothing at all."""

    name: str
    notebook: NotebookNode
    loses: frozenset[str] | None


@dataclass(frozen=True)
class Deviation:
    """How judgements differ from the verdict that an answer must get, by ``test/criterion``."""

    lost: dict[str, str]
    """What should have been kept, with the rationale."""
    kept: tuple[str, ...]
    """What should have been lost."""


@dataclass(frozen=True)
class Examination:
    """How many answers were graded; a sentence on each that was graded wrongly, and on each check that failed."""

    answers: int
    complaints: tuple[str, ...]


def blanks(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that students fill in, by name."""
    return {
        cell.metadata.nbgrader.grade_id: cell
        for cell in notebook.cells
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.solution and not cell.metadata.nbgrader.grade
    }


def with_sources(solution: NotebookNode, sources: Mapping[str, str]) -> NotebookNode:
    """The solved notebook with ``sources`` in the blanks of these names."""
    notebook = copy.deepcopy(solution)
    for name, cell in blanks(notebook).items():
        cell.source = sources.get(name, cell.source)
    return notebook


def with_cells(solution: NotebookNode, path: Path) -> NotebookNode:
    """The solved notebook with the cells of ``path`` in place of those of the same name.

    Raises:
        CourseError: if ``path`` has a cell that the notebook has not.
    """
    cells = [cell for cell in read_cells(path) if "solution" in cell.metadata]
    sources = {str(cell.metadata["solution"]): cell.source for cell in cells}
    for name in sources.keys() - blanks(solution).keys():
        raise CourseError(f"{path} answers the blank `{name}`, which the lesson does not have.")
    return with_sources(solution, sources)


def wrong_notebooks(assignment: Assignment) -> Iterator[tuple[str, frozenset[str], NotebookNode]]:
    """Each wrong answer by its name, ``TEST/NAME``: what it must lose, and the solved notebook with it.

    Raises:
        CourseError: if a file in ``wrong/`` is malformed.
    """
    solved = {name: cell.source for name, cell in blanks(assignment.solution).items()}
    for name, loses, sources in wrong_answers(assignment.folder / "wrong", solved):
        yield name, loses, with_sources(assignment.solution, sources)


def variants(assignment: Assignment, awarded: frozenset[str]) -> list[Variant]:
    """The solution, the untouched notebook, and everything in ``right/`` and ``wrong/``.

    ``awarded`` holds the name of every criterion, as `criteria` gives them.

    Raises:
        CourseError: if a file is malformed.
    """
    everything = [
        Variant("the solution", assignment.solution, frozenset()),
        Variant("the untouched notebook", assignment.release, None),
    ]
    for path in sorted((assignment.folder / "right").glob("*.py")):
        everything.append(Variant(f"right/{path.name}", with_cells(assignment.solution, path), frozenset()))
    for name, loses, notebook in wrong_notebooks(assignment):
        if unknown := loses - awarded:
            raise CourseError(f"The wrong answer {name} names what no judge awards: {', '.join(sorted(unknown))}.")
        everything.append(Variant(f"wrong/{name}", notebook, loses))
    return everything


def criteria(judgements: dict[str, Judgement]) -> frozenset[str]:
    """The name ``test/criterion`` of everything that was judged."""
    return frozenset(f"{test}/{verdict.criterion}" for test, each in judgements.items() for verdict in each.verdicts)


def deviation(variant: Variant, judgements: dict[str, Judgement]) -> Deviation:
    """What ``variant`` lost or kept that it should not have, in the tests that were judged."""
    lost = {
        f"{test}/{verdict.criterion}": verdict.rationale
        for test, judgement in judgements.items()
        for verdict in judgement.verdicts
        if verdict.points < verdict.max_points
    }
    judged = criteria(judgements)
    must_lose = judged if variant.loses is None else variant.loses & judged
    unfair = {name: rationale for name, rationale in sorted(lost.items()) if name not in must_lose}
    return Deviation(unfair, tuple(sorted(must_lose - lost.keys())))


def complaint(variant: Variant, judgements: dict[str, Judgement]) -> str:
    """What is wrong with how ``variant`` was graded; empty if nothing is."""
    if variant.loses is None:
        points = sum(judgement.points for judgement in judgements.values())
        return f"{variant.name} earned {points:g} points instead of none." if points else ""
    found = deviation(variant, judgements)
    parts = []
    if found.lost:
        unfair = [f"{name} ({rationale})" for name, rationale in found.lost.items()]
        parts.append(f"lost {'; '.join(unfair)}, which it should keep")
    if found.kept:
        parts.append(f"kept {', '.join(found.kept)}, which it should lose")
    return f"{variant.name} {' and '.join(parts)}." if parts else ""


def visible_complaints(assignment: Assignment, result: RunResult) -> list[str]:
    """A sentence on every visible check that the solution itself does not pass."""
    complaints = []
    for index, outputs in result.outputs.items():
        cell = assignment.solution.cells[index]
        said = "".join(output.get("text", "") or output.get("evalue", "") for output in outputs)
        if cell.metadata.get("nbgrader", {}).get("grade") and "✓" not in said:
            complaints.append(
                f"the solution does not pass the visible check `{cell.metadata.nbgrader.grade_id}`: {said}"
            )
    return complaints


Listener = Callable[[int, int], None]
"""Called with how many answers have been graded, and of how many."""


def examine(
    assignment: Assignment,
    *,
    jobs: int = 2,
    kernels: kernel_pool.KernelPool | None = None,
    listener: Listener = lambda done, of: None,
) -> Examination:
    """Grade every variant as a submission is graded, see that the solution passes its visible checks, and attack.

    Raises:
        CourseError: if the solution itself fails, or a file in ``wrong/`` or ``right/`` is malformed.
    """
    kernels = kernels or kernel_pool.KernelPool()
    answers = references(assignment, lambda: kernel_pool.run_solution(kernels, assignment))
    judges = [Judge(assignment, each) for each in answers]

    def examined(variant: Variant, seeds: int) -> list[str]:
        result = kernel_pool.run_assignment(kernels, assignment, variant.notebook, seeds, judges[seeds].is_full)
        found = complaint(variant, judges[seeds].judge_all(result))
        checks = visible_complaints(assignment, result) if variant.notebook is assignment.solution else []
        return [*checks, *filter(None, [found])]

    everything = variants(assignment, criteria({test: judges[0].full_marks(test) for test in assignment.tests}))
    with ThreadPoolExecutor(jobs) as pool:
        told = pool.submit(attacker.stand_ins, assignment, kernels)
        complaints = everyday_names(assignment.solution.cells)
        for done, found in enumerate(pool.map(examined, everything, itertools.cycle(range(VARIANTS))), 1):
            complaints += found
            listener(done, len(everything))
        earned = attacker.attack(judges[0], told.result())
    attacked = (*attacker.complaints(assignment, earned), *attacker.oracles(judges))
    return Examination(len(everything), (*complaints, *attacked))
