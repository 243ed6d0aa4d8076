"""What a student handed in: the file where it belongs, or the one that must be meant, or a sentence on what lies there.

Nothing is guessed. Another file is taken only if it is the only notebook that can be meant, and the record says which.
Links are not followed, and whatever is looked at, archives too, is looked at with bounds.
"""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, TypeVar

from autograder.intake.plain import MAX_BYTES
from autograder.intake.reading import Unreadable, notebook_of, open_regular, read_regular

__all__ = ["NOTHING", "Found", "Place", "Sparing", "Wanted", "find", "is_junk", "is_name", "printable", "unzipped"]

MAX_ENTRIES = 2000  # files and folders that are looked at, and members of an archive
MAX_DEPTH = 5  # folders below the student's
MAX_PLACES = 5  # notebooks that are compared, and archives that are opened
MAX_COMPARED = 64 * 2**20  # bytes of a notebook that is looked into in order to know whether it is meant
MAX_INDEX = 2**20  # bytes of an archive's table of contents
DAMAGED = "the archive is damaged or locked. Unpack it, and hand in the notebook"
NOTHING = "No notebook was handed in."

Opened = TypeVar("Opened")


@dataclass(frozen=True)
class Place:
    """A file below a student's folder, or a member of an archive there; ``shown`` is how sentences call it.

    ``root`` is the folder of all students' folders: below it no link is followed.
    """

    path: Path
    member: str = ""
    shown: str = ""
    root: Path | None = None

    def looked_into(self) -> bytes:
        """What the file holds, unless it is too large to be read just to find out whether it is the one that is meant.

        Raises:
            Unreadable, OSError: as `read`.
        """
        if self.path.stat().st_size > MAX_COMPARED:
            raise Unreadable("it is too large to be compared")
        return self.read(MAX_COMPARED)

    def read(self, max_bytes: int = 0) -> bytes:
        """What the file holds.

        Raises:
            Unreadable: if it is not what can be read, or too large for a submission.
            OSError: if it cannot be opened.
        """
        limit = max_bytes or MAX_BYTES
        if not self.member:
            return read_regular(self.path, limit, self.root)
        try:
            with _archive(self.path, self.root) as archive:
                content = unzipped(archive, archive.getinfo(self.member), limit)
        except (zipfile.BadZipFile, KeyError) as error:  # it has changed since it was looked into
            raise Unreadable(DAMAGED) from error
        if len(content) > limit:
            raise Unreadable(f"it is larger than {limit // 2**20} MB. Hand in the notebook itself, without its outputs")
        return content


@dataclass(frozen=True)
class Found:
    """What is to be graded, or the reason why nothing is; ``beside`` are other notebooks that the student handed in."""

    place: Place | None
    reason: str = ""
    events: tuple[str, ...] = ()
    beside: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """The file that is looked for: ``STUDENT/name/name.ipynb``, in a course that has ``others``, too.

    ``fits`` says of a notebook's content whether it is one of this assignment, whatever the file is called.
    """

    name: str
    others: tuple[str, ...]
    fits: Callable[[bytes], bool]

    @property
    def where(self) -> str:
        """Where it should lie, in a student's folder."""
        return f"{self.name}/{self.name}.ipynb"

    def is_named(self, file: str) -> bool:
        """Whether a file's name, without its ending, is this assignment's, perhaps with more words around it."""
        plain = "_" + re.sub(r"[\W_]+", "_", unicodedata.normalize("NFKC", file).casefold()) + "_"
        longer = [other for other in self.others if self.name in other and other != self.name]
        return bool(re.search(rf"_{self.name}\d*_", plain)) and not any(f"_{other}" in plain for other in longer)

    def is_another(self, folder: str) -> bool:
        """Whether a folder is that of another assignment."""
        return folder.casefold() in self.others and folder.casefold() != self.name


def find(folder: Path, wanted: Wanted) -> Found:
    """What lies in the student's ``folder`` to be graded as ``wanted``."""
    exact = Place(folder / wanted.name / f"{wanted.name}.ipynb", shown=wanted.where, root=folder.parent)
    kind = _kind(exact.path)
    seen = _Seen(wanted, exact.path, folder.parent)
    seen.look(folder)
    if kind == "file":
        return Found(exact, beside=tuple(seen.places[:MAX_PLACES]))
    found = _meant(seen)
    if found.place is None and kind == "folder":
        return Found(exact, beside=found.beside)  # whoever reads it will say what is wrong
    if found.place and folder.name in wanted.others:
        return Found(
            None,
            f"`{folder.name}` is the name of an assignment, but lies where students do: submissions lie as "
            f"STUDENT/{wanted.where}. Move `{found.place.shown}` there, and grade again.",
        )
    return found


