"""Fairness, measured: the written answers over many secrets, and machine-made mutants of every solution.

    python -m benchmarks.fairness [ID...]

A **false accept** is a criterion that a wrong answer names and keeps; a **false reject** one that any answer loses
without naming it. A mutant is a solution with one small change; it is *killed* if it loses points in its own item with
every secret. One that survives is either a gap in the hidden tests or no mistake at all: the latter stand, each with
its reason, in `exercises/ID/survivors.toml`.

An answer meets a few secrets in one fork, one after the other, and the next few in another (`--together 1`: one fork
for each, as in grading). Two things are left out, which the build's examination covers: cells that no answer needs, and
tests on which the answer has no bearing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from nbformat import NotebookNode
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from autograder.authoring.examine import Variant, blanks, criteria, deviation, variants, with_sources
from autograder.course import Assignment, Course, CourseError
from autograder.judging import Judgement, Outcome
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool
from autograder.running.environment import library_versions
from autograder.running.probe_calls import ProbeCall
from autograder.sandbox.limits import Limits
from benchmarks.mutants import Mutant, mutants
from benchmarks.needed import concerned, needed_cells

__all__ = ["Answers", "Fate", "Mistake", "Mutants", "examine_answers", "examine_mutants", "ground", "with_secret"]

ROOT = Path(__file__).resolve().parent.parent
LIMITS = Limits(memory_bytes=2 * 2**30, cell_seconds=20.0, probe_seconds=20.0, submission_seconds=300.0)
"""Mutants loop and grow; what is right takes a fraction of this."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Run:
    """How a measurement runs: on which kernels, how many at a time, with how many secrets a fork, who sees its bar."""

    kernels: kernel_pool.KernelPool
    jobs: int = 2
    together: int = 5
    console: Console = field(default_factory=lambda: Console(quiet=True))

    def each(self, what: str, function: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """``function`` of every item."""
        with ThreadPoolExecutor(self.jobs) as pool:
            return list(track(pool.map(function, items), what, len(items), console=self.console, transient=True))


# Grading with a known secret -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """An assignment with the secret of one number, and who judges with it."""

    number: int
    assignment: Assignment
    judge: Judge


def with_secret(assignment: Assignment, number: int) -> Assignment:
    """``assignment`` with the secret that is the SHA-256 of `fairness-<number>`, so that everybody can repeat a run."""
    folder = assignment.course.output / "fairness" / f"secret-{number:02}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret").write_text(hashlib.sha256(f"fairness-{number}".encode()).hexdigest())
    return Course(assignment.course.root, folder).assignment(assignment.name)


def ground(assignment: Assignment, number: int, kernels: kernel_pool.KernelPool) -> Ground:
    """The ground of the secret of that number."""
    own = with_secret(assignment, number)
    answers = references(own, lambda: kernel_pool.run_solution(kernels, own))[0]
    return Ground(number, own, Judge(own, answers))


def judged(
    grounds: Sequence[Ground], notebook: NotebookNode, tests: Sequence[str], kernels: kernel_pool.KernelPool
) -> list[dict[str, Judgement]]:
    """Grade ``notebook`` in ``tests`` with all these secrets in one fork; one dict of judgements for each."""
    # A run has one answer for each name, so every secret gets names of its own for the probes.
    names = {(test, on.number): f"{test}__{on.number}" for on in grounds for test in tests}
    probes = "\n".join([grounds[0].assignment.probes, *(f"{name} = {test}" for (test, _), name in names.items())])
    probe_calls = [ProbeCall(names[test, on.number], on.assignment.seed(test)) for on in grounds for test in tests]
    answers = kernel_pool.run(kernels, needed_cells(notebook, probes), probes, probe_calls).answers
    return [{test: on.judge.judge(test, answers[names[test, on.number]]) for test in tests} for on in grounds]


# The written answers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A criterion that an answer kept or lost though it should not have; ``rationale`` is None if it was kept."""

    answer: str
    secret: int
    criterion: str
    rationale: str | None

    def __str__(self) -> str:
        """A sentence."""
        if self.rationale is None:
            return f"False accept: {self.answer} kept {self.criterion} with secret {self.secret}."
        return f"False reject: {self.answer} lost {self.criterion} with secret {self.secret}: {self.rationale}"


