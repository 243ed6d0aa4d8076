"""One fork of the warm kernel, as the grader has it: orders go in through a pipe, and what it shows comes out of one.

What comes out is hostile. It comes in frames, whose lengths are compared with what may still come before they are read.
Of what is read only that is parsed for which somebody has asked.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, from_dict

from autograder.inside import frames
from autograder.sandbox import bounded
from autograder.sandbox.warm import FORK_SECONDS, WARM_KERNEL_ENDED, WarmKernel, WarmKernelDied

__all__ = ["DIED", "Ended", "Kernel", "Lost", "Outputs", "Printed", "Reply"]

DIED = "ended the Python process"


class Lost(Exception):
    """The kernel is gone or has to be killed; the message says why, as the end of a sentence."""


class Ended(Lost):
    """The kernel is gone, and it is not known who ended it."""


class Printed:
    """How many bytes a submission has shown, and how many more it may: one budget, whatever number of kernels it has.

    A cell or question may use half of what is left, so that one that never stops leaves something for the others, and
    `LEAST` in any case.
    """

    FRAME = 256
    """What a frame costs beside its bytes."""

    LEAST = 2**14

    def __init__(self, limit: int) -> None:
        """``limit`` holds for the first that prints; all together may print twice as much."""
        self.left = 2 * limit

    @property
    def room(self) -> int:
        """How much the next cell or question may print."""
        return max(self.left // 2, self.LEAST)


@dataclass
class Reply:
    """How an order was carried out: what it told, the error that stopped it, and whether the process wants to end.

    ``answer`` is what the code has answered, if it was asked.
    """

    told: Any = None
    error: tuple[str, str] | None = None
    leaving: bool = False
    answer: Any = None


SAME = 100
"""How many outputs may have the same display id; further ones do not change with it."""

Displays = defaultdict[str, list[NotebookNode]]


class Outputs:
    """What a cell shows, put together as nbclient does. Parts that are no part of a notebook file are left out."""

    def __init__(self, displays: Displays | None = None) -> None:
        """``displays`` are the outputs of this kernel by display id, which can still change."""
        self._shown: list[NotebookNode] = []
        self._text: list[str] = []
        self._displays: Displays = defaultdict(list) if displays is None else displays
        self._clearing = False

    @property
    def shown(self) -> list[NotebookNode]:
        """The outputs until now."""
        self._settle()
        return self._shown

    def print(self, name: str, text: str) -> None:
        """Text of one stream; pieces that follow one another become one output."""
        self._clear_if_due()
        if not (self._shown and self._shown[-1].get("name") == name):
            self._settle()
            self._shown.append(NotebookNode(output_type="stream", name=name, text=""))
        self._text.append(text)

    def show(self, kind: str, content: Mapping[str, Any]) -> None:
        """A display or a cell's result; with a display id it takes the place of what had that."""
        data, metadata, name = _bundle(content.get("data")), content.get("metadata"), content.get("id")
        metadata = metadata if isinstance(metadata, dict) else {}
        output = NotebookNode(output_type=kind, data=from_dict(data), metadata=from_dict(metadata))
        if kind == "execute_result":
            count = content.get("count")
            output.execution_count = count if type(count) is int and 0 <= count < 2**31 else None
        same = self._displays[name] if isinstance(name, str) else []
        for earlier in same:
            earlier.data, earlier.metadata = output.data, output.metadata
        if content.get("update"):
            return
        self._add(output)
        if isinstance(name, str) and len(same) < SAME:
            same.append(output)

    def fail(self, name: str, value: str, traceback: Sequence[str]) -> None:
        """An exception."""
        self._add(NotebookNode(output_type="error", ename=name, evalue=value, traceback=list(traceback)))

    def show_error(self, error: tuple[str, str] | None) -> None:
        """Add what has stopped the cell, if it was not shown because the student's code has switched that off."""
        if error is not None and all(output.output_type != "error" for output in self.shown):
            self.fail(*error, [": ".join(error)])

    def clear(self, wait: bool) -> None:
        """Take away what was shown, at once or when something is shown again."""
        self._clearing = wait
        if not wait:
            self._forget()

    def _add(self, output: NotebookNode) -> None:
        self._clear_if_due()
        self._settle()
        self._shown.append(output)

    def _settle(self) -> None:
        if self._text:
            self._shown[-1].text += "".join(self._text)
            self._text = []

    def _clear_if_due(self) -> None:
        if self._clearing:
            self._clearing = False
            self._forget()

    def _forget(self) -> None:
        self._shown, self._text = [], []


