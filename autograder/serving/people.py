"""Who somebody is: the roster gives each student a secret link, and the instructor has one, too.

A link's token follows from the course's secret, from whose it is, and from how often it was made anew; so nothing but
those numbers is kept (``serving/links.json``), and whoever reads them can sign in as nobody. This is the one place that
knows where an identity comes from: `Identities` could as well ask JupyterHub or a learning platform.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from autograder.course import Course, CourseError
from autograder.files import write_atomically
from autograder.gradebook.roster import Enrolled, as_folder, load_roster

__all__ = ["Identities", "Person", "Role", "key_for"]

log = logging.getLogger(__name__)


class Role(StrEnum):
    """What somebody may do."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Person:
    """Somebody who may sign in. ``generation`` counts how often the link was made anew; ``name`` is shown."""

    role: Role
    id: str
    name: str
    generation: int
    email: str = ""

    @property
    def is_instructor(self) -> bool:
        """Whether this is somebody who teaches."""
        return self.role is Role.INSTRUCTOR


def key_for(course: Course, purpose: str) -> bytes:
    """A key of its own for each purpose; none gives away the secret from which the hidden tests' seeds come."""
    return hmac.digest(course.secret, f"atelier serve: {purpose}".encode(), "sha256")


class Identities:
    """Who may sign in, read anew whenever the roster or the links have changed."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._key = key_for(course, "links")
        self._lock = threading.Lock()
        self._seen: object = None
        self._people: dict[tuple[Role, str], Person] = {}
        self._by_token: dict[bytes, Person] = {}

    @property
    def _links(self) -> Path:
        return self.course.output / "serving" / "links.json"

    def _generations(self) -> dict[str, int]:
        try:
            return {str(name): int(number) for name, number in json.loads(self._links.read_text()).items()}
        except FileNotFoundError:
            return {}
        except (ValueError, AttributeError, TypeError) as error:
            raise CourseError(
                f"{self._links} is damaged: restore it from a backup. Without it, links that were taken back hold "
                "again."
            ) from error

    def _place(self, role: Role, id: str) -> str:
        """Under which a count is kept: no name, so that it may stay when somebody is forgotten."""
        return hmac.digest(self._key, f"{role}:{id}".encode(), "sha256").hex()[:32]

    def _refresh(self) -> None:
        seen = [
            (found.st_mtime_ns, found.st_size, found.st_ino) if (found := _stat(path)) else None
            for path in (self.course.output / "roster.csv", self._links)
        ]
        with self._lock:
            if seen != self._seen:
                self._people = {(person.role, person.id): person for person in self._read()}
                self._by_token = {_digest(self.token(person)): person for person in self._people.values()}
                self._seen = seen

    def _read(self) -> Iterator[Person]:
        generations = self._generations()
        yield Person(Role.INSTRUCTOR, "", "Instructor", generations.get(self._place(Role.INSTRUCTOR, ""), 0))
        roster = load_roster(self.course)
        for enrolled in roster.people.values() if roster else ():
            if enrolled.id != as_folder(enrolled.id):
                log.error("%r on the roster is no name for a folder: `atelier roster` makes it one.", enrolled.id)
                continue
            generation = generations.get(self._place(Role.STUDENT, enrolled.id), 0)
            yield Person(Role.STUDENT, enrolled.id, _name(enrolled), generation, enrolled.email)

    def token(self, person: Person) -> str:
        """The secret part of somebody's link: 256 bits."""
        whose = json.dumps([person.role, person.id, person.generation]).encode()
        return base64.urlsafe_b64encode(hmac.digest(self._key, whose, "sha256")).decode().rstrip("=")

    def everybody(self) -> list[Person]:
        """All who may sign in, the instructor first."""
        self._refresh()
        return list(self._people.values())

    def of_token(self, token: str) -> Person | None:
        """Whose link has this token. How long it takes tells nothing of those that are right."""
        self._refresh()
        return self._by_token.get(_digest(token))

    def known(self, role: str, id: str, generation: int) -> Person | None:
        """Who that is, if the link with which they signed in has not been taken back since."""
        self._refresh()
        if role not in list(Role):
            return None
        person = self._people.get((Role(role), id))
        return person if person and person.generation == generation else None

    def renew(self, role: Role, id: str = "") -> Person:
        """Take somebody's link back, and all that was signed in with it, and give another.

        Raises:
            CourseError: if there is nobody of that name.
        """
        self._refresh()
        if (role, id) not in self._people:
            raise CourseError(f"`{id}` is not on the roster: nobody has such a link.")
        generations = self._generations()
        place = self._place(role, id)
        generations[place] = generations.get(place, 0) + 1
        self._links.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._links, json.dumps(generations, indent=1, ensure_ascii=False) + "\n")
        self._refresh()
        return self._people[role, id]


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _name(enrolled: Enrolled) -> str:
    return f"{enrolled.first_name} {enrolled.last_name}".strip() or enrolled.id
