"""The class of attackers, graded once by the real grader in its real sandbox, with honest students on either side."""

import hashlib
import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.course import Assignment, Course
from autograder.gradebook.grade import grade
from autograder.gradebook.results import ClassResults, StudentResult
from autograder.running.workers import Workers
from tests.attacks.attack import SECRET, Attack, load
from util.data import digits

ROOT = Path(__file__).resolve().parents[2]
HONEST = ("000-honest", "999-honest")
COURSE = ("autograder", "data", "examples", "exercises", "notebooks", "solutions", "tests", "util")
PACKAGES = ("numpy", "keras", "tensorflow", "matplotlib", "IPython", "ipykernel", "nbgrader", "nbclient")


@dataclass(frozen=True)
class Graded:
    """The graded class. ``before`` and ``after`` are hashes of what no submission may change."""

    assignment: Assignment
    results: ClassResults
    students: dict[str, str]
    heard: list[str]
    before: dict[str, str]
    after: dict[str, str]

    def __getitem__(self, attack: str) -> StudentResult:
        """The result of the student who handed this attack in."""
        student = self.students.get(attack, attack)
        (result,) = (each for each in self.results.students if each.student == student)
        return result


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        yield from (Path(parent, name) for name in names)


def snapshot(course: Course) -> dict[str, str]:
    """What is on the host: the course and the submissions by content, installed packages by size and time."""
    found = {}
    for path in (file for folder in COURSE for file in _files(course.root / folder)):
        found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    for path in _files(course.submitted):
        stat = path.lstat()
        found[str(path)] = f"{stat.st_mode} {stat.st_size} {stat.st_mtime_ns}"
    site = Path(importlib.util.find_spec("numpy").origin).parents[1]
    for path in (file for package in PACKAGES for file in _files(site / package)):
        found[str(path)] = f"{path.lstat().st_size} {path.lstat().st_mtime_ns}"
    for path in (*site.glob("*.pth"), *site.glob("*.py")):
        found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="session")
def graded(gan, kernels, tmp_path_factory) -> Graded:
    """Everybody's submissions, graded in one run."""
    assignment = Course(gan.course.root, tmp_path_factory.mktemp("attacks")).assignment("gan")
    attacks = load()
    students = {attack.name: f"{number:03d}-{attack.name}" for number, attack in enumerate(attacks, start=1)}
    assert len(students) == len(attacks), "two attacks have the same name"
    for attack in attacks:
        attack.hand_in(assignment, students[attack.name])
    for student in HONEST:
        Attack(student, 0).hand_in(assignment, student)
    (assignment.course.output / "secret").write_text(SECRET)
    heard = []
    digits.load_mnist()  # whoever loads them first writes a file into data/, which may be a test beside this one
    before = snapshot(assignment.course)
    results = grade(assignment, workers=Workers(2), kernels=kernels, listener=heard.append)
    return Graded(assignment, results, students, heard, before, snapshot(assignment.course))
