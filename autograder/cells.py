"""A student's notebook as harmless HTML, for the feedback page.

Whoever opens the page did not write the notebook, so nothing in it may run, load or track: text is escaped, Markdown
goes through an allow-list, of the outputs only text and checked bitmaps are shown (never HTML, SVG or JavaScript),
and every part has a bound on its size. Hidden tests and mark schemes are cut out of whatever is shown.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from textwrap import shorten
from typing import Any
from urllib.parse import unquote

import bleach
from IPython.lib.lexers import IPython3Lexer
from markupsafe import Markup
from nbconvert.filters import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import Python3Lexer

from autograder.perform import DEMO

__all__ = ["CellKind", "CellView", "strip_hidden", "view_cells"]

log = logging.getLogger(__name__)

MAX_CELLS = 400
MAX_SOURCE = 20_000  # characters of one cell's source
MAX_SOURCES = 400_000  # characters of all sources of one page
MAX_TEXT = 10_000  # characters of one text output
MAX_PICTURE = 1_000_000  # base64 characters of one picture
MAX_OUTPUTS = 3_000_000  # characters of all outputs of one page
MAX_ATTACHED = 8_000_000  # base64 characters of one picture in a text, which may be a photograph
MAX_ATTACHMENTS = 24_000_000  # base64 characters of all pictures in the texts of one page

HIDDEN = {"BEGIN HIDDEN TESTS": "END HIDDEN TESTS", "BEGIN MARK SCHEME": "END MARK SCHEME"}
PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "blockquote", "pre", "code"),
    *("a", "img", "b", "i", "em", "strong", "del", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
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
    shown = (cell for cell in notebook.cells if _text(cell.get("source")).strip())
    return [_guarded(cell, rooms) for cell, _ in zip(shown, range(MAX_CELLS), strict=False)]


@dataclass
class _Room:
    """What is left of one of a page's bounds."""

    left: int

    def take(self, size: int) -> bool:
        """Whether ``size`` more characters fit; if so, they are taken."""
        fits = size <= self.left
        self.left -= size if fits else 0
        return fits


class _Rooms:
    """All that is left of a page."""

    def __init__(self) -> None:
        self.sources, self.outputs, self.pictures = _Room(MAX_SOURCES), _Room(MAX_OUTPUTS), _Room(MAX_ATTACHMENTS)


NOT_SHOWN = Markup('<p class="note">This cell cannot be shown here; it is in the notebook.</p>')


def _guarded(cell: NotebookNode, rooms: _Rooms) -> CellView:
    """A cell, or a note in its place if what renders it stumbles: the rest of the page is needed all the same."""
    try:
        return _view(cell, rooms)
    except Exception:
        log.exception("A cell could not be rendered.")
        kind, item = _kind(cell)
        return CellView(kind, item, "", NOT_SHOWN)


def _view(cell: NotebookNode, rooms: _Rooms) -> CellView:
    kind, item = _kind(cell)
    source = _text(cell.get("source"))
    is_code = cell.get("cell_type") == "code"
    pictures: dict[str, str] = {}
    if not is_code:
        source, pictures = _lift_pictures(source, cell.get("attachments"))
    source = _clip(strip_hidden(source), MAX_SOURCE)
    if not rooms.sources.take(len(source)):
        source = "# Left out: the page is full."
    if not is_code:
        return CellView(kind, item, _heading(source), _with_pictures(source, pictures, rooms.pictures))
    outputs = cell.get("outputs")
    views = _outputs(outputs if isinstance(outputs, list) else [], rooms.outputs, hides=kind is CellKind.CHECK)
    return CellView(kind, item, "", _code(source), tuple(views))


# Pictures in texts ---------------------------------------------------------------------------------------------------

INLINE = re.compile(r"data:(image/[a-z.+-]{1,20});base64,([A-Za-z0-9+/=]+)")
ATTACHED = re.compile(r"attachment:([^\s)\]>\"']+)")
PICTURE_OF = "https://picture.invalid/"
"""Where a picture is said to lie while the text is rendered; the pictures themselves would burden the renderer."""
PLACE = re.compile(re.escape(PICTURE_OF) + r"\d{1,6}")
PLACED = re.compile(rf'<img(?P<before>[^<>]*?) src="{re.escape(PICTURE_OF)}(?P<number>\d+)"(?P<after>[^<>]*)>')
LEFT_OUT = Markup('<span class="note">[A picture was left out: it is missing, too large or not one.]</span>')


def _lift_pictures(source: str, attachments: Any) -> tuple[str, dict[str, str]]:
    """A text with addresses in the place of its pictures, pasted or attached, and the data behind each address."""
    bundles = attachments if isinstance(attachments, Mapping) else {}
    pictures: dict[str, str] = {}

    def put(uri: str) -> str:
        pictures[str(len(pictures))] = uri
        return f"{PICTURE_OF}{len(pictures) - 1}"

    def attached(found: re.Match[str]) -> str:
        bundle = bundles.get(found[1], bundles.get(unquote(found[1])))
        known = [mime for mime in PICTURES if isinstance(bundle, Mapping) and mime in bundle]
        return put(f"data:{known[0]};base64,{_text(bundle[known[0]])}" if known else "")

    source = source.replace(PICTURE_OF, "")
    source = INLINE.sub(lambda found: put(found[0]), source)
    return ATTACHED.sub(attached, source), pictures


