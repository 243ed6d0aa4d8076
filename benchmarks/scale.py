"""`python -m benchmarks.scale`: what a class of 300 costs against one of 30, and what more workers bring.

The classes are made of the same answers to `gan`, over and over, so that the cost of one submission can be compared.
Demo cells are skipped, as in grading. Every run is a process of its own; times are taken inside of it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from rich.console import Console

from autograder.course import Assignment, Course
from benchmarks.against_nbgrader import NAME, ROOT, Cost, run, submissions

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = "python -m benchmarks.scale"


@dataclass(frozen=True)
class Measure:
    """One run: the caller's peak memory and its memory after each submission in MiB, processor seconds, and times.

    The processor's seconds are the caller's own for each record; the times say when each submission was done.
    """

    peak: float
    memory: list[float]
    recording: list[float]
    done: list[float]

    @property
    def per_second(self) -> float:
        """Submissions per second, from the first that was done to the last: without the warming up."""
        return (len(self.done) - 1) / (self.done[-1] - self.done[0])


def hand_in(assignment: Assignment, folder: Path, count: int, pool: int) -> None:
    """``count`` submissions made of ``pool`` answers, no two the same."""
    notebooks = submissions(assignment, pool)
    for number in range(count):
        notebook = notebooks[number % len(notebooks)]
        notebook = nbformat.from_dict({**notebook, "cells": [*notebook.cells, v4.new_markdown_cell(f"No. {number}")]})
        path = folder / f"student{number:03}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def own_memory(kind: str) -> float:
    """Of this process, in MiB: ``VmRSS``, what it has now, or ``VmHWM``, the most that it ever had."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(kind))
    return int(line.split()[1]) / 1024


def measured(words: argparse.Namespace) -> Measure:
    """Grade in this process, with a watch on every record."""
    from autograder.gradebook.grade import grade
    from autograder.gradebook.record import Recorder
    from autograder.running.workers import Workers

    recording: dict[str, float] = {}
    memory: list[float] = []
    done: list[float] = []

    def watch(_student: str) -> None:
        memory.append(own_memory("VmRSS"))
        done.append(time.monotonic())

    def timed(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Recorder, student: str, *more: Any) -> Any:
            started = time.thread_time()
            try:
                return method(self, student, *more)
            finally:
                recording[student] = recording.get(student, 0.0) + time.thread_time() - started

        return call

    for name in ("sanitize", "record"):
        setattr(Recorder, name, timed(getattr(Recorder, name)))
    course = Course(ROOT, words.measure / "build", words.measure / "submitted")
    workers = Workers(words.jobs, words.scheduler)
    grade(course.assignment(NAME), workers=workers, listener=watch)
    return Measure(own_memory("VmHWM"), memory, list(recording.values()), done)


def bench(assignment: Assignment, count: int, pool: int, *, jobs: int = 2, scheduler: str = "") -> tuple[Measure, Cost]:
    """Grade ``count`` submissions in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_in(assignment, folder / "submitted", count, pool)
        result = folder / "measure.json"
        words = ["--measure", str(folder), "--jobs", str(jobs), "--scheduler", scheduler]
        cost = run([sys.executable, "-m", "benchmarks.scale", *words], ROOT, ENVIRONMENT)
        return Measure(**json.loads(result.read_text())), cost


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A Dask scheduler and ``workers`` worker processes of one thread each; yields the address."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "scheduler.json"
        common = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
        begin = [sys.executable, "-m", "dask"]
        own = ["--no-nanny", "--nthreads", "1", "--local-directory", name]
        commands = [[*begin, "scheduler", *common, "--port", "0"], *[[*begin, "worker", *common, *own]] * workers]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        processes = [subprocess.Popen(command, cwd=name, env=ENVIRONMENT, **quiet) for command in commands]  # type: ignore[call-overload]
        try:
            while not file.exists():
                time.sleep(0.1)
            yield json.loads(file.read_text())["address"]
        finally:
            for process in processes:
                process.kill()
                process.wait()


def size(assignment: Assignment, few: int, many: int) -> Iterator[tuple[str, str, str, str]]:
    """The figures of a small and of a large class: name, small, large, command."""
    _, base = bench(assignment, 2, few)
    small, small_cost = bench(assignment, few, few)
    large, large_cost = bench(assignment, many, few)
    command = f"`atelier grade {NAME} -j 2`"

    def marginal(cost: Cost, count: int) -> Mapping[str, float]:
        return {"wall": (cost.wall - base.wall) / (count - 2), "cpu": (cost.cpu - base.cpu) / (count - 2)}

    for kind, label in (("cpu", "processor seconds"), ("wall", "seconds")):
        first, second = marginal(small_cost, few)[kind], marginal(large_cost, many)[kind]
        ratio = f"{second:.3f} ({second / first - 1:+.1%})"
        yield f"{label} a submission, all processes, less a run of 2", f"{first:.3f}", ratio, command
    yield "peak memory of the caller, MiB", f"{small.peak:.0f}", f"{large.peak:.0f}", command
    for label, share in (("one third", 1 / 3), ("two thirds", 2 / 3), ("all", 1.0)):
        first, second = (each.memory[round(share * len(each.memory)) - 1] for each in (small, large))
        yield f"memory of the caller after {label} of the class, MiB", f"{first:.0f}", f"{second:.0f}", command
    for label, part in (("first", slice(2, 2 + few // 2)), ("last", slice(-(few // 2), None))):
        means = [f"{1000 * statistics.fmean(each.recording[part]):.0f}" for each in (small, large)]
        yield f"recording, {label} {few // 2} of the class, ms of the caller", means[0], means[1], command


def throughput(assignment: Assignment, few: int) -> Iterator[tuple[str, str, str]]:
    """Submissions per second by number of workers: who runs, how many a second, command."""
    for jobs in (1, 2):
        measure, _ = bench(assignment, few, few, jobs=jobs)
        yield f"{jobs} of this process's threads", f"{measure.per_second:.2f}", f"`atelier grade {NAME} -j {jobs}`"
    for workers in (1, 2):
        with cluster(workers) as address:
            bench(assignment, 2 * workers, few, scheduler=address)  # until all of them are warm
            measure, _ = bench(assignment, few, few, scheduler=address)
        command = f"`dask worker --nthreads 1`, {workers} times; `atelier grade {NAME} --scheduler …`"
        yield f"{workers} Dask worker processes", f"{measure.per_second:.2f}", command


def main() -> None:
    """Print both tables as Markdown, or carry out one run of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--few", type=int, default=30)
    parser.add_argument("--many", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2, help=argparse.SUPPRESS)
    parser.add_argument("--scheduler", default="", help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    words = parser.parse_args()
    if words.measure:
        (words.measure / "measure.json").write_text(json.dumps(asdict(measured(words))))
        return
    console = Console(soft_wrap=True, highlight=False, markup=False)
    with tempfile.TemporaryDirectory() as name:
        assignment = Course(ROOT, Path(name)).assignment(NAME)
        console.print(f"| | {words.few} submissions | {words.many} submissions | command |\n|---|---:|---:|---|")
        for row in size(assignment, words.few, words.many):
            console.print(f"| {' | '.join(row)} |")
        console.print(f"\n| who runs | submissions a second, of {words.few} | command |\n|---|---:|---|")
        for line in throughput(assignment, words.few):
            console.print(f"| {' | '.join(line)} |")
    console.print(f"\nAll of it by `{COMMAND} --few {words.few} --many {words.many}`.")


if __name__ == "__main__":
    main()
