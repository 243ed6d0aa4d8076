"""The files in an archive or a folder that somebody else has made: looked at with bounds, and never trusted.

Nothing is unpacked to where a name says. Links, devices and names that lead elsewhere are left out and reported.
"""

from __future__ import annotations

import os
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, cast

from autograder.course import CourseError
from autograder.intake.finding import Sparing, is_junk, is_name, printable, unzipped
from autograder.intake.plain import MAX_BYTES
from autograder.intake.reading import Unreadable, read_regular

__all__ = ["Archive", "Entry"]

MAX_ENTRIES = 20_000
MAX_NAME = 1000
MAX_INDEX = 2**24  # bytes of a zip archive's table of contents: four times what so many files need
MAX_HEADER = 2**20  # bytes of what a tar archive says about one file

UNFIT = Unreadable, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, zlib.error, ValueError
"""What the libraries raise when they open something that is no archive."""

Member = tuple[str, Callable[[], bytes] | None]


@dataclass(frozen=True)
class Entry:
    """One regular file: its path in the archive, and its content.

    When it was last written is not told: platforms put other times there than that of the handing in.
    """

    path: PurePosixPath
    read: Callable[[], bytes]
    """Raises `Unreadable` with what is wrong."""


class Archive:
    """The files of a zip or tar archive or a folder; ``left_out`` says of others why they are not among them.

    Use it as a context manager; entries can be read until it ends.
    """

    def __init__(self, path: Path) -> None:
        """``path`` is opened by ``with``."""
        self.path = path
        self.left_out: list[str] = []
        self._open = ExitStack()

    def __enter__(self) -> Archive:
        """Open it, and list what it holds.

        Raises:
            CourseError: if it is no archive, or holds more than can be meant.
        """
        with self._open:
            try:
                self.entries = list(self._listed())
            except UNFIT as error:
                why = f" ({error})" if isinstance(error, Unreadable) else ""  # what others say is no sentence
                raise CourseError(
                    f"{self.path} cannot be read as an archive{why}: give a zip or tar file, or a folder."
                ) from error
            self._open = self._open.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._open.close()

    def _listed(self) -> Iterator[Entry]:
        for number, (name, read) in enumerate(self._members(), 1):
            if number > MAX_ENTRIES:
                raise CourseError(f"{self.path} holds more than {MAX_ENTRIES} files: give a part of it at a time.")
            parts = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).parts
            if read is None or not parts or not _is_plain(parts, name):
                self.left_out.append(printable(name[:MAX_NAME]))
            elif not any(is_junk(part) for part in parts):
                yield Entry(PurePosixPath(*parts), read)

    def _members(self) -> Iterator[Member]:
        """Name and content of everything that is no folder; what is no regular file has no content."""
        if self.path.is_dir():
            yield from _in_folder(self.path)
            return
        file = self._open.enter_context(self.path.open("rb"))
        if zipfile.is_zipfile(file):
            archive = Sparing(file, MAX_INDEX).unlimited_after(zipfile.ZipFile)
            yield from _in_zip(self._open.enter_context(archive))
        else:
            file.seek(0)
            yield from _in_tar(self._open.enter_context(_Tar.open(fileobj=file)))


def _is_plain(parts: tuple[str, ...], name: str) -> bool:
    """Whether a path stays where it is, in characters that can be shown."""
    drive = parts[0].endswith(":")
    return not (drive or name.startswith("/") or ".." in parts or len(name) > MAX_NAME or not all(map(is_name, parts)))


def _in_folder(folder: Path) -> Iterator[Member]:
    for parent, _, files in os.walk(folder):
        for name in sorted(files):
            path = Path(parent) / name
            state = path.lstat()
            regular = stat.S_ISREG(state.st_mode)
            shown = str(path.relative_to(folder))
            yield shown, partial(read_regular, path) if regular else None


def _in_zip(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        kind = stat.S_IFMT(info.external_attr >> 16)
        regular = kind in (0, stat.S_IFREG)
        yield _zip_name(info), partial(_unzipped, archive, info) if regular else None


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name: many programs write UTF-8 and do not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    return _bounded(unzipped(archive, info, MAX_BYTES))


class _Tar(tarfile.TarFile):
    """A tar archive, packed or not, of whose headers each is short: they say themselves how long they are."""

    @classmethod
    def taropen(cls, name: Any, mode: Any = "r", fileobj: Any = None, **options: Any) -> _Tar:
        """Open it; `tarfile` calls this with a file that unpacks."""
        return super().taropen(name, mode, Sparing(fileobj, MAX_HEADER), **options)

    def headers_are_over(self) -> None:
        """From here on what is in the archive may be read as it comes."""
        cast(Sparing, self.fileobj).most = MAX_BYTES + 1


def _in_tar(archive: _Tar) -> Iterator[Member]:
    for info in archive:
        if info.isdir():
            continue
        yield info.name, partial(_untarred, archive, info) if info.isreg() else None
    archive.headers_are_over()


def _untarred(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    try:
        file = archive.extractfile(info)
        assert file is not None
        with file:
            return _bounded(file.read(MAX_BYTES + 1))
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise Unreadable("it is damaged in the archive") from error


def _bounded(content: bytes) -> bytes:
    if len(content) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES // 2**20} MB")
    return content