def _kind(path: Path) -> str:
    """Whether something lies at ``path``; what may not be looked at does."""
    try:
        return "folder" if stat.S_ISDIR(path.lstat().st_mode) else "file"
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        return "file"


def _meant(seen: _Seen) -> Found:
    """The only notebook that can be meant, by its name or else by what it holds."""
    wanted = seen.wanted
    if seen.left <= 0:
        return Found(None, f"There is no `{wanted.where}`, but more files than can be looked through.")
    fitting = [[place for place in places[:MAX_PLACES] if _holds(place, wanted.fits)] for places in seen.less_likely]
    for places in (seen.named, *fitting):
        if places and len(_different(places)) == 1:
            rest = [place for place in seen.places if place not in places]
            return Found(places[0], events=(_instead(places[0], wanted),), beside=tuple(rest[:MAX_PLACES]))
        if places:
            return Found(
                None,
                f"There is no `{wanted.where}`, but more than one notebook that could be meant: "
                f"{_listed(place.shown for place in places)}. Name the right one `{wanted.where}`, and grade again.",
            )
    return Found(None, _what_lies_there(seen))


def _instead(place: Place, wanted: Wanted) -> str:
    return f"There is no `{wanted.where}`; `{place.shown}` was graded in its place."


def _what_lies_there(seen: _Seen) -> str:
    """A sentence on what was found in the place of a notebook, and what is to be done about it."""
    where = seen.wanted.where
    if seen.unnamed:
        listed = _listed(place.shown for place in seen.unnamed)
        one = len(seen.unnamed) == 1
        return (
            f"There is no `{where}`, but {listed}, which {'is no notebook' if one else 'are no notebooks'} of this "
            f"assignment by name or content. If {'it is' if one else 'one of them is'} meant, name it `{where}`, and "
            "grade again."
        )
    if seen.others:
        listed = "; ".join(f"`{shown}`, {what}" for shown, what in seen.others[:3])
        more = f"; and {len(seen.others) - 3} more" if len(seen.others) > 3 else ""
        return f"There is no `{where}`. What lies there is {listed}{more}. Put the notebook there, and grade again."
    return NOTHING


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(f"`{name}`" for name in known[:3]) + (f" and {len(known) - 3} more" if len(known) > 3 else "")


def _different(places: list[Place]) -> set[object]:
    """What the files hold, each thing once; a file that cannot be read is like no other."""
    if len(places) == 1 or len(places) > MAX_PLACES:
        return set(range(len(places)))
    held: set[object] = set()
    for place in places:
        try:
            held.add(hashlib.sha256(place.looked_into()).digest())
        except (Unreadable, OSError):
            held.add(place)
    return held


def _holds(place: Place, fits: Callable[[bytes], bool]) -> bool:
    try:
        return fits(place.looked_into())
    except (Unreadable, OSError):
        return False


# Looking -------------------------------------------------------------------------------------------------------------

JUNK = {"__macosx", "__pycache__", "@eadir", "lost+found", "$recycle.bin", "system volume information", "desktop.ini"}
NOT_HANDED_IN = {"timestamp.txt", "thumbs.db", ".ds_store"}
ENDINGS = {
    ".html": "a web page, not the notebook (in JupyterLab: File > Download gives the notebook)",
    ".htm": "a web page, not the notebook (in JupyterLab: File > Download gives the notebook)",
    ".py": "a Python script, not the notebook (in Colab: File > Download > Download .ipynb)",
    ".pdf": "a PDF, not the notebook",
    ".docx": "a text document, not the notebook",
    ".md": "a text, not the notebook",
    ".rar": "an archive, which has to be unpacked",
    ".7z": "an archive, which has to be unpacked",
    ".gz": "an archive, which has to be unpacked",
    ".tgz": "an archive, which has to be unpacked",
    ".tar": "an archive, which has to be unpacked",
    ".xz": "an archive, which has to be unpacked",
    ".bz2": "an archive, which has to be unpacked",
    ".crdownload": "a download that did not end",
    ".part": "a download that did not end",
}
ADDED = (".txt", ".json", ".download", ".bak")
"""Endings that browsers and editors put behind the real one."""


def is_junk(name: str) -> bool:
    """Whether a file or folder is one that systems make by themselves, or is hidden."""
    return name.startswith(".") or name.casefold() in JUNK


