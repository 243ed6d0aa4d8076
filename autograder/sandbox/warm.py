"""The host's side of a warm kernel: start it, have it fork, hear how forks end."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self

from autograder.inside.frames import Line
from autograder.sandbox import bubblewrap as sandbox
from autograder.sandbox.bounded import clean_sentence
from autograder.sandbox.folders import own_folder
from autograder.sandbox.limits import Limits

__all__ = ["WARM_KERNEL_ENDED", "Fork", "WarmKernel", "WarmKernelDied"]

MODULES = [
    "numpy",
    "tensorflow",
    "keras",
    "matplotlib.pyplot",
    "h5py",
    "stack_data",
    "sklearn.cluster",
    "sklearn.neighbors",
    "sklearn.svm",
    "util.checks",
    "util.data",
    "util.features",
    "util.metrics",
    "util.plots",
    "util.training",
    "autograder.inside.networks",
    "autograder.inside.probing",
]
"""Imported before the first fork, because every submission or every `probes.py` imports them."""


WARM_KERNEL_ENDED = "the warm kernel ended"
"""Why a fork ended, if it was none of its own doing."""

FORK_SECONDS = 300.0
"""A fork takes milliseconds; who waits longer than this waits for a machine that does not come to it."""

WARM_SECONDS = 900.0
"""The imports take ten seconds of an idle machine."""


_log = logging.getLogger(__name__)


class WarmKernelDied(Exception):
    """The warm kernel itself has ended; the message holds the end of its log."""


class Fork:
    """One kernel of one submission: known by name, ended once."""

    def __init__(self, name: str, line: Line) -> None:
        """``line`` is the grader's end of the line to it."""
        self.name = name
        self.line = line
        self.pid: Future[int] = Future()
        self.ended: Future[int | None] = Future()
        self.reason = ""
        self.seconds: Counter[str] = Counter()
        """The processor seconds of each task that it was given."""
        self.waited: Counter[str] = Counter()
        """And those in which it did nothing."""


