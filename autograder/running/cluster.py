"""The workers of a Dask cluster as those who run submissions.

They are other machines: what they send is checked as what comes from a sandbox (`wire`).
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import dask
from distributed import Client, Future, KilledWorker, wait
from nbformat import NotebookNode

from autograder.course import Assignment, CourseError
from autograder.running import kernel_pool, wire
from autograder.running.environment import environment
from autograder.running.probe_calls import ProbeCall
from autograder.running.run import IsFull
from autograder.running.workers import Outcome, amounts

__all__ = ["DaskRunner", "connected"]

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds that a cluster may be without a worker that could run what waits."""
LOOK = 5.0
"""Seconds between looks at a cluster on which nothing is done."""


@contextlib.contextmanager
def connected(scheduler: str) -> Iterator[Client]:
    """A client of the cluster whose scheduler has this address.

    Raises:
        CourseError: if none answers there.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised
    # Dask remembers its last thousand messages, and each of these holds a notebook.
    dask.config.set({"distributed.admin.low-level-log-length": 10})
    with wire.nothing_unpickled():
        try:
            # By way of the scheduler: no worker is spoken to.
            client = Client(scheduler, timeout="20s", direct_to_workers=False)
        except (OSError, ValueError, TypeError) as error:
            raise CourseError(f"No Dask scheduler answers at {scheduler} ({error}).") from error
        with client:
            yield client


class _Order:
    """Is pickled as a call of ``function``, and unpickled by carrying it out.

    Dask reads its messages outside of tasks, and a worker or scheduler that cannot import what they name ends without
    a word. Bytes it can read anywhere, so that a worker without this package tells what it lacks.
    """

    def __init__(self, function: Callable[..., bytes], *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[object, ...]]:
        """The call."""
        return self.function, self.arguments


def _carrying_out() -> Callable[[bytes], bytes]:
    """A function that carries out an order on a worker, and tells in JSON if it cannot.

    It is made inside of another one so that Dask sends its code, and not the name of this module.
    """

    def carry_out(order: bytes) -> bytes:
        import json
        import pickle

        try:
            return pickle.loads(order)
        except BaseException as error:
            return json.dumps({"failed": f"{type(error).__name__}: {error}"[:300]}).encode()

    return carry_out


TRIES = 3
"""Workers that a submission is sent to, if what comes back is nothing that a worker sends."""


@dataclass(frozen=True)
class _Sent:
    """An order that is under way, the names of its questions, and the number of cells of its notebook."""

    order: bytes
    tests: tuple[str, ...]
    cells: int


class DaskRunner:
    """Sends notebooks to be run, and waits for what comes back, but not for ever."""

    def __init__(self, client: Client, scheduler: str, kernels: kernel_pool.KernelPool, assignment: Assignment) -> None:
        """``scheduler`` is the address that ``client`` is connected with."""
        self.client = client
        self.scheduler = scheduler
        self.kernels = kernels
        self.resources = assignment.resources
        self.idle_since = time.monotonic()
        self.sent: dict[str, _Sent] = {}
        self.distrusted: set[str] = set()

    @property
    def room(self) -> int:
        """How many submissions to have under way: enough that no worker waits, few enough to stay in memory."""
        with self._connected():
            return 2 * max(1, sum(self.client.nthreads().values()))

    def send(
        self,
        notebook: NotebookNode,
        probes: str,
        probe_calls: Sequence[ProbeCall],
        patience: float = 1.0,
        is_full: IsFull | None = None,  # noqa: ARG002
    ) -> Future:
        """Have ``notebook`` run. All that a worker learns of the course is given here.

        A worker does not judge, so nobody can say that all is full before the whole has been asked.
        """
        tests = tuple(call.test for call in probe_calls)
        arguments = (environment(), self.kernels, notebook, probes, tuple(probe_calls), patience)
        return self._submit(_Sent(pickle.dumps(_Order(wire.run, *arguments)), tests, len(notebook.cells)))

    def _submit(self, sent: _Sent) -> Future:
        key = f"run-{uuid4().hex}"
        self.sent[key] = sent
        with self._connected():
            where = sorted(set(self.client.nthreads()) - self.distrusted) if self.distrusted else None
            if where == []:
                raise CourseError(
                    f"No worker of the Dask cluster at {self.scheduler} is left that sends what a worker "
                    f"sends: {', '.join(sorted(self.distrusted))} did not. Start others, then grade again."
                )
            return self.client.submit(
                _carrying_out(), sent.order, key=key, resources=self.resources, workers=where, allow_other_workers=False
            )

    def wait(self, futures: Sequence[Future]) -> None:
        """Until one of ``futures`` is done.

        Raises:
            CourseError: if the cluster is gone, or has had nobody to run them for `PATIENCE` seconds.
        """
        self.idle_since = time.monotonic()
        while True:
            with self._connected():
                try:
                    wait(futures, timeout=LOOK, return_when="FIRST_COMPLETED")
                    return
                except TimeoutError:
                    self._look(futures)

    def result(self, future: Future) -> Outcome:
        """What a done future brought: a result, or a sentence on why there is none.

        Raises:
            CourseError: if the cluster is not fit to run.
        """
        try:
            with self._connected():
                return self._outcome(future)
        except CourseError:
            raise
        except KilledWorker as error:
            # A submission can end nothing but its own fork: that workers died under it is no fault of its own.
            return f"All {error.allowed_failures + 1} Dask workers that were to run it were lost; grade again."
        except Exception as error:
            raise CourseError(
                f"A worker of {self.scheduler} could not begin to run "
                f"({type(error).__name__}: {error}): install there the Atelier that is here, then grade again."
            ) from error

    def _outcome(self, future: Future) -> Outcome:
        """What a future brought; what is no outcome at all is asked of other workers, too."""
        for _ in range(TRIES):
            sent = self.sent.pop(future.key)
            try:
                found = wire.decode(self._gather(future), sent.tests, sent.cells)
            except wire.Broken as error:
                self._distrust(future, error)
                future = self._submit(sent)
                self.wait([future])
                continue
            if isinstance(found, dict):
                raise self._unfit(found)
            return found
        self.sent.pop(future.key)
        return "No Dask worker sent back what a worker sends; grade again."

    def _distrust(self, future: Future, error: Exception) -> None:
        """Send nothing more to whoever has sent what is no result."""
        holders = {worker for workers in self.client.who_has([future]).values() for worker in workers}
        self.distrusted |= holders
        log.error("What %s sent is no result (%s); it gets no more.", ", ".join(sorted(holders)), error)

    @staticmethod
    def _unfit(found: dict[str, str]) -> CourseError:
        if "unfit" in found:
            return CourseError(f"{found['unfit']} Install the same there as here, then grade again.")
        return CourseError(
            f"A worker could not begin to run ({found['failed']}): install there the Atelier that is here, then "
            "grade again."
        )

    def _gather(self, future: Future) -> Any:
        while True:
            try:
                return future.result(timeout=PATIENCE)
            except TimeoutError:  # the worker that held it was lost, and it is being run again
                self.wait([future])

    def _look(self, futures: Sequence[Future]) -> None:
        busy = {key for keys in self.client.processing().values() for key in keys}
        alone = not self.client.nthreads()
        if not alone and (not self.resources or busy & {future.key for future in futures}):
            self.idle_since = time.monotonic()
        elif time.monotonic() - self.idle_since > PATIENCE:
            wanted = f" with {amounts(self.resources)}" if self.resources else ""
            raise CourseError(
                f"The Dask cluster at {self.scheduler} has no worker{wanted}: start some, then grade again; "
                f"what was finished is kept."
            )

    @contextlib.contextmanager
    def _connected(self) -> Iterator[None]:
        """Turn what comes of a scheduler that is gone into a sentence."""
        try:
            yield
        except (CancelledError, OSError) as error:
            raise CourseError(
                f"The Dask scheduler at {self.scheduler} was lost: grade again when it is back; "
                f"what was finished is kept."
            ) from error
