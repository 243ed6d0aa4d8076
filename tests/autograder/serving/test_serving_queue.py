"""The queue: first things first, one at a time of each student, open to new files whatever is being done."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.gradebook.grade import alone
from autograder.gradebook.results import ClassResults, Status, StudentResult, save
from autograder.serving.attempts import Attempt, Attempts, NoMore, counting, in_order
from autograder.serving.choices import Counts
from autograder.serving.site import about
from tests.autograder.serving.stubs import RIGHT, WRONG, StubRunner, filled, running

MORNING = datetime(2026, 12, 1, 8, tzinfo=UTC)


def attempt(student, number, minutes, folder=None):
    return Attempt("tiny", student, number, MORNING + timedelta(minutes=minutes), "tiny.ipynb", "", folder)


def test_everybodys_first_comes_before_anybodys_second():
    queue = in_order([attempt("ana", 1, 0), attempt("ana", 2, 1), attempt("ana", 3, 2), attempt("bo", 7, 3)])
    assert [(each.student, each.number) for each in queue] == [("ana", 1), ("bo", 7), ("ana", 2), ("ana", 3)]


def graded(folder, number, minutes, points):
    found = attempt("ana", number, minutes, folder / str(number))
    found.folder.mkdir()
    results = ClassResults("tiny", "", "", 3.0, (), (StudentResult("ana", Status.GRADED, "", points, 3.0),))
    save(results, found.folder / "results.json")
    return found


def test_which_attempt_counts(tmp_path):
    own = [graded(tmp_path, 1, 0, 1.0), graded(tmp_path, 2, 10, 2.0), graded(tmp_path, 3, 20, 2.0)]
    late = graded(tmp_path, 4, 90, 3.0)
    due = MORNING + timedelta(hours=1)
    assert counting([*own, late], Counts.LAST, due) is late
    assert counting([*own, late], Counts.BEST, due) is own[1]  # the earlier of the best, and none that came too late
    assert counting([late], Counts.BEST, due) is late
    assert counting([*own, late], Counts.BEST, None) is late
    waiting = attempt("ana", 5, 30, tmp_path / "5")
    assert counting([*own, waiting], Counts.LAST, due) is own[2]  # until the next has been graded
    assert counting([waiting], Counts.LAST, due) is None


def test_files_are_taken_and_answered_whatever_the_queue(door):
    StubRunner.held.set()
    browsers = [door.browser(student) for student in ("ana", "bo", "chi")]
    for number in range(3):
        for browser in browsers:
            assert browser.hand_in(filled(door.assignment, mark=str(number))).status_code == 303
    page = browsers[0].get("/a/tiny/3").text
    assert "It waits; " in page
    assert 'http-equiv="refresh"' in page  # without scripts it reloads
    assert len(StubRunner.sent) == 2  # so many at a time
    StubRunner.held.clear()
    for browser in browsers:
        browser.wait_for("/a/tiny/3", "Item by item")
    assert len(StubRunner.sent) == 9


def test_a_stream_says_what_is_being_done_until_it_is_done(door):
    StubRunner.held.set()
    ana = door.browser("ana")
    ana.hand_in(filled(door.assignment))
    heard = []
    with ana.stream("GET", "/a/tiny/1/events") as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        for line in events.iter_lines():
            heard += [line] if line.startswith("data:") else []
            if "It is running." in line:
                StubRunner.held.clear()
    assert '"done": true' in heard[-1]


def test_the_feedback_does_not_wait_for_a_class_that_is_being_graded(door):
    ana = door.browser("ana")
    ana.wait_for("/", "tiny")
    with alone(door.assignment):
        ana.hand_in(filled(door.assignment))
        ana.wait_for("/a/tiny/1", "Item by item")
        assert door.site.attempts.settled("tiny", "ana") == 0
        assert not (door.course.submitted / "ana").exists()
    door.settled(1)


def test_what_came_by_another_way_is_set_aside_and_not_lost(door):
    place = door.course.submitted / "ana" / "tiny"
    place.mkdir(parents=True)
    (place / "tiny.ipynb").write_text("by mail")
    door.browser("ana").hand_in(filled(door.assignment))
    door.settled(1)
    assert (place / "tiny.ipynb").read_bytes() == filled(door.assignment)
    (kept,) = (door.course.output / "replaced" / "ana").glob("tiny-*/tiny.ipynb")
    assert kept.read_text() == "by mail"


def test_the_best_counts_where_that_is_chosen(course, stubbed):
    (course.root / "serving.toml").write_text('[tiny]\ncounts = "best"\n')
    with running(course) as door:
        ana = door.browser("ana")
        ana.hand_in(filled(door.assignment, RIGHT))
        door.settled(1)
        ana.hand_in(filled(door.assignment, WRONG))
        ana.wait_for("/a/tiny/2", "Item by item")
        history = ana.get("/a/tiny").text
        assert history.index("Attempt 2") < history.index("Attempt 1") < history.index("✓ counts")
        assert door.site.attempts.settled("tiny", "ana") == 1
        assert (course.submitted / "ana" / "tiny" / "tiny.ipynb").read_bytes() == filled(door.assignment, RIGHT)


def test_a_file_is_on_the_disk_before_anybody_is_told(course, monkeypatch):
    done, fsync, rename = [], os.fsync, Path.rename

    def remember(descriptor):
        done.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        fsync(descriptor)

    def remember_too(path, target):
        done.append("renamed")
        return rename(path, target)

    attempts = Attempts(course)
    monkeypatch.setattr(os, "fsync", remember)
    monkeypatch.setattr(Path, "rename", remember_too)
    attempts.hand_in(course.assignment("tiny"), "ana", b"{}", "x", an_hour=2, most=3)
    assert done[:3] == ["notebook.ipynb", "attempt.json", "whole"]
    assert done[-2:] == ["renamed", "ana"]


def test_bounds_of_attempts_an_hour_and_in_all(course):
    attempts, tiny = Attempts(course), course.assignment("tiny")
    more = {"an_hour": 2, "most": 3}
    attempts.hand_in(tiny, "ana", b"1", "x", **more)
    with pytest.raises(NoMore, match="the very file of attempt 1"):
        attempts.hand_in(tiny, "ana", b"1", "x", **more)
    attempts.hand_in(tiny, "ana", b"2", "x", **more)
    with pytest.raises(NoMore, match=r"2 attempts within an hour; the next may come in \d+ min"):
        attempts.hand_in(tiny, "ana", b"3", "x", **more)
    attempts.hand_in(tiny, "bo", b"3", "x", **more)  # which is nobody else's matter
    attempts.hand_in(tiny, "ana", b"1", "x", an_hour=9, most=3)  # an older file may come back
    with pytest.raises(NoMore, match="All 3 attempts have been used"):
        attempts.hand_in(tiny, "ana", b"4", "x", an_hour=9, most=3)
    assert [each.number for each in Attempts(course).of("tiny", "ana")] == [1, 2, 3]


def test_the_time_left_is_told_by_the_pace_of_the_queue(door):
    grader = door.site.grader
    StubRunner.held.set()
    browsers = [door.browser(student) for student in ("ana", "bo", "chi")]
    for browser in browsers:
        browser.hand_in(filled(door.assignment))
    browsers[0].wait_for("/a/tiny/1", "It is running.")
    browsers[1].wait_for("/a/tiny/1", "It is running.")
    (last,) = door.site.attempts.of("tiny", "chi")
    assert door.site.state(last) == "It is next."  # nobody knows yet how long one takes
    grader._took.extend([20.0, 40.0])
    assert door.site.state(last) == "It is next, about 45 s."  # the third of which two at a time take 30 s each
    now = time.monotonic()
    grader._ends.extend([now - 3.0, now - 2.0, now - 1.0])
    grader._count(now - 30.0)
    assert door.site.state(last) == "It is next, about 3 s."  # the whole queue's pace is better known by now


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s"), (7.4, "7 s"), (43, "45 s"), (117, "115 s"), (119, "2 min"), (1000, "17 min")]
)
def test_a_stretch_of_time_is_told_as_exactly_as_one_reads_it(seconds, words):
    assert about(seconds) == words
