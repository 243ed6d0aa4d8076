"""The kernel pool: one warm kernel for each process, started at first use and started again if it should die."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.running.environment import data, environment, home
from autograder.running.probe_calls import ProbeCall, probe_calls_of_all
from autograder.running.probe_calls import probe_calls as probe_calls_of
from autograder.running.run import IsFull, RunResult, Surroundings
from autograder.running.run import run as run_on
from autograder.running.shared_lock import SharedLock
from autograder.sandbox.bubblewrap import SandboxUnavailable
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import WarmKernel, WarmKernelDied

__all__ = [
    "PATIENCE",
    "KernelPool",
    "Unfit",
    "run",
    "run_assignment",
    "run_solution",
    "run_task",
    "start",
    "warm_kernel",
]


@dataclass(frozen=True)
class KernelPool:
    """What a warm kernel is started with; two equal pools share one. A variable that holds one is called `kernels`."""

    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False


class Unfit(Exception):
    """A machine on which nothing should be run; the message names it and says why."""


_lock = threading.Lock()
_warm_kernels: dict[KernelPool, WarmKernel] = {}
_warm_kernel_use = SharedLock()


def start(kernels: KernelPool) -> WarmKernel:
    """This process's warm kernel for ``kernels``, which may still be importing."""
    with _lock:
        if kernels not in _warm_kernels:
            _warm_kernels[kernels] = WarmKernel(home(), data=data(), limits=kernels.limits, unsafe=kernels.unsafe)
        return _warm_kernels[kernels]


def warm_kernel(kernels: KernelPool) -> WarmKernel:
    """This process's warm kernel for ``kernels``, with everything imported."""
    warm = start(kernels)
    warm.wait_until_warm()
    return warm


def run(
    kernels: KernelPool,
    notebook: NotebookNode,
    probes: str = "",
    probe_calls: Sequence[ProbeCall] = (),
    around: Surroundings | None = None,
    patience: float = 1.0,
    is_full: IsFull | None = None,
) -> RunResult:
    """Run ``notebook``; if the warm kernel dies, with a new one. ``patience`` multiplies limits of time.

    All that ran on a warm kernel die with it. So who has seen two of them die is run alone: who is the cause
    takes nobody else along, and who is not goes on to its end.

    Raises:
        WarmKernelDied: if one dies with nothing else on it.
    """
    for held in (_warm_kernel_use.shared, _warm_kernel_use.shared, _warm_kernel_use.exclusive):
        with held():
            warm = warm_kernel(kernels)
            try:
                return run_on(notebook, probes, probe_calls, warm, around, patience, is_full)
            except WarmKernelDied as error:
                died = error
                with _lock:
                    if _warm_kernels.get(kernels) is warm:
                        _warm_kernels.pop(kernels).close()
    raise died


PATIENCE = 6.0
"""How much more time than a submission the solution has, so that its slowness can be told from a mistake of it."""


def run_assignment(
    kernels: KernelPool,
    assignment: Assignment,
    notebook: NotebookNode,
    variant: int = 0,
    is_full: IsFull | None = None,
) -> RunResult:
    """Run ``notebook`` as a submission of ``assignment``, asked with the seeds of this variant."""
    return run(kernels, notebook, assignment.probes, probe_calls_of(assignment, variant), is_full=is_full)


def run_solution(kernels: KernelPool, assignment: Assignment) -> RunResult:
    """Run the solution of ``assignment``, with patience, and ask it with the seeds of every variant."""
    probes, probe_calls = probe_calls_of_all(assignment)
    return run(kernels, assignment.solution, probes, probe_calls, patience=PATIENCE)


def run_task(
    expected: Mapping[str, str],
    kernels: KernelPool,
    notebook: NotebookNode,
    probes: str,
    probe_calls: Sequence[ProbeCall],
    patience: float = 1.0,
) -> RunResult | str:
    """What a Dask worker is sent: `run`, if this machine is like the caller's, whose `environment` is ``expected``.

    Returns:
        The result, or a sentence on why there is none. So whatever is raised is a failure of the cluster.

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
        return run(kernels, notebook, probes, probe_calls, patience=patience)
    except SandboxUnavailable as error:
        raise Unfit(f"The worker on {socket.gethostname()} cannot run: {error}") from error
    except Exception as error:
        return f"The grader could not run it: {error or type(error).__name__}"
