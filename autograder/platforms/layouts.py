"""How learning platforms lay out the archives that an instructor downloads: whose file is this, and which attempt?

Each platform is a function from the files of an archive to `Piece`s, files that it understands. Names that students
chose stand in the midst of names that the platform made, so each is read from what only the platform writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import yaml

from autograder.intake.reading import Unreadable
from autograder.intake.timestamps import Unclear, read_moment
from autograder.platforms.archives import Entry

__all__ = ["LAYOUTS", "Owner", "Piece", "recognise"]


@dataclass(frozen=True)
class Owner:
    """Whom the platform names: by ``keys`` (numbers, logins), the most reliable first, by a name, or by both."""

    keys: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Piece:
    """One file of one attempt of one owner. Of several attempts the one with the largest ``attempt`` is the newest.

    ``file`` is what the student called it, ``when`` when the attempt was handed in, if the platform says so.
    """

    owner: Owner
    file: PurePosixPath
    entry: Entry
    attempt: tuple[Any, ...] = ()
    when: datetime | None = None
    late: bool = False


Layout = Callable[[Sequence[Entry]], Iterator[Piece]]

MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_file(?:_(?P<file>.*))?")


def moodle(entries: Sequence[Entry]) -> Iterator[Piece]:
    """``Ana García_12345_assignsubmission_file_/gan.ipynb``, or all in one name when folders are switched off."""
    for entry in entries:
        first, *rest = entry.path.parts
        if (found := MOODLE.fullmatch(first)) and (file := "/".join(filter(None, [found["file"], *rest]))):
            yield Piece(Owner((found["number"],), found["name"]), PurePosixPath(file), entry)


CANVAS = re.compile(r"(?P<name>[^_/]+)_(?P<late>LATE_)?(?P<number>\d+)_(?P<attempt>\d+)_(?P<file>.+)")


def canvas(entries: Sequence[Entry]) -> Iterator[Piece]:
    """``garciaana_LATE_12345_987654_gan-1.ipynb``: name, the user's number, the attachment's, the file."""
    for entry in entries:
        if len(entry.path.parts) == 1 and (found := CANVAS.fullmatch(entry.path.name)):
            owner = Owner((found["number"],), found["name"])
            late = bool(found["late"])
            yield Piece(owner, PurePosixPath(found["file"]), entry, (int(found["attempt"]),), late=late)


BLACKBOARD = re.compile(r"(?P<who>.+?)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)")


def blackboard(entries: Sequence[Entry]) -> Iterator[Piece]:
    """``gan_ana.garcia_attempt_2026-11-30-09-15-00_gan.ipynb``; the platform's own ``….txt`` beside it is no file.

    The first moment in a name is the platform's: what stands behind it is the student's.
    """
    for entry in entries:
        if len(entry.path.parts) == 1 and (found := BLACKBOARD.fullmatch(entry.path.name)) and found["file"]:
            when = datetime.strptime(found["when"], "%Y-%m-%d-%H-%M-%S").astimezone()
            words = found["who"].split("_")  # a login may hold the separator, too
            keys = tuple("_".join(words[start:]) for start in [len(words) - 1, *range(1, len(words) - 1)])
            yield Piece(Owner(keys), PurePosixPath(found["file"]), entry, (when,), when)


METADATA = "submission_metadata.yml"
MAX_METADATA = 16 * 2**20


def gradescope(entries: Sequence[Entry]) -> Iterator[Piece]:
    """``submission_123/gan.ipynb``, and who handed in when in `METADATA`, whose keys begin with a colon.

    In a folder a file of that name is a student's, who may not say who somebody is.
    """
    known = next((_metadata(entry) for entry in entries if entry.path.parts == (METADATA,)), {})
    for entry in entries:
        told = known.get(entry.path.parts[0])
        if not isinstance(told, dict) or len(entry.path.parts) < 2:
            continue
        when = _moment(told.get(":created_at"))
        submitters = told.get(":submitters")
        for each in submitters if isinstance(submitters, list) else ():  # a group's work is that of each member
            if isinstance(each, dict):
                keys = tuple(str(each[key]) for key in (":sid", ":email") if each.get(key))
                owner = Owner(keys, str(each.get(":name") or ""))
                attempt = (when.timestamp() if when else 0.0,)
                yield Piece(owner, PurePosixPath(*entry.path.parts[1:]), entry, attempt, when)


def _metadata(entry: Entry) -> dict[str, Any]:
    try:
        content = entry.read()
        loaded = yaml.load(content, yaml.CSafeLoader) if len(content) <= MAX_METADATA else None
    except (yaml.YAMLError, Unreadable, OSError, RecursionError, ValueError):
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _moment(told: object) -> datetime | None:
    if isinstance(told, datetime):
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    try:
        return read_moment(str(told).encode()).replace(tzinfo=UTC)
    except Unclear:
        return None


ARCHIVE_ENDINGS = (".zip", ".ipynb")


def plain(entries: Sequence[Entry]) -> Iterator[Piece]:
    """A folder, a zip or a notebook for each student, named after them; also nbgrader's ``STUDENT/gan/gan.ipynb``."""
    for entry in entries:
        first, *rest = entry.path.parts
        if rest:
            yield Piece(Owner((first,), first), PurePosixPath(*rest), entry)
        elif entry.path.suffix.casefold() in ARCHIVE_ENDINGS:
            yield Piece(Owner((entry.path.stem,), entry.path.stem), entry.path, entry)


LAYOUTS: dict[str, Layout] = {
    "Gradescope": gradescope,
    "Moodle": moodle,
    "Blackboard": blackboard,
    "Canvas": canvas,
    "folders": plain,
}
"""By name, those first whose marks can hardly stand in an archive of another."""


def recognise(entries: Sequence[Entry], assignment: str) -> tuple[str, list[Piece]]:
    """The layout that understands the most of these files, and the pieces that it finds.

    A folder around all of them is left out, but for that of an only student, which holds one of the ``assignment``.
    """
    entries = _without_wrapping(entries, assignment)
    found = {name: list(layout(entries)) for name, layout in LAYOUTS.items()}
    names = [name for name in found if name != "folders" and 2 * _files(found[name]) > _files(found["folders"])]
    best = max(names, key=lambda name: _files(found[name]), default="folders")
    return best, found[best]


def _files(pieces: Iterable[Piece]) -> int:
    return len({piece.entry.path for piece in pieces})


def _without_wrapping(entries: Sequence[Entry], assignment: str) -> list[Entry]:
    """The same files without the folders that hold all of them."""
    entries = list(entries)
    while entries and _is_wrapping(entries, assignment):
        entries = [Entry(PurePosixPath(*entry.path.parts[1:]), entry.read) for entry in entries]
    return entries


def _is_wrapping(entries: Sequence[Entry], assignment: str) -> bool:
    """Whether all files lie in one folder, and that is not a student's."""
    if len({entry.path.parts[0] for entry in entries}) != 1 or MOODLE.fullmatch(entries[0].path.parts[0]):
        return False
    inner = [entry.path.parts[1:] for entry in entries]
    if any(not parts for parts in inner) or {parts[0] for parts in inner} == {assignment}:
        return False
    of_platform = (MOODLE, CANVAS, BLACKBOARD, re.compile(re.escape(METADATA)))
    if any(pattern.fullmatch(parts[0]) for pattern in of_platform for parts in inner):
        return True
    # A student's only folder is like a wrapping of files that are named after students; several are no one's.
    return any(len(parts) > 1 for parts in inner) or len(inner) > 1
