"""Judge answers: call each test's judge, outside, and come back with a judgement whatever the answer was."""

from __future__ import annotations

import logging

from autograder.answers import Answer
from autograder.course import Assignment, CourseError
from autograder.judging import Judgement, Outcome, Rubric, Verdict
from autograder.perform import Performance, Question

__all__ = ["full_marks", "judge", "judge_all", "not_reached", "questions"]

log = logging.getLogger(__name__)


def questions(assignment: Assignment) -> tuple[Question, ...]:
    """One question for every test, in the notebook's order."""
    return tuple(Question(test, assignment.seed(test)) for test in assignment.tests)


def _run(assignment: Assignment, test: str, answer: Answer, reference: Answer) -> Judgement:
    rubric = Rubric(test, answer.values, reference.values, answer.stopped)
    getattr(assignment.judges, test)(rubric)
    return rubric.judgement


def full_marks(assignment: Assignment, test: str, reference: Answer) -> Judgement:
    """The judgement on the reference itself, which names every criterion.

    Raises:
        CourseError: if the solution does not earn all points of its own test.
    """
    judgement = _run(assignment, test, reference, reference)
    lost = [f"{verdict.criterion} ({verdict.rationale})" for verdict in judgement.verdicts if not verdict.points]
    if lost or judgement.points != assignment.tests[test]:
        raise CourseError(
            f"{assignment.folder / 'judges.py'}: the solution earns {judgement.points:g} of {assignment.tests[test]:g} "
            f"points of the test `{test}`{': it loses ' + '; '.join(lost) if lost else ''}."
        )
    return judgement


def not_reached(full: Judgement, reason: str) -> Judgement:
    """Every criterion of ``full`` as not reached, for ``reason``."""
    missed = (Verdict(each.criterion, Outcome.NOT_REACHED, 0.0, each.max_points, reason) for each in full.verdicts)
    return Judgement(full.test, tuple(missed))


def judge(assignment: Assignment, test: str, answer: Answer, reference: Answer) -> Judgement:
    """The judgement on one answer. A judge that fails on an odd answer awards nothing and is logged."""
    full = full_marks(assignment, test, reference)
    try:
        judgement = _run(assignment, test, answer, reference)
    except Exception:  # judges are ours, answers are not: what they provoke must not end a class's run
        log.exception("The judge of %s failed on an answer.", test)
        return not_reached(
            full, "The answer was of a form that the judge could not handle; please ask your instructor."
        )
    if len(judgement.verdicts) != len(full.verdicts):
        log.error("The judge of %s gave %d verdicts instead of %d.", test, len(judgement.verdicts), len(full.verdicts))
        return not_reached(full, "The judge did not come to its end; please ask your instructor.")
    return judgement


def judge_all(assignment: Assignment, performance: Performance, references: dict[str, Answer]) -> dict[str, Judgement]:
    """The judgement on every test of a performance."""
    unasked = Answer(stopped="It was not asked.")
    return {
        test: judge(assignment, test, performance.answers.get(test, unasked), references[test])
        for test in assignment.tests
    }
