"""nbgrader's commands as a script or a notebook calls them, and those that stand beside grading."""

import asyncio
import csv
import json
import zipfile

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.gradebook.grade import grade, save_results
from autograder.gradebook.preprocessors import configure
from autograder.gradebook.record import Recorder
from autograder.running import kernel_pool
from tests.autograder.gradebook.nbgrader_commands import nbgrader
from tests.autograder.gradebook.test_grade import DEADLY, ONE, RIGHT, WRONG, hand_in, points


@pytest.fixture
def classroom(tiny, kernels, tmp_path, monkeypatch):
    """Three submissions, and no gradebook yet."""
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{kind}_DIR", str(tmp_path / f"jupyter-{kind}"))
    monkeypatch.setitem(
        kernel_pool._warm_kernels, kernel_pool.KernelPool(), kernel_pool.warm_kernel(kernels)
    )  # for nbgrader's commands
    for student, body in {"amal": RIGHT, "bo": WRONG, "dag": DEADLY}.items():
        hand_in(tiny, student, body, "It dominates.")
    return tiny


def an_api(assignment):
    config = configure(assignment.course)
    return NbGraderAPI(CourseDirectory(config=config), config=config)


def scores(assignment):
    with Gradebook(assignment.course.database) as gradebook:
        return {each.student.id: each.score for each in gradebook.assignment_submissions("tiny")}


async def _within_a_loop(call):
    return call()


@pytest.mark.parametrize("surroundings", ["script", "notebook"])
def test_autograde_works_with_and_without_a_running_loop(classroom, surroundings):
    """And on a course that `atelier grade` has never seen."""
    api = an_api(classroom)
    for student in ("amal", "bo"):

        def call(student=student):
            return api.autograde("tiny", student)

        done = call() if surroundings == "script" else asyncio.run(_within_a_loop(call))
        assert done["success"], done
    assert scores(classroom) == {"amal": 2, "bo": 0.5}
    results = save_results(Recorder(classroom), ["amal", "bo"])
    assert points(results) == {"amal": 2, "bo": 0.5}
    assert api.get_autograded_students("tiny") == {"amal", "bo"}
    assert api.generate_feedback("tiny", "bo")["success"]
    page = classroom.course.output / "feedback" / "bo" / "tiny" / "tiny.html"
    assert "0.5</span> of 3 points" in page.read_text()


def test_the_commands_give_the_scores_of_atelier_grade(classroom):
    root = classroom.course.root
    nbgrader(root, "autograde", "tiny", "--student=bo")
    assert scores(classroom) == {"bo": 0.5}
    nbgrader(root, "autograde", "tiny")
    theirs = scores(classroom)
    assert theirs == {"amal": 2, "bo": 0.5, "dag": 0}
    nbgrader(root, "generate_feedback", "tiny", "--force")
    pages = {path: path.read_bytes() for path in classroom.course.feedback.rglob("*.html")}
    assert len(pages) == 3
    assert points(grade(classroom, workers=ONE, force=True)) == theirs
    nbgrader(root, "autograde", "tiny", "--force")
    nbgrader(root, "generate_feedback", "tiny", "--force")
    assert scores(classroom) == theirs
    assert set(classroom.course.feedback.rglob("*.html")) == set(pages)
    nbgrader(root, "export", "--to=grades.csv")
    with (root / "grades.csv").open() as file:
        assert {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)} == theirs


def test_what_nbgrader_performed_is_judged_again_without_performing(classroom, monkeypatch):
    nbgrader(classroom.course.root, "autograde", "tiny")
    judges = classroom.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    monkeypatch.setattr(kernel_pool, "run", lambda *_, **__: pytest.fail("nothing is to be run"))
    results = grade(classroom.course.assignment("tiny"), workers=ONE)
    assert points(results) == {"amal": 2, "bo": 1, "dag": 0}


def test_generate_assignment_makes_what_atelier_build_makes(classroom):
    before = classroom.release_path.read_bytes()
    nbgrader(classroom.course.root, "generate_assignment", "tiny", "--force")
    assert classroom.release_path.read_bytes() == before


def test_update_leaves_the_notebooks_as_they_were_built(classroom):
    built = {path: json.loads(path.read_text()) for path in (classroom.solution_path, classroom.release_path)}
    nbgrader(classroom.course.root, "update", ".")
    assert {path: json.loads(path.read_text()) for path in built} == built
    assert [path for path in built if json.loads(path.read_text())["nbformat"] != 4] == []


def test_students_and_due_dates_by_nbgrader_db(classroom):
    root = classroom.course.root
    nbgrader(root, "db", "assignment", "add", "tiny", "--duedate=2030-01-01 00:00 UTC")
    nbgrader(root, "db", "student", "add", "amal", "--last-name=Rossi")
    grade(classroom, workers=ONE)
    with Gradebook(classroom.course.database) as gradebook:
        assert gradebook.find_student("amal").last_name == "Rossi"
        assert gradebook.find_assignment("tiny").duedate.year == 2030
    nbgrader(root, "db", "upgrade")
    assert scores(classroom) == {"amal": 2, "bo": 0.5, "dag": 0}


def test_zip_collect_makes_submissions_of_a_learning_platforms_archive(classroom):
    root = classroom.course.root
    archive = root / "downloaded" / "tiny" / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "all.zip", "w") as file:
        for student, body in (("ana", RIGHT), ("eli", WRONG)):
            file.write(hand_in(classroom, f"{student}-local", body), f"{student}_tiny.ipynb")
    pattern = r".*/(?P<student_id>[^/_]+)_(?P<file_id>tiny).*\.ipynb$"
    nbgrader(root, "zip_collect", "tiny", f"--FileNameCollectorPlugin.named_regexp={pattern}")
    assert nbformat.read(classroom.course.submitted / "ana" / "tiny" / "tiny.ipynb", as_version=4)
    assert points(grade(classroom, workers=ONE, only="eli"))["eli"] == 0.5
