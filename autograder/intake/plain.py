"""What lies in a file that was handed in: a notebook's cells as plain values, of which only what is graded and shown.

Editors write what the notebook format forbids, and none of it is a student's fault. So cells are built anew from their
type, source, marks and pictures. Outputs, unknown keys and the notebook's own metadata are thrown away before anything
is measured; what stays has a bound.

This runs in a process with bounds (see `autograder.intake.reading`), and with the standard library alone: whatever a
file costs, it costs a process that nobody else needs.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["MAX_BYTES", "SAVE_AGAIN", "Unreadable", "notebook", "read"]

MAX_BYTES = 200 * 2**20
"""Of a file as it was handed in, outputs and all."""
MAX_VALUES = 10**7
"""Of the JSON, counted by its brackets and commas: a short file can ask for much memory."""
MAX_CELLS = 2000
MAX_SOURCE = 5 * 2**20  # characters of one cell, pictures pasted into it included
MAX_SOURCES = 20 * 2**20  # of all cells
MAX_PICTURES = 20 * 2**20  # of all attached pictures, in base64
MAX_ATTACHED = 1000  # pictures, however small
MAX_NAME = 200  # characters of an attachment's name, or of a tag
MAX_TAGS = 100  # of one cell
MAX_LOST = 5  # attachments of one cell that are named since they cannot be shown
MAX_DIGITS = 100  # of a whole number
FORMAT = 4
"""The newest major version of the notebook format."""

SAVE_AGAIN = "Open it in JupyterLab, choose File > Save Notebook, and hand in that file"
CLEAR_OUTPUTS = (
    "Open it in JupyterLab, choose Edit > Clear Outputs of All Cells and File > Save Notebook, and hand in that file"
)
RESTORE = (
    "Open an older copy in JupyterLab (an editor's or a cloud's history may have one), choose File > Save Notebook, "
    "and hand in that file"
)

CONFLICT = re.compile(r"^[ \t]*(<{7}|\|{7}|>{7})( |$)", re.MULTILINE)
"""The lines that git writes around what it could not merge; those of equals signs alone may be a heading's."""

OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "it is an archive (zip). Unpack it, and hand in the notebook that is in it"),
    (b"\x1f\x8b", "it is a compressed file (gzip). Unpack it, and hand in the notebook that is in it"),
    (b"%PDF", "it is a PDF. Hand in the notebook itself: the file in JupyterLab whose name ends in .ipynb"),
    (
        b"version https://git-lfs",
        "it is a pointer to a file that git keeps elsewhere (LFS). Run `git lfs pull`, and hand in what came",
    ),
    (
        b"\x00\x05\x16\x07",
        "it is what a Mac puts beside a file, not the file. Hand in the file of the same name without `._` in front",
    ),
)
"""Files that are taken for notebooks, by their first bytes, and what to do about them."""


class Unreadable(Exception):
    """A submission that is no notebook; the message says what it is instead, and what to do."""


def notebook(content: bytearray) -> Iterator[bytes]:
    """What `read` returns, or why it returns nothing, as JSON."""
    try:
        cells, events = read(content)
        found: dict[str, Any] = {"cells": cells, "events": events}
    except Unreadable as error:
        found = {"unreadable": str(error)}
    yield json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")


def read(content: bytes | bytearray) -> tuple[list[dict[str, Any]], list[str]]:
    """The cells in a file's ``content``, in their plainest form, and sentences on what had to be mended.

    A cell has ``kind``, ``source``, ``id`` (empty if it has none), ``name`` (nbgrader's), ``tags`` and ``attachments``.

    Raises:
        Unreadable: if there is no notebook in it.
    """
    text, events = _text(content)
    data, left_over = _data(text)
    if left_over:
        events.append("Behind the end of the notebook the file held something else, which was left out.")
    cells = _Cells(data)
    return cells.kept, list(dict.fromkeys(events + cells.events))


# From bytes to JSON --------------------------------------------------------------------------------------------------


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are not UTF-8, as Windows and old editors mean them."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = bytes(error.object[error.start : error.end])
    return wrong.decode("cp1252", "ignore") or wrong.decode("latin-1"), error.end


codecs.register_error("atelier.windows", _windows)


def _text(content: bytes | bytearray) -> tuple[str, list[str]]:
    """The text of a file in whichever encoding it was saved, without the zeros that a failed copy leaves at its end."""
    for start, sentence in OTHERS:
        if content.startswith(start):
            raise Unreadable(sentence)
    encoding, events = json.detect_encoding(content), []
    try:
        text = content.decode(encoding, "strict" if encoding == "utf-8" else "replace")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "atelier.windows")
        events.append("The file is not UTF-8 text: letters outside of ASCII were read as Windows writes them.")
    if not text.strip("\0\ufeff\ufffd \t\r\n"):
        raise Unreadable(f"it is empty: it was not saved, or not copied to its end. {RESTORE}")
    return text, events