@dataclass(frozen=True)
class Answers:
    """The written answers of one lesson, the tests that were put to each, and every mistake in grading them."""

    variants: list[Variant]
    tests: dict[str, list[str]]
    mistakes: list[Mistake]

    def row(self, item: str) -> tuple[int, int, int, int]:
        """Wrong and right answers to an item, false accepts and false rejects in it."""
        wrong = [each for each in self.variants if each.loses is None or item in map(_item, each.loses)]
        right = [each for each in self.variants if each.loses == frozenset() and item in self.tests[each.name]]
        here = [each for each in self.mistakes if _item(each.criterion) == item]
        accepts = sum(each.rationale is None for each in here)
        return len(wrong), len(right), accepts, len(here) - accepts

    def table(self, assignment: Assignment, secrets: int) -> Table:
        """One line for each item."""
        title = f"{assignment.name}: {len(self.variants)} answers, {secrets} secrets"
        table = _table(title, "item", "wrong answers", "right answers", "false accepts", "false rejects")
        for item in assignment.tests:
            if any(row := self.row(item)):
                table.add_row(item, *map(str, row))
        return table


def _item(criterion: str) -> str:
    return criterion.partition("/")[0]


def _table(title: str, *names: str) -> Table:
    return Table(names[0], *(Column(name, justify="right") for name in names[1:]), title=title)


def examine_answers(assignment: Assignment, grounds: Sequence[Ground], run: Run, only: str = "") -> Answers:
    """Grade the solution, the untouched notebook and all of ``right/`` and ``wrong/`` with every secret.

    ``only`` leaves out answers without this text in their names.
    """
    first = grounds[0]
    full = {test: first.judge.full_marks(test) for test in first.assignment.tests}
    everything = [each for each in variants(assignment, criteria(full)) if only in each.name]
    tests = {each.name: _tests(assignment, each) for each in everything}

    def examined(task: tuple[Variant, Sequence[Ground]]) -> list[Mistake]:
        variant, some = task
        found: list[Mistake] = []
        for on, judgements in zip(some, judged(some, variant.notebook, tests[variant.name], run.kernels), strict=True):
            how = deviation(variant, judgements)
            found += [Mistake(variant.name, on.number, name, rationale) for name, rationale in how.lost.items()]
            found += [Mistake(variant.name, on.number, name, None) for name in how.kept]
        return found

    parts = [grounds[at : at + run.together] for at in range(0, len(grounds), run.together)]
    tasks = [(variant, some) for variant in everything for some in parts]
    mistakes = run.each(f"the answers of {assignment.name}", examined, tasks)
    return Answers(everything, tests, [mistake for some in mistakes for mistake in some])


def _tests(assignment: Assignment, variant: Variant) -> list[str]:
    """The tests on which ``variant`` has a bearing; all of them for the solution and the untouched notebook."""
    solved = {name: cell.source for name, cell in blanks(assignment.solution).items()}
    changed = {name for name, cell in blanks(variant.notebook).items() if cell.source != solved[name]}
    named = {_item(criterion) for criterion in variant.loses or ()}
    bearing = concerned(assignment, changed or set(solved), variant.notebook)
    return [test for test in assignment.tests if test in bearing or test in named]


