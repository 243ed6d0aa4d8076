"""Results of a made-up class, for the tests of the files and pages that are made from them."""

from __future__ import annotations

from autograder.gradebook.results import ClassResults, Item, ItemOutcome, ItemResult, Kind, Status, StudentResult
from autograder.judging import Judgement, Outcome, Verdict

ITEMS = (Item("generator", Kind.TEST, 4.0), Item("sample_z", Kind.TEST, 4.0), Item("scaling", Kind.QUESTION, 2.0))


def verdict(criterion: str, outcome: Outcome, rationale: str = "The images differ.") -> Verdict:
    """A criterion worth two points."""
    if outcome is Outcome.PASSED:
        return Verdict(criterion, outcome, 2.0, 2.0, "As asked.")
    return Verdict(criterion, outcome, 0.0, 2.0, rationale, "Look at the output layer.")


def judged(judgement: Judgement, comment: str = "") -> ItemResult:
    """The result of a test from the judge's verdicts."""
    outcome = ItemOutcome(judgement.outcome.value)
    points = judgement.points, judgement.max_points
    return ItemResult(judgement.test, Kind.TEST, *points, outcome, comment, judgement.verdicts)


def graded(name: str, *outcomes: Outcome, scaling: float | None = None, comment: str = "") -> StudentResult:
    """A student whose four criteria, two for each test, had these outcomes."""
    first = Judgement("generator", (verdict("forward", outcomes[0]), verdict("variables", outcomes[1])))
    second = Judgement("sample_z", (verdict("range", outcomes[2]), verdict("always new", outcomes[3])))
    question = ItemResult("scaling", Kind.QUESTION, scaling, 2.0, ItemOutcome.BY_HAND, comment)
    items = (judged(first), judged(second), question)
    points = first.points + second.points + (scaling or 0.0)
    return StudentResult(name, Status.GRADED, "", points, 10.0, items=items, needs_manual_grading=scaling is None)


def failed(name: str, reason: str = "The file is no JSON.") -> StudentResult:
    """A student whose submission could not be read."""
    return StudentResult(name, Status.FAILED, reason, 0.0, 10.0)


def missing(name: str) -> StudentResult:
    """A student who handed in nothing."""
    return StudentResult(name, Status.MISSING, "Nothing was handed in.", 0.0, 10.0)


def a_class(*students: StudentResult) -> ClassResults:
    """The results of ``students``."""
    return ClassResults("gan", "Generating digits", "2026-11-22T01:48:00+00:00", 10.0, ITEMS, students)
