"""What the command line shows of a class that is being graded: a progress bar, then the scoreboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from autograder.gradebook.results import ClassResults, Status, StudentResult
from autograder.platforms.handing_in import Imported

__all__ = ["imported_table", "moved_table", "progress_bar", "scoreboard", "summary"]

SHOWN = 2
"""Items that the scoreboard explains for each student; the feedback page explains all."""
EVENTS = 3
"""Events that it tells of each student."""

BY_HAND = "The points were changed by hand."
"""Why a test lost points of which its judge took none."""


def _why(student: StudentResult) -> str:
    """What happened to a submission, and where and why it lost points, in a line or three."""
    parts = [*filter(None, [student.reason]), *student.attention, *student.events[:EVENTS]]
    if len(student.events) > EVENTS:
        parts.append(f"And {len(student.events) - EVENTS} more events.")
    lost = [item for item in student.items if item.criteria and item.share < 1]
    if student.status is Status.GRADED:
        for item in lost[:SHOWN]:
            first = next((each.rationale for each in item.criteria if each.points < each.max_points), BY_HAND)
            parts.append(f"{item.name} {item.points:g}/{item.max_points:g}: {first}")
        if len(lost) > SHOWN:
            parts.append(f"And {len(lost) - SHOWN} more items.")
    return _printable(" ".join(parts))


def _printable(text: str) -> str:
    """``text`` without what would command a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


COLOURS = {Status.GRADED: "", Status.FAILED: "red", Status.UNGRADED: "yellow", Status.MISSING: "dim"}


def scoreboard(results: ClassResults) -> Table:
    """Every student's points, best first, and what happened to each submission."""
    table = Table(title=f"{results.assignment}: {results.title}", title_justify="left")
    table.add_column("student")
    table.add_column("points", justify="right")
    table.add_column("by hand", justify="right")
    table.add_column("what happened", overflow="fold")
    for student in sorted(results.students, key=lambda each: (-each.score, each.student)):
        waiting = len(student.waiting)
        happened = Text(_why(student))  # what students said is no markup
        colour = "bold yellow" if student.attention else COLOURS[student.status]
        points = f"{student.score:g} / {student.max_points:g}" if student.has_come else "–"
        if student.late_penalty and student.has_come:
            points += f"\n(−{student.late_penalty:g} late)"
        table.add_row(Text(student.student), points, str(waiting) if waiting else "", happened, style=colour)
    return table


def moved_table(results: ClassResults) -> Table:
    """Items that have other points than after the last grading."""
    table = Table(title="Moved since the last grading", title_justify="left")
    for heading in ("student", "item", "points before", "points now"):
        table.add_column(heading, justify="right" if "points" in heading else "left")
    for move in results.moved:
        after = "to be graded by hand" if move.after is None else f"{move.after:g}"
        table.add_row(Text(move.student), move.item, f"{move.before:g}", after)
    return table


def imported_table(imported: Imported) -> Table:
    """What became of each student's files in a platform's archive."""
    table = Table(title="Submissions", title_justify="left")
    for heading in ("student", "handed in", "files", "what became of it"):
        table.add_column(heading, overflow="fold")
    for each in imported.handed:
        when = f"{each.when.astimezone():%Y-%m-%d %H:%M}" if each.when else ""
        files = ", ".join(each.files[:3]) + (f" and {len(each.files) - 3} more" if len(each.files) > 3 else "")
        became = f"{each.came}. {each.why}".strip() if each.why else each.came
        became += "" if each.known else "; not on the roster"
        table.add_row(Text(each.student), when + " late" * each.late, Text(files), Text(became))
    return table


def summary(results: ClassResults, seconds: float) -> str:
    """The class in a sentence."""
    counts = {status: sum(student.status is status for student in results.students) for status in Status}
    waiting = sum(len(student.waiting) for student in results.students)
    review = sum(len(student.to_review) for student in results.students)
    older = f" {review} grades given by hand are for an answer that has changed since: see Formgrader's Manual Grading."
    return (
        f"{len(results.students)} students in {seconds:.0f} s: {counts[Status.GRADED]} graded, "
        f"{counts[Status.FAILED]} could not be graded, {counts[Status.MISSING]} handed nothing in"
        f"{f', {counts[Status.UNGRADED]} not graded yet' if counts[Status.UNGRADED] else ''}; "
        f"{waiting} answers wait to be graded by hand.{older if review else ''}"
    )


@contextmanager
def progress_bar(total: int, console: Console) -> Iterator[Callable[[str], None]]:
    """A progress bar over ``total`` submissions; what it yields is called with the name of each that is done."""
    started = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TextColumn("{task.fields[rate]}"), TimeRemainingColumn(), console=console) as progress:
        bar = progress.add_task("warming up", total=total, rate="")

        def listener(name: str) -> None:
            rate = f"{(progress.tasks[0].completed + 1) / (time.monotonic() - started):.1f}/s"
            progress.update(bar, advance=1, description=escape(name[:20]), rate=rate)

        yield listener
        progress.update(bar, description="done")
