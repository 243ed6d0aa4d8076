"""The roster of a course, and who is meant by the names and numbers under which somebody is known."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from autograder.course import Course, written_by_hand
from autograder.files import write_atomically

__all__ = ["Enrolled", "Roster", "as_folder", "folded", "load_roster", "plain_name", "save_roster"]


@dataclass(frozen=True)
class Enrolled:
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

    def __init__(self, people: Iterable[Enrolled]) -> None:
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

    def find(self, keys: Iterable[str], name: str = "") -> Enrolled | None:
        """The one person whom one of ``keys`` (the most telling first) or else ``name`` means, if it is one."""
        for key in keys:
            if len(found := self._by_key.get(folded(key), set())) == 1:
                return self.people[next(iter(found))]
        found = self._by_name.get(plain_name(name), set())
        return self.people[next(iter(found))] if len(found) == 1 else None


def _place(course: Course) -> Path:
    return course.output / "roster.csv"


def save_roster(course: Course, people: Iterable[Enrolled]) -> Path:
    """Keep the roster, for `load_roster`; return where."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(field.name for field in fields(Enrolled))
    rows.writerows(astuple(person) for person in people)
    write_atomically(_place(course), table.getvalue())
    return _place(course)


def load_roster(course: Course) -> Roster | None:
    """The roster that was saved, if one was.

    Raises:
        CourseError: if the file is damaged.
    """
    path = _place(course)
    if not path.exists():
        return None
    with written_by_hand(path), path.open(encoding="utf-8-sig", newline="") as file:
        return Roster(Enrolled(**row) for row in csv.DictReader(file))
