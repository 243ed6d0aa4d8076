"""A class from submissions to grades: honest scores, nobody disturbed, nothing done twice."""

import copy
import csv
import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course import CourseError
from autograder.gradebook.grade import grade, students_of
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import Status, load
from autograder.running.environment import environment
from autograder.running.workers import ThreadRunner, Workers

ONE = Workers(jobs=1)
RIGHT = "    return np.mean((a - b) ** 2)"
WRONG = "    return np.sum((a - b) ** 2)"
DEADLY = "    import os; os._exit(0)"


def hand_in(assignment, student, body=None, answer=None, edit=None):
    """Put a submission in place: ``body`` fills the blank, ``answer`` the question; ``edit`` changes the notebook."""
    notebook = copy.deepcopy(assignment.release)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name == "mean_squared_error" and body:
            head, _, _ = cell.source.partition("    raise NotImplementedError")
            cell.source = head + body
        if name == "outliers" and answer:
            cell.source = answer
    if edit:
        edit(notebook)
    path = assignment.course.submitted / student / assignment.name / f"{assignment.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def points(results):
    return {student.student: student.points for student in results.students}


@pytest.fixture
def classroom(tiny):
    hand_in(tiny, "amal", RIGHT, "It dominates.")
    hand_in(tiny, "bo", WRONG)
    hand_in(tiny, "chi")
    hand_in(tiny, "dag", DEADLY)
    hand_in(tiny, "eva", RIGHT).write_text('{"nbformat": 4, "ce')
    (tiny.course.submitted / "finn").mkdir()
    return tiny


def test_the_solution_is_performed_before_any_submission_is(classroom, kernels, monkeypatch):
    sent, send = [], ThreadRunner.send

    def remember(runner, *arguments, **more):
        earlier = [future.done() for future in sent]
        assert earlier[:1] in ([], [True]), "a submission was sent while the solution was run"
        sent.append(send(runner, *arguments, **more))
        return sent[-1]

    monkeypatch.setattr(ThreadRunner, "send", remember)
    grade(classroom, workers=Workers(jobs=2), kernels=kernels)
    assert len(sent) == 5  # the solution, and four that can be run


def test_everyone_gets_what_they_deserve_and_a_reason(classroom, kernels):
    heard = []
    results = grade(classroom, workers=ONE, kernels=kernels, listener=heard.append)
    assert points(results) == {"amal": 2, "bo": 0.5, "chi": 0, "dag": 0, "eva": 0, "finn": 0}
    assert sorted(heard) == ["amal", "bo", "chi", "dag", "eva", "finn"]
    by_name = {student.student: student for student in results.students}
    assert [by_name[name].status for name in ("amal", "eva", "finn")] == [Status.GRADED, Status.FAILED, Status.MISSING]
    assert "cut off" in by_name["eva"].reason
    assert any("ended the Python process" in event for event in by_name["dag"].events)
    assert [item.points for item in by_name["amal"].items] == [2, None]  # the question waits
    assert [item.points for item in by_name["chi"].items] == [0, 0]  # an untouched answer is worth nothing
    criteria = by_name["bo"].items[0].criteria
    assert [(verdict.criterion, verdict.points) for verdict in criteria] == [("value", 0), ("at zero", 0.5)]
    assert criteria[0].hint


