"""Grades for a learning platform: its own downloaded file with the scores filled in and all else as it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from autograder.course import CourseError
from autograder.gradebook.results import ClassResults, Status, StudentResult
from autograder.gradebook.roster import Enrolled, Roster, folded
from autograder.gradebook.tables import as_text
from autograder.platforms.sheets import Cell, Sheet

__all__ = ["Filled", "Platform", "fill", "table"]


class Platform(StrEnum):
    """Platforms whose files are known."""

    CANVAS = "canvas"
    MOODLE = "moodle"
    BLACKBOARD = "blackboard"


@dataclass(frozen=True)
class Filled:
    """The table with the scores; who was not found in it, whose score still waits, and what else should be known."""

    sheet: Sheet
    count: int
    strangers: tuple[str, ...]
    waiting: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def shown(points: float) -> str:
    """Points as platforms read them."""
    return f"{points:.4f}".rstrip("0").rstrip(".")


MOODLE_GRADE = ("grade", "bewertung", "calificación", "note", "valutazione", "nota", "beoordeling", "ocena")
MOODLE_MOST = ("maximum grade", "bestwertung")


def fill(sheet: Sheet, platform: Platform, results: ClassResults, roster: Roster | None, column: str = "") -> Filled:
    """Write every graded student's score into the row of the table that is theirs, in the assignment's column.

    Rows of students who handed nothing in, or are not graded yet, stay as they are.

    Raises:
        CourseError: if the column cannot be found.
    """
    if not sheet.rows:
        raise CourseError("The table is empty: download it from the platform once more.")
    header = [cell.text.strip() for cell in sheet.rows[0]]
    index = _column(header, platform, results, column)
    owners = _owners(sheet, results, roster)
    comma = platform is Platform.MOODLE and any("," in text for text in _column_of(sheet, header, MOODLE_MOST))
    new = {}
    for row, student in owners.items():
        if student.has_come and index < len(sheet.rows[row]):
            text = shown(student.score)
            new[row, index] = text.replace(".", ",") if comma else text
    there = {student.student for student in owners.values()}
    came = [student for student in results.students if student.has_come]
    return Filled(
        sheet.with_texts(new),
        len(new),
        tuple(student.student for student in came if student.student not in there),
        tuple(student.student for student in came if student.waiting),
        tuple(_remarks(sheet, header, index, platform, results)),
    )


def _column(header: list[str], platform: Platform, results: ClassResults, column: str) -> int:
    """Where the assignment's points stand: by the name that was given, else by the assignment's own."""
    wanted = {folded(column)} if column else {folded(results.assignment), folded(results.title)}
    plain = [folded(_without_marks(name, platform)) for name in header]
    found = [index for index, name in enumerate(plain) if name in wanted or (column and header[index] == column)]
    if platform is Platform.MOODLE and not column:
        found = [index for index, name in enumerate(plain) if name in MOODLE_GRADE]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f"`{name}`" for name in header)
    what = "more than one column" if found else "no column"
    raise CourseError(
        f"The table has {what} for {results.assignment}: name it with `--column`. Its columns are {listed}."
    )


def _without_marks(name: str, platform: Platform) -> str:
    """A column's name without the number and the points that the platform has added."""
    if platform is Platform.CANVAS:
        return re.sub(r"\s*\(\d+\)$", "", name)
    if platform is Platform.BLACKBOARD:
        return re.sub(r"\s*\[[^\[\]]*\]\s*\|\d+$", "", name)
    return name


def _owners(sheet: Sheet, results: ClassResults, roster: Roster | None) -> dict[int, StudentResult]:
    """By row the student whose it is, known by any of its cells, else by a name in the first of them."""
    students = {student.student: student for student in results.students}
    enrolled = roster.people if roster else {}
    everyone = Roster([*enrolled.values(), *(_stranger(name) for name in students if name not in enrolled)])
    owners = {}
    for row, cells in enumerate(sheet.rows[1:], 1):
        found = [*(everyone.find([key]) for key in _keys(cells)), *(everyone.find([], name) for name in _names(cells))]
        person = next(filter(None, found), None)
        if person is not None and person.id in students:
            owners[row] = students[person.id]
    return owners


def _stranger(folder: str) -> Enrolled:
    """Who is on no roster: the folder is named after them, and ends with their number if the platform told one."""
    number = re.search(r"-(\d+)$", folder)
    return Enrolled(
        folder, last_name=folder.removesuffix(number[0]) if number else folder, number=number[1] if number else ""
    )


def _keys(cells: Iterable[Cell]) -> Iterable[str]:
    """What may be a number or a login: every cell, and the digits at the end of one (`Participant 12345`)."""
    for cell in cells:
        text = cell.text.strip()
        if text and not re.fullmatch(r"\d{1,3}(?:[.,]\d+)?", text):  # that is a grade
            yield text
            if number := re.fullmatch(r"[^\W\d]+[^\d]*?(\d{4,})", text):
                yield number[1]


def _names(cells: list[Cell]) -> Iterable[str]:
    """What may be a name: the first cells, and two of them together."""
    texts = [cell.text.strip() for cell in cells[:4]]
    yield from (text for text in texts if re.search(r"[^\W\d]", text))
    yield from (f"{first} {second}" for first, second in pairwise(texts) if first and second)


def _column_of(sheet: Sheet, header: list[str], names: tuple[str, ...]) -> list[str]:
    index = next((index for index, name in enumerate(header) if folded(name) in names), None)
    return [] if index is None else [row[index].text for row in sheet.rows[1:] if index < len(row)]


def _remarks(sheet: Sheet, header: list[str], index: int, platform: Platform, results: ClassResults) -> Iterable[str]:
    """That the platform counts to another number of points, if it says to which."""
    told = ""
    if platform is Platform.CANVAS:
        rows = [row for row in sheet.rows[1:4] if row[0].text.strip().casefold().startswith("points possible")]
        told = rows[0][index].text if rows and index < len(rows[0]) else ""
    elif platform is Platform.BLACKBOARD:
        told = found[1] if (found := re.search(r"\[Total Pts: (?:up to )?([\d.,]+)", header[index])) else ""
    else:
        told = next(iter(_column_of(sheet, header, MOODLE_MOST)), "")
    try:
        most = float(told.replace(",", "."))
    except ValueError:
        return
    if most != results.max_points:
        yield f"The platform counts to {most:g} points, Atelier to {results.max_points:g}: nothing was scaled."


def table(results: ClassResults, roster: Roster | None, *, items: bool) -> str:
    """The class as a table of its own: a row for each student; with ``items`` a column for each test and question."""
    rows = io.StringIO()
    out = csv.writer(rows, lineterminator="\n")
    names = [item.name for item in results.items] if items else []
    out.writerow(
        ["student_id", "last_name", "first_name", "section", "status", *names, "late_penalty", "score", "max_score"]
    )
    for student in results.students:
        person = roster.people.get(student.student) if roster else None
        known = (person.last_name, person.first_name, person.section) if person else ("", "", "")
        points = {item.name: "" if item.points is None else shown(item.points) for item in student.items}
        graded = student.status is not Status.UNGRADED
        scores = [shown(student.late_penalty), shown(student.score)] if graded else ["", ""]
        texts = [student.student, *known, student.status.value]
        out.writerow(
            [*map(as_text, texts), *(points.get(name, "") for name in names), *scores, shown(results.max_points)]
        )
    return rows.getvalue()