# Mutants -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: the secrets with which it kept all points, of those that it met, and why it may.

    ``stopped``: it raised an exception or ended its process. ``late``: it did not end in time, which on a busy machine
    says little.
    """

    mutant: Mutant
    kept: tuple[int, ...]
    met: int
    stopped: bool
    late: bool
    reason: str

    @property
    def killed(self) -> bool:
        """Whether it lost points with every secret."""
        return not self.kept

    @property
    def survived(self) -> bool:
        """Whether it kept all points with every secret; if this is false too, chance decides."""
        return len(self.kept) == self.met


@dataclass(frozen=True)
class Mutants:
    """The mutants of one lesson that were put to the test, and how many of them there are in all.

    ``outdated`` are explanations of mutants that are killed or are not made any more.
    """

    fates: list[Fate]
    outdated: list[str]
    made: int

    @property
    def unexplained(self) -> list[Fate]:
        """Those that were not killed every time and have no reason."""
        return [fate for fate in self.fates if not fate.killed and not fate.reason]

    @property
    def share(self) -> float:
        """The share of mutants that were not killed every time."""
        return sum(not fate.killed for fate in self.fates) / max(1, len(self.fates))

    def table(self, assignment: Assignment, secrets: int) -> Table:
        """One line for each item, and their sum."""
        names = ("item", "mutants", "killed", "by stopping", "by time", "sometimes", "survive", "unexplained")
        taken = f"{len(self.fates)} of {self.made} mutants"
        title = f"{assignment.name}: {taken}, {secrets} secrets; {self.share:.1%} are not killed"
        table = _table(title, *names)
        for item in assignment.tests:
            if fates := [fate for fate in self.fates if fate.mutant.blank == item]:
                table.add_row(item, *_counts(fates))
        table.add_section()
        table.add_row("all", *_counts(self.fates))
        return table


def _counts(fates: Sequence[Fate]) -> list[str]:
    killed = sum(fate.killed for fate in fates)
    stopped = sum(fate.killed and fate.stopped for fate in fates)
    late = sum(fate.killed and fate.late for fate in fates)
    survived = sum(fate.survived for fate in fates)
    unexplained = sum(not fate.killed and not fate.reason for fate in fates)
    sometimes = len(fates) - killed - survived
    return list(map(str, (len(fates), killed, stopped - late, late, sometimes, survived, unexplained)))


def reasons(assignment: Assignment) -> dict[str, dict[str, str]]:
    """``survivors.toml``: by item and mutant, why it is right that it survives.

    Raises:
        CourseError: if the file is malformed.
    """
    path = assignment.folder / "survivors.toml"
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path} is no TOML: {error}") from error
    for item, entries in found.items():
        if not isinstance(entries, dict) or not all(isinstance(each, str) and each for each in entries.values()):
            raise CourseError(f'{path}: [{item}] must hold lines of the form "mutant" = "reason".')
    return found


def examine_mutants(
    assignment: Assignment, grounds: Sequence[Ground], run: Run, only: str = "", every: int = 1
) -> Mutants:
    """Make every mutant of every blank that has a test, and put that test to it with every secret.

    ``only`` leaves out mutants without this text in ``item: place: …``; of the rest, one in ``every`` is taken.
    """
    sources = {name: cell.source for name, cell in blanks(assignment.solution).items() if name in assignment.tests}
    made = [mutant for name, source in sources.items() for mutant in mutants(name, source)]
    explained = reasons(assignment)
    everything = [mutant for mutant in made if only in f"{mutant.blank}: {mutant.key}"][::every]

    def examined(mutant: Mutant) -> Fate:
        notebook = with_sources(assignment.solution, {mutant.blank: mutant.source})
        parts = [grounds[at : at + run.together] for at in range(0, len(grounds), run.together)]
        found = [each[mutant.blank] for some in parts for each in judged(some, notebook, [mutant.blank], run.kernels)]
        full = [each.points == assignment.tests[mutant.blank] for each in found]
        kept = tuple(on.number for on, is_full in zip(grounds, full, strict=True) if is_full)
        missed = [v.rationale for each in found for v in each.verdicts if v.outcome is Outcome.NOT_REACHED]
        late = any("did not finish" in rationale for rationale in missed)
        reason = explained.get(mutant.blank, {}).get(mutant.key, "")
        return Fate(mutant, kept, len(found), bool(missed), late, reason)

    fates = run.each(f"the mutants of {assignment.name}", examined, everything)
    needed = {(fate.mutant.blank, fate.mutant.key) for fate in fates if not fate.killed}
    left_out = {(mutant.blank, mutant.key) for mutant in made} - {(each.blank, each.key) for each in everything}
    outdated = [
        f"{item}: {key}"
        for item, entries in explained.items()
        for key in entries
        if (item, key) not in needed and (item, key) not in left_out
    ]
    return Mutants(fates, outdated, len(made))


# The command ---------------------------------------------------------------------------------------------------------


class _Failures(logging.Handler):
    """Counts judges that failed on an answer: a mutant may be odd, a judge may not break on it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = f" ({record.exc_info[1]!r})" if record.exc_info else ""
        self.messages.append(record.getMessage() + error)


def toml_line(fate: Fate) -> str:
    """A line of ``survivors.toml`` that waits for its reason."""
    return f'{json.dumps(fate.mutant.key)} = ""'


def tell_answers(assignment: Assignment, found: Answers, secrets: int, console: Console) -> bool:
    """Show the table and every mistake; whether there was none."""
    console.print(found.table(assignment, secrets))
    for mistake in found.mistakes:
        console.print(str(mistake), markup=False)
    return not found.mistakes


