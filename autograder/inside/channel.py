"""A fork's end of the line to the grader. What is shown leaves in the order in which it was shown.

Three ways lead here: Python's own `sys.stdout` and `sys.stderr`, displays, and whatever other programs and libraries in
C write to the descriptors 1 and 2, which are pipes.
"""

import base64
import codecs
import datetime
import io
import json
import numbers
import os
import select
import threading
import time
from collections import deque
from collections.abc import Iterable
from typing import Any

from autograder.inside import frames

DELAY = 0.02
"""Seconds for which text is held back, so that many small pieces become one frame."""

AT_ONCE = 2**16
"""Characters of text that are held back at most."""


def plain(value: Any) -> Any:
    """What JSON does not know, in the way that Jupyter sends it."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Iterable):
        return list(value)
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value)
    raise TypeError(f"{value!r} is not JSON serializable")


class Channel:
    """Sends frames and receives orders. Safe to use from several threads; a child of the process sends nothing."""

    def __init__(self, line: frames.Line) -> None:
        """``line`` leads to the grader. From here on the descriptors 1 and 2 do, too."""
        self.line = line
        self.process = os.getpid()
        self._lock = threading.RLock()
        self._text: list[tuple[bytes, list[str]]] = []
        self._held = 0
        self._frames: deque[bytes] = deque()
        self._sending = False
        self._sent = 0.0
        self._pipes: dict[int, tuple[bytes, codecs.IncrementalDecoder]] = {}
        self._written = select.poll()
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        for descriptor, kind in ((1, frames.STDOUT), (2, frames.STDERR)):
            self._pipes[self._capture(descriptor)] = kind, codecs.getincrementaldecoder("utf-8")("replace")
        before = threading.stack_size(2**18)
        threading.Thread(target=self._pump, daemon=True, name="channel").start()
        threading.stack_size(before)

    def _capture(self, descriptor: int) -> int:
        """Turn ``descriptor`` into a pipe, and return the end to read from."""
        read, write = os.pipe()
        os.dup2(write, descriptor)
        os.close(write)
        os.set_blocking(read, False)
        self._written.register(read, select.POLLIN)
        return read

    def receive(self) -> dict[str, Any] | None:
        """The next order; None if there will be no more. Blocks."""
        header = self.line.read_all(frames.HEADER.size)
        if len(header) < frames.HEADER.size:
            return None
        order: dict[str, Any] = json.loads(self.line.read_all(frames.HEADER.unpack(header)[1]))
        return order

    def send(self, kind: bytes, content: bytes) -> None:
        """Send one frame, behind everything that was printed before."""
        if os.getpid() != self.process:
            return
        with self._lock:
            self._take_up()
            self._release()
            self._frames.append(frames.pack(kind, content))
            self._push()

    def send_json(self, kind: bytes, content: Any) -> None:
        """The same with what JSON can hold; raises TypeError for what it cannot."""
        text = json.dumps(content, ensure_ascii=False, default=plain)
        self.send(kind, text.encode("utf-8", "replace"))

    def write(self, kind: bytes, text: str) -> None:
        """Send ``text`` as a part of a stream, soon."""
        if not text:
            return
        with self._lock:
            self._take_up()
            self._hold(kind, text)

    def flush(self) -> None:
        """Send what is held back, but for what has just been held back by many calls of this."""
        if os.getpid() == self.process and time.monotonic() > self._sent + DELAY:
            with self._lock:
                self._take_up()
                self._release()
                self._push()

    def _hold(self, kind: bytes, text: str) -> None:
        if not self._text:
            os.eventfd_write(self._waker, 1)
        if not self._text or self._text[-1][0] != kind:
            self._text.append((kind, []))
        self._text[-1][1].append(text)
        self._held += len(text)
        if self._held > AT_ONCE:
            self._release()
            self._push()

    def _take_up(self) -> None:
        """Put what other programs have written behind what Python has, which was written before."""
        for _ in range(16):  # one that never stops must not keep this process from its own work
            ready = self._written.poll(0)
            if not ready:
                return
            for descriptor, _ in ready:
                kind, decoder = self._pipes[descriptor]
                content = os.read(descriptor, 2**16)
                if content:
                    self._hold(kind, decoder.decode(content))
                else:  # nobody can write there any more
                    self._written.unregister(descriptor)

    def _release(self) -> None:
        """Make frames of the text that is held back."""
        for kind, pieces in self._text:
            self._frames.append(frames.pack(kind, "".join(pieces).encode("utf-8", "replace")))
        self._text, self._held = [], 0

    def _push(self) -> None:
        """Send all frames. What a signal handler adds meanwhile goes behind the frame that is on its way."""
        if self._sending:
            return
        self._sending = True
        try:
            while self._frames:
                frame = self._frames[0]
                sent = self.line.write(frame)
                if sent < len(frame):
                    self._frames[0] = frame[sent:]
                else:
                    self._frames.popleft()
            self._sent = time.monotonic()
        finally:
            self._sending = False

    def _pump(self) -> None:
        """Send what nobody else does: text that has been held back, and what other programs print."""
        events = select.poll()
        for descriptor in (self._waker, *self._pipes):
            events.register(descriptor, select.POLLIN)
        while True:
            try:
                for descriptor, happened in events.poll():
                    if not happened & select.POLLIN:
                        events.unregister(descriptor)
                time.sleep(DELAY)
                with self._lock:
                    self._take_up()
                    self._release()
                    self._push()
                    os.eventfd_read(self._waker)
            except (BlockingIOError, MemoryError):  # woken by another program; or nothing can be done for now
                continue
            except OSError:  # the submission has closed what is not its own
                return


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a notebook."""

    encoding = "UTF-8"
    errors = "replace"

    def __init__(self, channel: Channel, kind: bytes, descriptor: int, name: str) -> None:
        """``descriptor`` is where other programs write that of this ``name``."""
        self._channel, self._kind, self._descriptor = channel, kind, descriptor
        self.name = f"<{name}>"

    def write(self, text: str) -> int:
        """Show ``text``."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._channel.process:  # a child's, whose parent reads what it writes to the pipe
            os.write(self._descriptor, text.encode("utf-8", "replace"))
        else:
            self._channel.write(self._kind, text)
        return len(text)

    def flush(self) -> None:
        """Show soon what has been written."""
        self._channel.flush()

    def writable(self) -> bool:
        """Yes."""
        return True

    def fileno(self) -> int:
        """The descriptor for other programs."""
        return self._descriptor