def _with_pictures(source: str, pictures: Mapping[str, str], room: _Room) -> Markup:
    """A text rendered, with its pictures where they belong."""
    html = _markdown(source)
    if PICTURE_OF not in html:
        return html

    def put(found: re.Match[str]) -> str:
        mime, _, data = pictures.get(found["number"], "").removeprefix("data:").partition(";base64,")
        checked = _picture(mime, data, MAX_ATTACHED)
        if checked is None or not room.take(len(checked)):
            return LEFT_OUT
        return f'<img{found["before"]} src="data:{mime};base64,{checked}"{found["after"]}>'

    return Markup(re.sub(rf' src="{PLACE.pattern}"', "", PLACED.sub(put, html)))


def _kind(cell: NotebookNode) -> tuple[CellKind, str]:
    """What the cell is by its metadata, and the item that it belongs to."""
    ordinary = CellKind.CODE if cell.get("cell_type") == "code" else CellKind.PROSE
    if ordinary is CellKind.CODE and DEMO in cell.get("metadata", {}).get("tags", []):
        return CellKind.DEMO, ""
    metadata = cell.get("metadata", {}).get("nbgrader")
    if not isinstance(metadata, Mapping):
        return ordinary, ""
    name = _text(metadata.get("grade_id"))
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


@lru_cache(maxsize=1024)  # A class shares its prose and much of its code.
def _markdown(source: str) -> Markup:
    html = MarkdownWithMath(renderer=IPythonRenderer(escape=False, exclude_anchor_links=True)).render(source)
    clean = bleach.clean(html, tags=_TAGS, attributes=_allowed, protocols={"http", "https", "data"}, strip=True)
    return Markup(clean)


def _allowed(tag: str, name: str, value: str) -> bool:
    """Attributes that Markdown may keep: links to the web, and pictures that the notebook itself carries."""
    if (tag, name) == ("a", "href"):
        return value.startswith(("http://", "https://"))
    if (tag, name) == ("img", "src"):
        mime, _, data = value.removeprefix("data:").partition(";base64,")
        return bool(PLACE.fullmatch(value)) or (value.startswith("data:") and _picture(mime, data) is not None)
    return (tag, name) == ("img", "alt")


@lru_cache(maxsize=1024)
def _code(source: str) -> Markup:
    # IPython's lexer looks for magics everywhere, which takes seconds on long lines of one character.
    lexer = IPython3Lexer() if len(source) < 4000 else Python3Lexer()
    return Markup(highlight(source, lexer, HtmlFormatter(nowrap=True)))


def _outputs(outputs: list[Any], room: _Room, *, hides: bool) -> Iterator[Markup]:
    """Each output as HTML. ``hides``: of a check, show what it printed, not its result or where it failed."""
    for output in outputs:
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
        return _pre(_text(output.get("text")), "stderr" if output.get("name") == "stderr" else "stdout")
    if kind == "error" and hides:
        # The traceback of a check could quote what the check expects.
        return Markup('<p class="note">The check stopped with {}.</p>').format(_clip(_text(output.get("ename")), 80))
    if kind == "error":
        lines = output.get("traceback")
        trace = "\n".join(_text(line) for line in lines) if isinstance(lines, list) else ""
        return _pre(trace or f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}", "stderr")
    data = output.get("data")
    if not isinstance(data, Mapping) or (hides and _is_score(output, data)):
        return None
    for mime in PICTURES:
        if mime in data:
            return _bitmap(mime, _text(data[mime]))
    return _pre(_text(data["text/plain"]), "stdout") if "text/plain" in data else None


def _is_score(output: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether an output of a check is the grader's own; the page tells points and verdicts by itself."""
    own = (mime for mime in data if isinstance(mime, str) and mime.startswith("application/vnd.atelier."))
    return output.get("output_type") == "execute_result" or any(own)


def _pre(text: str, name: str) -> Markup:
    # A line that a progress bar has written over and over shows its last state.
    lines = (line.rstrip("\r").rsplit("\r", 1)[-1] for line in strip_hidden(text[: 50 * MAX_TEXT]).split("\n"))
    return Markup('<pre class="{}" tabindex="0">{}</pre>').format(
        name, Markup(ansi2html(_clip("\n".join(lines).strip("\n"), MAX_TEXT)))
    )


def _bitmap(mime: str, data: str) -> Markup:
    checked = _picture(mime, data)
    if checked is None:
        return Markup('<p class="note">A picture was left out: it is too large or not one.</p>')
    return Markup('<img src="data:{};base64,{}" alt="Picture that this cell made">').format(mime, checked)


def _picture(mime: str, data: str, limit: int = MAX_PICTURE) -> str | None:
    """``data`` as clean base64 if it is a bitmap of the kind ``mime`` and not too large, else None."""
    compact = "".join(data.split()) if len(data) <= 2 * limit else data
    if mime not in PICTURES or len(compact) > limit:
        return None
    try:
        content = base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return None
    return compact if content.startswith(PICTURES[mime]) else None


def _text(value: Any) -> str:
    """A notebook's text: a string, or a list of strings to be joined; anything else is empty."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _clip(text: str, limit: int) -> str:
    """``text``, its middle left out if it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    left, right = limit * 3 // 4, limit // 4
    return f"{text[:left]}\n[... {len(text) - left - right:,} characters left out ...]\n{text[-right:]}"
