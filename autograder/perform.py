"""Perform a submission: run its cells in a fork of the warm kernel, then put every probe to it.

Nothing is judged here. A kernel that dies, hangs or floods is killed; a fresh one replays the cells that had run,
without the one that was fatal, and goes on. So one bad function costs its own item and no other.

A kernel that ends by itself need not have been ended by what ran at that moment: an earlier cell may have left
something behind that does it later, or the machine may have. So it is tried again, and who does it is found out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty
from typing import Any, TypeVar

import zmq
import zmq.asyncio
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode, v4

from autograder.answers import MIME, Answer, clean_sentence, decode
from autograder.provisioner import WarmKernelManager
from autograder.warm import WARM_KERNEL_ENDED, WarmKernel, WarmKernelDied

__all__ = ["DEMO", "RELEASED", "Performance", "Question", "Surroundings", "perform"]

DEMO = "demo"
"""The tag of cells that are skipped when grading."""


RELEASED = "released"
"""The tag of cells that the student was given: a line in one that fails does not keep the rest of it from running."""


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

    ``fatal`` says by cell index why the kernel was lost in that cell. ``slow`` holds the processor seconds of those
    tests that took longer than a submission may, and could only because more patience was asked for.
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    fatal: dict[int, str] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slow: dict[str, float] = field(default_factory=dict)

    @classmethod
    def refused(cls, reason: str, tests: Iterable[str]) -> Performance:
        """The performance of a submission that could not be run at all."""
        return cls(answers={test: Answer(stopped=reason) for test in tests}, events=[reason])


_quiet = logging.getLogger("autograder.nbclient")
_quiet.setLevel(logging.CRITICAL)  # that a kernel died is said in the submission's events


OUT_OF_MEMORY = "It stopped with MemoryError"
"""How `autograder.inside.asking` says so."""


DIED = "ended the Python process"


class _Fatal(Exception):
    """The kernel is gone or had to be killed; the message says why, ``outputs`` are those of the cell until then."""

    outputs: Sequence[NotebookNode] = ()


class _Ended(_Fatal):
    """The kernel is gone, and it is not known who ended it."""


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
        self.warm = warm
        self.limits = warm.limits
        self.rested = time.monotonic()
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
            iopub_timeout=3600,  # what a busy machine delays is waited for; who only waits is found by the watch
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
        for _ in range(600):
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

    @property
    def has_fork(self) -> bool:
        """Whether a kernel has been forked."""
        return self.km.provisioner is not None and self.km.provisioner.fork is not None

    async def stop(self) -> None:
        """Kill the kernel and let go of the sockets."""
        if self.kc is not None:
            self.kc.stop_channels()
        if self.km.provisioner is not None:
            await self.km.provisioner.cleanup()
        self.km.context.destroy(linger=0)

    async def run(self, cell: NotebookNode, task: str, seconds: float, waiting: float) -> None:
        """Run one cell; its outputs are set on it. Raises `_Fatal`.

        It may take so many processor ``seconds``, which are accounted to ``task``, and so many in which it only waits.
        """
        fork = self.km.provisioner.fork
        self.nb.cells = [cell]
        self.warm.allow(fork, task, seconds, waiting)
        longest = self.limits.wall_seconds(seconds)
        running = asyncio.ensure_future(self.async_execute_cell(cell, 0))
        flooded = asyncio.ensure_future(self.flooded.wait())
        try:
            await asyncio.wait({running, self.ended, flooded}, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
            if self.flooded.is_set():
                raise _Fatal(self.excess)
            if self.ended.done():
                raise self._end(fork.reason)
            if not running.done():
                raise _Fatal(f"did not finish within {longest:.0f} seconds")
            running.result()
            if self.leaving:
                raise _Fatal(DIED)
        except (DeadKernelError, CellExecutionError) as error:
            raise _Ended(DIED) from error
        except (_Fatal, WarmKernelDied):
            raise
        except Exception as error:  # a kernel that the student's code has taken over can send anything
            raise _Fatal(f"broke the kernel's protocol ({type(error).__name__})") from error
        finally:
            self.rested = time.monotonic()
            running.cancel()
            flooded.cancel()
            await asyncio.gather(running, flooded, return_exceptions=True)
            with contextlib.suppress(WarmKernelDied):  # whoever comes next is told
                self.warm.allow(fork, "")  # what the grader does in between is no waiting of the submission

    @staticmethod
    def _end(reason: str) -> Exception:
        """What to raise when the kernel has ended for this reason; none is given if it ended by itself."""
        if reason == WARM_KERNEL_ENDED:
            return WarmKernelDied(WARM_KERNEL_ENDED)
        return _Fatal(reason) if reason else _Ended(DIED)

    async def lives(self, seconds: float) -> bool:
        """Whether the kernel, to which nothing is said, lives for so long."""
        await asyncio.wait({self.ended}, timeout=seconds)
        if self.ended.done() and self.km.provisioner.fork.reason == WARM_KERNEL_ENDED:
            raise WarmKernelDied(WARM_KERNEL_ENDED)
        return not self.ended.done()


def _expression(function: str, *arguments: object) -> str:
    """A call of `autograder.inside.asking`, whatever names the notebook has bound."""
    return f"__import__('sys').modules['asking'].{function}({', '.join(map(repr, arguments))})"


def _call(function: str, *arguments: object) -> NotebookNode:
    """The same as a cell of its own."""
    return v4.new_code_cell(_expression(function, *arguments))


@dataclass
class _Ran:
    """What a cell has shown, and of a given one the lines that failed, each with what was raised."""

    outputs: list[NotebookNode]
    failed: list[tuple[str, str]] = field(default_factory=list)


def _failed_lines(output: NotebookNode) -> list[tuple[str, str]]:
    """What `autograder.inside.asking.go_on` says, if this is where it says so."""
    data = output.get("data", {}).get(MIME)
    failed = data.get("failed") if isinstance(data, dict) else None
    pairs = (each for each in failed if isinstance(each, list) and len(each) == 2) if isinstance(failed, list) else ()
    return [(clean_sentence(line), clean_sentence(reason)) for line, reason in pairs][:20]


class _Replayed(_Fatal):
    """A kernel was lost while it replayed the cells that had run."""

    def __init__(self, reason: str, step: int, cause: _Fatal, seconds: float) -> None:
        super().__init__(reason)
        self.step, self.seconds = step, seconds
        self.by_itself = isinstance(cause, _Ended)


MAX_KERNELS = 80
"""How many kernels a submission may use up."""

REPLAY, SET_UP = "replay", "set up"
"""Tasks whose time is the grader's, not the submission's."""

T = TypeVar("T")
Step = tuple[int, NotebookNode]
"""A cell that has run, and its place in the notebook."""


class _Submission:
    """One submission on its way through as many kernels as it needs."""

    def __init__(
        self,
        notebook: NotebookNode,
        probes: str,
        questions: Sequence[Question],
        warm: WarmKernel,
        around: Surroundings | None,
        patience: float,
    ) -> None:
        self.warm = warm
        self.around = around
        self.notebook = notebook
        self.probes = probes
        self.questions = questions
        self.checks = {f"test_{question.test}": question.test for question in questions}
        self.limits = warm.limits
        self.patience = patience
        self.waiting = patience * self.limits.waiting_seconds
        if around is not None and around.cell_seconds is not None:
            self.limits = replace(self.limits, cell_seconds=around.cell_seconds)
            self.waiting = around.cell_seconds
        self.performance = Performance()
        self.cells = [
            (index, cell)
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and cell.source.strip() and DEMO not in cell.metadata.get("tags", [])
        ]
        self.replayable: list[Step] = []
        self.client: _Client | None = None
        self.kernels = 0
        self.seconds: Counter[str] = Counter()
        self.waited: Counter[str] = Counter()
        self.started = time.monotonic()

    # Time

    def out_of_time(self) -> str:
        """The sentence on a submission that has no time left; empty while it has some."""
        limit = self.limits.submission_seconds
        if self.seconds_left() <= 0:
            return f"The submission had used up its {limit:g} seconds of processor time."
        if self._spent("waited") >= self._longest_wait:
            return f"The submission had waited for more than {self._longest_wait:g} seconds in all."
        if time.monotonic() - self.started > self.limits.wall_seconds(self.patience * limit):
            return f"The submission had taken more than {self.limits.wall_seconds(limit):g} seconds."
        if self.kernels > MAX_KERNELS:
            return f"The submission had used up {MAX_KERNELS} kernels."
        return ""

    @property
    def _longest_wait(self) -> float:
        return 10 * self.patience * self.limits.waiting_seconds

    def seconds_left(self) -> float:
        """Processor seconds until the submission's own limit."""
        return self.patience * self.limits.submission_seconds - self._spent("seconds")

    def _spent(self, what: str) -> float:
        total: Counter[str] = getattr(self, what).copy()
        if self.client is not None and self.client.has_fork:
            total.update(getattr(self.client.km.provisioner.fork, what))
        return sum(amount for task, amount in total.items() if task not in (REPLAY, SET_UP))

    async def run(self, client: _Client, cell: NotebookNode, *, task: str, seconds: float) -> None:
        """Run a cell within what is left of the submission's time."""
        if sentence := self.out_of_time():
            raise _Fatal(f"had no time left ({sentence.rstrip('.')})")
        await client.run(cell, task, min(self.patience * seconds, self.seconds_left()), self.waiting)

    # Kernels

    async def kernel(self) -> _Client:
        """The living kernel, or a fresh one in which every cell that had run has run again."""
        while self.client is None:
            steps = list(self.replayable)
            try:
                self.client = await self.fresh(steps)
            except _Replayed as lost:
                index, cell = steps[lost.step]
                if not (lost.by_itself and await self.expose(steps[: lost.step + 1], lost.seconds)):
                    self.leave_out(index, cell, f"{lost} when it was run again")
        return self.client

    async def fresh(self, steps: Sequence[Step]) -> _Client:
        """A fresh kernel in which ``steps`` have run; raises `_Replayed`."""
        self.kernels += 1
        client = _Client(self.warm)
        try:
            await client.start()
            if self.around is not None:
                lay_out = _call("lay_out", dict(self.around.files), dict(self.around.environment))
                await client.run(lay_out, SET_UP, self.limits.wall_seconds(self.limits.cell_seconds), self.waiting)
            for number, (_, cell) in enumerate(steps):
                began = time.monotonic()
                try:
                    # A cell has more time than when it ran first, and takes none of the submission's.
                    seconds = 3 * self.patience * self.limits.cell_seconds
                    run = partial(client.run, task=REPLAY, seconds=seconds, waiting=self.waiting)
                    await self.run_through(run, cell)
                except _Fatal as reason:
                    raise _Replayed(str(reason), number, reason, time.monotonic() - began) from reason
        except BaseException:
            await self.take_down(client)
            raise
        return client

    async def take_down(self, client: _Client) -> None:
        """Kill a kernel, and keep what it has used."""
        fork = client.km.provisioner.fork if client.has_fork else None
        await client.stop()
        if fork is not None:
            self.seconds.update(fork.seconds)
            self.waited.update(fork.waited)

    async def drop_kernel(self) -> None:
        """Kill the kernel, if there is one."""
        if self.client is not None:
            client, self.client = self.client, None
            await self.take_down(client)

    async def attempt(self, step: Callable[[_Client], Awaitable[T]]) -> T:
        """Carry out ``step``; if the kernel ends by itself in it, once more, without a cell that ends kernels later.

        Raises:
            _Fatal: if it is the step itself that the kernel does not survive.
        """
        again = False
        while True:
            client = await self.kernel()
            rested = client.rested
            try:
                return await step(client)
            except _Ended:
                await self.drop_kernel()
                if again or self.out_of_time():
                    raise
                again = not await self.expose(self.replayable, time.monotonic() - rested)
            except _Fatal:
                await self.drop_kernel()
                raise

    async def expose(self, steps: Sequence[Step], seconds: float) -> bool:
        """Find the one of ``steps`` that ends a kernel within about ``seconds`` after it, and leave it out."""
        steps = list(steps)
        patience = 2 * seconds + 2
        if not steps or self.out_of_time() or await self.survives(steps, patience):
            return False
        survived, lost = 0, len(steps)
        while lost - survived > 1:
            # Most often it is the last one; then halve.
            middle = lost - 1 if lost == len(steps) else (survived + lost) // 2
            if self.out_of_time():
                return False
            if await self.survives(steps[:middle], patience):
                survived = middle
            else:
                lost = middle
        index, cell = steps[lost - 1]
        self.leave_out(index, cell, f"{DIED} a moment after it had run")
        return True

    async def survives(self, steps: Sequence[Step], seconds: float) -> bool:
        """Whether a kernel in which ``steps`` have run lives on for so long if it is left alone."""
        try:
            client = await self.fresh(steps)
        except _Replayed:
            return False
        try:
            return await client.lives(seconds)
        finally:
            await self.take_down(client)

    # Cells

    def place(self, index: int, cell: NotebookNode) -> str:
        """How a cell is called in sentences: code cells are counted, as Jupyter does when all are run."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        number = 1 + sum(each.cell_type == "code" for each in self.notebook.cells[:index])
        return f"Code cell {number}" + (f" (`{name}`)" if name else "")

    def copy(self, cell: NotebookNode) -> NotebookNode:
        """The cell as it is run: a check also has the notebook's names kept for its questions."""
        test = self.checks.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        return v4.new_code_cell(cell.source + (f"\n{_expression('remember', test)}" if test else ""))

    def leave_out(self, index: int, cell: NotebookNode, reason: str) -> None:
        """Say that a cell was fatal, and keep it out of replays."""
        self.replayable = [step for step in self.replayable if step[0] != index]
        self.performance.events.append(f"{self.place(index, cell)} {reason}; it was left out.")
        self.performance.fatal[index] = reason
        stopped = v4.new_output("stream", name="stdout", text=f"This cell {reason}. It was stopped.\n")
        self.performance.outputs[index] = [*self.performance.outputs.get(index, []), stopped]

    async def run_through(self, run: Callable[[NotebookNode], Awaitable[None]], cell: NotebookNode) -> _Ran:
        """Have ``run`` a cell; of one that was given also what stands below a line that fails."""
        copy = self.copy(cell)
        try:
            await run(copy)
        except _Fatal as reason:
            reason.outputs = copy.outputs
            raise
        ran = _Ran(copy.outputs)
        if RELEASED in cell.metadata.get("tags", []) and any(each.output_type == "error" for each in ran.outputs):
            rest = _call("go_on", cell.source)
            await run(rest)
            ran.failed = [each for output in rest.outputs for each in _failed_lines(output)]
            ran.outputs += [output for output in rest.outputs if MIME not in output.get("data", {})]
        return ran

    async def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one of the notebook's cells and keep its outputs; if it is fatal, say so and leave it out of replays."""
        place, events = self.place(index, cell), self.performance.events
        seconds = self.limits.cell_seconds
        try:
            ran = await self.attempt(
                lambda client: self.run_through(partial(self.run, client, task=f"cell {index}", seconds=seconds), cell)
            )
        except _Fatal as reason:
            self.performance.outputs[index] = list(reason.outputs)
            self.leave_out(index, cell, str(reason))
            return
        self.replayable.append((index, cell))
        self.performance.outputs[index] = ran.outputs
        for line, told in ran.failed:
            why = told.removeprefix("It stopped with ").rstrip(".")
            events.append(f"{place} could not run its line `{line}` ({why}); the rest of it ran.")
        errors = [] if ran.failed else [output for output in ran.outputs if output.output_type == "error"]
        for output in errors:
            events.append(f"{place} stopped with {clean_sentence(f'{output.ename}: {output.evalue}')}.")

    # Questions

    async def ask(self, question: Question) -> Answer:
        """Put one probe; an answer that is lost on its way is asked for again."""
        answer: Answer | None = None
        for last in (False, True):
            try:
                answer = await self.attempt(partial(self.put, question))
            except _Fatal as reason:
                self.performance.events.append(
                    f"While `{question.test}` was asked, the code {reason}; other items went on."
                )
                return Answer(stopped=f"The code {reason} when it was called.")
            if answer is not None:
                break
            await self.drop_kernel()
            if not last:
                self.performance.events.append(
                    f"The answer to `{question.test}` was lost on its way; it was asked again."
                )
        if answer is not None and answer.stopped.startswith(OUT_OF_MEMORY):
            await self.drop_kernel()  # whatever it holds on to must not starve the next question
        return answer or Answer(stopped="The code gave no answer when it was called.")

    async def put(self, question: Question, client: _Client) -> Answer | None:
        """Put one probe to this kernel; None if no answer comes."""
        token = secrets.token_hex(8)
        if not client.knows_probes:
            # By itself, since a kernel without memory may not be able to read the probes.
            seconds = self.patience * self.limits.probe_seconds
            await client.run(_call("make_room"), SET_UP, seconds, self.waiting)
            learn = _call("learn", self.probes)
            await client.run(learn, SET_UP, seconds, self.waiting)
            for output in learn.outputs:
                if output.output_type == "error":
                    return Answer(stopped=clean_sentence(f"It could not be asked: {output.ename}: {output.evalue}"))
            client.knows_probes = True
        client.printed = client.answered = 0
        cell = _call("ask", question.test, list(question.seed), token)
        await self.run(client, cell, task=question.test, seconds=self.limits.probe_seconds)
        payloads = [
            out["data"][MIME] for out in cell.outputs if out.output_type == "display_data" and MIME in out["data"]
        ]
        answers = [decode(payload, token, self.limits.answer_bytes) for payload in payloads]
        return next((answer for answer in answers if answer), None)

    async def perform(self) -> Performance:
        """Run all cells, then put all questions."""
        try:
            for index, cell in self.cells:
                if sentence := self.out_of_time():
                    self.performance.events.append(f"{sentence} Later cells did not run.")
                    break
                await self.run_cell(index, cell)
            for question in self.questions:
                late = self.out_of_time()
                answer = Answer(stopped=late) if late else await self.ask(question)
                self.performance.answers[question.test] = answer
        finally:
            await self.drop_kernel()
        self.performance.seconds = time.monotonic() - self.started
        self.performance.slow = {
            question.test: self.seconds[question.test]
            for question in self.questions
            if self.seconds[question.test] > self.limits.probe_seconds
        }
        return self.performance


def perform(
    notebook: NotebookNode,
    probes: str,
    questions: Sequence[Question],
    warm: WarmKernel,
    around: Surroundings | None = None,
    patience: float = 1.0,
) -> Performance:
    """Run ``notebook`` and put ``questions`` to it, which name functions of ``probes``, a module's source.

    With ``patience`` all limits of time are so many times as large.

    Raises:
        WarmKernelDied: if the warm kernel itself is gone; nothing is said about the submission then.
    """
    submission = _Submission(notebook, probes, questions, warm, around, patience)
    # In a thread of its own: the caller's may have an event loop that runs, as in a notebook or in formgrader.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, submission.perform()).result()
