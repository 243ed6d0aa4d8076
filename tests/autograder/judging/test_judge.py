"""Which answers are judged anew, and which as the solution's own have been."""

import types
from pathlib import Path

import numpy as np
import pytest

from autograder.judging import Rubric
from autograder.judging.judge import Judge
from autograder.running.probe_results import ProbeResult

SOLVED = {"sum": np.array([1.5, -2.0]), "stubbed parts: sum": np.array([3.0])}


@pytest.fixture
def judged():
    """A judge of one test, and what its function has been called with."""
    calls = []

    def total(rubric: Rubric) -> None:
        calls.append(rubric)
        with rubric.criterion("sum", points=2, hint="Add them.") as c:
            c.either_way(lambda way: way.close("sum", "the sum"))

    assignment = types.SimpleNamespace(judges=types.SimpleNamespace(total=total), tests={"total": 2.0}, folder=Path())
    return Judge(assignment, {"total": ProbeResult(SOLVED)}), calls


def test_what_is_the_solution_s_own_to_the_last_bit_is_judged_once(judged):
    judge, calls = judged
    part = {"sum": SOLVED["sum"]}
    points = [judge.judge("total", ProbeResult(dict(values))).points for values in (SOLVED, SOLVED, part, part)]
    assert points == [2, 2, 2, 2]
    assert len(calls) == 3  # full marks, all of it, and the part


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        (ProbeResult({"sum": np.nextafter(SOLVED["sum"], 9)}), 2),
        (ProbeResult({"sum": SOLVED["sum"].reshape(2, 1)}), 0),
        (ProbeResult({"sum": SOLVED["sum"].astype("float32")}), 2),
        (ProbeResult({"sum": -SOLVED["sum"]}), 0),
        (ProbeResult({"sum": SOLVED["sum"], "more": np.array(1.0)}), 2),
        (ProbeResult({}), 0),
        (ProbeResult({}, stopped="It raised."), 0),
    ],
)
def test_whatever_differs_is_judged_by_itself(judged, answer, points):
    judge, calls = judged
    judge.judge("total", ProbeResult(SOLVED))
    before = len(calls)
    assert judge.judge("total", answer).points == points
    assert len(calls) == before + 1
