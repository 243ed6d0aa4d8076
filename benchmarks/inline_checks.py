"""The hidden tests of a lesson the ordinary way: run in the student's own kernel, by a line of the hidden region."""

import importlib.util
import json
import os
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from types import ModuleType

from autograder.inside.asking import Student, put
from autograder.judging import Rubric
from autograder.running.probe_results import ProbeResult, decode


@cache
def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"inline_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _references() -> dict[str, dict]:
    return json.loads(Path(os.environ["INLINE_REFERENCES"]).read_text())[0]  # with the seeds of the first variant


def points(test: str, namespace: MutableMapping[str, object], seed: tuple[int, ...]) -> float:
    """Put the probe ``test`` to ``namespace`` and judge it on the spot: nbgrader takes the last value as the points."""
    folder = Path(os.environ["INLINE_TESTS"])
    probe = getattr(_module(folder / "probes.py"), test)
    told = put(probe, Student(namespace), seed).told()
    answer = decode({"token": "", **told}, "", 2**30) or ProbeResult()
    reference = decode(_references()[test], "", 2**30) or ProbeResult()
    rubric = Rubric(test, answer.values, reference.values, answer.stopped, answer.reasons)
    getattr(_module(folder / "judges.py"), test)(rubric)
    return float(rubric.judgement.points)
