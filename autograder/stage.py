"""A stage to perform on: one warm kernel for each process, started at first use and started again if it should die."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

import util
from autograder.course import Assignment
from autograder.judge import questions as questions_of
from autograder.perform import Performance, Question, Surroundings
from autograder.perform import perform as perform_on
from autograder.sandbox import Limits
from autograder.warm import WarmKernel, WarmKernelDied

__all__ = ["Stage", "perform", "perform_assignment", "start", "warm_kernel"]


@dataclass(frozen=True)
class Stage:
    """What a warm kernel is started with; two equal stages share one."""

    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False


_lock = threading.Lock()
_warm_kernels: dict[Stage, WarmKernel] = {}


def start(stage: Stage) -> WarmKernel:
    """This process's warm kernel for ``stage``, which may still be importing."""
    with _lock:
        if stage not in _warm_kernels:
            course = Path(str(util.__file__)).parent.parent
            _warm_kernels[stage] = WarmKernel(course, limits=stage.limits, unsafe=stage.unsafe)
        return _warm_kernels[stage]


def warm_kernel(stage: Stage) -> WarmKernel:
    """This process's warm kernel for ``stage``, with everything imported."""
    warm = start(stage)
    warm.wait_until_warm()
    return warm


def perform(
    stage: Stage,
    notebook: NotebookNode,
    probes: str = "",
    questions: Sequence[Question] = (),
    around: Surroundings | None = None,
) -> Performance:
    """Perform ``notebook``; if the warm kernel dies, once more with a new one.

    Raises:
        WarmKernelDied: if the second one dies too.
    """
    for last in (False, True):
        warm = warm_kernel(stage)
        try:
            return perform_on(notebook, probes, questions, warm, around)
        except WarmKernelDied:
            with _lock:
                if _warm_kernels.get(stage) is warm:
                    _warm_kernels.pop(stage).close()
            if last:
                raise
    raise AssertionError("unreachable")


def perform_assignment(stage: Stage, assignment: Assignment, notebook: NotebookNode) -> Performance:
    """Perform ``notebook`` as a submission of ``assignment``."""
    return perform(stage, notebook, assignment.probes, questions_of(assignment))