def tell_mutants(assignment: Assignment, found: Mutants, secrets: int, console: Console) -> bool:
    """Show the table, what lives and why; whether all of it is explained."""
    console.print(found.table(assignment, secrets))
    alive = [fate for fate in found.fates if not fate.killed]
    for item in assignment.tests:
        if here := [fate for fate in alive if fate.mutant.blank == item]:
            console.print(f"\n[{item}]", markup=False)
        for fate in here:
            sometimes = "" if fate.survived else f" (only with secret {', '.join(map(str, fate.kept))})"
            console.print(f"{fate.mutant.key}{sometimes}", markup=False)
            console.print(f"    {fate.mutant.operator}: {fate.reason or 'UNEXPLAINED'}", markup=False)
    if found.unexplained:
        path = (assignment.folder / "survivors.toml").relative_to(assignment.course.root)
        console.print(f"\nClose these, or explain them in {path}:", markup=False)
        for fate in found.unexplained:
            console.print(f"[{fate.mutant.blank}] {toml_line(fate)}", markup=False, soft_wrap=True)
    for each in found.outdated:
        console.print(f"Explained for nothing: {each}", markup=False)
    return not found.unexplained and not found.outdated


def main(
    lessons: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Lessons; all by default.")] = None,
    secrets: Annotated[
        int, typer.Option(min=0, help="With how many secrets the answers are graded; 0: none are.")
    ] = 20,
    mutant_secrets: Annotated[int, typer.Option(min=0, help="With how many secrets mutants are; 0: no mutants.")] = 3,
    secret: Annotated[int | None, typer.Option(min=1, help="Only the secret of this number.")] = None,
    only: Annotated[str, typer.Option(help="Only answers and mutants whose name holds this text.")] = "",
    every: Annotated[int, typer.Option(min=1, help="Only every N-th mutant, to have it done sooner.")] = 1,
    together: Annotated[int, typer.Option(min=1, help="How many secrets share a fork.")] = 5,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1, help="How many at a time.")] = os.cpu_count() or 2,
    output: Annotated[Path | None, typer.Option(help="Write what is shown to this folder, a page a lesson.")] = None,
) -> None:
    """Grade the written answers with many secrets, and machine-made mutants of every solution with a few."""
    console = Console(record=True, width=110)
    failures = _Failures()
    logging.getLogger("autograder.judging.judge").addHandler(failures)
    logging.getLogger("autograder.judging.judge").propagate = False
    run = Run(kernel_pool.KernelPool(LIMITS), jobs, together, Console(stderr=True))
    course = Course(ROOT)
    numbers = [secret] if secret else list(range(1, max(secrets, mutant_secrets) + 1))
    fine = True
    if output:
        output.mkdir(parents=True, exist_ok=True)
    for name in lessons or course.assignments():
        started = time.monotonic()
        assignment = course.assignment(name)
        grounds = run.each(f"the solution of {name}", partial(ground, assignment, kernels=run.kernels), numbers)
        if secrets:
            several = grounds[:secrets]
            fine &= tell_answers(assignment, examine_answers(assignment, several, run, only), len(several), console)
            console.print(f"{name}: the answers took {time.monotonic() - started:.0f} s with {jobs} at a time.\n")
        if mutant_secrets:
            started, few = time.monotonic(), grounds[:mutant_secrets]
            found = examine_mutants(assignment, few, run, only, every)
            fine &= tell_mutants(assignment, found, len(few), console)
            console.print(f"\n{name}: the mutants took {time.monotonic() - started:.0f} s with {jobs} at a time.\n")
        fine &= not failures.messages
        for message in sorted(set(failures.messages)):
            console.print(message, markup=False)
        failures.messages.clear()
        text = console.export_text()
        if output:
            (output / f"fairness-{name}.md").write_text(page(name, text), encoding="utf-8")
    raise typer.Exit(0 if fine else 1)


def page(name: str, text: str) -> str:
    """The Markdown page around what was shown of one lesson."""
    libraries = ", ".join(" ".join(each) for each in library_versions().items())
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {libraries}"
    command = " ".join(["python -m benchmarks.fairness", *sys.argv[1:]])
    about = (__doc__ or "").replace("    python -m benchmarks.fairness [ID...]\n\n", "")
    return f"# Fairness of `{name}`\n\nMeasured by `{command}` on {machine}.\n\n{about}\n```\n{text.rstrip()}\n```\n"


if __name__ == "__main__":
    try:
        typer.run(main)
    except CourseError as error:
        raise SystemExit(str(error)) from None
