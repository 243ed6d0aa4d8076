"""What lies in a file that was handed in: a notebook's cells, of which only what is graded and shown is kept.

Editors write what the notebook format forbids, and none of it is a student's fault. So cells are built anew from their
type, source, marks and pictures. Outputs, unknown keys and the notebook's own metadata are thrown away before anything
is measured; what stays has a bound.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from autograder.perform import DEMO

__all__ = ["NOTE", "SAVE_AGAIN", "Unreadable", "notebook_of", "read_regular"]

MAX_BYTES = 200 * 2**20
"""Of a file as it was handed in, outputs and all."""
MAX_VALUES = 10**7
"""Of the JSON, counted by its brackets and commas: a short file can ask for much memory."""
MAX_CELLS = 2000
MAX_SOURCE = 5 * 2**20  # characters of one cell, pictures pasted into it included
MAX_SOURCES = 20 * 2**20  # of all cells
MAX_PICTURES = 20 * 2**20  # of all attached pictures, in base64
MAX_NAME = 200  # characters of an attachment's name
NOTE = "atelier"
"""The key of a notebook's metadata under which grading keeps what it has to say."""

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


def read_regular(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a submitted file, which may be a link, a pipe, a device or without end.

    Raises:
        Unreadable: if it is no regular file, lies behind a link, or is larger than ``max_bytes``.
        OSError: if it cannot be opened.
    """
    if any(each.is_symlink() for each in (path, path.parent, path.parent.parent)):
        raise Unreadable("it is not a regular file, or lies behind a link. Hand in the file itself")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is not a regular file. Hand in the file itself")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        size = f"{max_bytes // 2**20} MB" if max_bytes >= 2**20 else f"{max_bytes} bytes"
        raise Unreadable(f"it is larger than {size}. {CLEAR_OUTPUTS}")
    return content


def notebook_of(content: bytes) -> tuple[NotebookNode, list[str]]:
    """The notebook in a file's ``content``, in its plainest form, and sentences on what had to be mended.

    Raises:
        Unreadable: if there is none.
    """
    text, events = _text(content)
    data, left_over = _data(text)
    if left_over:
        events.append("Behind the end of the notebook the file held something else, which was left out.")
    cells = _Cells(data)
    # Not by nbformat's own function: it warns of cells with the same id, which are told apart later on.
    notebook = NotebookNode(nbformat=4, nbformat_minor=5, metadata=NotebookNode(), cells=cells.kept)
    return notebook, list(dict.fromkeys(events + cells.events))


# From bytes to JSON --------------------------------------------------------------------------------------------------


def _windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are not UTF-8, as Windows and old editors mean them."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "ignore") or wrong.decode("latin-1"), error.end


codecs.register_error("atelier.windows", _windows)


def _text(content: bytes) -> tuple[str, list[str]]:
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
    return int(digits) if len(digits) < 100 else 0


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
        return (
            f"it holds conflict marks of git, in line {line} (`{text[mark.start() : mark.start() + 40].splitlines()[0]}"
            f"`): two versions were not merged. Choose one, as `git checkout --ours FILE` or `git checkout --theirs "
            f"FILE` does; open it in JupyterLab, choose File > Save Notebook, and hand in that file"
        )
    if re.match(r"<(!doctype|html|\?xml|head|body)", text, re.IGNORECASE):
        return (
            "it is a web page and not valid JSON. Hand in the notebook itself: the file in JupyterLab whose name "
            "ends in .ipynb (File > Download)"
        )
    if not text.startswith("{"):
        return f"it is no notebook and not valid JSON. {SAVE_AGAIN}"
    return f"it is not valid JSON (line {error.lineno}); it may have been cut off. {RESTORE}"


# From JSON to cells --------------------------------------------------------------------------------------------------


class _Cells:
    """The cells of a notebook of any version, and what is said of those that could not be kept whole."""

    def __init__(self, data: dict[str, Any]) -> None:
        version = data.get("nbformat")
        if isinstance(version, int) and not 1 <= version <= nbformat.current_nbformat:
            raise Unreadable(f"it is not a valid notebook (its format is {version}, which is not known). {SAVE_AGAIN}")
        found = list(_listed(data))
        if len(found) > MAX_CELLS:
            found = [cell for cell in found if not isinstance(cell, dict) or _joined(_source_of(cell)).strip()]
        if len(found) > MAX_CELLS:
            raise Unreadable(f"it has more than {MAX_CELLS} cells. Delete those that are no part of the lesson")
        self.events: list[str] = []
        self.room = MAX_PICTURES
        self.kept = [self._cell(cell) for cell in found if isinstance(cell, dict)]
        lost = len(found) - len(self.kept)
        if lost and not self.kept:
            raise Unreadable(f"it is not a valid notebook: none of its cells can be read. {SAVE_AGAIN}")
        if lost:
            self.events.append(f"{lost} of the cells cannot be read; they were left out.")
        if sum(len(cell.source) for cell in self.kept) > MAX_SOURCES:
            raise Unreadable(
                f"its cells hold more than {MAX_SOURCES // 2**20} million characters. Delete what was pasted into them"
            )

    def _cell(self, cell: dict[str, Any]) -> NotebookNode:
        kind = _kind(cell)
        source = _clean(_joined(_source_of(cell)), code=kind == "code")
        if len(source) > MAX_SOURCE:
            raise Unreadable(
                f"one of its cells holds more than {MAX_SOURCE // 2**20} million characters. Delete what was pasted "
                "into it"
            )
        if cell.get("cell_type") == "heading":
            level = cell.get("level")
            source = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " " + source
        new = {"code": v4.new_code_cell, "raw": v4.new_raw_cell}.get(kind, v4.new_markdown_cell)
        made = new(source, metadata=_marks(cell.get("metadata")))
        identity = cell.get("id")
        # A new id stands for none; ids are looked up in the release, where no id is longer.
        made.id = identity if isinstance(identity, str) and 0 < len(identity) <= 64 else made.id
        if kind != "code" and (pictures := self._pictures(cell.get("attachments"))):
            made["attachments"] = pictures
        return made

    def _pictures(self, attachments: Any) -> NotebookNode:
        """What is attached to a cell, as far as it is base64 of a kind that has a name, and there is room for it."""
        kept = NotebookNode()
        for name, bundle in attachments.items() if isinstance(attachments, dict) else ():
            for mime, value in bundle.items() if isinstance(bundle, dict) else ():
                data = _joined(value)
                if len(name) > MAX_NAME or not MIME.fullmatch(mime) or not _is_base64(data):
                    self.events.append("Something attached to a text cell is no picture; it was left out.")
                elif len(data) > self.room:
                    self.events.append("A picture that is attached to a text cell is too large; it was left out.")
                else:
                    self.room -= len(data)
                    kept.setdefault(_clean(name, code=False), NotebookNode())[mime] = data
        return kept


MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")


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
    """A text, which a notebook file may also hold as a list of lines; anything else is empty."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _clean(text: str, *, code: bool) -> str:
    """``text`` with line ends of one kind, without characters that no file, terminal or database takes.

    JSON can spell halves of characters, which become question marks.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "") if code else UNWRITABLE.sub("", text)


def _marks(metadata: Any) -> NotebookNode:
    """Of a cell's metadata the marks by which grading knows it: nbgrader's name, and the tag of a demonstration."""
    kept = NotebookNode()
    if not isinstance(metadata, dict):
        return kept
    info, tags = metadata.get("nbgrader"), metadata.get("tags")
    if isinstance(info, dict) and isinstance(info.get("grade_id"), str):
        kept["nbgrader"] = NotebookNode(grade_id=info["grade_id"][:MAX_NAME])
    if isinstance(tags, list) and DEMO in tags:
        kept["tags"] = [DEMO]
    return kept