class WarmKernel:
    """A process that has imported everything and forks on demand. Safe to use from several threads."""

    def __init__(
        self, course: Path, *, data: Path | None = None, limits: Limits | None = None, unsafe: bool = False
    ) -> None:
        """Start the process; `wait_until_warm` says when its imports are done.

        Args:
            course: folder that holds ``util``.
            data: the folder of data; by default ``data`` in ``course``.
            limits: bounds on every fork.
            unsafe: fork without a sandbox.
        """
        self.limits = limits or Limits()
        self.unsafe = unsafe
        self._lock = threading.Lock()
        self._forks: dict[str, Fork] = {}
        self._warm: Future[dict[str, Any]] = Future()
        # One message is one command, and carries the descriptors that belong to it.
        self._commands, self._orders = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.folder, self._claim = own_folder()
        try:
            self._process = self._start(course, data or course / "data")
        except BaseException:
            self._commands.close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            self._orders.close()
        atexit.register(self.close)

    def _start(self, course: Path, data: Path) -> subprocess.Popen[bytes]:
        """Start the process, and a thread that hears it."""
        environment = {**os.environ, **sandbox.ENVIRONMENT, "PYTHONPATH": str(course)} if self.unsafe else {}
        command = sandbox.command_line(course, data, MODULES, unsafe=self.unsafe)
        started: Future[subprocess.Popen[bytes]] = Future()
        # The thread that reads also starts the process: the system kills it with the thread that started it, and
        # this one lives as long as the process, whatever becomes of the caller's thread.
        self._reader = threading.Thread(
            target=self._run, args=(command, environment, started), daemon=True, name="warm-kernel"
        )
        self._reader.start()
        return started.result()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def wait_until_warm(self, timeout: float = WARM_SECONDS) -> dict[str, Any]:
        """Block until everything is imported; raise `WarmKernelDied` if that failed."""
        try:
            return self._warm.result(timeout)
        except TimeoutError as error:
            raise WarmKernelDied(
                f"The warm kernel has not imported its libraries within {timeout:.0f} seconds: see that the machine "
                f"and its disk are not busy with other work, then start again."
            ) from error

    def fork(self) -> Fork:
        """Fork a kernel, and hold the line to it.

        Raises:
            WarmKernelDied: if the warm kernel is gone, or too busy to fork.
        """
        self.wait_until_warm()
        ours, theirs = Line.pair()
        name = secrets.token_hex(4)
        fork = self._forks[name] = Fork(name, ours)
        try:
            with contextlib.closing(theirs):
                self._send({"fork": name, "limits": self.limits.for_kernel()}, theirs)
            fork.pid.result(timeout=FORK_SECONDS)
        except TimeoutError as error:
            self.kill(fork)
            ours.close()
            late = f"No kernel was forked within {FORK_SECONDS:g} seconds: give the machine fewer jobs."
            raise WarmKernelDied(late) from error
        except WarmKernelDied:
            ours.close()
            raise
        return fork

    def allow(self, fork: Fork, task: str, seconds: float | None = None, waiting: float | None = None) -> None:
        """Give the fork so many processor ``seconds`` for ``task``, in which it may do nothing for ``waiting`` seconds.

        The time of its task before ends. Who exceeds either is killed, with a reason that says so; None is no bound.
        """
        if not fork.ended.done():
            self._send({"allow": fork.name, "task": task, "seconds": seconds, "waiting": waiting})

    def kill(self, fork: Fork, number: int = signal.SIGKILL) -> None:
        """Send a signal to the fork; SIGKILL takes everything that it started with it."""
        if not fork.ended.done():
            self._send({"kill": fork.name, "signal": int(number)})

    def forget(self, fork: Fork) -> None:
        """Kill the fork, wait for its end and close the line to it."""
        self.kill(fork)
        fork.ended.result(timeout=60)
        self._forks.pop(fork.name, None)
        fork.line.close()

    def close(self) -> None:
        """End the process and every fork; remove the folder."""
        atexit.unregister(self.close)
        self._commands.close()  # at their end it leaves by itself
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._claim.close()

    def _send(self, command: dict[str, Any], *lines: Line) -> None:
        with self._lock:
            try:
                descriptors = [descriptor for line in lines for descriptor in line.descriptors()]
                socket.send_fds(self._commands, [json.dumps(command).encode()], descriptors)
            except OSError as error:
                raise self._obituary() from error

    def _run(self, command: list[str], environment: dict[str, str], started: Future[subprocess.Popen[bytes]]) -> None:
        """Start the process and hear its events until it ends."""
        try:
            with (self.folder / "log").open("wb") as log:
                process = subprocess.Popen(
                    command,
                    stdin=self._orders.fileno(),
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=environment,
                    start_new_session=True,
                )
        except OSError as error:
            started.set_exception(error)
            return
        started.set_result(process)
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if "warm" in event:
                for sentence in event["lacking"]:
                    _log.warning("%s", sentence)
                self._warm.set_result(event)
            elif "unfit" in event:
                self._warm.set_exception(
                    WarmKernelDied(
                        f"What every submission needs cannot be imported here: {clean_sentence(event['unfit'])}"
                    )
                )
            elif "spent" in event:
                fork = self._forks[event["spent"]]
                # New ones, since another thread may be reading the old.
                fork.seconds = fork.seconds + Counter({event["task"]: event["seconds"]})
                fork.waited = fork.waited + Counter({event["task"]: event["waited"]})
            elif "forked" in event:
                self._forks[event["forked"]].pid.set_result(event["pid"])
            elif "ended" in event:
                self._end(self._forks[event["ended"]], event["status"], event.get("reason", ""))
        for fork in list(self._forks.values()):
            self._end(fork, -signal.SIGKILL, WARM_KERNEL_ENDED)
        if not self._warm.done():
            self._warm.set_exception(self._obituary())

    def _end(self, fork: Fork, status: int, reason: str) -> None:
        fork.reason = reason
        if not fork.pid.done():
            fork.pid.set_exception(WarmKernelDied(f"A kernel could not be forked: {reason}."))
        if not fork.ended.done():
            fork.ended.set_result(status)

    def _obituary(self) -> WarmKernelDied:
        log = (self.folder / "log").read_text(errors="replace") if (self.folder / "log").exists() else ""
        return WarmKernelDied(f"The warm kernel ended. The end of its log: {log[-2000:].strip() or '(empty)'}")
