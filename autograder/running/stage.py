"""A stage to perform on: one warm kernel for each process, started at first use and started again if it should die."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.running.environment import environment, home
from autograder.running.perform import Performance, Surroundings
from autograder.running.perform import perform as perform_on
from autograder.running.questions import Question, questions_of_all
from autograder.running.questions import questions as questions_of
from autograder.running.turns import Turns
from autograder.sandbox.bubblewrap import SandboxUnavailable
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import WarmKernel, WarmKernelDied

__all__ = [
    "PATIENCE",
    "Stage",
    "Unfit",
    "perform",
    "perform_assignment",
    "perform_solution",
    "perform_task",
    "start",
    "warm_kernel",
]


@dataclass(frozen=True)
class Stage:
    """What a warm kernel is started with; two equal stages share one. A variable that holds one is called `house`."""

    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False


class Unfit(Exception):
    """A machine on which nothing should be performed; the message names it and says why."""


_lock = threading.Lock()
_warm_kernels: dict[Stage, WarmKernel] = {}
_turns = Turns()


def start(stage: Stage) -> WarmKernel:
    """This process's warm kernel for ``stage``, which may still be importing."""
    with _lock:
        if stage not in _warm_kernels:
            course = home()
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
    patience: float = 1.0,
) -> Performance:
    """Perform ``notebook``; if the warm kernel dies, with a new one. ``patience`` multiplies limits of time.

    All that ran on a warm kernel die with it. So who has seen two of them die is performed alone: who is the cause
    takes nobody else along, and who is not goes on to its end.

    Raises:
        WarmKernelDied: if one dies with nothing else on it.
    """
    for turn in (_turns.together, _turns.together, _turns.alone):
        with turn():
            warm = warm_kernel(stage)
            try:
                return perform_on(notebook, probes, questions, warm, around, patience)
            except WarmKernelDied as error:
                died = error
                with _lock:
                    if _warm_kernels.get(stage) is warm:
                        _warm_kernels.pop(stage).close()
    raise died


PATIENCE = 6.0
"""How much more time than a submission the solution has, so that its slowness can be told from a mistake of it."""


def perform_assignment(stage: Stage, assignment: Assignment, notebook: NotebookNode, variant: int = 0) -> Performance:
    """Perform ``notebook`` as a submission of ``assignment``, asked with the seeds of this variant."""
    return perform(stage, notebook, assignment.probes, questions_of(assignment, variant))


def perform_solution(stage: Stage, assignment: Assignment) -> Performance:
    """Perform the solution of ``assignment``, with patience, and ask it with the seeds of every variant."""
    probes, questions = questions_of_all(assignment)
    return perform(stage, assignment.solution, probes, questions, patience=PATIENCE)


def perform_task(
    expected: Mapping[str, str],
    stage: Stage,
    notebook: NotebookNode,
    probes: str,
    questions: Sequence[Question],
    patience: float = 1.0,
) -> Performance | str:
    """What a Dask worker is sent: `perform`, if this machine is like the caller's, whose `environment` is ``expected``.

    Returns:
        The performance, or a sentence on why there is none. So whatever is raised is a failure of the cluster.

    Raises:
        Unfit: if this machine differs or has no sandbox.
    """
    own = environment()
    differences = [
        f"{name}: {own.get(name, 'none')} there, {expected.get(name, 'none')} here"
        for name in {**expected, **own}
        if own.get(name) != expected.get(name)
    ]
    if differences:
        raise Unfit(f"The worker on {socket.gethostname()} is not like this machine: {'; '.join(differences)}.")
    try:
        return perform(stage, notebook, probes, questions, patience=patience)
    except SandboxUnavailable as error:
        raise Unfit(f"The worker on {socket.gethostname()} cannot perform: {error}") from error
    except Exception as error:
        return f"The grader could not perform it: {error or type(error).__name__}"
