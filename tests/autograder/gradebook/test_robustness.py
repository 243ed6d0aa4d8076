"""Odd but honest submissions, on which stock nbgrader stops, gives nothing or gives everything: one class of them."""

import copy

import nbformat
import pytest
from nbformat import NotebookNode, v4
from nbgrader.utils import determine_grade
from test_grade import ONE, RIGHT, hand_in

from autograder.authoring import build
from autograder.authoring.skeleton import new
from autograder.course import Course
from autograder.gradebook.grade import grade
from autograder.gradebook.preprocessors import annotate
from autograder.gradebook.record import _as_file
from autograder.gradebook.results import Status
from autograder.judging import Judgement, Outcome, Verdict
from autograder.running.run import RunResult

ANSWER = "It dominates."
STUBBORN = "while True:\n    try:\n        while True: pass\n    except BaseException: pass"


def find(notebook, name):
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def emptied(notebook):
    notebook.cells = []


def without_metadata(notebook):
    notebook.metadata = {}
    for cell in notebook.cells:
        cell.metadata = {}


def without_metadata_and_ids(notebook):
    without_metadata(notebook)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"new-{number}"


def without_test(notebook):
    notebook.cells.remove(find(notebook, "test_mean_squared_error"))


def doubled(notebook):
    for name in ("mean_squared_error", "test_mean_squared_error", "outliers"):
        cell = find(notebook, name)
        notebook.cells.insert(notebook.cells.index(cell), NotebookNode({**copy.deepcopy(cell), "id": f"{cell.id}-2"}))


def retyped(notebook):
    for name, new_cell in (("test_mean_squared_error", v4.new_markdown_cell), ("outliers", v4.new_code_cell)):
        cell = find(notebook, name)
        notebook.cells[notebook.cells.index(cell)] = new_cell(cell.source, metadata=cell.metadata)


def adding(source, position=-1):
    return lambda notebook: notebook.cells.insert(position % (len(notebook.cells) + 1), v4.new_code_cell(source))


RESULT = (
    "import sys\n"
    "def after(*_):\n"
    "    print('careful', file=sys.stderr)\n"
    "    get_ipython().displayhook(float({!r}))\n"
    "get_ipython().events.register('post_execute', after)"
)

SUBMISSIONS = {
    # How it differs from a right one: the points of the test, whether the answer waits for a teacher, what is said.
    "as it should be": (None, 2, True, ""),
    "empty": (emptied, 0, False, "The cell `test_mean_squared_error` had been deleted; it was put back."),
    "no metadata": (without_metadata, 2, True, ""),
    "no metadata, new ids": (
        without_metadata_and_ids,
        2,
        True,
        "The cell `outliers` had been deleted; it was put back.",
    ),
    "no test": (without_test, 2, True, "had been deleted; it was put back."),
    "doubled": (doubled, 2, True, "The cell `outliers` was there more than once; the last one counted."),
    "retyped": (retyped, 2, True, "The cell `outliers` had been turned into a code cell; it was turned back."),
    "warns": (adding("import sys, warnings\nwarnings.warn('odd')\nprint('odd', file=sys.stderr)", 1), 2, True, ""),
    "shows nan": (adding(RESULT.format("nan"), 1), 2, True, ""),
    "shows more than there is": (adding(RESULT.format("1000"), 1), 2, True, ""),
    "shows less than nothing": (adding(RESULT.format("-1"), 1), 2, True, ""),
    "loops": (
        adding(STUBBORN),
        2,
        True,
        "Code cell 6 did not finish within 12 seconds of processor time; it was left out.",
    ),
    "dies": (adding("import os\nos._exit(9)"), 2, True, "Code cell 6 ended the Python process"),
    "fails": (adding("1 / 0", 1), 2, True, "Code cell 1 stopped with ZeroDivisionError"),
}


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    """An assignment, and a class that has handed in."""
    root = tmp_path_factory.mktemp("odd") / "course"
    (root / "exercises").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text("")
    course = Course(root)
    new(course, "tiny")
    assignment = course.assignment("tiny")
    build.build(assignment)
    for student, (edit, *_) in SUBMISSIONS.items():
        hand_in(assignment, student, RIGHT, ANSWER, edit)
    return assignment


@pytest.fixture(scope="module")
def graded(assignment, kernels):
    """The results of the class, graded once, by student."""
    return {result.student: result for result in grade(assignment, workers=ONE, kernels=kernels).students}


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_an_odd_submission_earns_what_its_answers_deserve(graded, student):
    _, points, waits, said = SUBMISSIONS[student]
    result = graded[student]
    assert result.status is Status.GRADED
    test, question = result.items
    assert test.points == points
    assert (question.points is None) is waits
    assert any(said in event for event in result.events) if said else result.events == ()


@pytest.mark.parametrize("student", [name for name in SUBMISSIONS if name.startswith("shows")])
def test_what_only_looks_like_a_result_is_still_shown(assignment, graded, student):
    path = assignment.course.output / "autograded" / student / "tiny" / "tiny.ipynb"
    cell = find(nbformat.read(path, as_version=4), "test_mean_squared_error")
    shown = [output.data["text/plain"] for output in cell.outputs if output.output_type == "display_data"]
    assert shown[0] in ("nan", "1000.0", "-1.0")
    assert any("careful" in output.text for output in cell.outputs if output.output_type == "stream")


@pytest.mark.parametrize(
    "output",
    [
        v4.new_output("execute_result", {"text/plain": "nan"}),
        v4.new_output("execute_result", {"text/plain": "1000.0"}),
        v4.new_output("execute_result", {"image/png": "aGk="}),
        v4.new_output("stream", name="stderr", text="a warning"),
        v4.new_output("error", ename="KeyError", evalue="x", traceback=["KeyError: x"]),
    ],
)
def test_whatever_a_test_cell_puts_out_nbgrader_reads_the_judges_points(tiny, output):
    notebook = copy.deepcopy(tiny.release)
    place = notebook.cells.index(find(notebook, "test_mean_squared_error"))
    verdicts = (Verdict("value", Outcome.PASSED, 1.5, 1.5, "Yes."), Verdict("at zero", Outcome.FAILED, 0.0, 0.5, "No."))
    judgement = Judgement("mean_squared_error", verdicts)
    annotate(notebook, RunResult(outputs={place: [output]}), {"mean_squared_error": judgement})
    assert determine_grade(notebook.cells[place]) == (1.5, 2.0)
    nbformat.validate(notebook)


@pytest.mark.parametrize("number", [1, 2**70])
@pytest.mark.parametrize("source", ["print('ü🙂')", "half of a character: \ud83d", "a\x00b"])
def test_a_graded_notebook_is_written_as_nbformat_reads_it(source, number):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source, metadata={"number": number})])
    assert nbformat.reads(_as_file(notebook), as_version=4) == notebook
