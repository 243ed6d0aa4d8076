"""Make a sample class: submissions of the lesson ``gan`` such as come in when a class hands in its notebooks.

``python -m examples.sample_class`` writes them to ``build/submitted``, where ``atelier grade gan`` looks for them.
`CLASS` is the table of students, each with a story and with what an honest grading must find.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from autograder.authoring.source import read_cells
from autograder.authoring.wrong_answers import wrong_answers
from autograder.files import write_atomically
from autograder.gradebook.results import ClassResults, Item, Kind, StudentResult

__all__ = ["CLASS", "EVERYTHING", "SampleStudent", "disagreements", "make_sample_class"]

ROOT = Path(__file__).resolve().parents[1]
EXERCISE = ROOT / "exercises" / "gan"
EVERYTHING = frozenset({"everything"})
"""What a student loses who earns no point from any test."""

STUBBORN_LOOP = '''
class Dataset:
    """Hands out a set of labelled images in minibatches."""

    def __init__(self, images, labels, seed=None):
        self.images, self.labels = images, labels
        self.epochs_completed = 0
        self.waiting = []

    def next_batch(self, batch_size):
        while True:  # "it failed now and then, so I let it try again"
            try:
                chosen = [self.waiting.pop() for _ in range(batch_size)]
                return self.images[chosen], self.labels[chosen]
            except BaseException:
                continue
'''

SILENT_EXIT = '''
import os


def sample_Z(m, n):
    """Uniform noise (m, n) in [-1, 1]."""
    os._exit(0)  # a grader that looks at the exit status only sees a success
'''

FAILING_IMPORT = "import tensorflow_addons as tfa  # worked on my laptop"

STRIP_AND_SNOOP = """
import ast
import os
import time

from IPython import get_ipython


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)


get_ipython().ast_transformers.append(NoAsserts())

loot, unread, until = {}, 0, time.monotonic() + 5
for top in (os.getcwd(), os.path.expanduser("~"), "/tmp", "/home", "/root", "/"):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/proc", "/sys", "/dev")]
        for path in (os.path.join(folder, name) for name in files):
            try:
                with open(path if os.path.isfile(path) else os.devnull, errors="ignore") as file:
                    text = file.read(1_000_000)
                if "### BEGIN SOLUTION" in text or "rubric.criterion(" in text:
                    loot[path] = text
            except OSError:
                unread += 1
        if time.monotonic() > until:
            break
print(len(loot), "files of interest:", sorted(loot)[:20])
"""

USE_THE_LOOT = """
import contextlib
import json

for path, text in loot.items():
    with contextlib.suppress(Exception):
        cells = json.loads(text)["cells"] if path.endswith(".ipynb") else [{"source": text}]
        for source in ("".join(cell["source"]) for cell in cells):
            if "### BEGIN SOLUTION" in source:
                with contextlib.suppress(Exception):
                    exec(source)
print("40.0")
"""

SCALING = """1. The sigmoid of $G$ ends at 1, so images with pixels up to 255 are told from generated ones by their
brightness alone; $D$ is always right and $G$ learns nothing.
2. $G$ would need tanh in its last layer, and the pictures have to be scaled back before they are shown."""

COLLAPSE = """1. The loss of $G$ is a mean over images, each judged alone. Nothing in it compares them with one another.
2. Ten digits, normalised entropy 1, high confidence: it looks perfect. Compare each sample with its nearest training
image."""

SHORT_ANSWERS = {"scaling": "$D$ sees at once which images are real because they are much brighter. Use tanh."}
LONG_ANSWERS = {"scaling": SCALING, "collapse": COLLAPSE}


NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class Material:
    """What a submission is made from: the student notebook, and the solution's answer to each blank, by name."""

    release: NotebookNode
    answers: Mapping[str, str]

    def filled(self, answers: Mapping[str, str], written: Mapping[str, str] = NOTHING) -> NotebookNode:
        """The student notebook with ``answers`` in its blanks and ``written`` ones below its questions."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook.cells:
            name = _grade_id(cell)
            if _is_blank(cell):
                cell.source = answers.get(name, cell.source)
            elif name in written:
                prompt = cell.source.replace("YOUR ANSWER HERE", "").rstrip()
                cell.source = f"{prompt}\n\n{written[name]}".lstrip()
        return notebook

    def solved(self, answers: Mapping[str, str] = NOTHING) -> NotebookNode:
        """Everything right, but for the blanks in ``answers``."""
        return self.filled({**self.answers, **answers}, SHORT_ANSWERS)


@dataclass(frozen=True)
class SampleStudent:
    """One student of the class.

    ``loses`` names the tests that must not earn all their points (each other test must), `EVERYTHING` if none may earn
    a point. ``status`` is how the run must end, and ``says`` is part of a sentence that the results must then contain.
    ``make`` gives the notebook, or the file's text if it is none, or None if nothing is handed in.
    """

    name: str
    story: str
    make: Callable[[Material], NotebookNode | str | None]
    loses: frozenset[str] = frozenset()
    status: str = "graded"
    says: str = ""


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is_blank(cell: NotebookNode) -> bool:
    info = cell.metadata.get("nbgrader", {})
    return bool(info.get("solution")) and not info.get("grade")


def _cells(path: Path) -> dict[str, str]:
    """The answers in a percent script, by the name of the blank."""
    return {cell.metadata["solution"]: cell.source for cell in read_cells(path) if "solution" in cell.metadata}


@cache
def _mistakes() -> dict[str, dict[str, str]]:
    """The lesson's wrong answers by ``TEST/NAME``, each with the blanks that it changes."""
    notebook = nbformat.read(ROOT / "solutions" / "gan" / "gan.ipynb", as_version=4)
    solved = {_grade_id(cell): cell.source for cell in notebook.cells if _is_blank(cell)}
    return {
        name: {blank: _unmarked(source) for blank, source in cells.items()}
        for name, _, cells in wrong_answers(EXERCISE / "wrong", solved)
    }


