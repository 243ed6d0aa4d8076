"""What a machine that has understood nothing earns in every lesson.

    python -m benchmarks.attacker [ID…] [--test TEST]

Every `atelier build` does the same. It fails on points that are had for nothing, unless each is excused with its reason
in `exercises/ID/unanchored.toml`, and on rationales that tell of secret numbers.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.authoring.attacker import attack, oracles, stand_ins, unanchored
from autograder.course import Course
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool

ROOT = Path(__file__).resolve().parent.parent


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Lessons; by default all.")] = None,
    test: Annotated[list[str] | None, typer.Option(help="Attack these tests only.")] = None,
) -> None:
    """Attack every criterion of every lesson, and print what was earned."""
    console = Console(width=200 if not sys.stdout.isatty() else None)
    course, kernels = Course(ROOT), kernel_pool.KernelPool()
    unexcused = 0
    for name in names or course.assignments():
        assignment, began = course.assignment(name), time.monotonic()
        answers = references(assignment, partial(kernel_pool.run_solution, kernels, assignment))
        judges = [Judge(assignment, each) for each in answers]
        earned = attack(judges[0], stand_ins(assignment, kernels, test or ()), test or ())
        excused = unanchored(assignment)
        told = oracles(judges)
        unexcused += sum(each.name not in excused for each in earned) + len(told)
        points, of = sum(each.points for each in earned), sum(assignment.tests.values())
        table = Table(title=f"{name}: {points:g} of {of:g} points for nothing, {time.monotonic() - began:.0f} s")
        for column in ("criterion", "points", "excused", "earned with"):
            table.add_column(column, overflow="fold")
        for each in earned:
            table.add_row(each.name, f"{each.points:g}", excused.get(each.name, ""), each.attack)
        console.print(table, *told, sep="\n")
    raise typer.Exit(bool(unexcused))


if __name__ == "__main__":
    typer.run(main)