def test_grades_are_written_as_json_and_as_nbgraders_csv(classroom, kernels):
    results = grade(classroom, workers=ONE, kernels=kernels)
    folder = classroom.course.output / "grades"
    assert load(folder / "tiny.json") == results
    with (folder / "tiny.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in rows.items()} == points(results)
    assert rows["amal"]["max_score"] == "3.0"


def test_plain_nbgrader_gives_the_same_scores(classroom, kernels):
    ours = points(grade(classroom, workers=ONE, kernels=kernels))
    root, output = classroom.course.root, classroom.course.output
    before = json.loads((output / "grades" / "tiny.json").read_text())
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "autograde", "tiny", "--force"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with Gradebook(classroom.course.database) as gradebook:
        theirs = {row.student.id: row.score for row in gradebook.assignment_submissions("tiny")}
    assert theirs == {name: score for name, score in ours.items() if name != "finn"}  # who has no submission
    assert before["max_points"] == 3


def test_what_has_not_changed_is_not_performed_again(classroom, kernels):
    def written():
        folder = classroom.course.output / "autograded"
        return {path.parent.parent.name: path.stat().st_mtime_ns for path in folder.glob("*/tiny/tiny.ipynb")}

    def graded_anew(before):
        return {name for name, when in written().items() if when != before[name]}

    grade(classroom, workers=ONE, kernels=kernels)
    first = written()
    hand_in(classroom, "chi", RIGHT)
    again = grade(classroom, workers=ONE, kernels=kernels)
    assert graded_anew(first) == {"chi"}
    assert points(again) == {"amal": 2, "bo": 0.5, "chi": 2, "dag": 0, "eva": 0, "finn": 0}
    second = written()
    grade(classroom, workers=ONE, kernels=kernels, force=True)
    assert graded_anew(second) == set(first)


def test_points_and_comments_given_by_hand_survive_regrading(classroom, kernels):
    grade(classroom, workers=ONE, kernels=kernels)
    with Gradebook(classroom.course.database) as gradebook:
        gradebook.find_grade("outliers", "tiny", "tiny", "amal").manual_score = 0.5
        gradebook.find_comment("outliers", "tiny", "tiny", "amal").manual_comment = "Nearly."
        gradebook.db.commit()
    results = grade(classroom, workers=ONE, kernels=kernels, force=True)
    amal = results.students[0]
    assert amal.points == 2.5
    assert amal.items[1].comment == "Nearly."


def test_one_student_alone(classroom, kernels):
    grade(classroom, workers=ONE, kernels=kernels, only="amal")
    results = load(classroom.course.output / "grades" / "tiny.json")
    status = {student.student: student.status for student in results.students}
    assert (status.pop("amal"), status.pop("finn")) == (Status.GRADED, Status.MISSING)
    assert status == dict.fromkeys(("bo", "chi", "dag", "eva"), Status.UNGRADED)


def test_changed_tests_grade_everything_again(classroom, kernels):
    grade(classroom, workers=ONE, kernels=kernels)
    judges = classroom.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    again = classroom.course.assignment("tiny")
    assert points(grade(again, workers=ONE, kernels=kernels))["bo"] == 1.0


def test_another_atelier_grades_everything_again(classroom, kernels, monkeypatch):
    grade(classroom, workers=ONE, kernels=kernels)
    notebook = classroom.course.output / "autograded" / "amal" / "tiny" / "tiny.ipynb"
    before = notebook.stat().st_mtime_ns
    now = {**environment(), "Atelier's sources": "others"}
    monkeypatch.setattr("autograder.gradebook.grade.environment", lambda: now)
    grade(classroom, workers=ONE, kernels=kernels)
    assert notebook.stat().st_mtime_ns != before


def test_a_solution_that_fails_its_own_test_stops_the_run(classroom, kernels):
    judges = classroom.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=7"))
    with pytest.raises(CourseError, match=r"earns 7\.5 of 2 points"):
        grade(classroom.course.assignment("tiny"), workers=ONE, kernels=kernels)


def test_no_submissions_is_one_sentence(tiny):
    with pytest.raises(CourseError, match=r"put submissions there as STUDENT/tiny/tiny\.ipynb"):
        students_of(tiny)
    tiny.course.submitted.mkdir(parents=True)
    with pytest.raises(CourseError, match="is empty"):
        students_of(tiny)
    hand_in(tiny, "amal")
    with pytest.raises(CourseError, match="no student `zoe`"):
        students_of(tiny, "zoe")


def test_what_may_not_be_looked_at_counts_as_handed_in(tiny, monkeypatch):
    recorder = Recorder(tiny)
    assert not recorder.handed_in("ana")

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "lstat", refuse)
    assert recorder.handed_in("ana")
