"""Assignments with tests of their own: nbgrader's rules, in Atelier's sandbox; a bad cell costs its own points only."""

import copy

import pytest
from nbformat import v4, writes
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import determine_grade

from autograder.gradebook.inline import show
from autograder.gradebook.preprocessors import configure, grading, log
from autograder.gradebook.record import Recorder
from autograder.running import kernel_pool
from autograder.running.run import RunResult

ANSWER = "### BEGIN SOLUTION\ndef f():\n    return 2\n### END SOLUTION"
TESTS = {"value": "assert f() == 2", "result": "g()", "calm": "assert 1 + 1 == 2"}
UNSTOPPABLE = "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
MUTE = "get_ipython().showtraceback = lambda *a, **k: None\nget_ipython()._showtraceback = lambda *a, **k: None"


def cell(name, source, points=None):
    info = {"grade_id": name, "grade": points is not None, "solution": points is None, "locked": points is not None}
    points = {} if points is None else {"points": points}
    return v4.new_code_cell(source, metadata={"nbgrader": {**info, **points, "task": False, "schema_version": 3}})


class PlainCourse:
    """A course as nbgrader's manual describes it, graded with Atelier's preprocessors."""

    def __init__(self, root):
        self.root = root
        self.config = grading()
        self.config.CourseDirectory.root = str(root)
        self.config.CourseDirectory.db_url = self.database = f"sqlite:///{root / 'gradebook.db'}"
        self.config.CourseDirectory.assignment_id = "ps"

    def converter(self, kind):
        converter = kind(coursedir=CourseDirectory(config=self.config), config=self.config, log=log)
        converter.force = True
        return converter

    def notebook(self, answer):
        cells = [cell("answer", answer), *(cell(name, source, 2) for name, source in TESTS.items())]
        return v4.new_notebook(cells=cells)

    def release(self):
        self.write(self.root / "source" / "ps" / "p.ipynb", self.notebook(ANSWER))
        self.converter(GenerateAssignment).start()

    def write(self, path, notebook):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(writes(notebook))
        return path

    def hand_in(self, student, answer, edit=None):
        notebook = self.notebook(answer)
        if edit:
            edit(notebook)
        return self.write(self.root / "submitted" / student / "ps" / "p.ipynb", notebook).parent

    def autograde(self):
        self.converter(Autograde).start()

    def scores(self, student):
        with Gradebook(self.database) as gradebook:
            return {grade.name: grade.score for grade in gradebook.find_submission_notebook("p", "ps", student).grades}

    def text(self, student):
        return (self.root / "autograded" / student / "ps" / "p.ipynb").read_text()


@pytest.fixture(scope="module")
def performed_here(kernels):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_pool, "KernelPool", lambda **_: kernels)
        yield


def demo(notebook):
    for each in notebook.cells[1:]:
        each.metadata.tags = ["demo", "skip-execution", "raises-exception"]


RIGHT = "def f():\n    return 2\ndef g():\n    return 2.0"
SUBMISSIONS = {
    # What was handed in, what `value` and `result` must earn, and what the graded notebook must say.
    "right": (RIGHT, 2, 2, ""),
    "wrong": (RIGHT.replace("2\n", "3\n"), 0, 2, "AssertionError"),
    "dies": (f"{RIGHT}\ndef f():\n    import os; os._exit(0)", 0, 2, "ended the Python process"),
    "crashes": (f"{RIGHT}\ndef f():\n    import ctypes; ctypes.string_at(0)", 0, 2, "ended the Python process"),
    "loops": (f"{RIGHT}\ndef f():\n    {UNSTOPPABLE}", 0, 2, "did not finish within 8 seconds of processor time"),
    "floods": (f"{RIGHT}\ndef f():\n    while True: print('x' * 10_000)", 0, 2, "printed more than 1 MB"),
    "mutes": (f"def g():\n    return 2\n{MUTE}", 0, 2, "NameError"),
    "tags": (RIGHT.replace("2\n", "3\n"), 0, 2, "AssertionError"),
    "half": (RIGHT.replace("2.0", "0.5"), 2, 0.5, ""),
    "nan": (RIGHT.replace("2.0", "float('nan')"), 2, 0, "which is no number from 0 to 2"),
    "inf": (RIGHT.replace("2.0", "float('inf')"), 2, 0, "which is no number from 0 to 2"),
    "too much": (RIGHT.replace("2.0", "99"), 2, 0, "which is no number from 0 to 2"),
    "negative": (RIGHT.replace("2.0", "-1"), 2, 0, "which is no number from 0 to 2"),
    "reads": (
        "from helper import TWO\ndef f():\n    return TWO\ndef g():\n    return float(open('data/g').read())",
        2,
        2,
        "",
    ),
    "writes": (f"{RIGHT}\nopen('data/new', 'w').write('x')\nopen('data/g', 'w').write('1')", 2, 2, ""),
}


