"""What an answer can depend on beside the submission: sources, libraries, seeds."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat

import autograder
import util
from autograder.course import VARIANTS, Assignment, Course, CourseError

__all__ = ["data", "environment", "fingerprint", "home", "library_versions", "running_sources"]

LIBRARIES = ("h5py", "keras", "numpy", "pillow", "scikit-learn", "scipy", "tensorflow", "tensorflow-cpu")
"""Distributions whose version can change an answer; one of the two of TensorFlow is installed."""

OWN = Path(autograder.__file__).parent

AFTERWARDS = {
    "authoring",
    "build",
    "cli",
    "gradebook",
    "judging",
    "pages",
    "platforms",
    "reports",
    "serving",
    "skeleton",
}
"""What comes before or after the run. Of all else in `OWN` it is supposed that an answer depends on it."""


def library_versions() -> dict[str, str]:
    """The versions of those `LIBRARIES` that are installed."""
    found = {}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def home() -> Path:
    """The folder that holds ``util`` on this machine, and in a checkout also ``data``."""
    return Path(str(util.__file__)).parent.parent


def data() -> Path:
    """The folder of data that submissions see: beside ``util``, else that of the course in which this process works."""
    beside = home() / "data"
    with suppress(CourseError):
        return beside if beside.is_dir() else Course.find().root / "data"
    return beside


@cache
def environment() -> Mapping[str, str]:
    """What an answer can depend on beside submission and probe, by name: alike wherever a class is run."""
    sources = [*sorted(OWN.rglob("*.py")), *sorted((home() / "util").rglob("*.py"))]
    digest = hashlib.sha256()
    for path in sources:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "Atelier's sources": digest.hexdigest()[:12],
        **library_versions(),
    }


def _files_inside() -> list[Path]:
    """All of ours that a probe or a submission can import."""
    return [*sorted((home() / "util").rglob("*.py")), *sorted((OWN / "inside").rglob("*.py"))]


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
def running_sources() -> str:
    """A hash of those of Atelier's own sources that can change what a submission does, its sandbox among them."""
    digest = hashlib.sha256()
    for path in sorted(OWN.rglob("*.py")):
        if path.relative_to(OWN).parts[0].removesuffix(".py") not in AFTERWARDS:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:32]
