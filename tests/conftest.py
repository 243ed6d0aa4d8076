"""What tests share: one warm kernel in each process of the run, and a tiny course made from the skeleton of `atelier new`."""

import os
from pathlib import Path

import pytest

from autograder.authoring import build
from autograder.authoring.skeleton import new
from autograder.course import Assignment, Course
from autograder.running import kernel_pool
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import WarmKernel

ROOT = Path(__file__).resolve().parent.parent
LIMITS = Limits(
    memory_bytes=2**30,
    processes=100,
    output_bytes=2**20,
    cell_seconds=12.0,
    probe_seconds=8.0,
    submission_seconds=120.0,
    waiting_seconds=12.0,
)
"""Smaller than in earnest, so that what must run into a limit does so soon; a busy machine must not."""


@pytest.fixture(scope="session")
def kernels() -> kernel_pool.KernelPool:
    """A kernel pool whose warm kernel is shared by every test that runs something."""
    os.environ["ATELIER_TEST_CANARY"] = "of the host"
    return kernel_pool.KernelPool(LIMITS)


@pytest.fixture
def warm(kernels: kernel_pool.KernelPool) -> WarmKernel:
    """The warm kernel itself; asked for anew by each test, since one that died in a test before was replaced."""
    return kernel_pool.warm_kernel(kernels)


@pytest.fixture(scope="session")
def gan(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """The lesson `gan` of this checkout, graded into a folder of its own."""
    return Course(ROOT, tmp_path_factory.mktemp("gan")).assignment("gan")


@pytest.fixture
def tiny(tmp_path: Path) -> Assignment:
    """A course of one small assignment, built; its items are `mean_squared_error` (2) and the question `outliers` (1)."""
    root = tmp_path / "course"
    (root / "exercises").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    course = Course(root)
    new(course, "tiny")
    assignment = course.assignment("tiny")
    build.build(assignment)
    return assignment