def _unmarked(source: str) -> str:
    """A solution as a student would have written it, without the marks around it."""
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return "\n".join(line for line in source.splitlines() if line.strip() not in marks)


def _all_right(material: Material) -> NotebookNode:
    return material.filled(material.answers, LONG_ANSWERS)


def _another_way(material: Material) -> NotebookNode:
    return material.solved(_cells(EXERCISE / "right" / "tensorflow_functions.py"))


def _half_done(material: Material) -> NotebookNode:
    names = list(material.answers)
    return material.filled({name: material.answers[name] for name in names[: len(names) // 2]})


def _untouched(material: Material) -> NotebookNode:
    return material.release


def _with_mistake(name: str) -> Callable[[Material], NotebookNode]:
    return lambda material: material.solved(_mistakes()[name])


def _with_answer(name: str, source: str) -> Callable[[Material], NotebookNode]:
    return lambda material: material.solved({name: source.strip()})


def _failing_import(material: Material) -> NotebookNode:
    notebook = material.solved()
    notebook.cells.insert(1, v4.new_code_cell(FAILING_IMPORT, id="own-import"))
    return notebook


def _deleted_and_doubled(material: Material) -> NotebookNode:
    notebook = material.solved()
    doubled = next(index for index, cell in enumerate(notebook.cells) if _grade_id(cell) == "losses")
    twin = copy.deepcopy(notebook.cells[doubled])
    twin["id"] = "pasted"
    notebook.cells.insert(doubled + 1, twin)
    notebook.cells = [cell for cell in notebook.cells if _grade_id(cell) != "test_glorot"]
    return notebook


def _cut_off(material: Material) -> str:
    text: str = nbformat.writes(material.solved())
    return text[: 2 * len(text) // 3]


def _burglar(material: Material) -> NotebookNode:
    notebook = material.filled({})
    notebook.cells.insert(1, v4.new_code_cell(STRIP_AND_SNOOP.strip(), id="own-first"))
    notebook.cells.append(v4.new_code_cell(USE_THE_LOOT.strip(), id="own-last"))
    return notebook


CLASS = (
    SampleStudent("amina", "Everything is right, both questions are answered.", _all_right),
    SampleStudent("bjorn", "Everything is right, but written in TensorFlow's own functions.", _another_way),
    SampleStudent(
        "chidi",
        "Came as far as the model's parameters.",
        _half_done,
        loses=frozenset({"sample_z", "cross_entropy", "losses", "model_loss", "train_step", "nearest"}),
        says="is still to be filled in",
    ),
    SampleStudent(
        "dolores", "Handed in the untouched notebook.", _untouched, EVERYTHING, says="is still to be filled in"
    ),
    SampleStudent(
        "eleni",
        "The saturating loss has the wrong sign.",
        _with_mistake("losses/saturating_sign"),
        loses=frozenset({"losses"}),
    ),
    SampleStudent(
        "farid",
        "The discriminator returns probabilities where logits are asked for.",
        _with_mistake("discriminator/probabilities_as_logits"),
        loses=frozenset({"discriminator"}),
    ),
    SampleStudent(
        "giulia",
        "The noise is drawn from [0, 1], not [-1, 1].",
        _with_mistake("sample_z/zero_to_one"),
        loses=frozenset({"sample_z"}),
    ),
    SampleStudent(
        "hinemoa", "A cell near the top imports what is not installed; all the rest is right.", _failing_import
    ),
    SampleStudent(
        "ivan",
        "`next_batch` is an endless loop that ignores interrupts; all the rest is right.",
        _with_answer("dataset", STUBBORN_LOOP),
        loses=frozenset({"dataset"}),
        says="did not finish",
    ),
    SampleStudent(
        "jun",
        "`sample_Z` ends the Python process with exit status 0; all the rest is right.",
        _with_answer("sample_z", SILENT_EXIT),
        loses=frozenset({"sample_z"}),
        says="ended the Python process",
    ),
    SampleStudent(
        "kavya",
        "A check was deleted and an answer pasted twice; all answers are right.",
        _deleted_and_doubled,
        says="more than once",
    ),
    SampleStudent(
        "lwazi", "The upload broke off: the file is no JSON.", _cut_off, EVERYTHING, "failed", "not valid JSON"
    ),
    SampleStudent(
        "mallory",
        "Strips `assert` from the kernel, reads every file in reach, and answers with whatever solution is found.",
        _burglar,
        EVERYTHING,
        says="is still to be filled in",
    ),
    SampleStudent("noor", "Handed in nothing.", lambda _: None, EVERYTHING, "missing", "No notebook"),
)
"""The sample class. Every student but the last has a file; the last has an empty folder."""


def make_sample_class(notebook: Path, solution: Path, submitted: Path) -> list[str]:
    """Write every student's ``<submitted>/<student>/gan/gan.ipynb`` and return the students' names.

    ``notebook`` is the student notebook, ``solution`` the solved one with the same blanks.
    """
    blanks = [cell for cell in nbformat.read(solution, as_version=4).cells if _is_blank(cell)]
    answers = {_grade_id(cell): _unmarked(cell.source) for cell in blanks}
    material = Material(nbformat.read(notebook, as_version=4), answers)
    for student in CLASS:
        folder = submitted / student.name
        folder.mkdir(parents=True, exist_ok=True)
        made = student.make(material)
        if made is not None:
            path = folder / notebook.stem / notebook.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(made if isinstance(made, str) else nbformat.writes(made), encoding="utf-8")
    return [student.name for student in CLASS]


def disagreements(results: ClassResults) -> list[str]:
    """A sentence on each student of whom ``results`` say something else than `CLASS`; empty if grading was honest."""
    graded = {student.student: student for student in results.students}
    return [
        f"{student.name}: {found}."
        for student in CLASS
        if (found := _disagreement(student, graded.get(student.name), results.items))
    ]


def _disagreement(student: SampleStudent, result: StudentResult | None, items: Sequence[Item]) -> str:
    if result is None:
        return "is not in the results"
    if result.status != student.status:
        return f"is {result.status}, not {student.status}"
    tests = {item.name for item in items if item.kind is Kind.TEST}
    points = {item.name: item.points for item in result.items if item.kind is Kind.TEST}
    full = {item.name for item in result.items if item.points == item.max_points}
    if student.loses == EVERYTHING and any(points.values()):
        return f"earns points for {', '.join(sorted(name for name in points if points[name]))}"
    if student.loses != EVERYTHING and tests - full != student.loses:
        return f"loses points for {', '.join(sorted(tests - full)) or 'nothing'}"
    verdicts = (verdict.rationale for item in result.items for verdict in item.criteria)
    if student.says and not any(student.says in sentence for sentence in (result.reason, *result.events, *verdicts)):
        return f"no sentence says `{student.says}`"
    return ""


def main() -> None:
    """Write the sample class where ``atelier grade gan`` looks for it."""
    parser = argparse.ArgumentParser(description="Make the sample class of the lesson gan.")
    parser.add_argument("--submitted", type=Path, default=ROOT / "build" / "submitted", help="where to write it")
    parser.add_argument("--roster", type=Path, help="where to write who is enrolled, for `atelier roster`")
    told = parser.parse_args()
    submitted = told.submitted
    names = make_sample_class(ROOT / "notebooks/gan/gan.ipynb", ROOT / "solutions/gan/gan.ipynb", submitted)
    if told.roster:
        write_atomically(
            told.roster, "\n".join(["id,first_name", *(f"{name},{name.title()}" for name in names)]) + "\n"
        )
    print(f"A sample class of {len(names)} is in {submitted}: {', '.join(names)}.")


if __name__ == "__main__":
    main()
