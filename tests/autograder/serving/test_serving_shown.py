"""What a student sees before the due date, what one cannot find out by trying, and what wrong files are told."""

import io
import itertools
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta

import nbformat
import numpy as np
import pytest
from nbgrader.api import Gradebook

from autograder.course import VARIANTS
from autograder.judging.judge import Judge
from autograder.running.probe_calls import probe_calls
from autograder.running.probe_results import ProbeResult
from autograder.serving.choices import Choices
from tests.autograder.serving.stubs import WRONG, StubRunner, _answer, filled, running


def choose(course, **choices):
    lines = [f"{name} = {value!r}".replace("'", '"') for name, value in choices.items()]
    (course.root / "serving.toml").write_text("\n".join(['time_zone = "Europe/Berlin"', "[tiny]", *lines]) + "\n")


def due(course, when):
    with Gradebook(course.database) as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate=when)


POINTS = ("0.5 / 2", "0.5 of 3", "0.5</span>")
REASONS = ("Square each difference", "at zero")


def seen(door, browser):
    """All that a student gets to see of the attempt."""
    pages = [browser.get(address) for address in ("/", "/a/tiny", "/a/tiny/1")]
    with browser.stream("GET", "/a/tiny/1/events") as events:
        first = next(line for line in events.iter_lines() if line.startswith("data:"))
    return "\n".join([*(page.text for page in pages), first])


@pytest.mark.parametrize(
    ("before_due", "shows", "hides"),
    [
        (
            "nothing",
            ["Feedback comes after the due date"],
            [*POINTS, *REASONS, "Item by item", "✓ counts", "checks have run"],
        ),
        ("checks", ["points come after the due date", "Check of"], [*POINTS, *REASONS, "Item by item", "✓ counts"]),
        ("points", ["0.5 / 2", "0.5 of 3 points"], REASONS),
        ("everything", ["0.5 / 2", *REASONS], []),
    ],
)
def test_before_the_due_date_one_sees_what_was_chosen_and_then_everything(course, stubbed, before_due, shows, hides):
    choose(course, before_due=before_due, counts="best")
    due(course, datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1))
    with running(course) as door:
        ana = door.browser("ana")
        ana.hand_in(filled(door.assignment, WRONG))
        door.settled(1)
        assert StubRunner.judged_between == [before_due != "checks"]  # what is printed must not tell what is earned
        shown = seen(door, ana)
        assert [text for text in shows if text not in shown] == []
        assert [text for text in hides if text in shown] == []
        assert "0.5 / 2" in door.browser("").get("/class/tiny/of/ana/1").text  # the instructor sees all
        due(course, datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=1))
        assert [text for text in ("0.5 / 2", *REASONS) if text not in seen(door, ana)] == []


def test_dates_stand_in_the_courses_time_zone(course, stubbed):
    due(course, datetime(2030, 7, 1, 16, 0))  # noqa: DTZ001 (UTC, as nbgrader keeps it)
    with running(course) as door:
        ana = door.browser("ana")
        assert "1 July 2030, 18:00 CEST" in ana.wait_for("/a/tiny", "July").text


# What trying tells ---------------------------------------------------------------------------------------------------


def feedback_on(assignment, variant, answer):
    """What an answer is told about each criterion, of a variant whose right answers are known."""
    (call,) = probe_calls(assignment, variant)
    judge = Judge(assignment, {call.test: _answer(call.seed, wrong=False)})
    return [(each.outcome, each.rationale, each.hint) for each in judge.judge(call.test, answer).verdicts]


def test_a_wrong_number_is_not_told_in_which_direction_it_errs_nor_how_far(course):
    tiny = course.assignment("tiny")
    (call,) = probe_calls(tiny, 0)
    right = _answer(call.seed, wrong=False).values["error"]
    told = {
        tuple(feedback_on(tiny, 0, ProbeResult(values={"error": right * factor, "at zero": np.asarray(0.0)})))
        for factor in (-1e6, -1.0, 0.0, 0.5, 0.99, 1.01, 2.0, 1e6)
    }
    assert len(told) == 1  # so nobody can close in on it


def test_what_attempts_tell_is_spread_over_numbers_that_only_the_secret_tells_apart(course):
    """So k attempts tell k times whether each criterion was met, each time of one of six sets of numbers."""
    tiny = course.assignment("tiny")

    def variants(student):
        notebooks = (nbformat.reads(filled(tiny, mark=str(number)).decode(), 4) for number in range(Choices().attempts))
        return [tiny.variant(student, notebook) for notebook in notebooks]

    by_student = [variants(student) for student in ("ana", "bo", "cy", "dan", "eva", "fay", "gus", "hana")]
    drawn = Counter(itertools.chain(*by_student))
    assert sorted(drawn) == list(range(VARIANTS))  # 240 draws: one in 10^18 leaves a number out
    assert max(drawn.values()) < drawn.total() / 3  # a sixth is expected
    assert by_student[0] != by_student[1]  # those of an accomplice are others
    # All the yes and no that the attempts can bring in one term is less than what one answer holds.
    criteria, values = 2, 5 * 7 * 2
    assert Choices().attempts * criteria < values * 24


# Wrong files ---------------------------------------------------------------------------------------------------------


def zipped(files):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def test_what_is_surely_not_the_notebook_is_said_at_once_and_costs_no_attempt(door):
    ana = door.browser("ana")
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("print(1)")])
    wrong = [
        (b"%PDF-1.7", "it is a PDF"),
        (b'{"nbformat": 4, "ce', "cut off"),
        (b"<html>", "This file was not taken"),
        (nbformat.writes(other).encode(), "nothing in it belongs to `tiny`"),
        (zipped({"readme.txt": b"x"}), "an archive in which one notebook could not be found"),
        (b"", "Choose a file first"),
    ]
    for content, sentence in wrong:
        answer = ana.hand_in(content)
        assert answer.status_code == 422
        assert sentence.replace("`tiny`", "<code>tiny</code>") in answer.text
        assert 'id="hand-in"' in answer.text  # and may try again
    assert ana.get("/a/tiny/1").status_code == 404
    assert list(door.site.attempts.drafts.iterdir()) == []


def test_names_and_archives_do_not_matter_where_one_notebook_can_be_meant(door):
    ana = door.browser("ana")
    content = filled(door.assignment)
    for name in ("tiny (1).ipynb", "my solution.ipynb.txt", "../../../etc/passwd"):
        content = filled(door.assignment, mark=name.encode().hex())
        assert ana.hand_in(content, name).status_code == 303
    assert (
        ana.hand_in(zipped({"tiny/tiny.ipynb": filled(door.assignment, mark="zipped")}), "tiny.zip").status_code == 303
    )
    assert ana.get("/a/tiny/4/notebook").content == filled(door.assignment, mark="zipped")
    assert ">passwd</a>" in ana.get("/a/tiny").text


def test_the_notebook_of_another_assignment_is_named(door):
    other = nbformat.writes(door.course.assignment("other").release).encode()
    answer = door.browser("ana").hand_in(other)
    assert answer.status_code == 422
    assert "it is the notebook of <code>other</code>, and here <code>tiny</code> is handed in" in answer.text
