"""Atelier's page is the feedback everywhere: a round trip through nbgrader's exchange, by nbgrader's own commands."""

import re
import shutil
from html import unescape

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from typer.testing import CliRunner

from autograder.cli import app
from autograder.gradebook.grade import grade
from autograder.gradebook.preprocessors import configure
from autograder.gradebook.record import BESIDE
from autograder.running import kernel_pool
from tests.autograder.gradebook.nbgrader_commands import nbgrader
from tests.autograder.gradebook.test_grade import ONE, RIGHT, WRONG, hand_in, points
from tests.autograder.gradebook.test_inline import ANSWER, PlainCourse

SENTENCE = "Square each difference, then take the mean over all of them."
"""A hint of the judge, which no page of nbgrader's would set as ours does."""


@pytest.fixture
def campus(tiny, kernels, tmp_path, monkeypatch):
    """The course with an exchange, and a folder for each student."""
    monkeypatch.setitem(
        kernel_pool._warm_kernels, kernel_pool.KernelPool(), kernel_pool.warm_kernel(kernels)
    )  # for nbgrader's commands
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{kind}_DIR", str(tmp_path / f"jupyter-{kind}"))
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)
    config = tiny.course.root / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n")
    for student in ("amal", "bo"):
        (tmp_path / student).mkdir()
    return tiny


class Student:
    """Someone who works in a folder of their own."""

    def __init__(self, tmp_path, name):
        self.name, self.folder = name, tmp_path / name
        self.exchange = (
            "--course=atelier",
            f"--student={name}",
            f"--Exchange.root={tmp_path / 'exchange'}",
            f"--Exchange.cache={self.folder / 'cache'}",
        )

    def does(self, command):
        nbgrader(self.folder, command, "tiny", *self.exchange)

    def fills_in(self, body):
        path = self.folder / "tiny" / "tiny.ipynb"
        path.chmod(0o644)
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "mean_squared_error":
                cell.source = re.split("    raise NotImplementedError|    return", cell.source)[0] + body
        nbformat.write(notebook, path)

    def fetched(self):
        return sorted((self.folder / "tiny" / "feedback").glob("*/tiny.html"))


def test_a_student_fetches_ateliers_page(campus, tmp_path, monkeypatch):
    root, output = campus.course.root, campus.course.output
    amal, bo = Student(tmp_path, "amal"), Student(tmp_path, "bo")
    nbgrader(root, "release_assignment", "tiny")
    for student, body in ((amal, RIGHT), (bo, WRONG)):
        student.does("fetch_assignment")
        student.fills_in(body)
        student.does("submit")
    nbgrader(root, "collect", "tiny")
    hand_in(campus, "cleo", RIGHT)  # came by mail: she cannot fetch anything, and must not be in the others' way
    assert points(grade(campus, workers=ONE)) == {"amal": 2, "bo": 0.5, "cleo": 2}
    autograded = output / "autograded" / "bo" / "tiny"
    assert {path.name for path in autograded.iterdir()} == {"tiny.ipynb", *BESIDE}

    monkeypatch.chdir(root)
    done = CliRunner().invoke(app, ["report", "tiny"])
    assert done.exit_code == 0, done.output
    page = output / "feedback" / "bo" / "tiny" / "tiny.html"
    of_report = page.read_bytes()
    assert SENTENCE.encode() in of_report
    assert f"../feedback/bo/tiny/{page.name}" in (output / "report" / "tiny.html").read_text()
    nbgrader(root, "release_feedback", "tiny")
    for student in (amal, bo):
        student.does("fetch_feedback")
        (page,) = student.fetched()
        assert page.read_bytes() == (output / "feedback" / student.name / "tiny" / "tiny.html").read_bytes()
    assert bo.fetched()[0].read_bytes() == of_report

    # nbgrader's own command makes the same page, of the answer that was handed in last.
    shutil.rmtree(output / "feedback")
    nbgrader(root, "generate_feedback", "tiny")
    assert (output / "feedback" / "bo" / "tiny" / "tiny.html").read_bytes() == of_report
    bo.fills_in(RIGHT)
    bo.does("submit")
    nbgrader(root, "collect", "tiny", "--update")
    assert points(grade(campus, workers=ONE))["bo"] == 2
    nbgrader(root, "generate_feedback", "tiny", "--force")
    nbgrader(root, "release_feedback", "tiny")
    bo.does("fetch_feedback")
    first, second = bo.fetched()
    assert first.read_bytes() == of_report
    assert second.read_bytes() == (output / "feedback" / "bo" / "tiny" / "tiny.html").read_bytes()
    assert SENTENCE.encode() not in second.read_bytes()


@pytest.mark.filterwarnings("ignore:Passing unrecognized arguments:DeprecationWarning")  # nbgrader's own slip
def test_feedback_that_nobody_has_generated_is_one_sentence(campus, caplog):
    config = configure(campus.course)
    config.Exchange.root = str(campus.course.root.parent / "exchange")
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    assert api.course_id == "atelier"
    assert not api.exchange_missing
    said = api.release_feedback("tiny")
    assert said["success"]
    assert "run `nbgrader generate_feedback` first" in said["log"]


def test_the_page_goes_to_the_output_that_the_configuration_names(campus, tmp_path):
    """And nbgrader's commands then use that folder's secret, gradebook and reference."""
    config = campus.course.root / "nbgrader_config.py"
    elsewhere = "Course(Path(__file__).parent, Path(__file__).parent / 'other', Path(__file__).parent / 'sent')"
    config.write_text(config.read_text().replace("Course(Path(__file__).parent)", elsewhere))
    other = type(campus.course)(campus.course.root, campus.course.root / "other", campus.course.root / "sent")
    hand_in(other.assignment("tiny"), "amal", RIGHT)
    nbgrader(campus.course.root, "autograde", "tiny")
    nbgrader(campus.course.root, "generate_feedback", "tiny", "--student=amal")
    assert "2</span> of 3 points" in (other.output / "feedback" / "amal" / "tiny" / "tiny.html").read_text()
    assert (other.output / "secret").is_file()
    assert not (campus.course.output / "secret").exists()
    before = (other.output / "autograded" / "amal" / "tiny" / "tiny.ipynb").stat().st_mtime_ns
    assert points(grade(other.assignment("tiny"), workers=ONE)) == {"amal": 2}
    assert (other.output / "autograded" / "amal" / "tiny" / "tiny.ipynb").stat().st_mtime_ns != before


def test_an_assignment_with_tests_of_its_own_gets_nbgraders_page(campus):
    """It has no judge, so that our page would have nothing to say."""
    plain = PlainCourse(campus.course.root)
    plain.write(campus.course.root / "solutions" / "ps" / "p.ipynb", plain.notebook(ANSWER))
    nbgrader(campus.course.root, "generate_assignment", "ps")
    plain.write(campus.course.submitted / "amal" / "ps" / "p.ipynb", plain.notebook("def f():\n    return 2"))
    nbgrader(campus.course.root, "autograde", "ps")
    nbgrader(campus.course.root, "generate_feedback", "ps")
    page = (campus.course.output / "feedback" / "amal" / "ps" / "p.html").read_text()
    assert "assert f() == 2" in unescape(re.sub("<[^>]+>", "", page))  # its code comes in colours
    assert "Content-Security-Policy" not in page
