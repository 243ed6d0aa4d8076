"""The sample class: every story of its table is in the files that are written."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest
from msgspec.structs import replace
from nbformat import NotebookNode, v4

from autograder.authoring.examine import blanks
from autograder.authoring.wrong_answers import wrong_answers
from autograder.course import Course
from autograder.gradebook.results import ClassResults, Item, ItemOutcome, ItemResult, Kind, Status, StudentResult
from autograder.judging import Outcome, Verdict
from examples.sample_class import CLASS, EVERYTHING, EXERCISE, ROOT, SampleStudent, disagreements, make_sample_class

BLANKS = (
    *("transform", "dataset", "glorot", "generator", "discriminator", "parameters"),
    *("sample_z", "cross_entropy", "losses", "model_loss", "train_step", "nearest"),
)
STUDENTS = {student.name: student for student in CLASS}


def _cell(name: str, source: str, *, solution: bool, grade: bool) -> NotebookNode:
    new = v4.new_markdown_cell if solution and grade else v4.new_code_cell
    return new(source, metadata={"nbgrader": {"grade_id": name, "solution": solution, "grade": grade}})


def _lesson(*, solved: bool) -> NotebookNode:
    """A tiny stand-in for the lesson, with the same blanks."""
    cells = [v4.new_markdown_cell("# Digits"), v4.new_code_cell("import numpy as np")]
    for name in BLANKS:
        body = (
            f"    ### BEGIN SOLUTION\n    return '{name}'\n    ### END SOLUTION"
            if solved
            else "    raise NotImplementedError"
        )
        cells.append(_cell(name, f"def {name}():\n{body}", solution=True, grade=False))
        cells.append(_cell(f"test_{name}", f"{name}()", solution=False, grade=True))
    cells.append(_cell("scaling", "Why?\n\nYOUR ANSWER HERE", solution=True, grade=True))
    return v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample class made from the stand-in."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "gan.ipynb").write_text(nbformat.writes(_lesson(solved=False)), encoding="utf-8")
    (folder / "solved.ipynb").write_text(nbformat.writes(_lesson(solved=True)), encoding="utf-8")
    names = make_sample_class(folder / "gan.ipynb", folder / "solved.ipynb", folder / "submitted")
    assert names == [student.name for student in CLASS]
    return folder / "submitted"


def _notebook(submitted: Path, student: str) -> NotebookNode:
    return nbformat.read(submitted / student / "gan" / "gan.ipynb", as_version=4)


def _sources(submitted: Path, student: str) -> dict[str, str]:
    cells = _notebook(submitted, student).cells
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}


def _unfilled(sources: dict[str, str]) -> set[str]:
    return {name for name, source in sources.items() if "NotImplementedError" in source}


def test_names_are_unique_and_stories_are_sentences() -> None:
    """The table is documentation, too."""
    assert len(STUDENTS) == len(CLASS)
    assert all(student.story.endswith(".") for student in CLASS)
    assert all(student.loses <= {*BLANKS, *EVERYTHING} for student in CLASS)


@pytest.mark.parametrize(
    "student", [student for student in CLASS if student.status == "graded"], ids=lambda each: each.name
)
def test_what_can_be_graded_is_a_valid_notebook_with_python_in_it(submitted: Path, student: SampleStudent) -> None:
    """Each student's fault is the one of the story, not a slip of this script."""
    notebook = _notebook(submitted, student.name)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
            assert "### BEGIN" not in cell.source or student.name == "mallory"


def test_only_half_done_untouched_and_burglar_leave_blanks(submitted: Path) -> None:
    """And they leave those that the table says they lose."""
    for student in CLASS[:-1]:
        if student.status == "graded":
            expected = {"chidi": STUDENTS["chidi"].loses, "dolores": set(BLANKS), "mallory": set(BLANKS)}
            assert _unfilled(_sources(submitted, student.name)) == expected.get(student.name, set()), student.name


def test_everything_right_is_the_solution_with_answers(submitted: Path) -> None:
    """Without the marks that only the source has."""
    sources = _sources(submitted, "amina")
    assert sources["losses"] == "def losses():\n    return 'losses'"
    assert sources["scaling"].startswith("Why?\n\n1. ")


