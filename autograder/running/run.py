"""Run a submission: run its cells in a fork of the warm kernel, then put every probe to it.

Nothing is judged here. A kernel that dies, hangs or floods is killed; a fresh one replays the cells that had run,
without the one that was fatal, and goes on. So one bad function costs its own item and no other.

A kernel that ends by itself need not have been ended by what ran at that moment: an earlier cell may have left
something behind that does it later, or the machine may have. So it is tried again, and who does it is found out.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from nbformat import NotebookNode, v4

from autograder.running.probe_calls import ProbeCall
from autograder.running.probe_results import ProbeResult, decode
from autograder.sandbox.bounded import clean_sentence
from autograder.sandbox.kernel import DIED, Ended, Kernel, Lost, Outputs, Printed, Reply
from autograder.sandbox.warm import WarmKernel
from autograder.schema import DEFINITIONS, DEMO, RELEASED

__all__ = ["IsFull", "RunResult", "Surroundings", "run"]


@dataclass(frozen=True)
class Surroundings:
    """What a notebook finds around it, where it counts on more than a kernel.

    ``files`` lie in its working folder, by their paths in it; ``cell_seconds`` takes the place of the limit.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    cell_seconds: float | None = None


@dataclass
class RunResult:
    """What a submission did: outputs by cell index, answers by test, what went wrong on the way, and wall seconds.

    ``fatal`` says by cell index why the kernel was lost in that cell. ``slow`` holds the processor seconds of those
    tests that took longer than a submission may, and could only because more patience was asked for.
    """

    outputs: dict[int, list[NotebookNode]] = field(default_factory=dict)
    fatal: dict[int, str] = field(default_factory=dict)
    answers: dict[str, ProbeResult] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slow: dict[str, float] = field(default_factory=dict)

    @classmethod
    def refused(cls, reason: str, tests: Iterable[str]) -> RunResult:
        """The result of a submission that could not be run at all."""
        return cls(answers={test: ProbeResult(stopped=reason) for test in tests}, events=[reason])


OUT_OF_MEMORY = "It stopped with MemoryError"
"""How `autograder.inside.asking` says so."""


def _failed_lines(told: object, consequence: str) -> list[str]:
    """What `autograder.inside.asking` says of lines that failed, as what is told about their cell."""
    pairs = (each for each in told if isinstance(each, list) and len(each) == 2) if isinstance(told, list) else ()
    failed = [(clean_sentence(line), clean_sentence(reason)) for line, reason in pairs][:20]
    return [
        f"could not run its line `{line}` ({reason.removeprefix('It stopped with ').rstrip('.')}); {consequence}."
        for line, reason in failed
    ]


class _Replayed(Lost):
    """A kernel was lost while it replayed the cells that had run."""

    def __init__(self, reason: str, step: int, cause: Lost, seconds: float) -> None:
        super().__init__(reason)
        self.step, self.seconds = step, seconds
        self.by_itself = isinstance(cause, Ended)


MAX_KERNELS = 80
"""How many kernels a submission may use up."""

REPLAY, SET_UP = "replay", "set up"
"""Tasks whose time is the grader's, not the submission's."""

MOST_REPLAYED = 3
"""So much more time than a submission has may go into running its cells again, in all its kernels together."""

LEFT_ALONE = "left alone"
"""What a kernel waits for while it is found out whether it ends by itself."""

T = TypeVar("T")
IsFull = Callable[[str, ProbeResult], bool]
"""Whether the answers to a test's probe earn all its points already."""
Step = tuple[int, NotebookNode]
"""A cell that has run, and its place in the notebook."""
Order = Mapping[str, object]
"""The arguments of an order."""


def _laid_out(around: Surroundings) -> Order:
    files = {name: base64.b64encode(content).decode("ascii") for name, content in around.files.items()}
    return {"files": files, "environment": dict(around.environment)}


