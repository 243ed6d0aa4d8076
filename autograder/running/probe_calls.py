"""What a submission is asked: one question a test, with the seeds of one variant; the solution, with those of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.course import VARIANTS, Assignment
from autograder.running.probe_results import ProbeResult

__all__ = ["ProbeCall", "by_variant", "probe_calls", "probe_calls_of_all"]


@dataclass(frozen=True)
class ProbeCall:
    """One probe to put: its name in ``probes.py``, and the seed of its random generator."""

    test: str
    seed: tuple[int, ...]


def probe_calls(assignment: Assignment, variant: int = 0) -> tuple[ProbeCall, ...]:
    """One question for every test, in the notebook's order, with the seeds of this variant."""
    return tuple(ProbeCall(test, assignment.seed(test, variant)) for test in assignment.tests)


def _name(test: str, variant: int) -> str:
    return f"{test}__{variant}"


def probe_calls_of_all(assignment: Assignment) -> tuple[str, tuple[ProbeCall, ...]]:
    """Probes and questions for the solution, of which one run answers every variant."""
    asked = [(test, variant) for variant in range(VARIANTS) for test in assignment.tests]
    names = (f"{_name(test, variant)} = {test}" for test, variant in asked)
    probe_calls = (ProbeCall(_name(test, variant), assignment.seed(test, variant)) for test, variant in asked)
    return "\n".join([assignment.probes, *names]), tuple(probe_calls)


def by_variant(assignment: Assignment, answers: Mapping[str, ProbeResult]) -> tuple[dict[str, ProbeResult], ...]:
    """The answers to `probe_calls_of_all`, by test, for each variant."""
    return tuple({test: answers[_name(test, variant)] for test in assignment.tests} for variant in range(VARIANTS))
