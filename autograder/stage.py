"""A stage to perform on: one warm kernel for each process, started at first use and started again if it should die."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

import util
from autograder.perform import Performance, Question
from autograder.perform import perform as perform_on
from autograder.sandbox import Limits
from autograder.warm import WarmKernel, WarmKernelDied

__all__ = ["Stage", "perform", "warm_kernel"]


@dataclass(frozen=True)
class Stage:
    """What a warm kernel is started with; two equal stages share one."""

    limits: Limits = Limits()
    unsafe: bool = False


_lock = threading.Lock()
_warm_kernels: dict[Stage, WarmKernel] = {}


def warm_kernel(stage: Stage) -> WarmKernel:
    """This process's warm kernel for ``stage``, with everything imported."""
    with _lock:
        if stage not in _warm_kernels:
            course = Path(str(util.__file__)).parent.parent
            _warm_kernels[stage] = WarmKernel(course, limits=stage.limits, unsafe=stage.unsafe)
        warm = _warm_kernels[stage]
    warm.wait_until_warm()
    return warm


def perform(stage: Stage, notebook: NotebookNode, questions: Sequence[Question]) -> Performance:
    """Perform ``notebook``; if the warm kernel dies, once more with a new one.

    Raises:
        WarmKernelDied: if the second one dies too.
    """
    for last in (False, True):
        warm = warm_kernel(stage)
        try:
            return perform_on(notebook, questions, warm)
        except WarmKernelDied:
            with _lock:
                if _warm_kernels.get(stage) is warm:
                    _warm_kernels.pop(stage).close()
            if last:
                raise
    raise AssertionError("unreachable")