class _Submission:
    """One submission on its way through as many kernels as it needs."""

    def __init__(
        self,
        notebook: NotebookNode,
        probes: str,
        probe_calls: Sequence[ProbeCall],
        warm: WarmKernel,
        around: Surroundings | None,
        patience: float,
        is_full: IsFull | None,
    ) -> None:
        self.warm = warm
        self.is_full = is_full
        self.around = around
        self.notebook = notebook
        self.probes = probes
        self.probe_calls = probe_calls
        self.checks = {f"test_{call.test}": call.test for call in probe_calls}
        self.limits = warm.limits
        self.patience = patience
        self.waiting = patience * self.limits.waiting_seconds
        if around is not None and around.cell_seconds is not None:
            self.limits = replace(self.limits, cell_seconds=around.cell_seconds)
            self.waiting = around.cell_seconds
        self.result = RunResult()
        self.as_submitted: dict[str, ProbeResult] = {}
        """By test, what was answered without stubs."""
        self.lost: dict[str, str] = {}
        """By test, why the kernel was lost while it was asked."""
        self.cells = [
            (index, cell)
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and cell.source.strip() and DEMO not in cell.metadata.get("tags", [])
        ]
        self.replayable: list[Step] = []
        self.alive: Kernel | None = None
        self.coming: Kernel | None = None
        """One in which cells are being run again."""
        self.kernels = 0
        self.printed = Printed(self.limits.output_bytes)
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

    def out_of_replays(self) -> str:
        """The same of cells that cannot be run again."""
        most = MOST_REPLAYED * self.patience * self.limits.submission_seconds
        spent, waited = (sum(each[REPLAY] for each in self._accounts(what)) for what in ("seconds", "waited"))
        if spent > most or waited > self._longest_wait:
            return "The submission had lost so many kernels that its cells could not be run once more."
        return ""

    @property
    def _longest_wait(self) -> float:
        return 10 * self.patience * self.limits.waiting_seconds

    def seconds_left(self) -> float:
        """Processor seconds until the submission's own limit."""
        return self.patience * self.limits.submission_seconds - self._spent("seconds")

    def _spent(self, what: str) -> float:
        return sum(each.total() - each[REPLAY] - each[SET_UP] for each in self._accounts(what))

    def _accounts(self, what: str) -> list[Counter[str]]:
        """The seconds, or those ``waited``, of each task: of the kernels that are gone, and of those there are."""
        return [getattr(self, what), *(getattr(each.fork, what) for each in (self.alive, self.coming) if each)]

    def order(
        self, kernel: Kernel, order: str, arguments: Order, outputs: Outputs | None, *, task: str, seconds: float
    ) -> Reply:
        """Have an order carried out within what is left of the submission's time."""
        if sentence := self.out_of_time():
            raise Lost(f"had no time left ({sentence.rstrip('.')})")
        seconds = min(self.patience * seconds, self.seconds_left())
        return self.until_it_leaves(
            kernel.carry_out(
                order,
                arguments,
                task=task,
                seconds=seconds,
                waiting=self.waiting,
                printed=self.printed,
                outputs=outputs,
            )
        )

    def prepare(self, kernel: Kernel, order: str, arguments: Order, *, task: str, seconds: float) -> Reply:
        """The same in time and with prints that are nobody's; nothing of it is shown."""
        return self.until_it_leaves(
            kernel.carry_out(order, arguments, task=task, seconds=seconds, waiting=self.waiting)
        )

    @staticmethod
    def until_it_leaves(reply: Reply) -> Reply:
        """``reply``, unless the code has called `exit`."""
        if reply.leaving:
            raise Lost(DIED)
        return reply

    # Kernels

    def kernel(self) -> Kernel:
        """The living kernel, or a fresh one in which every cell that had run has run again."""
        while self.alive is None:
            steps = list(self.replayable)
            try:
                self.alive = self.fresh(steps)
            except _Replayed as lost:
                index, cell = steps[lost.step]
                if not (lost.by_itself and self.expose(steps[: lost.step + 1], lost.seconds)):
                    self.leave_out(index, cell, f"{lost} when it was run again")
        return self.alive

    def fresh(self, steps: Sequence[Step]) -> Kernel:
        """A fresh kernel in which ``steps`` have run; raises `_Replayed`."""
        self.kernels += 1
        self.coming = kernel = Kernel(self.warm)
        try:
            if self.around is not None:
                seconds = self.limits.wall_seconds(self.limits.cell_seconds)
                self.prepare(kernel, "lay_out", _laid_out(self.around), task=SET_UP, seconds=seconds)
            for number, (_, cell) in enumerate(steps):
                if sentence := self.out_of_time() or self.out_of_replays():
                    raise Lost(f"had no time left ({sentence.rstrip('.')})")
                began = time.monotonic()
                try:
                    # A cell has more time than when it ran first, and takes none of the submission's.
                    seconds = 3 * self.patience * self.limits.cell_seconds
                    self.run_through(partial(self.prepare, kernel, task=REPLAY, seconds=seconds), cell)
                except Lost as reason:
                    raise _Replayed(str(reason), number, reason, time.monotonic() - began) from reason
        except BaseException:
            self.coming = None
            self.take_down(kernel)
            raise
        self.coming = None
        return kernel

    def take_down(self, kernel: Kernel) -> None:
        """Kill a kernel, and keep what it has used."""
        kernel.close()
        self.seconds.update(kernel.fork.seconds)
        self.waited.update(kernel.fork.waited)

    def drop_kernel(self) -> None:
        """Kill the kernel, if there is one."""
        if self.alive is not None:
            kernel, self.alive = self.alive, None
            self.take_down(kernel)

    def attempt(self, step: Callable[[Kernel], T]) -> T:
        """Carry out ``step``; if the kernel ends by itself in it, once more, without a cell that ends kernels later.

        Raises:
            Lost: if it is the step itself that the kernel does not survive.
        """
        again = False
        while True:
            kernel = self.kernel()
            rested = kernel.rested
            try:
                return step(kernel)
            except Ended:
                self.drop_kernel()
                if again or self.out_of_time():
                    raise
                again = not self.expose(self.replayable, time.monotonic() - rested)
            except Lost:
                self.drop_kernel()
                raise

    def expose(self, steps: Sequence[Step], seconds: float) -> bool:
        """Find the one of ``steps`` that ends a kernel within about ``seconds`` after it, and leave it out."""
        steps = list(steps)
        patience = min(2 * seconds + 2, self.waiting)
        if not steps or self.out_of_time() or self.survives(steps, patience):
            return False
        survived, lost = 0, len(steps)
        while lost - survived > 1:
            # Most often it is the last one; then halve.
            middle = lost - 1 if lost == len(steps) else (survived + lost) // 2
            if self.out_of_time():
                return False
            if self.survives(steps[:middle], patience):
                survived = middle
            else:
                lost = middle
        index, cell = steps[lost - 1]
        self.leave_out(index, cell, f"{DIED} a moment after it had run")
        return True

    def survives(self, steps: Sequence[Step], seconds: float) -> bool:
        """Whether a kernel in which ``steps`` have run lives on for so long if it is left alone."""
        try:
            kernel = self.fresh(steps)
        except _Replayed:
            return False
        began = time.monotonic()
        try:
            return kernel.lives(seconds)
        finally:
            self.waited[LEFT_ALONE] += round(time.monotonic() - began)
            self.take_down(kernel)

    # Cells

    def place(self, index: int, cell: NotebookNode) -> str:
        """How a cell is called in sentences: code cells are counted, as Jupyter does when all are run."""
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        number = 1 + sum(each.cell_type == "code" for each in self.notebook.cells[:index])
        return f"Code cell {number}" + (f" (`{name}`)" if name else "")

    def leave_out(self, index: int, cell: NotebookNode, reason: str) -> None:
        """Say that a cell was fatal, and keep it out of replays."""
        self.replayable = [step for step in self.replayable if step[0] != index]
        self.result.events.append(f"{self.place(index, cell)} {reason}; it was left out.")
        self.result.fatal[index] = reason
        stopped = v4.new_output("stream", name="stdout", text=f"This cell {reason}. It was stopped.\n")
        self.result.outputs[index] = [*self.result.outputs.get(index, []), stopped]

    def run_through(self, run: Callable[[str, Order], Reply], cell: NotebookNode) -> list[str]:
        """Have ``run`` carry out a cell, and go on below a line that fails where the student did not sit.

        Of a cell that was given all the rest runs, of others what it imports and defines. A check also has the
        notebook's names kept for its questions. Returns what is to be told of lines that failed.
        """
        tags, test = cell.metadata.get("tags", []), self.test_of(cell)
        if DEFINITIONS in tags:
            run("define", {"source": cell.source})
            return []
        reply = run(
            "run", {"source": cell.source, "remember": test, "put_off": bool(test) and self.is_full is not None}
        )
        if reply.error is None or test:
            return []
        if RELEASED in tags:
            return _failed_lines(run("go_on", {"source": cell.source}).told, "the rest of it ran")
        return _failed_lines(run("define_rest", {"source": cell.source}).told, "what it defines below counted")

    def test_of(self, cell: NotebookNode) -> str:
        """The test that a cell is the check of; empty for all others."""
        return self.checks.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), "")

    def run_cell(self, index: int, cell: NotebookNode) -> None:
        """Run one of the notebook's cells and keep its outputs; if it is fatal, say so and leave it out of replays."""
        place, events = self.place(index, cell), self.result.events
        outputs = Outputs()

        def show(kernel: Kernel) -> list[str]:
            nonlocal outputs
            outputs = kernel.outputs()

            def run(order: str, arguments: Order) -> Reply:
                seconds = self.limits.cell_seconds
                reply = self.order(kernel, order, arguments, outputs, task=f"cell {index}", seconds=seconds)
                outputs.show_error(reply.error)
                return reply

            return self.run_through(run, cell)

        try:
            failed = self.attempt(show)
        except Lost as reason:
            self.result.outputs[index] = outputs.shown
            self.leave_out(index, cell, str(reason))
            self.define(index, cell)
            return
        self.replayable.append((index, cell))
        self.result.outputs[index] = outputs.shown
        events += [f"{place} {told}" for told in failed]
        errors = [] if failed else [output for output in outputs.shown if output.output_type == "error"]
        for output in errors:
            events.append(f"{place} stopped with {clean_sentence(f'{output.ename}: {output.evalue}').rstrip('.')}.")

    def define(self, index: int, cell: NotebookNode) -> None:
        """Of a cell that was fatal, and is no check, have at least what it imports and defines: an answer may be there.

        An experiment that takes too long or prints too much most often stands below it.
        """
        if self.test_of(cell) or self.out_of_time():
            return
        part = v4.new_code_cell(cell.source, metadata={"tags": [DEFINITIONS]})

        def define(kernel: Kernel) -> object:
            order = {"source": cell.source}
            return self.order(
                kernel, "define", order, None, task=f"cell {index}", seconds=self.limits.cell_seconds
            ).told

        try:
            told = self.attempt(define)
        except Lost:
            return
        self.replayable.append((index, part))
        names = [f"`{clean_sentence(name)}`" for name in told[:20]] if isinstance(told, list) else []
        if names:
            place = self.place(index, cell).replace("Code", "code", 1)
            self.result.events.append(f"What {place} defines counted all the same: {', '.join(names)}.")

    # Questions

    def ask(self, call: ProbeCall) -> ProbeResult:
        """Put one probe: with stubs in the place of other parts only if that can still earn something."""
        if self.is_full is None:
            return self.ask_part(call, None)
        as_submitted = self.as_submitted[call.test] = self.ask_part(call, False)
        if as_submitted.complete or self.is_full(call.test, as_submitted):
            return as_submitted
        return as_submitted.and_then(self.ask_part(call, True))

    def ask_part(self, call: ProbeCall, with_stubs: bool | None) -> ProbeResult:
        """Put one probe, or one half of it; an answer that is lost on its way is asked for again."""
        answer: ProbeResult | None = None
        for last in (False, True):
            try:
                answer = self.attempt(partial(self.put, call, with_stubs))
            except Lost as reason:
                self.result.events.append(f"While `{call.test}` was asked, the code {reason}; other items went on.")
                self.lost[call.test] = str(reason)
                return ProbeResult(stopped=f"The code {reason} when it was called.")
            if answer is not None:
                break
            self.drop_kernel()
            if not last:
                self.result.events.append(f"The answer to `{call.test}` was lost on its way; it was asked again.")
        if answer is not None and answer.stopped.startswith(OUT_OF_MEMORY):
            self.drop_kernel()  # whatever it holds on to must not starve the next question
        return answer or ProbeResult(stopped="The code gave no answer when it was called.")

    def put(self, call: ProbeCall, with_stubs: bool | None, kernel: Kernel) -> ProbeResult | None:
        """Put one probe to this kernel; None if no answer comes."""
        token = secrets.token_hex(8)
        if not kernel.knows_probes:
            # By itself, since a kernel without memory may not be able to read the probes.
            prepare = partial(self.prepare, kernel, task=SET_UP, seconds=self.patience * self.limits.probe_seconds)
            prepare("make_room", {})
            if error := prepare("load_probes", {"source": self.probes}).error:
                return ProbeResult(stopped=clean_sentence(f"It could not be asked: {': '.join(error)}"))
            kernel.knows_probes = True
        put = {"test": call.test, "seed": list(call.seed), "token": token, "with_stubs": with_stubs}
        reply = self.order(kernel, "ask", put, None, task=call.test, seconds=self.limits.probe_seconds)
        return decode(reply.answer, token, self.limits.answer_bytes)

    # Visible checks

    def check(self, index: int, cell: NotebookNode) -> None:
        """Have the checks of a cell say how they go, which decides nothing.

        They run only if the test has found a fault. What has cost a kernel when it was asked is not tried again.
        """
        test, outputs = self.test_of(cell), Outputs()
        as_submitted = self.as_submitted.get(test)
        passed = as_submitted is not None and self.is_full is not None and self.is_full(test, as_submitted)

        def check(kernel: Kernel) -> None:
            nonlocal outputs
            outputs = kernel.outputs()
            arguments = {"test": test, "passed": passed}
            seconds = self.limits.cell_seconds
            reply = self.order(kernel, "check", arguments, outputs, task=f"cell {index}", seconds=seconds)
            outputs.show_error(reply.error)

        why = self.out_of_time() or (f"The code {self.lost[test]} when it was called." if test in self.lost else "")
        try:
            if not why:
                self.attempt(check)
        except Lost as reason:
            why = f"The code {reason} when it was called."
            self.result.events.append(f"{self.place(index, cell)} {reason}; it was stopped.")
        if why:
            outputs.print("stdout", f"This check did not come to its end. {why}\n")
        self.result.outputs[index] += outputs.shown

    def run(self) -> RunResult:
        """Run all cells, then put all questions, then say what visible checks say."""
        try:
            for index, cell in self.cells:
                if sentence := self.out_of_time():
                    self.result.events.append(f"{sentence} Later cells did not run.")
                    break
                self.run_cell(index, cell)
            for call in self.probe_calls:
                late = self.out_of_time()
                answer = ProbeResult(stopped=late) if late else self.ask(call)
                self.result.answers[call.test] = answer
            if self.is_full is not None:
                for index, cell in self.replayable:
                    if self.test_of(cell):
                        self.check(index, cell)
        finally:
            self.drop_kernel()
        self.result.seconds = time.monotonic() - self.started
        self.result.slow = {
            call.test: self.seconds[call.test]
            for call in self.probe_calls
            if self.seconds[call.test] > self.limits.probe_seconds
        }
        return self.result


def run(
    notebook: NotebookNode,
    probes: str,
    probe_calls: Sequence[ProbeCall],
    warm: WarmKernel,
    around: Surroundings | None = None,
    patience: float = 1.0,
    is_full: IsFull | None = None,
) -> RunResult:
    """Run ``notebook`` and put ``probe_calls`` to it, which name functions of ``probes``, a module's source.

    With ``patience`` all limits of time are so many times as large. With ``is_full`` what is asked with stubs is asked
    of those tests alone that have not earned all points without.

    Raises:
        WarmKernelDied: if the warm kernel itself is gone; nothing is said about the submission then.
    """
    return _Submission(notebook, probes, probe_calls, warm, around, patience, is_full).run()
