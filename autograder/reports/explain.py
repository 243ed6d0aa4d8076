"""Why a student has the points that they have: item by item, criterion by criterion, in the command line."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from autograder.course import CourseError
from autograder.gradebook.regrades import Regrade
from autograder.gradebook.results import ClassResults, ItemResult, StudentResult

__all__ = ["compared", "explanation"]

COLOURS = {"passed": "green", "failed": "red", "not reached": "yellow"}


def explanation(results: ClassResults, student: str, item: str = "") -> Iterator[RenderableType]:
    """What happened to a submission, and each criterion of its items, or of ``item`` alone.

    Raises:
        CourseError: if the class has no such student, or the student no such item.
    """
    found = next((each for each in results.students if each.student == student), None)
    if found is None:
        raise CourseError(f"There is no student `{student}` in the grades of {results.assignment}.")
    items = [each for each in found.items if item in ("", each.name)]
    if item and not items:
        known = ", ".join(each.name for each in results.items)
        raise CourseError(f"{results.assignment} has no item `{item}` for {student} (there are: {known}).")
    return _explain(found, items)


def _explain(student: StudentResult, items: list[ItemResult]) -> Iterator[RenderableType]:
    late = f", {student.late_penalty:g} of them taken off for lateness" * bool(student.late_penalty)
    yield Text(f"{student.student}: {student.status}, {student.points:g} of {student.max_points:g} points{late}.")
    for sentence in filter(None, [student.reason, *student.attention, *student.events]):
        yield Text(f"- {sentence}")
    for each in items:
        yield _criteria(each)


def _criteria(item: ItemResult) -> Table:
    """One item: what each criterion saw, and where to look."""
    points = "waits to be graded by hand" if item.points is None else f"{item.points:g} of {item.max_points:g} points"
    table = Table(title=Text(f"{item.name}: {points}"), title_justify="left", show_edge=False)
    for heading in ("criterion", "points", "outcome", "what was seen", "where to look"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "points" else "left")
    for each in item.criteria:
        outcome = Text(each.outcome, style=COLOURS[each.outcome])
        points = f"{each.points:g} / {each.max_points:g}"
        table.add_row(Text(each.criterion), points, outcome, Text(each.rationale), Text(each.hint))
    if item.comment:
        table.caption = Text(item.comment)
    return table


def compared(entry: Regrade) -> Table:
    """Every item's points before and after grading again."""
    moved = ", ".join(change.item for change in entry.moved) or "nothing"
    table = Table(title=Text(f"{entry.student}, graded again: {moved} moved"), title_justify="left")
    for heading in ("item", "points before", "points now"):
        table.add_column(heading, justify="left" if heading == "item" else "right")
    for change in entry.changes:
        before, after = ("by hand" if points is None else f"{points:g}" for points in (change.before, change.after))
        style = "bold" if change in entry.moved or change.item == entry.item else ""
        table.add_row(Text(change.item), before, after, style=style)
    return table
