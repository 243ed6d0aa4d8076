"""What an attack is: a submission of the lesson `gan` with something hostile in it, and the outcome that it must have.

Every module here that has a list ``ATTACKS`` adds its cases to the suite. All of them are graded as one class.
"""

import copy
import importlib
import pkgutil
import textwrap
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from autograder.course import Assignment
from autograder.gradebook.results import StudentResult

CATEGORIES = {
    1: "objects that equal everything, subclasses, odd types",
    2: "NaN, infinity, wrong shape or dtype, scalars that broadcast",
    3: "NumPy's, Keras's and TensorFlow's functions patched",
    4: "builtins patched",
    5: "input and syntax-tree transformers of IPython",
    6: "the kernel's own methods, hooks and comms patched",
    7: "printed and displayed forgeries of results",
    8: "sys.exit",
    9: "sudden death of the process",
    10: "search of memory for answers, seeds and judges",
    11: "reading tests, solutions, submissions, processes",
    12: "writing to the grader, to others, to packages",
    13: "code that acts later",
    14: "pickles and other payloads as answers",
    15: "forged protocol messages",
    16: "endless loops",
    17: "memory hogs",
    18: "fork bombs",
    19: "floods of output and of disk",
    20: "network",
    21: "shadow modules beside the notebook",
    22: "graded cells and metadata changed",
    23: "odd archives, names and files",
    24: "recognising the grader, hard-coded examples",
    25: "answers echoed, ignored inputs",
    26: "random numbers forced",
    27: "ptrace, signals and shared memory",
    0: "control group: honest, full marks",
}

TESTS = (
    *("transform", "dataset", "glorot", "generator", "discriminator", "parameters", "sample_z", "cross_entropy"),
    *("losses", "model_loss", "train_step", "nearest"),
)
NOTHING = dict.fromkeys(TESTS, 0.0)
"""What is earned by one who has no right answer at all."""

SECRET = "5ec2e7a77e1ca11ab1edecade5ca1ab1e0ddba11decafbadfeedfacec0ffee42"
"""The course's secret in this run, so that attacks can look for it."""

CANARY = "atelier-attack-was-here"
"""Attacks that write files name them so; none of that name may be found on the host afterwards."""


@dataclass(frozen=True)
class Attack:
    """A submission and its outcome.

    It starts as the student notebook with every blank filled rightly, or with none if not ``solved``. Then ``blanks``
    are answered with other code, ``first`` and ``last`` become cells in front and behind, ``edit`` changes the notebook
    as it likes, and ``write`` the submission's folder ``STUDENT/gan`` (the notebook is there already).

    ``earns`` gives the points of the tests that lose some; every other test keeps all. ``says`` is part of a sentence
    that events, reason or rationales must hold, ``silent`` one that must be in none of them. ``status`` is how the run ends.
    """

    name: str
    category: int
    earns: Mapping[str, float] = field(default_factory=dict)
    blanks: Mapping[str, str] = field(default_factory=dict)
    solved: bool = True
    first: str = ""
    last: str = ""
    edit: Callable[[NotebookNode], None] | None = None
    write: Callable[[Path], None] | None = None
    says: str = ""
    silent: str = ""
    status: str = "graded"

    def notebook(self, assignment: Assignment) -> NotebookNode:
        """What is handed in."""
        notebook = copy.deepcopy(assignment.release)
        answers = solved_blanks(assignment) if self.solved else {}
        answers = answers | {name: textwrap.dedent(source).strip() for name, source in self.blanks.items()}
        for cell in blank_cells(notebook):
            cell.source = answers.pop(cell.metadata.nbgrader.grade_id, cell.source)
        assert not answers, f"{self.name} answers blanks that the lesson does not have: {set(answers)}"
        if self.first:
            notebook.cells.insert(0, v4.new_code_cell(textwrap.dedent(self.first).strip(), id="first"))
        if self.last:
            notebook.cells.append(v4.new_code_cell(textwrap.dedent(self.last).strip(), id="last"))
        if self.edit:
            self.edit(notebook)
        return notebook

    def hand_in(self, assignment: Assignment, student: str) -> None:
        """Put the submission where `atelier grade` looks for it."""
        path = assignment.course.submitted / student / assignment.name / f"{assignment.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(nbformat.v4.writes(self.notebook(assignment)), encoding="utf-8")
        if self.write:
            self.write(path.parent)


def blank_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells that a student fills in."""
    infos = ((cell, cell.metadata.get("nbgrader", {})) for cell in notebook.cells)
    return [cell for cell, info in infos if info.get("solution") and not info.get("grade")]


def solved_blanks(assignment: Assignment) -> dict[str, str]:
    """The solution's answer to each blank."""
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in blank_cells(assignment.solution)}


def sentences(result: StudentResult) -> str:
    """All that grading said about one submission, a line for each sentence."""
    rationales = (verdict.rationale for item in result.items for verdict in item.criteria)
    return "\n".join((result.reason, *result.events, *rationales))


def load() -> list[Attack]:
    """The attacks of every module here, mixed so that each category is spread over the whole class."""
    by_category = defaultdict(list)
    for module in sorted(each.name for each in pkgutil.iter_modules([str(Path(__file__).parent)])):
        if module not in {"__main__", "conftest"} and not module.startswith("test_"):
            for attack in getattr(importlib.import_module(f"tests.attacks.{module}"), "ATTACKS", []):
                by_category[attack.category].append(attack)
    placed = (
        ((number + 0.5) / len(attacks), category, attack)
        for category, attacks in by_category.items()
        for number, attack in enumerate(attacks)
    )
    return [attack for _, _, attack in sorted(placed, key=lambda place: place[:2])]
