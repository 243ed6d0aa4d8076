"""The roster of a course, and who is meant by the names and numbers under which a platform knows somebody."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course import Course, CourseError
from autograder.files import write_atomically
from autograder.platforms.sheets import read_sheet

__all__ = ["Person", "Roster", "as_folder", "enrol", "load_roster", "plain_name", "read_roster", "save_roster"]


@dataclass(frozen=True)
class Person:
    """Somebody who is enrolled. ``id`` names the folder of submissions; ``number`` is what the platform counts by."""

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    section: str = ""
    login: str = ""
    number: str = ""

    @property
    def keys(self) -> set[str]:
        """What names this person and nobody else, as `folded` writes it."""
        address = self.email.partition("@")[0]
        return {folded(key) for key in (self.id, self.login, self.number, self.email, address) if key}

    @property
    def names(self) -> set[str]:
        """The person's name in the orders and spellings that platforms use."""
        return {
            plain_name(f"{self.first_name} {self.last_name}"),
            plain_name(f"{self.last_name} {self.first_name}"),
        } - {""}


def folded(text: str) -> str:
    """``text`` without what a platform or a file system may change: case, composed letters, spaces around it."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def plain_name(name: str) -> str:
    """The letters and digits of a name, without accents, as Canvas puts them into names of files."""
    split = unicodedata.normalize("NFKD", name.replace("ß", "ss")).casefold()
    return "".join(character for character in split if character.isalnum())


def as_folder(name: str) -> str:
    """``name`` as the name of a folder: its words with hyphens between them, never hidden, never empty."""
    words = re.findall(r"[\w.@+]+", unicodedata.normalize("NFC", name))
    return "-".join(words).strip(".-")[:100] or "nobody"


class Roster:
    """Those who are enrolled, found by whatever a platform calls them."""

    def __init__(self, people: Iterable[Person]) -> None:
        """``people`` have ids that differ."""
        self.people = {person.id: person for person in people}
        self._by_key = self._index({person.id: person.keys for person in self.people.values()})
        self._by_name = self._index({person.id: person.names for person in self.people.values()})

    @staticmethod
    def _index(known: dict[str, set[str]]) -> dict[str, set[str]]:
        index: dict[str, set[str]] = {}
        for id, words in known.items():
            for word in words:
                index.setdefault(word, set()).add(id)
        return index

    def find(self, keys: Iterable[str], name: str = "") -> Person | None:
        """The one person whom one of ``keys`` (the most telling first) or else ``name`` means, if it is one."""
        for key in keys:
            if len(found := self._by_key.get(folded(key), set())) == 1:
                return self.people[next(iter(found))]
        found = self._by_name.get(plain_name(name), set())
        return self.people[next(iter(found))] if len(found) == 1 else None


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


def read_roster(content: bytes, where: str) -> list[Person]:
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
    people: dict[str, Person] = {}
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


def _person(row: list[str], columns: dict[str, int | None], whole: int | None) -> Person | None:
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
    return Person(**{**held, "id": as_folder(told)})


def _place(course: Course) -> Path:
    return course.output / "roster.csv"


def save_roster(course: Course, people: Iterable[Person]) -> Path:
    """Keep the roster, for `load_roster`; return where."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(field.name for field in fields(Person))
    rows.writerows(astuple(person) for person in people)
    write_atomically(_place(course), table.getvalue())
    return _place(course)


def load_roster(course: Course) -> Roster | None:
    """The roster that was saved, if one was."""
    path = _place(course)
    return Roster(read_roster(path.read_bytes(), str(path))) if path.exists() else None


def enrol(gradebook: Gradebook, people: Iterable[Person]) -> None:
    """Tell the gradebook who is enrolled."""
    for person in people:
        gradebook.update_or_create_student(
            person.id,
            first_name=person.first_name or None,
            last_name=person.last_name or None,
            email=person.email or None,
            lms_user_id=person.number or None,
        )