def _short(digits: str) -> int:
    """A whole number; one of thousands of digits, which is nothing of a notebook's, is 0."""
    return int(digits) if len(digits) < MAX_DIGITS else 0


DECODER = json.JSONDecoder(strict=False, parse_int=_short)


def _data(text: str) -> tuple[dict[str, Any], bool]:
    """The JSON object in ``text``, and whether something comes behind it."""
    text = text.lstrip("\ufeff \t\r\n")
    if sum(map(text.count, "[{,")) > MAX_VALUES:
        raise Unreadable(f"its outputs hold too many values. {CLEAR_OUTPUTS}")
    try:
        data, end = DECODER.raw_decode(text)
    except json.JSONDecodeError as error:
        raise Unreadable(_no_json(text, error)) from error
    except RecursionError as error:
        raise Unreadable(f"its JSON is nested too deeply. {SAVE_AGAIN}") from error
    except ValueError as error:
        raise Unreadable(f"its JSON holds a value that cannot be read. {SAVE_AGAIN}") from error
    if not isinstance(data, dict):
        raise Unreadable(f"it is JSON, but not a notebook. {SAVE_AGAIN}")
    return data, bool(text[end:].strip("\0\x1a \t\r\n"))


def _no_json(text: str, error: json.JSONDecodeError) -> str:
    """What is wrong with a text that is no JSON, and what to do."""
    if mark := CONFLICT.search(text):
        line = text.count("\n", 0, mark.start()) + 1
        shown = _shown(text[mark.start(1) : mark.start(1) + 40])
        return (
            f"it holds conflict marks of git, in line {line} (`{shown}`): two versions were not merged. Choose one, as "
            "`git checkout --ours FILE` or `git checkout --theirs FILE` does; open it in JupyterLab, choose File > "
            "Save Notebook, and hand in that file"
        )
    if re.match(r"<(!doctype|html|\?xml|head|body)", text, re.IGNORECASE):
        return (
            "it is a web page and not valid JSON. Hand in the notebook itself: the file in JupyterLab whose name "
            "ends in .ipynb (File > Download)"
        )
    if re.match(r"\[?(https?://|InternetShortcut)", text):
        return (
            "it holds only a link. Hand in the notebook itself: the file in JupyterLab whose name ends in .ipynb (in "
            "Colab: File > Download > Download .ipynb)"
        )
    if not text.startswith("{"):
        return f"it is no notebook and not valid JSON. {SAVE_AGAIN}"
    return f"it is not valid JSON (line {error.lineno}); it may have been cut off. {RESTORE}"


