"""Pairs of notebooks whose own cells are unusually alike: a hint for the instructor, and no verdict.

By winnowing (Schleimer, Wilkerson, Aiken 2003, "Winnowing: local algorithms for document fingerprinting"): runs of
tokens are hashed, and of every few neighbouring hashes the smallest is kept. Names that a student could choose count
as one token, and neither comments nor layout count, so renaming, reordering and reformatting change little. What the
release holds, what the solution and the right answers have, and what much of the class has says nothing about a pair.
"""

from __future__ import annotations

import builtins
import hashlib
import io
import keyword
import math
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup, escape
from nbformat import NotebookNode

from autograder.reports.report import template

__all__ = ["Fingerprints", "Pair", "fingerprints", "marked", "own_cells", "page", "pairs"]

RUN = 9
"""Tokens of code that are hashed together; of written answers so many words are less than a sentence."""
WORDS = 6
WINDOW = 4
"""Of so many neighbouring hashes one is kept: a passage of `RUN` + `WINDOW` - 1 tokens in common is always found."""

MOST_OF_CELL, MOST_COMPARED = 20_000, 200_000
"""Characters of a cell and of a notebook that are compared: no notebook may take minutes."""

COMMON = 0.2
"""What more than this share of a class has is common ground."""
ALIKE, AT_LEAST = 0.4, 6
"""A pair is named if it shares at least this part of what one of them has of its own, and so many fingerprints."""


@dataclass(frozen=True)
class Token:
    """What a token counts as, and where it stands in its cell's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Fingerprints:
    """One notebook: its own cells, and where in them each fingerprint stands: (cell, start, end)."""

    cells: tuple[str, ...]
    places: Mapping[int, list[tuple[int, int, int]]]


@dataclass(frozen=True)
class Pair:
    """Two students, the share of what the one with less has of its own that is in both, and which fingerprints."""

    first: str
    second: str
    share: float
    shared: frozenset[int]


def own_cells(notebook: NotebookNode, release: NotebookNode) -> list[tuple[str, bool]]:
    """The text of the cells that the student wrote or changed, as far as it is compared, and whether it is code."""
    given = {cell.source.strip() for cell in release.cells}
    own = [cell for cell in notebook.cells if cell.source.strip() and cell.source.strip() not in given]
    left, found = MOST_COMPARED, []
    for cell in own:
        found.append((cell.source[: min(left, MOST_OF_CELL)], cell.cell_type == "code"))
        left -= len(found[-1][0])
    return [(text, is_code) for text, is_code in found if text]


def fingerprints(cells: Iterable[tuple[str, bool]]) -> Fingerprints:
    """The fingerprints of cells, each a text and whether that is code."""
    cells = list(cells)
    places: dict[int, list[tuple[int, int, int]]] = {}
    for number, (text, is_code) in enumerate(cells):
        tokens = list(_code(text) if is_code else _words(text))
        for value, first, last in _winnowed(tokens, RUN if is_code else WORDS):
            places.setdefault(value, []).append((number, tokens[first].start, tokens[last].end))
    return Fingerprints(tuple(text for text, _ in cells), places)


def _words(text: str) -> Iterator[Token]:
    for found in re.finditer(r"\w+", text):
        yield Token(found[0].casefold(), found.start(), found.end())


IGNORED = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING),
    tokenize.ENDMARKER,
}
KEPT = {*keyword.kwlist, *dir(builtins)}


def _code(text: str) -> Iterator[Token]:
    """Tokens of Python: names of the language and of attributes as they are, all others as one, strings as one.

    Reads as far as the text is Python.
    """
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    before = ""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    while True:
        try:
            token = next(tokens)
        except (StopIteration, tokenize.TokenError, SyntaxError):
            return
        if token.type in IGNORED:
            continue
        shown = token.string
        if token.type == tokenize.NAME and before != "." and shown not in KEPT:
            shown = "name"
        elif token.type == tokenize.STRING:
            shown = "text"
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        yield Token(shown, start, end)
        before = token.string


def _winnowed(tokens: list[Token], run: int) -> Iterator[tuple[int, int, int]]:
    """Hashes of runs of tokens, of each window the smallest (the last of equals), with first and last token."""
    hashes = [_hash(" ".join(token.text for token in tokens[at : at + run])) for at in range(len(tokens) - run + 1)]
    chosen = -1
    for at in range(len(hashes) - WINDOW + 1):
        best = min(range(at, at + WINDOW), key=lambda place: (hashes[place], -place))
        if best != chosen:
            chosen = best
            yield hashes[best], best, best + run - 1


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def pairs(students: Mapping[str, Fingerprints], ground: Iterable[Fingerprints] = ()) -> list[Pair]:
    """The pairs that are unusually alike, the most alike first; what ``ground`` has counts for nothing.

    A fingerprint counts the more the fewer of the class have it.
    """
    known = set().union(*(each.places for each in ground))
    count = Counter(value for each in students.values() for value in each.places)
    most = max(2, COMMON * len(students))
    weight = {
        value: math.log(1 + len(students) / number)
        for value, number in count.items()
        if number <= most and value not in known
    }
    own = {student: {value for value in each.places if value in weight} for student, each in students.items()}
    total = {student: sum(weight[value] for value in values) for student, values in own.items()}
    found = []
    for first, second in combinations(sorted(students), 2):
        shared = own[first] & own[second]
        if len(shared) >= AT_LEAST:
            share = sum(weight[value] for value in shared) / min(total[first], total[second])
            if share >= ALIKE:
                found.append(Pair(first, second, share, frozenset(shared)))
    return sorted(found, key=lambda pair: -pair.share)


# The page -------------------------------------------------------------------------------------------------------------


def marked(prints: Fingerprints, shared: frozenset[int]) -> list[Markup]:
    """The text of each own cell that shares anything, escaped, and what is shared marked."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for value in shared:
        for cell, start, end in prints.places[value]:
            spans.setdefault(cell, []).append((start, end))
    return [_with_marks(prints.cells[cell], sorted(found)) for cell, found in sorted(spans.items())]


def _with_marks(text: str, spans: list[tuple[int, int]]) -> Markup:
    pieces, last = Markup(), 0
    for start, end in spans:
        if end > last:
            begin = max(start, last)
            pieces += escape(text[last:begin]) + Markup("<mark>") + escape(text[begin:end]) + Markup("</mark>")
            last = end
    return Markup(pieces + escape(text[last:])).replace(Markup("</mark><mark>"), Markup())


MOST = 50
"""Pairs that the page shows."""


def page(assignment: str, title: str, found: list[Pair], students: Mapping[str, Fingerprints]) -> str:
    """The HTML page of these pairs, side by side."""
    shown = [
        (pair, marked(students[pair.first], pair.shared), marked(students[pair.second], pair.shared))
        for pair in found[:MOST]
    ]
    return str(
        template("similar.html.j2").render(
            assignment=assignment, title=title, pairs=shown, more=len(found) - len(shown), students=len(students)
        )
    )
