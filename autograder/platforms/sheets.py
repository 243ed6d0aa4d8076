"""Tables as platforms write them, in any encoding, with any separator; single cells are changed, and nothing else."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from autograder.course import CourseError

__all__ = ["Cell", "Sheet", "read_sheet", "write_sheet"]

MAX_BYTES = 64 * 2**20
END_OF_ROW = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Cell:
    """One field: what it says, and where in the text it stands, with its quotes."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A table with the text that it was read from."""

    text: str
    encoding: str
    separator: str
    rows: list[list[Cell]]

    def with_texts(self, new: dict[tuple[int, int], str]) -> Sheet:
        """The same table in which the cells at (row, column) say something else."""
        pieces, last = [], 0
        changes = [(self.rows[row][column], text) for (row, column), text in new.items()]
        for cell, text in sorted(changes, key=lambda change: change[0].start):
            quoted = self.text[cell.start : cell.start + 1] == '"' or re.search(rf'["\r\n{self.separator}]', text)
            pieces += [self.text[last : cell.start], '"' + text.replace('"', '""') + '"' if quoted else text]
            last = cell.end
        text = "".join([*pieces, self.text[last:]])
        return Sheet(text, self.encoding, self.separator, _rows(text, self.separator))


def read_sheet(content: bytes, where: str) -> Sheet:
    """The table in a file's ``content``.

    Raises:
        CourseError: if it is none.
    """
    if len(content) > MAX_BYTES or content.startswith(b"PK\x03\x04"):
        raise CourseError(f"{where} is no table of text: save it as CSV, and try again.")
    text, encoding = _decoded(content)
    if "\0" in text:
        raise CourseError(f"{where} is no table of text: save it as CSV, and try again.")
    head = text.split("\n", 1)[0]
    separator = max("\t;,", key=head.count)
    return Sheet(text, encoding, separator, _rows(text, separator))


def write_sheet(sheet: Sheet) -> bytes:
    """The file's content, in the encoding that it was read in."""
    return sheet.text.encode(sheet.encoding, errors="xmlcharrefreplace")


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace"), "utf-16"
    for encoding in ("utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1"), "latin-1"


def _rows(text: str, separator: str) -> list[list[Cell]]:
    """The fields of every row that holds anything (RFC 4180; a quote inside of a plain field is a character)."""
    field = re.compile(rf'"((?:[^"]|"")*)"(?=[{separator}\r\n]|\Z)|([^{separator}\r\n]*)')
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    place = 0
    while True:
        found = field.match(text, place)
        assert found is not None
        quoted, plain = found.groups()
        row.append(Cell(quoted.replace('""', '"') if quoted is not None else plain, found.start(), found.end()))
        place = found.end()
        if place < len(text) and text[place] == separator:
            place += 1
            continue
        if len(row) > 1 or row[0].text:
            rows.append(row)
        row = []
        end = END_OF_ROW.match(text, place)
        if end is None or end.end() == len(text):
            return rows
        place = end.end()
