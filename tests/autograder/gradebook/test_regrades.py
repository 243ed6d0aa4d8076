"""A request for a regrade runs one submission anew, tells what moved, and stays in a log whatever is graded later."""

import json

import pytest

from autograder.course import CourseError
from autograder.gradebook.grade import grade
from autograder.gradebook.regrades import Change, log_of, regrade
from tests.autograder.gradebook.test_grade import ONE, RIGHT, WRONG, hand_in, points


def logged(assignment):
    return [json.loads(line) for line in log_of(assignment).read_text().splitlines()]


def test_what_moved_is_told_and_logged_and_nobody_else_is_touched(tiny, kernels):
    hand_in(tiny, "amal", RIGHT)
    hand_in(tiny, "bo", WRONG)
    grade(tiny, workers=ONE, kernels=kernels)
    entry, results = regrade(tiny, "bo", item="mean_squared_error", why="A sum is a mean, too.", kernels=kernels)
    assert entry.changes == (Change("mean_squared_error", 0.5, 0.5), Change("outliers", 0.0, 0.0))
    assert entry.moved == ()
    judges = tiny.folder / "judges.py"
    judges.write_text(judges.read_text().replace("points=1.5", "points=1.0").replace("points=0.5", "points=1.0"))
    again = tiny.course.assignment("tiny")
    entry, results = regrade(again, "bo", why="The rubric has changed.", kernels=kernels)
    assert entry.moved == (Change("mean_squared_error", 0.5, 1.0),)
    assert points(results) == {"amal": 2, "bo": 1}
    grade(again, workers=ONE, kernels=kernels, force=True)
    first, second = logged(again)
    assert (first["why"], first["item"]) == ("A sum is a mean, too.", "mean_squared_error")
    assert second["changes"][0] == {"item": "mean_squared_error", "before": 0.5, "after": 1.0}


def test_who_was_not_graded_and_items_that_are_not_there_are_sentences(tiny, kernels):
    hand_in(tiny, "amal", RIGHT)
    with pytest.raises(CourseError, match="amal has not been graded: run `atelier grade tiny --student amal`"):
        regrade(tiny, "amal", why="?", kernels=kernels)
    grade(tiny, workers=ONE, kernels=kernels)
    with pytest.raises(
        CourseError, match=r"tiny has no item `speed` for amal \(there are: mean_squared_error, outliers\)"
    ):
        regrade(tiny, "amal", item="speed", why="?", kernels=kernels)
    assert not log_of(tiny).exists()
