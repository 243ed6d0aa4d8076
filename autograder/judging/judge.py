"""Judge answers: call each test's judge, outside, and come back with a judgement whatever the answer was."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Mapping

import numpy as np

from autograder.course import Assignment, CourseError, written_by_hand
from autograder.judging import Judgement, Outcome, Rubric, Verdict
from autograder.running.probe_results import ProbeResult
from autograder.running.run import RunResult

__all__ = ["Judge", "full_marks", "not_reached"]

log = logging.getLogger(__name__)


def _run(assignment: Assignment, test: str, answer: ProbeResult, reference: ProbeResult) -> Judgement:
    rubric = Rubric(test, answer.values, reference.values, answer.stopped, answer.reasons)
    with np.errstate(all="ignore"):  # that an odd answer divides by nothing is no news to whoever grades
        getattr(assignment.judges, test)(rubric)
    return rubric.judgement


def full_marks(assignment: Assignment, test: str, reference: ProbeResult) -> Judgement:
    """The judgement on the reference itself, which names every criterion.

    Raises:
        CourseError: if the judge fails, or the solution does not earn all points of its own test.
    """
    with written_by_hand(assignment.folder / "judges.py"):
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


def _is_part(values: Mapping[str, np.ndarray], whole: Mapping[str, np.ndarray]) -> bool:
    """Whether all ``values`` are in the ``whole``, the same to the last bit."""
    return all(
        name in whole
        and (value.dtype, value.shape) == (whole[name].dtype, whole[name].shape)
        and value.tobytes() == whole[name].tobytes()
        for name, value in values.items()
    )


class Judge:
    """Judges any number of runs of one assignment, asked with one variant's seeds, against its references."""

    def __init__(self, assignment: Assignment, references: Mapping[str, ProbeResult]) -> None:
        """``references`` are the solution's answers, by test."""
        self.assignment = assignment
        self.references = references
        self._full: dict[str, Judgement] = {}
        self._made: dict[tuple[str, int], Judgement] = {}
        """By the test and the identity of an answer, for as long as there is one."""
        self._of_reference: dict[tuple[str, frozenset[str]], Judgement] = {}
        """By the test and by names of the reference's values, on an answer of just these."""

    def full_marks(self, test: str) -> Judgement:
        """The judgement on the reference itself, made once."""
        if test not in self._full:
            self._full[test] = full_marks(self.assignment, test, self.references[test])
        return self._full[test]

    def judge(self, test: str, answer: ProbeResult) -> Judgement:
        """The judgement on one answer. A judge that fails on an odd answer awards nothing and is logged."""
        key = test, id(answer)
        if key not in self._made:
            self._made[key] = self._known(test, answer) or self._judged(test, answer)
            weakref.finalize(answer, self._made.pop, key, None)
        return self._made[key]

    def _known(self, test: str, answer: ProbeResult) -> Judgement | None:
        """The judgement on an answer that is the solution's own to the last bit, or a part of it; None on others."""
        reference = self.references[test].values
        if answer.stopped or answer.reasons or not _is_part(answer.values, reference):
            return None
        key = test, frozenset(answer.values)
        if key not in self._of_reference:
            self._of_reference[key] = self._judged(test, answer)
        return self._of_reference[key]

    def _judged(self, test: str, answer: ProbeResult) -> Judgement:
        full = self.full_marks(test)
        try:
            judgement = _run(self.assignment, test, answer, self.references[test])
        except Exception:  # judges are ours, answers are not: what they provoke must not end a class's run
            log.exception("The judge of %s failed on an answer.", test)
            return not_reached(
                full, "The answer was of a form that the judge could not handle; please ask your instructor."
            )
        if len(judgement.verdicts) != len(full.verdicts):
            log.error(
                "The judge of %s gave %d verdicts instead of %d.", test, len(judgement.verdicts), len(full.verdicts)
            )
            return not_reached(full, "The judge did not come to its end; please ask your instructor.")
        return judgement

    def is_full(self, test: str, answer: ProbeResult) -> bool:
        """Whether an answer earns all points of its test."""
        return self.judge(test, answer).points == self.assignment.tests[test]

    def judge_all(self, result: RunResult) -> dict[str, Judgement]:
        """The judgement on every test of a run."""
        unasked = ProbeResult(stopped="It was not asked.")
        return {test: self.judge(test, result.answers.get(test, unasked)) for test in self.assignment.tests}
