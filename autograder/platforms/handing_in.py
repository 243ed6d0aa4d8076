"""Take each student's newest attempt from a platform's archive to where submissions lie, and say what became of it.

Nothing is lost: what lay there before and is replaced goes to ``replaced/``, and a newer submission stays.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath

from autograder.course import Assignment, CourseError
from autograder.gradebook.roster import Roster, as_folder
from autograder.intake.reading import Unreadable, read_regular
from autograder.intake.timestamps import Unclear, read_moment
from autograder.platforms.archives import Archive
from autograder.platforms.layouts import Owner, Piece, recognise

__all__ = ["Came", "Handed", "Imported", "import_archive", "set_aside"]

TIMESTAMP = "timestamp.txt"
MAX_FILES = 200
"""Files of one attempt that are taken."""
MAX_ALL = 2**29  # bytes of all of them


class Came(StrEnum):
    """What became of a student's files."""

    NEW = "new"
    REPLACED = "replaces an earlier one"
    SAME = "the same as before"
    OLDER = "older than what is there, which stays"
    UNREADABLE = "could not be read"


@dataclass(frozen=True)
class Handed:
    """One student's submission: its files, when it was handed in if known, and what became of it."""

    student: str
    came: Came
    files: tuple[str, ...]
    when: datetime | None = None
    late: bool = False
    known: bool = True
    why: str = ""


@dataclass(frozen=True)
class Imported:
    """What an archive held. ``absent`` are those on the roster of whom there is nothing; ``left_out`` are odd names."""

    layout: str
    handed: tuple[Handed, ...]
    absent: tuple[str, ...] = ()
    left_out: tuple[str, ...] = field(default=())


def import_archive(assignment: Assignment, path: Path, roster: Roster | None) -> Imported:
    """Take the newest attempt of each student out of the archive or folder at ``path``.

    Raises:
        CourseError: if it is no archive, or nobody's files are in it.
    """
    if not path.exists():
        raise CourseError(f"There is no {path}: give the archive that the platform lets you download.")
    with Archive(path) as archive:
        layout, pieces = recognise(archive.entries, assignment.name)
        if not pieces:
            raise CourseError(
                f"{path} holds nobody's submissions: give the download of Moodle, Canvas, Blackboard or "
                "Gradescope, or a folder, a zip or a notebook for each student."
            )
        attempts = _newest(pieces, roster)
        assignment.course.submitted.mkdir(parents=True, exist_ok=True)
        handed = [_hand_in(assignment, student, *attempt) for student, attempt in sorted(attempts.items())]
    absent = sorted(roster.people.keys() - attempts.keys()) if roster else []
    return Imported(layout, tuple(handed), tuple(absent), tuple(archive.left_out))


def _student(owner: Owner, roster: Roster | None) -> tuple[str, bool]:
    """The folder of who is meant, and whether that is somebody on the roster."""
    if roster and (person := roster.find(owner.keys, owner.name)):
        return person.id, True
    key = owner.keys[0] if owner.keys else ""
    return as_folder(
        f"{owner.name} {key}" if key != owner.name and key.isdigit() else owner.name or key
    ), roster is None


def _newest(pieces: Sequence[Piece], roster: Roster | None) -> dict[str, tuple[list[Piece], bool]]:
    """By student the files of the newest attempt, and whether the roster has them."""
    students: dict[str, tuple[list[Piece], bool]] = {}
    for piece in pieces:
        student, known = _student(piece.owner, roster)
        students.setdefault(student, ([], known))[0].append(piece)
    return {student: (_last_attempt(files), known) for student, (files, known) in students.items()}


def _last_attempt(pieces: Sequence[Piece]) -> list[Piece]:
    """The files of the newest attempt. Canvas counts files and not attempts: there the newest of each name is kept."""
    if all(piece.when for piece in pieces):
        newest = max(piece.attempt for piece in pieces)
        return [piece for piece in pieces if piece.attempt == newest]
    by_file: dict[PurePosixPath, Piece] = {}
    for piece in sorted(pieces, key=lambda piece: piece.attempt):
        by_file[piece.file] = piece
    return list(by_file.values())


def _hand_in(assignment: Assignment, student: str, pieces: list[Piece], known: bool) -> Handed:
    """Put one attempt in its place."""
    when, late = pieces[0].when, any(piece.late for piece in pieces)
    names = tuple(str(piece.file) for piece in pieces)
    place = assignment.course.submitted / student / assignment.name

    def told(came: Came, why: str = "") -> Handed:
        return Handed(student, came, names, when, late, known, why)

    if len(pieces) > MAX_FILES:
        return told(Came.UNREADABLE, f"It has more than {MAX_FILES} files.")
    with tempfile.TemporaryDirectory(dir=assignment.course.submitted, prefix=".import.") as folder:
        draft = Path(folder) / assignment.name
        try:
            _unpack(pieces, draft, assignment.name)
            place.parent.mkdir(exist_ok=True)
        except (Unreadable, OSError) as error:
            return told(Came.UNREADABLE, f"{error}.")
        if when:
            _write(draft / TIMESTAMP, when.isoformat().encode())
        if not place.exists():
            draft.rename(place)
            return told(Came.NEW)
        if _holds(draft) == _holds(place):
            return told(Came.SAME)
        if when and (before := _when(place)) and before > when:
            return told(Came.OLDER)
        set_aside(assignment, student, place)
        draft.rename(place)
        return told(Came.REPLACED)


def _unpack(pieces: list[Piece], folder: Path, name: str) -> None:
    """Put the files of one attempt into ``folder``; raises Unreadable or OSError if one of them does not go there."""
    left = MAX_ALL
    for piece in pieces:
        try:
            content = piece.entry.read()
            left -= len(content)
            if left < 0:
                raise Unreadable(f"with it the files hold more than {MAX_ALL // 2**20} MB")
            _write(folder / _inside(piece.file, name), content)
        except (Unreadable, OSError) as error:
            raise Unreadable(f"`{piece.file}`: {error}") from error


def _inside(file: PurePosixPath, name: str) -> PurePosixPath:
    """Where the file goes below the assignment's folder; of nbgrader's own layout the folder is there already."""
    return PurePosixPath(*file.parts[1:]) if len(file.parts) > 1 and file.parts[0] == name else file


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _holds(folder: Path) -> dict[str, bytes]:
    """The content of every file below ``folder``, as hashes by name."""
    held = {}
    for parent, _, files in os.walk(folder):
        for name in files:
            path = Path(parent) / name
            try:
                held[str(path.relative_to(folder))] = hashlib.sha256(read_regular(path)).digest()
            except (Unreadable, OSError):
                held[str(path.relative_to(folder))] = b""
    return held


def _when(folder: Path) -> datetime | None:
    """When the submission in ``folder`` was handed in, if that is known."""
    try:
        return read_moment(read_regular(folder / TIMESTAMP, 1000)).replace(tzinfo=UTC)
    except (Unclear, Unreadable, OSError):
        return None


def set_aside(assignment: Assignment, student: str, place: Path) -> None:
    """Move what lies at ``place`` out of the way, and keep it."""
    now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    kept = assignment.course.output / "replaced" / student / f"{assignment.name}-{now}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(place, kept)
