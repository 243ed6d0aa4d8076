"""Perform a submission: run its cells in a fork of the warm kernel, then put every probe to it.

Nothing is judged here. A kernel that dies, hangs or floods is killed; a fresh one replays the cells that had run,
without the one that was fatal, and goes on. So one bad function costs its own item and no other.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode, v4

from autograder.answers import MIME, Answer, clean_sentence, decode
from autograder.provisioner import WarmKernelManager
from autograder.warm import WARM_KERNEL_ENDED, WarmKernel, WarmKernelDied

__all__ = ["DEMO", "Performance", "Question", "Surroundings", "perform"]

DEMO = "demo"
"""The tag of cells that are skipped when grading."""


@dataclass(frozen=True)
class Question:
    """One probe to put: its name in ``probes.py``, and the seed of its random generator."""

    test: str
    seed: tuple[int, ...]


@dataclass(frozen=True)
class Surroundings:
    """What a notebook finds around it, where it counts on more than a kernel.

    ``files`` lie in its working folder, by their paths in it; ``cell_seconds`` takes the place of the limit.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    cell_seconds: float | None = None


@dataclass
class Performance:
    """What a submission did: outputs by cell index, answers by test, what went wrong on the way, and wall seconds.

    ``fatal`` says by cell index why the kernel was lost in that cell.
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    fatal: dict[int, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @classmethod
    def refused(cls, reason: str, tests: Iterable[str]) -> Performance:
        """The performance of a submission that could not be run at all."""
        return cls(answers={test: Answer(stopped=reason) for test in tests}, events=[reason])


_quiet = logging.getLogger("autograder.nbclient")
_quiet.setLevel(logging.CRITICAL)  # that a kernel died is said in the submission's events


OUT_OF_MEMORY = "It stopped with MemoryError"
"""How `autograder.inside.asking` says so."""


class _Fatal(Exception):
    """The kernel is gone or had to be killed; the message says why."""


UNDERSTOOD = {"status", "stream", "display_data", "execute_result", "error", "clear_output", "execute_reply"}
"""Messages that make up a cell's outputs. Widgets, and displays that change later, would only fill the memory."""


def _show_error_of_reply(cell: NotebookNode, execute_reply: dict[str, Any]) -> None:
    """Add the error that the kernel reports but has not shown, because the student's code has switched that off."""
    content = execute_reply["content"]
    if content.get("status") == "error" and all(output.output_type != "error" for output in cell.outputs):
        name, value = str(content.get("ename")), str(content.get("evalue"))
        cell.outputs.append(v4.new_output("error", ename=name, evalue=value, traceback=[f"{name}: {value}"]))


