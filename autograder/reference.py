"""Reference answers: the solved notebook, performed as a submission is and kept until what it depends on changes."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import nbformat

from autograder.answers import Answer, decode
from autograder.course import VARIANTS, Assignment, CourseError
from autograder.inside.asking import encode
from autograder.judge import by_variant, full_marks
from autograder.perform import Performance
from autograder.results import write_atomically

__all__ = [
    "References",
    "decode_answers",
    "encode_answers",
    "fingerprint",
    "keep",
    "kept",
    "library_versions",
    "performing_sources",
    "references",
]

LIBRARIES = ("h5py", "keras", "numpy", "pillow", "scikit-learn", "scipy", "tensorflow", "tensorflow-cpu")
"""Distributions whose version can change an answer; one of the two of TensorFlow is installed."""
UNBOUNDED = 2**30

References = tuple[dict[str, Answer], ...]
"""The solution's answers by test, for each variant of the seeds."""

AFTERWARDS = {
    *("attacker", "build", "cells", "cli", "collect", "demo", "examine", "export", "extensions", "feedback", "grade"),
    *("harmless", "judge", "judging", "kept", "platforms", "preprocessors", "record", "release", "rendered"),
    *("rendering", "report", "results", "reviews", "scoreboard", "similar", "skeleton", "source", "tables"),
}
"""What comes before or after the performing. Of any other module it is supposed that an answer depends on it."""


def library_versions() -> dict[str, str]:
    """The versions of those `LIBRARIES` that are installed."""
    found = {}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _files_inside() -> list[Path]:
    """All of ours that a probe or a submission can import."""
    import util
    from autograder import inside

    return [path for package in (util, inside) for path in sorted(Path(str(package.__file__)).parent.rglob("*.py"))]


def fingerprint(assignment: Assignment) -> str:
    """A hash of everything that answers depend on: solution, probes, what they import, seeds and versions.

    But for what lies in ``data/``, which no blank and no probe of the seven lessons reads.
    """
    digest = hashlib.sha256()
    digest.update(nbformat.writes(assignment.solution).encode())
    digest.update(assignment.probes.encode())
    for path in _files_inside():
        digest.update(path.read_bytes())
    versions = [platform.python_version(), library_versions()]
    seeds = [assignment.seed(test, variant) for test in assignment.tests for variant in range(VARIANTS)]
    digest.update(json.dumps([versions, seeds]).encode())
    return digest.hexdigest()[:32]


@cache
def performing_sources() -> str:
    """A hash of those of Atelier's own sources that can change what a submission does, its sandbox among them."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.relative_to(folder).parts[0].removesuffix(".py") not in AFTERWARDS:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]


def encode_answers(answers: Mapping[str, Answer]) -> dict[str, Any]:
    """Answers by test, as JSON has them."""
    return {
        test: {
            "token": "",
            "stopped": answer.stopped,
            "reasons": {str(number): reason for number, reason in answer.reasons.items()},
            "values": {key: encode(array) for key, array in answer.values.items()},
        }
        for test, answer in answers.items()
    }


def decode_answers(encoded: Any, tests: Iterable[str]) -> dict[str, Answer]:
    """The answers to all of ``tests`` that `encode_answers` has encoded.

    Raises:
        ValueError: if some are missing, or damaged.
    """
    answers = {}
    for test in tests:
        payload: Any = encoded.get(test) if isinstance(encoded, dict) else None
        answer = decode(payload, "", UNBOUNDED)
        if answer is None or set(answer.values) != set(payload["values"]):
            raise ValueError(f"The answer to `{test}` is not there, or damaged.")
        answers[test] = answer
    return answers


def _path(assignment: Assignment) -> Path:
    return assignment.course.output / "reference" / f"{assignment.name}-{fingerprint(assignment)}.json"


def kept(assignment: Assignment) -> References | None:
    """The solution's answers, if nothing has changed since they were kept, and the file is whole."""
    try:
        variants = json.loads(_path(assignment).read_text(encoding="utf-8"))
        if not isinstance(variants, list) or len(variants) != VARIANTS:
            return None
        return tuple(decode_answers(each, assignment.tests) for each in variants)
    except (OSError, ValueError):
        return None


def keep(assignment: Assignment, performance: Performance) -> References:
    """Keep and return the answers of the solution's performance, in which every variant was asked.

    Raises:
        CourseError: if the solution does not answer, or does not earn full marks.
    """
    for name, seconds in performance.slow.items():
        raise CourseError(
            f"The solution of {assignment.name} takes {seconds:.0f} seconds of processor time to answer the probe "
            f"`{name.partition('__')[0]}`, longer than any submission may: this machine is too slow, or the probe asks "
            "for too much."
        )
    variants = by_variant(assignment, performance.answers)
    for test, answer in ((test, answer) for answers in variants for test, answer in answers.items()):
        if answer.stopped:
            events = " ".join(performance.events)
            raise CourseError(
                f"The solution of {assignment.name} fails its own probe `{test}`: {answer.stopped} {events}"
            )
        full_marks(assignment, test, answer)
    write_atomically(_path(assignment), json.dumps([encode_answers(answers) for answers in variants]))
    return variants


def references(assignment: Assignment, perform_solution: Callable[[], Performance]) -> References:
    """The solution's answers; ``perform_solution`` is called only if they are not kept.

    Raises:
        CourseError: as `keep` does.
    """
    answers = kept(assignment)
    return keep(assignment, perform_solution()) if answers is None else answers
