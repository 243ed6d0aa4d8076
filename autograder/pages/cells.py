"""A student's notebook as harmless HTML, for the feedback page.

Whoever opens the page did not write the notebook, so nothing in it may run, load or track: text is escaped, Markdown
goes through an allow-list, of the outputs only text and checked bitmaps are shown (never HTML, SVG or JavaScript),
and every part has a bound on its size and on the time that setting it takes. What was cut is said. Hidden tests and
mark schemes are cut out of whatever is shown.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from textwrap import shorten
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup, escape
from nbconvert.filters import ansi2html
from nbformat import NotebookNode

from autograder.pages.rendered import PICTURE_OF, Piece, rendered
from autograder.pages.terminal import settled
from autograder.schema import DEMO

__all__ = [
    "PICTURES",
    "CellKind",
    "CellView",
    "as_html",
    "clip",
    "lift_pictures",
    "merged_outputs",
    "picture",
    "settled_outputs",
    "strip_hidden",
    "text_of",
    "view_cells",
    "with_pictures",
]

log = logging.getLogger(__name__)

MAX_CELLS = 400
MAX_SOURCE = 20_000  # characters of one cell's source
MAX_SOURCES = 400_000  # characters of all sources of one page
MAX_TEXT = 10_000  # characters of one text output
MAX_PRINTED = 2_000_000  # characters of one stream before progress bars are settled
MAX_PICTURE = 1_000_000  # base64 characters of one picture
MAX_OUTPUTS = 3_000_000  # characters of all outputs of one page
MAX_ATTACHED = 8_000_000  # base64 characters of one picture in a text, which may be a photograph
MAX_ATTACHMENTS = 24_000_000  # base64 characters of all pictures in the texts of one page

HIDDEN = {"BEGIN HIDDEN TESTS": "END HIDDEN TESTS", "BEGIN MARK SCHEME": "END MARK SCHEME"}
PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
    "image/webp": b"RIFF",
}


class CellKind(StrEnum):
    """What a cell is to the reader of a feedback page."""

    PROSE = "prose"
    CODE = "code"
    DEMO = "demo"
    ANSWER = "answer"
    CHECK = "check"
    QUESTION = "question"


@dataclass(frozen=True)
class CellView:
    """One cell, ready to be shown. ``item`` names the graded item that it belongs to, or is empty."""

    kind: CellKind
    item: str
    heading: str
    source: Markup
    outputs: tuple[Markup, ...] = ()


def strip_hidden(text: str) -> str:
    """``text`` without hidden tests and mark schemes; a region that is never closed reaches to the end."""
    kept: list[str] = []
    closing = ""
    for line in text.split("\n"):
        if closing:
            closing = "" if closing in line else closing
            continue
        closing = next((end for begin, end in HIDDEN.items() if begin in line), "")
        if not closing:
            kept.append(line)
    return "\n".join(kept)


def view_cells(notebook: NotebookNode) -> list[CellView]:
    """The cells of ``notebook`` in order, without empty ones."""
    rooms = _Rooms()
    shown = [cell for cell in notebook.cells if text_of(cell.get("source")).strip()]
    prepared = [_guarded(_prepare, cell, rooms) for cell in shown[:MAX_CELLS]]
    html = rendered([each.piece for each in prepared])
    views = [_guarded(_view, cell, rooms, each, text) for cell, each, text in zip(shown, prepared, html, strict=False)]
    if len(shown) > MAX_CELLS:
        left = Markup('<p class="note">{:,} more cells were left out: the page is full.</p>').format(
            len(shown) - MAX_CELLS
        )
        views.append(CellView(CellKind.PROSE, "", "", left))
    return views


@dataclass
class Room:
    """What is left of one of a page's bounds, in characters."""

    left: int

    def take(self, size: int) -> bool:
        """Whether ``size`` more characters fit; if so, they are taken."""
        fits = size <= self.left
        self.left -= size if fits else 0
        return fits


class _Rooms:
    """All that is left of a page."""

    def __init__(self) -> None:
        self.sources, self.outputs, self.pictures = Room(MAX_SOURCES), Room(MAX_OUTPUTS), Room(MAX_ATTACHMENTS)


NOT_SHOWN = Markup('<p class="note">This cell cannot be shown here; it is in the notebook.</p>')
AS_TYPED = Markup(
    '<p class="note">This text takes too long to be set. It is shown as it was typed.</p><pre tabindex="0">{}</pre>'
)


@dataclass(frozen=True)
class _Prepared:
    """A cell's source, ready to be rendered, and the pictures that belong into it."""

    piece: Piece
    pictures: Mapping[str, str]