class _Client(NotebookClient):
    """nbclient's client for one kernel, with a bound on what may be printed."""

    def __init__(self, warm: WarmKernel) -> None:
        self.limits = warm.limits
        self.printed = 0
        self.answered = 0
        self.flooded = asyncio.Event()
        self.excess = ""
        self.leaving = False
        self.knows_probes = False
        super().__init__(
            v4.new_notebook(),
            km=WarmKernelManager(warm),
            allow_errors=True,
            timeout=None,
            store_widget_state=False,
            on_cell_executed=self._hear_reply,
            log=_quiet,
        )
        context = zmq.asyncio.Context()
        # A longer message is cut off by ZeroMQ before it is read into memory.
        context.setsockopt(zmq.MAXMSGSIZE, 2 * (self.limits.answer_bytes + self.limits.output_bytes))  # type: ignore[attr-defined]
        self.km.context = context

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Count everything that the kernel sends, and keep what a cell needs while there is room for it."""
        size = len(str(msg["content"])) + sum(len(buffer) for buffer in msg.get("buffers", ()))
        if msg["msg_type"] == "display_data" and MIME in msg["content"].get("data", {}):
            self.answered += size
        else:
            self.printed += size
        if self.printed > self.limits.output_bytes:
            self.flood(f"printed more than {self.limits.output_bytes // 2**20} MB")
        elif self.answered > 2 * self.limits.answer_bytes:
            self.flood(f"answered with more than {self.limits.answer_bytes // 2**20} MB")
        elif msg["msg_type"] in UNDERSTOOD:
            return super().process_message(msg, cell, cell_index)
        return None

    def flood(self, what: str) -> None:
        """Note that too much has come."""
        self.excess = what
        self.flooded.set()

    def _hear_reply(self, cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
        """Show an error that came without a message, and notice `exit()`.

        After that the kernel replies that all is well, and leaves a moment later, in the midst of other work.
        """
        _show_error_of_reply(cell, execute_reply)
        payloads = execute_reply["content"].get("payload", ())
        self.leaving |= any(each["source"] == "ask_exit" and not each.get("keepkernel") for each in payloads)

    async def start(self) -> None:
        """Fork a kernel and connect."""
        await self.async_start_new_kernel()
        self.kc = self.km.client()
        self.kc.start_channels(stdin=False, hb=False, control=False)
        self.kc.allow_stdin = False
        await self._wait_until_heard()
        self.ended = asyncio.wrap_future(self.km.provisioner.fork.ended)

    async def _wait_until_heard(self) -> None:
        """Ask until an answer comes over both channels: the client's own `wait_for_ready` then waits 0.2 s for more."""
        for _ in range(60):
            request = self.kc.kernel_info()
            with contextlib.suppress(Empty):
                while True:
                    message = await self.kc.get_iopub_msg(timeout=0.5)
                    if message["parent_header"].get("msg_id") == request:
                        await self.kc.get_shell_msg(timeout=5)
                        return
            if await self.km.provisioner.poll() is not None:
                break
        raise WarmKernelDied(f"A kernel was forked but does not answer. {self.km.provisioner.fork.reason}")

    async def stop(self) -> None:
        """Kill the kernel and let go of the sockets."""
        if self.kc is not None:
            self.kc.stop_channels()
        if self.km.provisioner is not None:
            await self.km.provisioner.cleanup()
        self.km.context.destroy(linger=0)

    async def run(self, cell: NotebookNode, seconds: float) -> None:
        """Run one cell; its outputs are set on it. Raises `_Fatal`."""
        self.nb.cells = [cell]
        running = asyncio.ensure_future(self.async_execute_cell(cell, 0))
        flooded = asyncio.ensure_future(self.flooded.wait())
        try:
            await asyncio.wait({running, self.ended, flooded}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self.flooded.is_set():
                raise _Fatal(self.excess)
            if self.ended.done():
                if self.km.provisioner.fork.reason == WARM_KERNEL_ENDED:
                    raise WarmKernelDied(WARM_KERNEL_ENDED)
                raise _Fatal(self.km.provisioner.fork.reason or "ended the Python process")
            if not running.done():
                raise _Fatal(f"did not finish within {seconds:.0f} seconds")
            running.result()
            if self.leaving:
                raise _Fatal("ended the Python process")
        except (DeadKernelError, CellExecutionError) as error:
            raise _Fatal("ended the Python process") from error
        except (_Fatal, WarmKernelDied):
            raise
        except Exception as error:  # a kernel that the student's code has taken over can send anything
            raise _Fatal(f"broke the kernel's protocol ({type(error).__name__})") from error
        finally:
            running.cancel()
            flooded.cancel()
            await asyncio.gather(running, flooded, return_exceptions=True)


def _call(function: str, *arguments: object) -> NotebookNode:
    """A cell that calls `autograder.inside.asking`, whatever names the notebook has bound."""
    return v4.new_code_cell(f"__import__('sys').modules['asking'].{function}{arguments!r}")


class _Submission:
    """One submission on its way through as many kernels as it needs."""

    def __init__(self, notebook: NotebookNode, probes: str, warm: WarmKernel, around: Surroundings | None) -> None:
        self.warm = warm
        self.around = around
        self.notebook = notebook
        self.probes = probes
        self.limits = warm.limits
        if around is not None and around.cell_seconds is not None:
            self.limits = replace(self.limits, cell_seconds=around.cell_seconds)
        self.performance = Performance()
        self.cells = [
            (index, cell)
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and cell.source.strip() and DEMO not in cell.metadata.get("tags", [])
        ]
        self.replayable: list[NotebookNode] = []
        self.client: _Client | None = None
        self.deadline = time.monotonic() + self.limits.submission_seconds

    @property
    def late(self) -> str:
        """The sentence on a submission that has no time left."""
        return f"The submission had used up its {self.limits.submission_seconds:.0f} seconds."

    def place(self, index: int, cell: NotebookNode) -> str:
        """How a cell is called in sentences: code cells are counted, as Jupyter does when all are run."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        number = 1 + sum(each.cell_type == "code" for each in self.notebook.cells[:index])
        return f"Code cell {number}" + (f" (`{name}`)" if name else "")

    def seconds_left(self) -> float:
        """Until the submission's own limit."""
        return self.deadline - time.monotonic()

    def time_for(self, seconds: float) -> float:
        """``seconds``, or what is left of the submission's own; raises `_Fatal` if nothing is."""
        if self.seconds_left() <= 0:
            raise _Fatal("had no time left")
        return min(seconds, self.seconds_left())

    async def kernel(self) -> _Client:
        """The living kernel, or a fresh one in which every cell that had run has run again."""
        if self.client is None:
            self.client = _Client(self.warm)
            await self.client.start()
            if self.around is not None:
                lay_out = _call("lay_out", dict(self.around.files), dict(self.around.environment))
                await self.client.run(lay_out, self.limits.probe_seconds)
            for cell in self.replayable:
                await self.client.run(v4.new_code_cell(cell.source), self.time_for(self.limits.cell_seconds))
        return self.client

    async def drop_kernel(self) -> None:
        """Kill the kernel, if there is one."""
        if self.client is not None:
            await self.client.stop()
            self.client = None

    async def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one of the notebook's cells and keep its outputs; if it is fatal, say so and leave it out of replays."""
        copy = v4.new_code_cell(cell.source)
        try:
            client = await self.kernel()
            await client.run(copy, self.time_for(self.limits.cell_seconds))
            self.replayable.append(cell)
        except _Fatal as reason:
            await self.drop_kernel()
            self.performance.events.append(f"{self.place(index, cell)} {reason}; it was left out.")
            self.performance.fatal[index] = str(reason)
            copy.outputs.append(v4.new_output("stream", name="stdout", text=f"This cell {reason}. It was stopped.\n"))
        self.performance.outputs[index] = copy.outputs
        for output in copy.outputs:
            if output.output_type == "error":
                error = clean_sentence(f"{output.ename}: {output.evalue}")
                self.performance.events.append(f"{self.place(index, cell)} stopped with {error}.")

    async def ask(self, question: Question) -> Answer:
        """Put one probe."""
        token = secrets.token_hex(8)
        cell = _call("ask", question.test, list(question.seed), token)
        try:
            client = await self.kernel()
            if not client.knows_probes:
                # By itself, since a kernel without memory may not be able to read the probes.
                await client.run(_call("make_room"), self.limits.probe_seconds)
                learn = _call("learn", self.probes)
                await client.run(learn, self.limits.probe_seconds)
                for output in learn.outputs:
                    if output.output_type == "error":
                        return Answer(stopped=clean_sentence(f"It could not be asked: {output.ename}: {output.evalue}"))
                client.knows_probes = True
            client.printed = client.answered = 0
            await client.run(cell, self.time_for(self.limits.probe_seconds))
        except _Fatal as reason:
            await self.drop_kernel()
            self.performance.events.append(
                f"While `{question.test}` was asked, the code {reason}; other items went on."
            )
            return Answer(stopped=f"The code {reason} when it was called.")
        payloads = [
            out["data"][MIME] for out in cell.outputs if out.output_type == "display_data" and MIME in out["data"]
        ]
        answers = [decode(payload, token, self.limits.answer_bytes) for payload in payloads]
        answer = next((answer for answer in answers if answer), None)
        if answer is None or answer.stopped.startswith(OUT_OF_MEMORY):
            await self.drop_kernel()  # whatever it holds on to must not starve the next question
        return answer or Answer(stopped="The code gave no answer when it was called.")

    async def perform(self, questions: Sequence[Question]) -> Performance:
        """Run all cells, then put all questions."""
        started = time.monotonic()
        try:
            for index, cell in self.cells:
                if self.seconds_left() <= 0:
                    self.performance.events.append(f"{self.late} Later cells did not run.")
                    break
                await self.run_cell(index, cell)
            for question in questions:
                answer = await self.ask(question) if self.seconds_left() > 0 else Answer(stopped=self.late)
                self.performance.answers[question.test] = answer
        finally:
            await self.drop_kernel()
        self.performance.seconds = time.monotonic() - started
        return self.performance


def perform(
    notebook: NotebookNode,
    probes: str,
    questions: Sequence[Question],
    warm: WarmKernel,
    around: Surroundings | None = None,
) -> Performance:
    """Run ``notebook`` and put ``questions`` to it, which name functions of ``probes``, a module's source.

    Raises:
        WarmKernelDied: if the warm kernel itself is gone; nothing is said about the submission then.
    """
    return asyncio.run(_Submission(notebook, probes, warm, around).perform(questions))
