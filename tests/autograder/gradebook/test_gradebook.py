"""What an instructor does in nbgrader's gradebook reaches the grades, the table, the report and the feedback."""

import contextlib
import csv

import pytest
from nbgrader.api import Gradebook
from test_grade import ONE, RIGHT, WRONG, hand_in
from typer.testing import CliRunner

from autograder.authoring import build
from autograder.cli import app
from autograder.gradebook.grade import grade
from autograder.gradebook.results import load

DUE = "2026-03-01 12:00:00 UTC"
LATE = "2026-03-01 15:00:00 UTC"
ONE_POINT_AN_HOUR = """
from nbgrader.plugins import BasePlugin
class AnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600 * 0.25
c.AssignLatePenalties.plugin_class = AnHour
"""
ALL_OF_IT = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"


@pytest.fixture
def course(tiny, monkeypatch):
    """The tiny course, with amal's good submission and bo's poor one."""
    hand_in(tiny, "amal", RIGHT, "It dominates.")
    hand_in(tiny, "bo", WRONG, "Nothing.")
    monkeypatch.chdir(tiny.course.root)
    return tiny


@pytest.fixture
def gradebook(course):
    @contextlib.contextmanager
    def opened():
        with Gradebook(course.course.database) as book:
            yield book
            book.db.commit()

    return opened


def configured(course, text):
    path = course.course.root / "nbgrader_config.py"
    path.write_text(path.read_text() + text)


def came(course, student, when):
    (course.course.submitted / student / "tiny" / "timestamp.txt").write_text(when)


def told(course):
    """Everything that `atelier report` says, by student: the result, the row of the CSV, the feedback page."""
    done = CliRunner().invoke(app, ["report", "tiny"])
    assert done.exit_code == 0, done.output
    output = course.course.output
    with (output / "grades" / "tiny.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    results = load(output / "grades" / "tiny.json")
    pages = {name: (output / "feedback" / name / "tiny" / "tiny.html").read_text() for name in rows}
    return {each.student: (each, rows[each.student], pages[each.student]) for each in results.students}


def test_a_late_penalty_lowers_the_score_everywhere(course, gradebook, kernels):
    configured(course, ONE_POINT_AN_HOUR)
    grade(course, workers=ONE, kernels=kernels)
    with gradebook() as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
    came(course, "amal", LATE)
    came(course, "bo", DUE)
    grade(course, workers=ONE, kernels=kernels)
    everyone = told(course)
    result, row, page = everyone["amal"]
    assert (result.points, result.late_penalty, result.score) == (2, 0.75, 1.25)
    assert [float(row[key]) for key in ("raw_score", "late_submission_penalty", "score")] == [2, 0.75, 1.25]
    assert "1.25" in page
    assert everyone["bo"][0].late_penalty == 0
    report = (course.course.output / "report" / "tiny.html").read_text()
    assert "1.25" in report


def test_a_penalty_follows_a_grade_by_hand_an_extension_and_the_due_date(course, gradebook, kernels):
    configured(course, ALL_OF_IT)
    came(course, "amal", LATE)
    grade(course, workers=ONE, kernels=kernels)
    assert told(course)["amal"][0].score == 2  # there is no due date yet
    with gradebook() as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
        book.find_grade("outliers", "tiny", "tiny", "amal").manual_score = 1
    result, row, _ = told(course)["amal"]
    assert (result.points, result.score, float(row["score"])) == (3, 0, 0)
    with gradebook() as book:
        book.grant_extension("tiny", "amal", hours=3)
    result, row, _ = told(course)["amal"]
    assert (result.points, result.score, float(row["score"])) == (3, 3, 3)
    with gradebook() as book:
        book.grant_extension("tiny", "amal", hours=2)
    assert told(course)["amal"][0].score == 0


def test_an_extension_and_the_due_date_outlive_a_resubmission_and_a_rebuilt_lesson(course, gradebook, kernels):
    configured(course, ALL_OF_IT)
    came(course, "amal", LATE)
    grade(course, workers=ONE, kernels=kernels)
    with gradebook() as book:
        book.update_or_create_assignment("tiny", duedate=DUE)
        book.grant_extension("tiny", "amal", hours=3)
    text = course.source.read_text()
    course.source.write_text(text.replace("(1, 2) against (1, 4)", "(1, 2) and (1, 4)"))
    build.build(course)
    again = course.course.assignment("tiny")
    hand_in(again, "amal", RIGHT, "It dominates everything.")
    came(again, "bo", LATE)
    results = grade(again, workers=ONE, kernels=kernels)
    assert [(each.student, each.score) for each in results.students] == [("amal", 2), ("bo", 0)]
    with gradebook() as book:
        assert book.find_submission("tiny", "amal").total_seconds_late == 0


def test_extra_credit_counts_everywhere(course, gradebook, kernels):
    grade(course, workers=ONE, kernels=kernels)
    with gradebook() as book:
        book.find_grade("test_mean_squared_error", "tiny", "tiny", "amal").extra_credit = 1.5
    result, row, page = told(course)["amal"]
    assert result.points == float(row["score"]) == 3.5
    assert next(item.points for item in result.items if item.name == "mean_squared_error") == 3.5
    assert result.max_points == float(row["max_score"]) == 3
    assert "3.5" in page
    assert "3.5" in (course.course.output / "report" / "tiny.html").read_text()
    grade(course, workers=ONE, kernels=kernels, force=True)
    assert told(course)["amal"][0].points == 3.5


def test_a_resubmission_keeps_what_was_given_by_hand(course, gradebook, kernels):
    grade(course, workers=ONE, kernels=kernels)
    with gradebook() as book:
        book.find_grade("outliers", "tiny", "tiny", "bo").manual_score = 0.5
        book.find_grade("test_mean_squared_error", "tiny", "tiny", "amal").manual_score = 1
        book.find_comment("outliers", "tiny", "tiny", "bo").manual_comment = "Half of it."
        book.find_comment("mean_squared_error", "tiny", "tiny", "bo").manual_comment = "Mind the mean."
    hand_in(course, "bo", RIGHT, "It dominates.")
    grade(course, workers=ONE, kernels=kernels, force=True)
    everyone = told(course)
    bo = everyone["bo"][0]
    assert {item.name: (item.points, item.comment) for item in bo.items} == {
        "mean_squared_error": (2, "Mind the mean."),
        "outliers": (0.5, "Half of it."),
    }
    assert "Mind the mean." in everyone["bo"][2]
    assert everyone["amal"][0].items[0].points == 1  # what a teacher has given stands over what the judge gives
    with gradebook() as book:  # and nbgrader shows it for review, since the answer is another one now; so do we
        assert book.find_grade("outliers", "tiny", "tiny", "bo").needs_manual_grade
        assert not book.find_grade("test_mean_squared_error", "tiny", "tiny", "amal").needs_manual_grade
    assert [item.name for item in bo.to_review] == ["outliers"]
    assert everyone["amal"][0].to_review == ()  # the same answer as before


def test_a_submission_handed_in_twice_is_one_submission(course, gradebook, kernels):
    second = hand_in(course, "amal", RIGHT).with_name("tiny copy.ipynb")
    second.write_text("{}")
    results = grade(course, workers=ONE, kernels=kernels)
    assert [(each.student, each.points) for each in results.students] == [("amal", 2), ("bo", 0.5)]
    with gradebook() as book:
        assert len(book.assignment_submissions("tiny")) == 2
