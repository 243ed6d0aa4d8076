"""Who is enrolled, as platforms write it."""

from __future__ import annotations

from collections.abc import Iterable

from nbgrader.api import Gradebook

from autograder.course import CourseError
from autograder.gradebook.roster import Enrolled, as_folder, folded
from autograder.platforms.sheets import read_sheet

__all__ = ["enrol", "read_roster"]


COLUMNS = {
    "id": ("id", "student id", "student_id", "sid", "sis user id", "id number", "matriculation number", "username"),
    "last_name": ("last name", "surname", "last_name", "family name", "nachname"),
    "first_name": ("first name", "first_name", "given name", "forename", "vorname"),
    "email": ("email", "email address", "e-mail", "e-mail address", "e-mail-adresse", "mail"),
    "section": ("section", "sections", "group", "groups", "gruppen", "child course id"),
    "login": ("login", "sis login id", "login id", "username", "user name", "anmeldename"),
    "number": ("number", "id", "lms id", "lms_user_id", "user id"),
}
"""What platforms call the columns, in lower case, the most telling first."""

WHOLE_NAME = ("student", "name", "full name", "fullname", "student name", "vollständiger name")


def read_roster(content: bytes, where: str) -> list[Enrolled]:
    """The people in a roster, or in the list of participants or grades of a platform.

    Raises:
        CourseError: if it names nobody, or two by the same id.
    """
    rows = [[cell.text.strip() for cell in row] for row in read_sheet(content, where).rows]
    header = [folded(cell) for cell in rows[0]] if rows else []
    columns = {field: _column(header, names) for field, names in COLUMNS.items()}
    whole = _column(header, WHOLE_NAME)
    if "sis user id" in header:  # Canvas, whose own number is called ID
        columns |= {"id": header.index("sis user id"), "number": _column(header, ("id",))}
    elif columns["number"] == columns["id"]:
        columns["number"] = None
    people: dict[str, Enrolled] = {}
    for number, row in enumerate(rows[1:], 2):
        person = _person(row, columns, whole)
        if person is None:
            continue
        if person.id in people:
            raise CourseError(f"{where}, row {number}: `{person.id}` stands there twice. Give each student one row.")
        people[person.id] = person
    if not people:
        raise CourseError(
            f"{where} names no students: it needs a first row with the names of its columns, one of them `id`, "
            "`username`, `SIS User ID`, `ID number` or `email`, and a row for each student."
        )
    return list(people.values())


def _column(header: list[str], names: Iterable[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _person(row: list[str], columns: dict[str, int | None], whole: int | None) -> Enrolled | None:
    """The person in one row; None if it holds none, as Canvas's row of possible points."""
    held = {field: row[index] if index is not None and index < len(row) else "" for field, index in columns.items()}
    name = row[whole] if whole is not None and whole < len(row) else ""
    if name.casefold().startswith(("points possible", "student, test")) or not any(row):
        return None
    if name and not held["last_name"]:
        last, comma, first = name.partition(",")
        held["last_name"], held["first_name"] = (
            (last, first) if comma else (name.rpartition(" ")[2], name.rpartition(" ")[0])
        )
    told = held["id"] or held["login"] or held["email"] or held["number"]
    if not told:
        return None
    held = {field: text.strip() for field, text in held.items()}
    return Enrolled(**{**held, "id": as_folder(told)})


def enrol(gradebook: Gradebook, people: Iterable[Enrolled]) -> None:
    """Tell the gradebook who is enrolled."""
    for person in people:
        gradebook.update_or_create_student(
            person.id,
            first_name=person.first_name or None,
            last_name=person.last_name or None,
            email=person.email or None,
            lms_user_id=person.number or None,
        )