NO_LETTERS = {"Cc", "Cs", "Zl", "Zp"}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What makes a text look like another one: letters behind it are shown from right to left, or no more."""


def is_name(text: str) -> bool:
    """Whether people have such names: of letters, marks that join or part them, and spaces of any width."""
    return not any(unicodedata.category(letter) in NO_LETTERS or letter in TURNING for letter in text)


def printable(text: str) -> str:
    """A name as sentences show it: short, and without what would command a terminal."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text).replace("`", "'")
    return shown if len(shown) <= 120 else f"{shown[:60]}…{shown[-59:]}"


@dataclass
class _Seen:
    """What was found below a student's folder: notebooks by whether their name fits, and everything else.

    ``renamed`` are those with another ending, such as editors give to older versions.
    """

    wanted: Wanted
    exact: Path
    root: Path
    named: list[Place] = field(default_factory=list)
    unnamed: list[Place] = field(default_factory=list)
    renamed: list[Place] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)
    left: int = field(default_factory=lambda: MAX_ENTRIES)
    openings: int = MAX_PLACES

    @property
    def places(self) -> list[Place]:
        """All notebooks."""
        return self.named + self.unnamed + self.renamed

    @property
    def less_likely(self) -> tuple[list[Place], list[Place]]:
        """Notebooks that may be meant if none has the right name, by what they hold."""
        return self.unnamed, self.renamed

    def look(self, folder: Path) -> None:
        """Go through ``folder`` and those in it; a link leads nowhere."""
        for path, parts in self._files(folder, ()):
            self._sort(path, "/".join(parts), parts)

    def _files(self, folder: Path, parts: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...]]]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted((entry for entry, _ in zip(listing, range(self.left), strict=False)), key=_name)
        except NotADirectoryError:
            return
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                self.others.append((printable("/".join(parts) or folder.name), "a folder that cannot be looked into"))
            return
        self.left -= len(entries)
        for entry in entries:
            within = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if len(within) <= MAX_DEPTH and self.left > 0:
                    yield from self._files(folder / entry.name, within)
            else:
                yield folder / entry.name, within

    def _sort(self, path: Path, shown: str, parts: tuple[str, ...]) -> None:
        if path == self.exact:
            return
        note = self._note(path, parts)
        if note is not None:
            if note and not self._is_of_another(parts):
                self.others.append((printable(shown), note))
        elif parts[-1].casefold().endswith(".zip"):
            self._unpack(path, shown, parts)
        else:
            self._keep(Place(path, shown=printable(shown), root=self.root), parts)

    def _note(self, path: Path, parts: tuple[str, ...]) -> str | None:
        """What a file is if it is no notebook: empty if nobody need know, None if it may be one."""
        name = parts[-1].casefold()
        odd = _what_is_odd(path, parts)
        if odd is not None or name in NOT_HANDED_IN:
            return odd if odd and (".ipynb" in name or path.is_symlink()) else ""
        if name.endswith(".zip") or (_stem(name) is not None and Path(name).suffix not in ENDINGS):
            return None
        return ENDINGS.get(Path(name).suffix, "which is no notebook")

    def _is_of_another(self, parts: tuple[str, ...]) -> bool:
        """Whether a file lies in the folder of another assignment, and is not named after this one."""
        stem = _stem(parts[-1]) or PurePosixPath(parts[-1]).stem
        if self.wanted.is_named(stem):
            return False
        named = any(other != self.wanted.name and stem.casefold() == other for other in self.wanted.others)
        return named or any(map(self.wanted.is_another, parts[:-1]))

    def _keep(self, place: Place, parts: tuple[str, ...]) -> None:
        """Sort a notebook by its name; one with an odd ending has to be a notebook by its content, too."""
        stem = _stem(parts[-1])
        assert stem is not None
        odd = not parts[-1].casefold().endswith(".ipynb")
        if odd and not self._is_notebook(place, stem, parts[-1]):
            if not self._is_of_another(parts):
                self.others.append((place.shown, "which is no notebook"))
        elif _is_renamed(parts[-1]):
            self.renamed += [] if self._is_of_another(parts) else [place]
        elif self.wanted.is_named(stem):
            self.named.append(place)
        elif not self._is_of_another(parts):
            self.unnamed.append(place)

    def _is_notebook(self, place: Place, stem: str, name: str) -> bool:
        """Whether a file of another ending holds a notebook; only a few are opened, whose names say that they may."""
        if not (self.wanted.is_named(stem) or ".ipynb" in name.casefold()) or self.openings <= 0:
            return False
        self.openings -= 1
        return _holds(place, lambda content: bool(notebook_of(content)[0].cells))

    def _unpack(self, path: Path, shown: str, parts: tuple[str, ...]) -> None:
        """Sort the notebooks in an archive."""
        self.openings -= 1
        try:
            if self.openings < 0:
                raise Unreadable("too many archives lie there")
            with _archive(path, self.root) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, Unreadable, OSError, NotImplementedError, ValueError, UnicodeError):
            self.others.append((printable(shown), "an archive that cannot be opened and has to be unpacked"))
            return
        notebooks = [info for info in members[:MAX_ENTRIES] if _is_wanted_member(info)]
        if not notebooks and not self._is_of_another(parts):
            self.others.append((printable(shown), "an archive without a notebook"))
        for info in notebooks[:MAX_PLACES]:
            within = tuple(PurePosixPath(info.filename.replace("\\", "/")).parts)
            if info.flag_bits & 1:
                self.others.append((printable(shown), "an archive that is locked with a password"))
                return
            name = printable(f"{shown}: {info.filename}")
            self._keep(Place(path, info.filename, name, self.root), (*parts[:-1], *within))


def _what_is_odd(path: Path, parts: tuple[str, ...]) -> str | None:
    """What keeps a file from being taken, whatever its name; empty if it is only hidden, None if nothing does."""
    if any(part.casefold() in JUNK for part in parts) or parts[-1].startswith("._"):
        return "what a Mac puts beside a file, not the file"
    if ".ipynb_checkpoints" in parts:
        return "Jupyter's own older copy (if it is meant, move it)"
    if any(part.startswith(".") for part in parts):
        return ""
    return "a link or a device, not a file" if path.is_symlink() or not path.is_file() else None


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _stem(name: str) -> str | None:
    """The name of a notebook without its endings; None if it is no notebook's."""
    name = name.strip()
    plain = name.casefold()
    while plain.endswith(ADDED):
        plain = plain[: plain.rindex(".")]
    if ".ipynb" in plain:
        return name[: plain.rindex(".ipynb")]
    if _is_mistyped(name):
        return Path(name).stem
    return name[: len(plain)] if "." not in plain and (plain != name.casefold() or not Path(name).suffix) else None


def _is_mistyped(name: str) -> bool:
    return bool(difflib.get_close_matches(Path(name.casefold()).suffix, [".ipynb"], cutoff=0.75))


def _is_renamed(name: str) -> bool:
    """Whether an editor, a system or a person has put something behind a notebook's ending, or mistyped it."""
    plain = name.strip().casefold()
    while plain.endswith(ADDED):
        plain = plain[: plain.rindex(".")]
    return not plain.endswith(".ipynb") and (".ipynb" in plain or _is_mistyped(name))


def _is_wanted_member(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    return bool(parts) and not info.is_dir() and not any(map(is_junk, parts)) and ".ipynb" in parts[-1].casefold()


# Archives ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _archive(path: Path, root: Path | None) -> Iterator[zipfile.ZipFile]:
    """A student's archive, opened, if it and its table of contents are small enough to be read.

    Raises:
        Unreadable: if it is none, or too large.
        OSError: if it cannot be opened.
    """
    with open_regular(path, root) as file:
        if os.fstat(file.fileno()).st_size > MAX_BYTES:
            raise Unreadable("it is too large for a submission")
        with Sparing(file, MAX_INDEX).unlimited_after(zipfile.ZipFile) as archive:
            yield archive


class Sparing:
    """A file of which no more than ``most`` bytes are read at once: what a table of contents says may not be true."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self.most = file, most

    def __getattr__(self, name: str) -> Any:
        """Everything else is the file's own."""
        return getattr(self._file, name)

    def read(self, size: int = -1) -> bytes:
        """As a file's; raises `Unreadable` for more than may be read at once."""
        if 0 <= size <= self.most:
            return self._file.read(size)
        content = self._file.read(self.most + 1)
        if len(content) > self.most:
            raise Unreadable("its table of contents is too large")
        return content

    def unlimited_after(self, opening: Callable[[Any], Opened]) -> Opened:
        """What ``opening`` this file gives; what is in it may then be read as it comes."""
        opened = opening(self)
        self.most = MAX_BYTES + 1
        return opened


def unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """What a member of an archive holds, but no more than one byte beyond ``limit``.

    Raises:
        Unreadable: if it cannot be unpacked.
    """
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others can ask for any memory
        raise Unreadable("the archive is packed in a way that is not known here. Unpack it, and hand in what is in it")
    try:
        with archive.open(info) as file:
            return file.read(limit + 1)
    except Exception as error:  # a damaged archive can make each of the libraries stumble in its own way
        raise Unreadable(DAMAGED) from error
