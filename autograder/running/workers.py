"""Who runs submissions: threads of this process, or the workers of a Dask cluster. They do nothing else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, Protocol

from nbformat import NotebookNode

from autograder.course import Assignment, CourseError
from autograder.running import kernel_pool
from autograder.running.probe_calls import ProbeCall
from autograder.running.run import IsFull, RunResult
from autograder.sandbox.bubblewrap import SandboxUnavailable

__all__ = ["Outcome", "Runner", "ThreadRunner", "Workers", "amounts"]

Outcome = RunResult | str
"""A result, or a sentence on why there is none."""


class Runner(Protocol):
    """Has notebooks run, several at a time. A future is what the runner itself has given."""

    @property
    def room(self) -> int:
        """How many submissions to have under way: enough that no worker waits, few enough to stay in memory."""

    def send(
        self,
        notebook: NotebookNode,
        probes: str,
        probe_calls: Sequence[ProbeCall],
        patience: float = 1.0,
        is_full: IsFull | None = None,
    ) -> Any:
        """Have ``notebook`` run. For the arguments see `autograder.running.run.run`."""

    def wait(self, sent: Sequence[Any]) -> None:
        """Until one of the futures in ``sent`` is done; raises CourseError if none ever will be."""

    def result(self, future: Any) -> Outcome:
        """What a done future brought; raises CourseError if nothing can be run at all."""


@dataclass(frozen=True)
class Workers:
    """Who runs submissions: ``jobs`` threads of this process with one warm kernel, or the workers of a Dask scheduler.

    ``gpus`` is the number of GPUs of this machine; the workers of a scheduler say themselves what they have.
    """

    jobs: int = 2
    scheduler: str = ""
    gpus: int = 0

    def check(self, assignment: Assignment) -> None:
        """Raise CourseError if the assignment asks for something that this machine was not said to have."""
        have = {"GPU": self.gpus}
        lacking = {name: amount for name, amount in assignment.resources.items() if amount > have.get(name, 0)}
        if lacking and not self.scheduler:
            raise CourseError(
                f"The probes of {assignment.name} ask for {amounts(lacking)}: say `--gpus N` if this machine has N, "
                f"or give the --scheduler of a Dask cluster with such workers."
            )

    @contextlib.contextmanager
    def runner(self, kernels: kernel_pool.KernelPool, assignment: Assignment) -> Iterator[Runner]:
        """Who has them run, for as long as the block does.

        Raises:
            CourseError: if there is no such scheduler.
        """
        if self.scheduler:
            from autograder.running import cluster  # Dask takes a second to import

            with cluster.connected(self.scheduler) as client:
                yield cluster.DaskRunner(client, self.scheduler, kernels, assignment)
            return
        shares = [self.gpus // amount for name, amount in assignment.resources.items() if name == "GPU"]
        with ThreadRunner(int(min([self.jobs, *shares])), kernels) as runner:
            yield runner


def amounts(resources: dict[str, float]) -> str:
    """Resources of a worker as words."""
    return ", ".join(f"{name}={amount:g}" for name, amount in resources.items())


class ThreadRunner:
    """Threads that wait for the forks of one warm kernel. They are daemons, so that an interrupted run ends at once."""

    def __init__(self, jobs: int, kernels: kernel_pool.KernelPool) -> None:
        """``jobs`` submissions run at a time."""
        # The threads wake up often and briefly, so they must not wait 5 ms for each other.
        sys.setswitchinterval(0.0005)
        self.kernels = kernels
        self.room = 2 * jobs
        self._orders: SimpleQueue[tuple[futures.Future[Outcome], Any] | None] = SimpleQueue()
        self._threads = [Thread(target=self._work, daemon=True) for _ in range(jobs)]

    def __enter__(self) -> ThreadRunner:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        for _ in self._threads:
            self._orders.put(None)

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            future, carry_out = order
            try:
                future.set_result(carry_out())
            except BaseException as error:
                future.set_exception(error)

    def send(
        self,
        notebook: NotebookNode,
        probes: str,
        probe_calls: Sequence[ProbeCall],
        patience: float = 1.0,
        is_full: IsFull | None = None,
    ) -> futures.Future[Outcome]:
        """Have ``notebook`` run. For the arguments see `autograder.running.run.run`."""
        future: futures.Future[Outcome] = futures.Future()
        run = partial(kernel_pool.run, patience=patience, is_full=is_full)
        self._orders.put((future, lambda: _outcome(partial(run, self.kernels, notebook, probes, probe_calls))))
        return future

    def wait(self, sent: Sequence[futures.Future[Outcome]]) -> None:
        """Until one of the futures in ``sent`` is done."""
        futures.wait(sent, return_when=futures.FIRST_COMPLETED)

    def result(self, future: futures.Future[Outcome]) -> Outcome:
        """What a done future brought."""
        return future.result()


def _outcome(run: Any) -> Outcome:
    """A run's result, or a sentence on why there is none; raises SandboxUnavailable."""
    try:
        return run()
    except SandboxUnavailable:
        raise
    except Exception as error:
        return f"The grader could not run it: {error or type(error).__name__}"