def _guarded(work: Any, cell: NotebookNode, *more: Any) -> Any:
    """What ``work`` makes of a cell; a note if it stumbles, since the rest of the page is needed all the same."""
    try:
        return work(cell, *more)
    except Exception:
        log.exception("A cell could not be rendered.")
        kind, item = _kind(cell)
        return _Prepared(("text", ""), {}) if work is _prepare else CellView(kind, item, "", NOT_SHOWN)


def _prepare(cell: NotebookNode, rooms: _Rooms) -> _Prepared:
    source = text_of(cell.get("source"))
    is_code = cell.get("cell_type") == "code"
    pictures: dict[str, str] = {}
    if not is_code:
        source, pictures = lift_pictures(source, cell.get("attachments"))
    source = clip(strip_hidden(source), MAX_SOURCE)
    if not rooms.sources.take(len(source)):
        source = "# Left out: the page is full."
    return _Prepared(("code" if is_code else "text", source), pictures)


def _view(cell: NotebookNode, rooms: _Rooms, prepared: _Prepared, html: str | None) -> CellView:
    kind, item = _kind(cell)
    how, source = prepared.piece
    text = as_html(prepared.piece, html)
    if how == "text":
        return CellView(kind, item, _heading(source), with_pictures(text, prepared.pictures, rooms.pictures))
    outputs = cell.get("outputs")
    views = _outputs(outputs if isinstance(outputs, list) else [], rooms.outputs, hides=kind is CellKind.CHECK)
    return CellView(kind, item, "", text, tuple(views))


def as_html(piece: Piece, html: str | None) -> Markup:
    """A piece that was rendered; as it was typed if it could not be."""
    how, source = piece
    if html is not None:
        return Markup(html)
    return escape(source) if how == "code" else AS_TYPED.format(source)


# Pictures in texts ---------------------------------------------------------------------------------------------------

INLINE = re.compile(r"data:(image/[a-z.+-]{1,20});base64,([A-Za-z0-9+/=]+)")
ATTACHED = re.compile(r"attachment:([^\s)\]>\"']+)")
PLACED = re.compile(rf'<img(?P<before>[^<>]*?) src="{re.escape(PICTURE_OF)}(?P<number>\d+)"(?P<after>[^<>]*)>')
LEFT_OUT = Markup('<span class="note">[A picture was left out: it is missing, too large or not one.]</span>')


def lift_pictures(source: str, attachments: Any) -> tuple[str, dict[str, str]]:
    """A text with addresses in the place of its pictures, pasted or attached, and the data behind each address."""
    bundles = attachments if isinstance(attachments, Mapping) else {}
    pictures: dict[str, str] = {}

    def put(uri: str) -> str:
        pictures[str(len(pictures))] = uri
        return f"{PICTURE_OF}{len(pictures) - 1}"

    @cache  # a text may show one picture thousands of times
    def uri(name: str) -> str:
        bundle = bundles.get(name, bundles.get(unquote(name)))
        known = [mime for mime in PICTURES if isinstance(bundle, Mapping) and mime in bundle]
        return f"data:{known[0]};base64,{text_of(bundle[known[0]])}" if known else ""

    source = source.replace(PICTURE_OF, "")
    source = INLINE.sub(lambda found: put(found[0]), source)
    return ATTACHED.sub(lambda found: put(uri(found[1])), source), pictures


def with_pictures(html: Markup, pictures: Mapping[str, str], room: Room | None = None) -> Markup:
    """A rendered text with its pictures where they belong."""
    room = room or Room(MAX_ATTACHMENTS)
    if PICTURE_OF not in html:
        return html

    @cache
    def checked(uri: str) -> str:
        mime, _, data = uri.removeprefix("data:").partition(";base64,")
        clean = picture(mime, data, MAX_ATTACHED)
        return "" if clean is None else f"data:{mime};base64,{clean}"

    def put(found: re.Match[str]) -> str:
        source = checked(pictures.get(found["number"], ""))
        if not source or not room.take(len(source)):
            return LEFT_OUT
        return f'<img{found["before"]} src="{source}"{found["after"]}>'

    return Markup(re.sub(rf' src="{re.escape(PICTURE_OF)}[^"]*"', "", PLACED.sub(put, html)))


def _kind(cell: NotebookNode) -> tuple[CellKind, str]:
    """What the cell is by its metadata, and the item that it belongs to."""
    ordinary = CellKind.CODE if cell.get("cell_type") == "code" else CellKind.PROSE
    if ordinary is CellKind.CODE and DEMO in cell.get("metadata", {}).get("tags", []):
        return CellKind.DEMO, ""
    metadata = cell.get("metadata", {}).get("nbgrader")
    if not isinstance(metadata, Mapping):
        return ordinary, ""
    name = text_of(metadata.get("grade_id"))
    if metadata.get("grade") and metadata.get("solution"):
        return CellKind.QUESTION, name
    if metadata.get("grade"):
        return CellKind.CHECK, name.removeprefix("test_")
    if metadata.get("solution"):
        return CellKind.ANSWER, name
    return ordinary, ""