def _bundle(data: Any) -> dict[str, Any]:
    """A display's forms by MIME type: text, or for types of JSON whatever it is."""
    if not isinstance(data, dict):
        raise TypeError("a display without data")
    return {name: value if name.endswith("json") else _text(value) for name, value in data.items()}


def _text(value: Any) -> str:
    """A string, or the lines of one."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value)


MAX_VALUES, MAX_DEPTH = 200_000, 50
"""Of what one frame may be made, beside its bytes."""

PRINTS, ANSWERS, REPLIES = "printed", "answered with", "replied with"
"""What a frame is for, as the beginning of a sentence on too much of it."""

WHAT = {frames.ANSWER: ANSWERS, frames.BEGUN: REPLIES, frames.DONE: REPLIES}
REPLY_BYTES = 2**18


def _size(count: int) -> str:
    """A number of bytes in words."""
    return f"{round(count / 2**20, 1):g} MB" if count > 2**17 else f"{count // 2**10} kB"


class Kernel:
    """One fork, which carries out one order after the other."""

    def __init__(self, warm: WarmKernel) -> None:
        """Fork.

        Raises:
            WarmKernelDied: if none is forked, or one that does not answer before any code of a submission has run.
        """
        self.warm = warm
        self.fork = warm.fork()
        self.fork.line.set_blocking(False)
        self.rested = time.monotonic()
        """Since when it has had nothing to do."""
        self.knows_probes = False
        self._name = ""
        self._incoming = bytearray()
        self._displays: Displays = defaultdict(list)
        try:
            next(self._exchange(b"", FORK_SECONDS, Printed(REPLY_BYTES)))
        except Lost as lost:
            self.close()
            raise WarmKernelDied(f"A kernel was forked but does not answer: it {lost}.") from lost

    def close(self) -> None:
        """Kill it."""
        self.warm.forget(self.fork)

    def outputs(self) -> Outputs:
        """An empty place for what a cell shows."""
        return Outputs(self._displays)

    def lives(self, seconds: float) -> bool:
        """Whether it lives for so long if nothing is said to it."""
        with contextlib.suppress(TimeoutError):
            self.fork.ended.result(timeout=seconds)
        if self.fork.ended.done() and self.fork.reason == WARM_KERNEL_ENDED:
            raise WarmKernelDied(WARM_KERNEL_ENDED)
        return not self.fork.ended.done()

    def carry_out(
        self,
        order: str,
        arguments: Mapping[str, Any],
        *,
        task: str,
        seconds: float,
        waiting: float,
        printed: Printed | None = None,
        outputs: Outputs | None = None,
    ) -> Reply:
        """Have one order carried out.

        Args:
            order: one of those that `autograder.inside.shell` knows.
            arguments: its arguments, as JSON has them.
            task: to what the processor time is accounted.
            seconds: how much of it there is.
            waiting: for how many seconds it may do nothing.
            printed: what is to pay for what it shows; otherwise it may show as much as if it were the first.
            outputs: where to keep what it shows; otherwise nobody looks at it.

        Raises:
            Lost: if it is not carried out.
            WarmKernelDied: if the warm kernel is gone.
        """
        self._name = secrets.token_hex(8)  # what a cell sends ahead must not pass for a reply to a later order
        message = json.dumps({"name": self._name, "do": order, "with": arguments}).encode()
        longest = self.warm.limits.wall_seconds(seconds)
        printed = printed or Printed(self.warm.limits.output_bytes)
        self.warm.allow(self.fork, task, seconds, waiting)
        try:
            came = self._exchange(frames.pack(frames.ORDER, message), longest, printed)
            return self._hear(came, outputs, arguments.get("token"))
        finally:
            self.rested = time.monotonic()
            with contextlib.suppress(WarmKernelDied):  # whoever comes next is told
                self.warm.allow(self.fork, "")  # what the grader does in between is no waiting of the submission

    def _hear(self, came: Iterator[tuple[bytes, bytes]], outputs: Outputs | None, token: str | None) -> Reply:
        """Take in the frames that come until the order is carried out, and the answer that bears ``token``."""
        reply, begun = Reply(), False
        for kind, content in came:
            try:
                if kind == frames.BEGUN:
                    begun = content == self._name.encode()
                elif kind == frames.DONE:
                    done = bounded.loads(content, max_values=1000, max_depth=10)
                    if done["name"] == self._name:
                        return _finish(reply, done)
                elif kind == frames.ANSWER:
                    if token is not None and token.encode() in content and reply.answer is None:
                        answer = bounded.loads(content, max_values=10_000, max_depth=6)
                        reply.answer = answer if answer["token"] == token else None
                elif begun and outputs is not None:  # what a thread has printed between two orders is nobody's
                    _take_in(outputs, kind, content)
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                raise Lost(f"broke the kernel's protocol ({type(error).__name__})") from error
        raise AssertionError("unreachable")

    def _exchange(self, message: bytes, longest: float, printed: Printed) -> Iterator[tuple[bytes, bytes]]:
        """Send ``message``, and give frames as they come: within what may come, and for so many seconds."""
        most = {PRINTS: printed.room, ANSWERS: 2 * self.warm.limits.answer_bytes, REPLIES: REPLY_BYTES}
        left = dict(most)
        outgoing, deadline = memoryview(message), time.monotonic() + longest
        while True:
            while len(self._incoming) >= frames.HEADER.size:
                kind, length = frames.HEADER.unpack_from(self._incoming)
                what, cost = WHAT.get(kind, PRINTS), length + Printed.FRAME
                if cost > left[what]:
                    printed.left -= left[PRINTS] if what == PRINTS else 0
                    raise Lost(f"{what} more than {_size(most[what])}")
                end = frames.HEADER.size + length
                if len(self._incoming) < end:
                    break
                content = bytes(self._incoming[frames.HEADER.size : end])
                del self._incoming[:end]
                left[what] -= cost
                printed.left -= cost if what == PRINTS else 0
                yield kind, content
            outgoing = self._transfer(outgoing, deadline, longest)

    def _transfer(self, outgoing: memoryview, deadline: float, longest: float) -> memoryview:
        """Wait until bytes can go out or come in, and move them; return what is still to go out."""
        line = self.fork.line
        left = deadline - time.monotonic()
        if left <= 0:
            raise Lost(f"did not finish within {longest:.0f} seconds")
        poll = select.poll()
        poll.register(line.incoming, select.POLLIN)
        if outgoing:
            poll.register(line.outgoing, select.POLLOUT)
        # The end of the fork closes the line. Only without a sandbox may a child of it keep that open.
        events = poll.poll(1000 * min(left, 1.0))
        if not events and self.fork.ended.done():
            raise self._end()
        for descriptor, _ in events:
            try:
                if descriptor == line.outgoing:
                    outgoing = outgoing[line.write(outgoing) :]
                elif came := line.read(2**18):
                    self._incoming += came
                else:
                    raise self._end()
            except BlockingIOError:
                continue
            except OSError as error:
                raise self._end() from error
        return outgoing

    def _end(self) -> Exception:
        """What to raise when nothing can come any more; no reason is known if the kernel ended by itself."""
        self.warm.kill(self.fork)  # it may have closed no more than its line
        try:
            self.fork.ended.result(timeout=60)
        except TimeoutError:
            return WarmKernelDied("A kernel was killed and did not end.")
        if self.fork.reason == WARM_KERNEL_ENDED:
            return WarmKernelDied(WARM_KERNEL_ENDED)
        return Lost(self.fork.reason) if self.fork.reason else Ended(DIED)


def _take_in(outputs: Outputs, kind: bytes, content: bytes) -> None:
    """Add what one frame shows; raises ValueError and its like if it is none of the fork's own."""
    if kind in (frames.STDOUT, frames.STDERR):
        outputs.print("stdout" if kind == frames.STDOUT else "stderr", content.decode("utf-8", "replace"))
        return
    if kind not in (frames.DISPLAY, frames.RESULT, frames.ERROR, frames.CLEAR):
        raise ValueError("an unknown kind of frame")
    value = bounded.loads(content, max_values=MAX_VALUES, max_depth=MAX_DEPTH)
    if kind == frames.DISPLAY:
        outputs.show("display_data", value)
    elif kind == frames.RESULT:
        outputs.show("execute_result", value)
    elif kind == frames.ERROR:
        outputs.fail(_text(value["ename"]), _text(value["evalue"]), [_text(line) for line in value["traceback"]])
    else:
        outputs.clear(bool(value["wait"]))


def _finish(reply: Reply, done: Mapping[str, Any]) -> Reply:
    error = done.get("error")
    if isinstance(error, list) and len(error) == 2:
        reply.error = _text(error[0]), _text(error[1])
    reply.told, reply.leaving = done.get("told"), bool(done.get("leaving"))
    return reply
