"""Reference answers: the solved notebook, run as a submission is and kept until what it depends on changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from autograder.course import VARIANTS, Assignment, CourseError
from autograder.files import write_atomically
from autograder.judging.judge import full_marks
from autograder.running.environment import fingerprint
from autograder.running.probe_calls import by_variant
from autograder.running.probe_results import ProbeResult, decode_results, encode_results
from autograder.running.run import RunResult

__all__ = [
    "References",
    "keep",
    "kept",
    "references",
]

References = tuple[dict[str, ProbeResult], ...]
"""The solution's answers by test, for each variant of the seeds."""


def _path(assignment: Assignment) -> Path:
    return assignment.course.output / "reference" / f"{assignment.name}-{fingerprint(assignment)}.json"


def kept(assignment: Assignment) -> References | None:
    """The solution's answers, if nothing has changed since they were kept, and the file is whole."""
    try:
        variants = json.loads(_path(assignment).read_text(encoding="utf-8"))
        if not isinstance(variants, list) or len(variants) != VARIANTS:
            return None
        return tuple(decode_results(each, assignment.tests) for each in variants)
    except (OSError, ValueError):
        return None


def keep(assignment: Assignment, result: RunResult) -> References:
    """Keep and return the answers of the solution's run, in which every variant was asked.

    Raises:
        CourseError: if the solution does not answer, or does not earn full marks.
    """
    for name, seconds in result.slow.items():
        raise CourseError(
            f"The solution of {assignment.name} takes {seconds:.0f} seconds of processor time to answer the probe "
            f"`{name.partition('__')[0]}`, longer than any submission may: this machine is too slow, or the probe asks "
            "for too much."
        )
    variants = by_variant(assignment, result.answers)
    for test, answer in ((test, answer) for answers in variants for test, answer in answers.items()):
        if answer.stopped:
            events = " ".join(result.events)
            raise CourseError(
                f"The solution of {assignment.name} fails its own probe `{test}`: {answer.stopped} {events}"
            )
        full_marks(assignment, test, answer)
    write_atomically(_path(assignment), json.dumps([encode_results(answers) for answers in variants]))
    return variants


def references(assignment: Assignment, run_solution: Callable[[], RunResult]) -> References:
    """The solution's answers; ``run_solution`` is called only if they are not kept.

    Raises:
        CourseError: as `keep` does.
    """
    answers = kept(assignment)
    return keep(assignment, run_solution()) if answers is None else answers
