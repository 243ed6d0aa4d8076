"""Work that may be expensive runs in a fork of a small process, with bounds of its own on memory and processor time.

A file that takes gigabytes or minutes to be read or shown costs that fork, and nobody else anything.
The small process imports the work once, so that a fork costs milliseconds. Between the two travel bytes, and what comes
back has a bound, too.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

__all__ = ["BoundedProcess", "BoundsExceeded", "serve"]

LENGTH = struct.Struct("!cQ")
"""In front of each part of a reply: what it is, and its number of bytes."""
BEGUN, PART, FAULT, END = b"b", b"p", b"f", b"e"
NAME = 200  # bytes of the name of a task, with its seconds
BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); from autograder.bounded_process import serve; serve(*sys.argv[2:])"
)


class BoundsExceeded(Exception):
    """The work took more time or memory than it may, or its reply more bytes."""


class _Gone(RuntimeError):
    """The small process has ended before it could fork."""


class BoundedProcess:
    """Calls the functions of a module, which take bytes and yield bytes, in forks with bounds.

    Args:
        module: the module's full name; it is imported in the small process only.
        memory: bytes that the work may take beside what the module itself does.
        most: bytes of a whole reply.
    """

    def __init__(self, module: str, *, memory: int, most: int) -> None:
        self._module, self._memory, self._most = module, memory, most
        self._lock = threading.RLock()
        self._helper: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def ask(self, task: str, content: bytes, *, seconds: int) -> Iterator[bytes]:
        """What the function ``task`` yields for ``content``, as it comes; it may take so many processor ``seconds``.

        Raises:
            BoundsExceeded: if its bounds have ended it; what it yielded before has come by then.
            RuntimeError: if it failed, with its traceback.
        """
        try:
            yield from self._ask(task, content, seconds)
        except _Gone:  # somebody has ended it
            self.close()
            yield from self._ask(task, content, seconds)

    def _ask(self, task: str, content: bytes, seconds: int) -> Iterator[bytes]:
        with self._fork(f"{task} {seconds}") as line:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end is noticed by what is missing
                line.sendall(LENGTH.pack(PART, len(content)))
                line.sendall(content)
            if _exactly(line, LENGTH.size) is None:
                raise _Gone(f"The process for `{self._module}` has ended.")
            yield from self._reply(line)

    def _reply(self, line: socket.socket) -> Iterator[bytes]:
        left = self._most
        while True:
            kind, size = LENGTH.unpack(_received(line, LENGTH.size))
            if kind == END:
                return
            if size > left:
                raise BoundsExceeded
            left -= size
            part = _received(line, size)
            if kind == FAULT:
                raise RuntimeError(part.decode(errors="replace"))
            yield part

    @contextlib.contextmanager
    def _fork(self, request: str) -> Iterator[socket.socket]:
        """A line to a new fork, which does what the ``request`` says."""
        own, other = socket.socketpair()
        with own:
            with self._lock, other:
                try:
                    socket.send_fds(self._running(), [request.encode()], [other.fileno()])
                except OSError:  # it is gone since we looked
                    self.close()
                    socket.send_fds(self._running(), [request.encode()], [other.fileno()])
            yield own

    def _running(self) -> socket.socket:
        """The line to the small process, which is started when it is first needed and whenever it is gone."""
        if self._helper is not None and self._helper.poll() is not None:
            self.close()
        if self._line is None:
            self._line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            command = [sys.executable, "-P", "-c", BEGIN, str(Path(__file__).parents[1])]
            with other:
                self._helper = subprocess.Popen(
                    [*command, self._module, str(self._memory)],
                    stdin=other.fileno(),
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is for the caller
                )
            atexit.register(self.close)
        return self._line

    def close(self) -> None:
        """End the small process; it is started again when it is needed."""
        with self._lock:
            if self._line is not None and self._helper is not None:
                atexit.unregister(self.close)
                self._line.close()
                self._helper.wait()
            self._line = self._helper = None


def _received(line: socket.socket, size: int) -> bytes:
    content = _exactly(line, size)
    if content is None:
        raise BoundsExceeded
    return bytes(content)


# In the small process ------------------------------------------------------------------------------------------------


def serve(module: str, memory: str) -> None:
    """Fork for every request that comes, until whoever has started this process is gone."""
    tasks = importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system itself buries the forks
    with socket.socket(fileno=0) as line:
        while True:
            request, descriptors, _, _ = socket.recv_fds(line, NAME, 1)
            if not descriptors:
                return
            if os.fork() == 0:
                line.close()
                task, seconds = request.decode().split()
                _work(getattr(tasks, task), socket.socket(fileno=descriptors[0]), int(seconds), int(memory))
            os.close(descriptors[0])


def _work(task: Callable[[bytearray], Iterable[bytes]], line: socket.socket, seconds: int, memory: int) -> None:
    """Do the work within its bounds, tell what came of it, and end this process."""
    try:
        _send(line, BEGUN, b"")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (_mapped() + memory, _mapped() + memory))
        size = LENGTH.unpack(_exactly(line, LENGTH.size) or bytes(LENGTH.size))[1]
        for part in task(_exactly(line, size) or bytearray()):
            _send(line, PART, part)
        _send(line, END, b"")
    except MemoryError:
        pass  # the reply without an end says it
    except OSError:
        pass  # nobody listens any more
    except BaseException:
        _send(line, FAULT, traceback.format_exc().encode()[-4000:])
    finally:
        os._exit(0)


def _mapped() -> int:
    """Bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _send(line: socket.socket, kind: bytes, part: bytes) -> None:
    line.sendall(LENGTH.pack(kind, len(part)))
    line.sendall(part)


def _exactly(line: socket.socket, size: int) -> bytearray | None:
    """So many bytes from ``line``; None if it ends before."""
    content = bytearray(size)
    view, at = memoryview(content), 0
    while at < size:
        try:
            count = line.recv_into(view[at:])
        except ConnectionResetError:
            return None
        if not count:
            return None
        at += count
    return content