@pytest.mark.parametrize("name", ["eleni", "farid", "giulia", "ivan", "jun"])
def test_one_mistake_changes_one_blank(submitted: Path, name: str) -> None:
    """The one that the table says is lost."""
    right, own = _sources(submitted, "amina"), _sources(submitted, name)
    assert {blank for blank in BLANKS if right[blank] != own[blank]} == STUDENTS[name].loses


@pytest.mark.parametrize("name", ["eleni", "farid", "giulia"])
def test_classic_mistakes_are_those_of_the_examined_wrong_answers(submitted: Path, name: str) -> None:
    """So that each build examines what they lose."""
    (blank,) = STUDENTS[name].loses
    solved = {blank: cell.source for blank, cell in blanks(Course(ROOT).assignment("gan").solution).items()}
    wrong = [sources.get(blank) for _, _, sources in wrong_answers(EXERCISE / "wrong", solved)]
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    unmarked = {"\n".join(line for line in (text or "").split("\n") if line.strip() not in marks) for text in wrong}
    assert _sources(submitted, name)[blank] in unmarked


def test_another_way_answers_every_blank_differently(submitted: Path) -> None:
    """In the idiom of one of the examined right answers."""
    right, own = _sources(submitted, "amina"), _sources(submitted, "bjorn")
    assert all(right[blank] != own[blank] for blank in BLANKS)


def test_one_cell_is_gone_and_one_is_there_twice(submitted: Path) -> None:
    """With its nbgrader metadata, as when cells are copied in Jupyter."""
    ids = [
        cell.metadata.nbgrader.grade_id for cell in _notebook(submitted, "kavya").cells if "nbgrader" in cell.metadata
    ]
    assert "test_glorot" not in ids
    assert ids.count("losses") == 2


def test_the_failing_import_is_near_the_top(submitted: Path) -> None:
    """Before the first blank."""
    assert _notebook(submitted, "hinemoa").cells[1].source.startswith("import tensorflow_addons")


def test_the_cut_off_file_is_not_json(submitted: Path) -> None:
    """It begins like a notebook and breaks off."""
    text = (submitted / "lwazi" / "gan" / "gan.ipynb").read_text(encoding="utf-8")
    assert text.startswith("{")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_one_student_has_an_empty_folder(submitted: Path) -> None:
    """Nothing handed in."""
    assert list((submitted / "noor").iterdir()) == []


def test_the_class_is_made_the_same_again(submitted: Path, tmp_path: Path) -> None:
    """Byte for byte."""
    make_sample_class(submitted.parent / "gan.ipynb", submitted.parent / "solved.ipynb", tmp_path)
    for path in submitted.rglob("*.ipynb"):
        assert (tmp_path / path.relative_to(submitted)).read_bytes() == path.read_bytes()


def _result(student: SampleStudent) -> StudentResult:
    """What an honest grading says of ``student``."""
    lost = set(BLANKS) if student.loses == EVERYTHING else student.loses
    items = []
    for name in BLANKS:
        outcome, points = (Outcome.FAILED, 0.0) if name in lost else (Outcome.PASSED, 1.0)
        criteria = (Verdict("all", outcome, points, 1.0, student.says),)
        items.append(ItemResult(name, Kind.TEST, points, 1.0, ItemOutcome(outcome.value), criteria=criteria))
    return StudentResult(student.name, Status(student.status), student.says, 0.0, 11.0, items=tuple(items))


def test_an_honest_grading_is_told_from_a_dishonest_one() -> None:
    """Wrong status, points that were not earned, points withheld, a missing reason, a missing student."""
    items = tuple(Item(name, Kind.TEST, 1.0) for name in BLANKS)
    honest = [_result(student) for student in CLASS]
    results = ClassResults("gan", "", "", 11.0, items, tuple(honest))
    assert disagreements(results) == []

    by_name = {result.student: result for result in honest}
    by_name["amina"] = replace(by_name["amina"], status=Status.FAILED)
    by_name["mallory"] = replace(by_name["mallory"], items=by_name["amina"].items)
    by_name["kavya"] = replace(by_name["kavya"], items=by_name["jun"].items, reason="more than once")
    by_name["lwazi"] = replace(by_name["lwazi"], reason="", items=())
    del by_name["noor"]
    found = disagreements(replace(results, students=tuple(by_name.values())))
    assert [sentence.split(":")[0] for sentence in found] == ["amina", "kavya", "lwazi", "mallory", "noor"]
    assert "loses points for sample_z" in found[1]
