"""Every submission meets numbers of its own: the same file the same, another attempt others, on either way of grading."""

from collections import Counter

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.course import VARIANTS, Course
from autograder.gradebook.grade import grade
from autograder.gradebook.preprocessors import configure
from autograder.gradebook.record import Recorder
from autograder.judging.reference import references
from autograder.running import kernel_pool
from tests.autograder.gradebook.test_grade import ONE, RIGHT, WRONG, hand_in, points


def attempt(assignment, number):
    """The solution, with a comment of its own."""
    notebook = nbformat.from_dict(assignment.solution)
    notebook.cells[-1].source += f"\n# {number}"
    return notebook


def attempts(assignment, student="amal", count=120):
    return [assignment.variant(student, attempt(assignment, number)) for number in range(count)]


def test_another_attempt_meets_other_numbers(tiny):
    drawn = Counter(attempts(tiny))
    assert sorted(drawn) == list(range(VARIANTS))
    assert min(drawn.values()) > 5  # of 20 that are expected
    assert len({tiny.seed("mean_squared_error", variant) for variant in range(VARIANTS)}) == VARIANTS


def test_the_same_file_keeps_its_numbers(tiny):
    assert attempts(tiny, count=20) == attempts(tiny.course.assignment("tiny"), count=20)


def test_who_does_not_know_the_secret_cannot_tell_which(tiny, tmp_path):
    other = Course(tiny.course.root, tmp_path / "other").assignment("tiny")
    assert attempts(tiny) != attempts(other)
    assert attempts(tiny) != attempts(tiny, "bo")


def test_the_solution_answers_every_variant_in_one_performance(tiny, kernels):
    solutions_run = []

    def run_solution():
        solutions_run.append(kernel_pool.run_solution(kernels, tiny))
        return solutions_run[-1]

    answers = references(tiny, run_solution)
    assert len(solutions_run) == 1
    assert len({float(each["mean_squared_error"].values["error"]) for each in answers}) == VARIANTS
    assert len(references(tiny, lambda: pytest.fail("asked again"))) == VARIANTS


@pytest.fixture
def asked(monkeypatch):
    """The seeds with which submissions were asked, as they come."""
    seeds = []
    own = kernel_pool.run

    def watching(kernels, notebook, probes="", questions=(), *words, **options):
        seeds.extend(question.seed for question in questions if question.test == "mean_squared_error")
        return own(kernels, notebook, probes, questions, *words, **options)

    monkeypatch.setattr(kernel_pool, "run", watching)
    return seeds


def test_both_ways_of_grading_ask_the_same(tiny, kernels, asked, monkeypatch):
    for student, body in {"amal": RIGHT, "bo": WRONG}.items():
        hand_in(tiny, student, body, "It dominates.")
    results = grade(tiny, workers=ONE, kernels=kernels)
    assert points(results) == {"amal": 2, "bo": 0.5}
    here = list(asked)
    asked.clear()
    recorder = Recorder(tiny)
    expected = [
        tiny.seed("mean_squared_error", tiny.variant(each, recorder.sanitize(each, recorder.take(each))))
        for each in ("amal", "bo")
    ]
    assert sorted(here) == sorted(expected)
    monkeypatch.setitem(kernel_pool._warm_kernels, kernel_pool.KernelPool(), kernel_pool.warm_kernel(kernels))
    for student in ("amal", "bo"):
        config = configure(tiny.course)
        assert NbGraderAPI(CourseDirectory(config=config), config=config).autograde("tiny", student)["success"]
    assert sorted(asked) == sorted(expected)
