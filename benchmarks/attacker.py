"""What a machine that has understood nothing earns in every lesson, with many sets of secret numbers.

    python -m benchmarks.attacker [ID…] [--secrets 2] [--test TEST]

Every `atelier build` does the same with one set. Chance earns a criterion with some sets and not with others, so a
lesson is trusted once several secrets have been tried, with all sets of each. The solution is asked them, too, and must
earn all. It fails on points that are had for nothing, unless each is excused with its reason in
`exercises/ID/unanchored.toml`, and on rationales that tell of secret numbers.
"""

from __future__ import annotations

import io
import time
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.authoring.attacker import Earned, attack, oracles, stand_ins, unanchored
from autograder.course import VARIANTS, Assignment, Course
from autograder.files import write_atomically
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool
from benchmarks.fairness import with_secret

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Loot:
    """What was earned for nothing in one lesson, by criterion and once for each set; and what feedback told."""

    sets: int
    seconds: float = 0.0
    earned: dict[str, list[Earned]] = field(default_factory=lambda: defaultdict(list))
    told: list[str] = field(default_factory=list)


def attacked(assignment: Assignment, secrets: int, tests: list[str], kernels: kernel_pool.KernelPool) -> Loot:
    """Attack every criterion with every set of so many secrets."""
    loot, began = Loot(secrets * VARIANTS), time.monotonic()
    for number in range(secrets):
        own = with_secret(assignment, number)
        judges = [Judge(own, each) for each in references(own, partial(kernel_pool.run_solution, kernels, own))]
        loot.told += oracles(judges)
        for variant, judge in enumerate(judges):
            for each in attack(judge, stand_ins(own, kernels, tests, variant), tests):
                loot.earned[each.name].append(each)
    loot.seconds = time.monotonic() - began
    return loot


def page(assignment: Assignment, loot: Loot) -> tuple[Table, bool]:
    """One line for each criterion that was earned, and whether that is excused."""
    excused = unanchored(assignment)
    points, of = sum(each[0].points for each in loot.earned.values()), sum(assignment.tests.values())
    title = f"{assignment.name}: {points:g} of {of:g} points for nothing, {loot.sets} sets, {loot.seconds:.0f} s"
    table = Table(title=title)
    for column in ("criterion", "points", "with sets", "excused", "earned with"):
        table.add_column(column, overflow="fold")
    for name, each in sorted(loot.earned.items()):
        ways = ", ".join(dict.fromkeys(one.attack for one in each))
        table.add_row(name, f"{each[0].points:g}", str(len(each)), excused.get(name, ""), ways)
    return table, loot.earned.keys() <= excused.keys() and not loot.told


def main(
    names: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Lessons; by default all.")] = None,
    test: Annotated[list[str] | None, typer.Option(help="Attack these tests only.")] = None,
    secrets: Annotated[int, typer.Option(min=1, help=f"Each has {VARIANTS} sets of numbers.")] = 1,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to write the tables, too.")] = None,
) -> None:
    """Attack every criterion of every lesson, and print what was earned."""
    course, kernels = Course(ROOT), kernel_pool.KernelPool()
    console, written = Console(width=160), Console(width=120, file=io.StringIO())
    sound = []
    for name in names or course.assignments():
        assignment = course.assignment(name)
        loot = attacked(assignment, secrets, test or [], kernels)
        table, well = page(assignment, loot)
        for each in (console, written):
            each.print(table, *loot.told, sep="\n")
        sound.append(well)
    if output:
        assert isinstance(written.file, io.StringIO)
        tests = (f"--test {each}" for each in test or [])
        command = " ".join(["python -m benchmarks.attacker", *(names or []), *tests, f"--secrets {secrets}"])
        text = f"# What is earned for nothing\n\nMeasured by `{command}`.\n\n```\n{written.file.getvalue()}```\n"
        write_atomically(output, text)
    raise typer.Exit(not all(sound))


if __name__ == "__main__":
    typer.run(main)
