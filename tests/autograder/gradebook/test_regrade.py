"""Grading again: what moved is told, and what was given by hand stays, whatever has changed."""

import re

import pytest
from msgspec.structs import replace
from nbgrader.api import Gradebook
from rich.console import Console

from autograder.authoring import build
from autograder.gradebook.grade import grade, save_results
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import Move, load, moves
from autograder.reports.report import write_class_report
from autograder.reports.scoreboard import moved_table
from autograder.running.workers import Workers
from tests.autograder.gradebook.test_grade import RIGHT, WRONG, hand_in, points
from tests.autograder.sample_results import Outcome, a_class, graded, missing

ONE = Workers(jobs=1)
P, F = Outcome.PASSED, Outcome.FAILED


@pytest.fixture
def classroom(tiny):
    hand_in(tiny, "amal", RIGHT, "It dominates.")
    hand_in(tiny, "bo", WRONG, "Nothing much.")
    return tiny


def by_hand(assignment, student, score, comment):
    with Gradebook(assignment.course.database) as gradebook:
        gradebook.find_grade("outliers", "tiny", "tiny", student).manual_score = score
        gradebook.find_comment("outliers", "tiny", "tiny", student).manual_comment = comment
        gradebook.db.commit()


def test_changed_tests_tell_what_moved_until_the_next_grading(classroom, kernels):
    assert grade(classroom, workers=ONE, kernels=kernels).moved == ()
    judges = classroom.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    again = classroom.course.assignment("tiny")
    moved = (Move("bo", "mean_squared_error", 0.5, 1.0),)
    assert grade(again, workers=ONE, kernels=kernels).moved == moved
    assert save_results(Recorder(again), ["amal", "bo"]).moved == moved  # as `atelier report` does
    assert load(again.course.output / "grades" / "tiny.json").moved == moved
    assert grade(again, workers=ONE, kernels=kernels).moved == ()


def test_points_by_hand_outlive_new_question_new_answer_and_a_broken_file(classroom, kernels):
    grade(classroom, workers=ONE, kernels=kernels)
    by_hand(classroom, "amal", 0.5, "Nearly.")
    by_hand(classroom, "bo", 1.0, "Well said.")
    classroom.source.write_text(classroom.source.read_text().replace("What does one large", "What would one large"))
    build.build(classroom)
    again = classroom.course.assignment("tiny")
    assert any("What would" in cell.source for cell in again.release.cells)
    hand_in(again, "amal", WRONG, "It dominates, because it is squared.")
    hand_in(again, "bo").write_text("{")
    results = grade(again, workers=ONE, kernels=kernels)
    assert points(results) == {"amal": 1.0, "bo": 1.0}
    assert [student.items[1].comment for student in results.students] == ["Nearly.", "Well said."]
    assert results.moved == (Move("amal", "mean_squared_error", 2, 0.5), Move("bo", "mean_squared_error", 0.5, 0))
    with Gradebook(again.course.database) as gradebook:
        assert "What would" in gradebook.find_source_cell("outliers", "tiny", "tiny").source
        # Formgrader shows both answers as to be looked at again.
        flags = [gradebook.find_grade("outliers", "tiny", "tiny", name).needs_manual_grade for name in ("amal", "bo")]
    assert flags == [True, True]


def test_a_lost_gradebook_is_made_again_from_the_submissions(classroom, kernels):
    before = grade(classroom, workers=ONE, kernels=kernels)
    for path in classroom.course.output.glob("gradebook.db*"):
        path.unlink()
    recorder = Recorder(classroom)
    recorder.sanitize("amal", recorder.take("amal"))  # entered, but the run was killed before there were points
    assert not recorder.knows("amal")
    assert points(grade(classroom, workers=ONE, kernels=kernels)) == points(before)


def test_moves_are_of_points_that_were_there():
    first = a_class(graded("amal", P, P, F, F), graded("bo", P, P, P, P, scaling=1.0), missing("chi"))
    second = a_class(graded("amal", P, F, F, F, scaling=2.0), graded("bo", P, P, P, P), graded("chi", P, P, P, P))
    late = replace(second, students=(*second.students[:2], replace(second.students[2], late_penalty=1.0)))
    assert moves(first, late) == (
        Move("amal", "generator", 4.0, 2.0),  # and not the answer that has been graded by hand meanwhile
        Move("bo", "scaling", 1.0, None),
        Move("chi", "late penalty", 0.0, 1.0),
    )
    assert moves(first, first) == ()


def test_report_and_command_line_show_whatmoved_table(tmp_path):
    moved = (Move("amal", "generator", 4.0, 2.5), Move("bo<b>", "scaling", 1.0, None))
    results = replace(a_class(graded("amal", P, P, F, F)), moved=moved)
    write_class_report(results, tmp_path / "report.html", {})
    page = (tmp_path / "report.html").read_text()
    assert "Points that the last grading changed: 2 students" in page
    assert '<td class="number">4</td><td class="number">2.5</td>' in page
    assert "bo&lt;b&gt;" in page
    console = Console(width=100, record=True)
    console.print(moved_table(results))
    said = console.export_text()
    assert re.search(r"amal\s+│ generator\s+│\s+4 │\s+2\.5 │", said)
    assert "to be graded by hand" in said