def _heading(source: str) -> str:
    """The first line of a text, without the marks of a heading."""
    first = next(line for line in [*source.splitlines(), ""] if line.strip() or not source.strip())
    return shorten(first.strip().lstrip("#").strip(), 90, placeholder=" …")


def merged_outputs(outputs: Iterable[Any]) -> list[Any]:
    """A cell's outputs, in which neighbouring pieces of one stream are one; what is given stays as it is."""
    found: list[Any] = []
    for name, pieces in groupby(outputs, _stream):
        if not name:
            found += pieces
            continue
        first, *more = pieces
        text = "".join(text_of(piece.get("text")) for piece in (first, *more))
        found.append(NotebookNode({**first, "text": text}))
    return found


def settled_outputs(outputs: Iterable[Any]) -> list[Any]:
    """The same as a terminal would show them in the end: of a progress bar, printed piece by piece, its last state."""
    found = merged_outputs(outputs)
    for output in filter(_stream, found):
        output.text = settled(clip(output.text, MAX_PRINTED))
    return found


def _stream(output: Any) -> str:
    """The name of the stream that an output is a piece of; empty if it is of none."""
    is_stream = isinstance(output, Mapping) and output.get("output_type") == "stream"
    return text_of(output.get("name")) or "stdout" if is_stream else ""


def _outputs(outputs: list[Any], room: Room, *, hides: bool) -> Iterator[Markup]:
    """Each output as HTML. ``hides``: of a check, show what it printed, not its result or where it failed."""
    for output in settled_outputs(outputs):
        if not isinstance(output, Mapping):
            continue
        view = _output(output, hides=hides)
        if view is None:
            continue
        if not room.take(len(view)):
            yield Markup('<p class="note">More output was left out: the page is full.</p>')
            return
        yield view


def _output(output: Mapping[str, Any], *, hides: bool) -> Markup | None:
    kind = output.get("output_type")
    if kind == "stream":
        return _pre(text_of(output.get("text")), "stderr" if output.get("name") == "stderr" else "stdout")
    if kind == "error" and hides:
        # The traceback of a check could quote what the check expects.
        return Markup('<p class="note">The check stopped with {}.</p>').format(clip(text_of(output.get("ename")), 80))
    if kind == "error":
        lines = output.get("traceback")
        trace = "\n".join(text_of(line) for line in lines) if isinstance(lines, list) else ""
        return _pre(trace or f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}", "stderr")
    data = output.get("data")
    if not isinstance(data, Mapping) or (hides and _is_score(output, data)):
        return None
    for mime in PICTURES:
        if mime in data:
            return _bitmap(mime, text_of(data[mime]))
    return _pre(text_of(data["text/plain"]), "stdout") if "text/plain" in data else None


def _is_score(output: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether an output of a check is the grader's own; the page tells points and verdicts by itself."""
    own = (mime for mime in data if isinstance(mime, str) and mime.startswith("application/vnd.atelier."))
    return output.get("output_type") == "execute_result" or any(own)


def _pre(text: str, name: str) -> Markup:
    shown = clip(strip_hidden(settled(clip(text, MAX_PRINTED))).strip("\n"), MAX_TEXT)
    return Markup('<pre class="{}" tabindex="0">{}</pre>').format(name, Markup(ansi2html(shown)))


def _bitmap(mime: str, data: str) -> Markup:
    checked = picture(mime, data)
    if checked is None:
        return Markup('<p class="note">A picture was left out: it is too large or not one.</p>')
    return Markup('<img src="data:{};base64,{}" alt="Picture that this cell made">').format(mime, checked)


def picture(mime: str, data: str, limit: int = MAX_PICTURE) -> str | None:
    """``data`` as clean base64 if it is a bitmap of the kind ``mime`` and not too large, else None."""
    compact = "".join(data.split()) if len(data) <= 2 * limit else data
    if mime not in PICTURES or len(compact) > limit:
        return None
    try:
        content = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return None
    return compact if content.startswith(PICTURES[mime]) else None


def text_of(value: Any) -> str:
    """A notebook's text: a string, or a list of strings to be joined; anything else is empty."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def clip(text: str, limit: int) -> str:
    """``text``, its middle left out if it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    left, right = limit * 3 // 4, limit // 4
    return f"{text[:left]}\n[... {len(text) - left - right:,} characters left out ...]\n{text[-right:]}"