@pytest.fixture(scope="module")
def graded(performed_here, tmp_path_factory):
    """One class, graded once."""
    plain = PlainCourse(tmp_path_factory.mktemp("plain"))
    plain.config.Execute.timeout = 8
    plain.release()
    for student, (answer, *_) in SUBMISSIONS.items():
        folder = plain.hand_in(student, answer, edit=demo if student == "tags" else None)
        (folder / "data").mkdir()
        (folder / "data" / "g").write_text("2.0")
        (folder / "helper.py").write_text("TWO = 2")
    plain.autograde()
    return plain


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_the_tests_in_the_notebook_decide_and_a_bad_cell_costs_its_own_points(graded, student):
    _, value, result, says = SUBMISSIONS[student]
    assert graded.scores(student) == {"value": value, "result": result, "calm": 2}
    assert says in graded.text(student)


def test_what_a_submission_writes_stays_inside(graded):
    folder = graded.root / "autograded" / "writes" / "ps" / "data"
    assert [path.name for path in folder.iterdir()] == ["g"]
    assert (folder / "g").read_text() == "2.0"


@pytest.fixture
def plain(performed_here, tmp_path):
    plain = PlainCourse(tmp_path)
    plain.release()
    return plain


def test_nbgraders_time_limit_holds(plain):
    plain.config.Execute.timeout = 2
    plain.hand_in("amal", RIGHT.replace("return 2\n", "import time; time.sleep(60)\n    return 2\n"))
    plain.autograde()
    assert plain.scores("amal") == {"value": 0, "result": 2, "calm": 2}


def test_a_test_that_did_not_run_earns_nothing(tmp_path):
    notebook = PlainCourse(tmp_path).notebook(RIGHT)
    show(notebook, RunResult(outputs={0: [], 1: []}, fatal={1: "ended the Python process"}))
    assert [determine_grade(each)[0] for each in notebook.cells[1:]] == [0, 0, 0]
    assert ["did not run" in str(each.outputs) for each in notebook.cells[1:]] == [False, True, True]


def test_what_cannot_be_performed_is_refused_and_others_are_graded(plain, tmp_path):
    plain.hand_in("zoe", RIGHT)
    (plain.hand_in("links", RIGHT) / "mine.txt").symlink_to(tmp_path / "gradebook.db")
    (plain.hand_in("large", RIGHT) / "large.bin").write_bytes(bytes(9 * 2**20))
    spec = {"name": "ir", "display_name": "R", "language": "R"}
    plain.hand_in("in R", "f <- 2", edit=lambda notebook: notebook.metadata.update(kernelspec=spec))
    with pytest.raises(NbGraderException):
        plain.autograde()
    assert {path.parent.parent.name for path in (plain.root / "autograded").glob("*/ps/*")} == {"zoe"}
    assert plain.scores("zoe") == {"value": 2, "result": 2, "calm": 2}


def test_an_assignment_whose_hidden_tests_are_missing_gives_no_points_for_its_checks(tiny, performed_here):
    """Its visible checks do not fail, so that nbgrader alone would give everybody everything."""
    Recorder(tiny)
    path = tiny.course.submitted / "amal" / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(writes(copy.deepcopy(tiny.release)))
    tiny.source.unlink()
    config = configure(tiny.course)
    config.CourseDirectory.assignment_id = "tiny"
    with pytest.raises(NbGraderException):
        Autograde(coursedir=CourseDirectory(config=config), config=config, log=log).start()
    with Gradebook(tiny.course.database) as gradebook:
        assert gradebook.find_submission("tiny", "amal").score == 0