def _shown(text: str) -> str:
    """The first line of ``text``, without what would command a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text.splitlines()[0])


# From JSON to cells --------------------------------------------------------------------------------------------------


class _Cells:
    """The cells of a notebook of any version, and what is said of those that could not be kept whole."""

    def __init__(self, data: dict[str, Any]) -> None:
        version = data.get("nbformat")
        if isinstance(version, int) and not 1 <= version <= FORMAT:
            raise Unreadable(f"it is not a valid notebook (its format is {version}, which is not known). {SAVE_AGAIN}")
        found = list(_listed(data))
        if len(found) > MAX_CELLS:
            found = [cell for cell in found if not isinstance(cell, dict) or _joined(_source_of(cell)).strip()]
        if len(found) > MAX_CELLS:
            raise Unreadable(f"it has more than {MAX_CELLS} cells. Delete those that are no part of the lesson")
        self.events: list[str] = []
        self.room, self.places = MAX_PICTURES, MAX_ATTACHED
        self.kept = [self._cell(cell) for cell in found if isinstance(cell, dict)]
        lost = len(found) - len(self.kept)
        if lost and not self.kept:
            raise Unreadable(f"it is not a valid notebook: none of its cells can be read. {SAVE_AGAIN}")
        if lost:
            self.events.append(f"{lost} of the cells cannot be read; they were left out.")
        if sum(len(cell["source"]) for cell in self.kept) > MAX_SOURCES:
            raise Unreadable(
                f"its cells hold more than {MAX_SOURCES // 2**20} million characters. Delete what was pasted into them"
            )

    def _cell(self, cell: dict[str, Any]) -> dict[str, Any]:
        kind, source = _kind(cell), _joined(_source_of(cell))
        if kind == "code" and (found := DATABRICKS.match(source)):
            kind, source = "markdown", source[found.end() :]
        source = _clean(source, code=kind == "code")
        if len(source) > MAX_SOURCE:
            raise Unreadable(
                f"one of its cells holds more than {MAX_SOURCE // 2**20} million characters. Delete what was pasted "
                "into it"
            )
        if cell.get("cell_type") == "heading":
            level = cell.get("level")
            source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
        pictures, lost = self._pictures(cell.get("attachments")) if kind != "code" else ({}, [])
        source += "".join(f"\n\n*[Attached, and no picture that can be shown: {name}]*" for name in lost)
        identity = cell.get("id")
        return {
            "kind": kind,
            "source": source,
            # No id of a release is longer.
            "id": identity if isinstance(identity, str) and len(identity) <= 64 else "",
            **_marks(cell.get("metadata")),
            "attachments": pictures,
        }

    def _pictures(self, attachments: Any) -> tuple[dict[str, dict[str, str]], list[str]]:
        """What is attached to a cell, as far as it is a picture in base64, and there is room for it; and what is not.

        An answer may lie in what cannot be shown: its name has to be seen by whoever grades it.
        """
        kept: dict[str, dict[str, str]] = {}
        lost: list[str] = []
        for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
            for mime, value in bundle.items() if isinstance(bundle, dict) else ():
                if not self.places:
                    self.events.append("More pictures are attached to text cells than are shown; some were left out.")
                    return kept, lost
                data = _joined(value)
                if len(name) > MAX_NAME or not MIME.fullmatch(mime) or not _is_base64(data):
                    self.events.append("Something attached to a text cell is no picture; it was left out.")
                elif len(data) > self.room:
                    self.events.append("Pictures that are attached to text cells are too large; some were left out.")
                else:
                    self.room -= len(data)
                    self.places -= 1
                    kept.setdefault(_clean(name, code=False), {})[mime] = data
            if _clean(name, code=False) not in kept and len(lost) < MAX_LOST:
                lost.append("".join(letter if letter.isalnum() or letter in " .-" else " " for letter in name[:60]))
        return kept, lost


DATABRICKS = re.compile(r"\s*%md(-sandbox)?\b[ \t]*\n?")
"""How Databricks marks a text, which it keeps in a code cell."""

MIME = re.compile(r"image/[a-z0-9.+-]{1,60}")


def _is_base64(data: str) -> bool:
    if not data or len(data) > MAX_PICTURES:
        return False
    try:
        base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _listed(data: dict[str, Any]) -> Iterator[Any]:
    """The cells as they stand in the file: in one list, or in those of the worksheets that notebooks once had."""
    if isinstance(data.get("cells"), list):
        yield from data["cells"]
        return
    sheets = data.get("worksheets")
    if not isinstance(sheets, list):
        raise Unreadable(f"it is JSON, but not a notebook: it has no cells. {SAVE_AGAIN}")
    for sheet in sheets:
        if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list):
            yield from sheet["cells"]


def _kind(cell: dict[str, Any]) -> str:
    """Code, markdown or raw; a type that nobody knows is code if the cell was run, else raw."""
    kind = cell.get("cell_type")
    if kind in ("code", "markdown", "raw"):
        return str(kind)
    if kind in ("heading", "text", "html", "rst"):
        return "markdown"
    return "code" if {"outputs", "execution_count", "input"} & cell.keys() else "raw"


def _source_of(cell: dict[str, Any]) -> Any:
    return next((cell[key] for key in ("source", "input", "text") if cell.get(key)), "")


def _joined(value: Any) -> str:
    """A text, which a notebook file may also hold as a list of lines; anything else is empty.

    Lines keep their ends in such a list. Where none has one, whoever wrote the file has left them out.
    """
    if isinstance(value, list):
        parts = [part for part in value if isinstance(part, str)]
        bare = not any("\n" in part or "\r" in part for part in parts) and max(map(len, parts), default=0) > 1
        return ("\n" if bare else "").join(parts)
    return value if isinstance(value, str) else ""


UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(text: str, *, code: bool) -> str:
    """``text`` with line ends of one kind, without characters that no file, terminal or database takes.

    JSON can spell halves of characters, which become question marks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "") if code else UNWRITABLE.sub("", text)


def _marks(metadata: Any) -> dict[str, Any]:
    """Of a cell's metadata what grading may know it by: nbgrader's name, empty if it has none, and its tags."""
    known = metadata if isinstance(metadata, dict) else {}
    info, tags = known.get("nbgrader"), known.get("tags")
    name = info.get("grade_id") if isinstance(info, dict) else None
    texts = [tag[:MAX_NAME] for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return {"name": name[:MAX_NAME] if isinstance(name, str) else "", "tags": texts[:MAX_TAGS]}
