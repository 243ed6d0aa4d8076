"""A small course with a roster, made once and copied for each test, and a server that runs nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring import build
from autograder.authoring.skeleton import new
from autograder.course import Course
from autograder.gradebook.record import Recorder
from autograder.gradebook.roster import Enrolled, save_roster
from autograder.platforms.people import enrol
from autograder.serving import grader
from tests.autograder.serving.lti_platform import platform
from tests.autograder.serving.stubs import StubRunner, running

ROOT = Path(__file__).resolve().parents[3]
PEOPLE = [
    Enrolled("ana", "Lima", "Ana", "ana@example.org"),
    Enrolled("bo", "Berg", "Bo"),
    Enrolled("chi", "Cho", "Chi"),
]


def make_another(folder):
    """Give the lesson names and texts of its own."""
    for path in folder.glob("*.py"):
        text = path.read_text().replace("mean_squared_error", "squares").replace("Mean squared error", "Squares")
        path.write_text(text.replace("The idea, the formula, a picture.", "Another idea."))


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The course as it is before the first day."""
    root = tmp_path_factory.mktemp("serving") / "course"
    (root / "exercises").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    course = Course(root)
    for name in ("tiny", "other"):
        new(course, name)
        if name == "other":
            make_another(root / "exercises" / name)
        build.build(course.assignment(name))
    (root / "serving.toml").write_text('time_zone = "Europe/Berlin"\n[every]\nattempts_an_hour = 50\nattempts = 60\n')
    save_roster(course, PEOPLE)
    with Recorder(course.assignment("tiny")).gradebook() as gradebook:
        enrol(gradebook, PEOPLE)
    Recorder(course.assignment("other"))
    return root


@pytest.fixture
def course(made, tmp_path):
    """A copy of it."""
    root = tmp_path / "course"
    shutil.copytree(made, root)
    return Course(root)


@pytest.fixture
def stubbed(monkeypatch):
    """Nothing is run in this process."""
    monkeypatch.setattr(grader, "ThreadRunner", StubRunner)
    monkeypatch.setattr(StubRunner, "sent", [])
    monkeypatch.setattr(StubRunner, "judged_between", [])
    monkeypatch.setattr(StubRunner, "log", None)
    StubRunner.held.clear()


@pytest.fixture
def door(course, stubbed):
    """A server in which nothing is run."""
    with running(course) as server:
        yield server


@pytest.fixture
def school():
    """A learning platform."""
    with platform() as found:
        yield found


@pytest.fixture(scope="module")
def nursery():
    """Where servers come from."""
    words = [sys.executable, "-m", "tests.autograder.serving.stubs"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.stdin.close()
