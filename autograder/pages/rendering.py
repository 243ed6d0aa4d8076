"""Texts of students as HTML that cannot run, load, cover or take over anything; `rendered` has it run apart.

A text can be made such that rendering it takes minutes. So each has its own bound of processor time, and one
that cannot be rendered within it ends this process, not the page.
"""

from __future__ import annotations

import json
import math
import re
import resource
import secrets
import time
import traceback
from collections.abc import Callable, Iterator

import nh3
from IPython.lib.lexers import IPython3Lexer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import Python3Lexer

from autograder.pages.formulas import mathml
from autograder.pages.rendered import NOT_SHOWN, PICTURE_OF, SHOWN

__all__ = ["pieces"]

SECONDS = 5
"""Of processor time for one text. What people write takes some milliseconds."""
MAX_HTML = 2 * 2**20
"""Bytes that become of one text; rich outputs may hold pictures and are bounded by whoever keeps them."""

PLACE = re.compile(re.escape(PICTURE_OF) + r"\d{1,6}")
PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]+")

TEXT_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "div", "span", "blockquote", "pre", "code"),
    *("a", "img", "b", "i", "em", "strong", "del", "sub", "sup", "ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
OUTPUT_TAGS = TEXT_TAGS | {
    *("caption", "colgroup", "col", "tfoot", "center", "details", "summary", "figure", "figcaption", "small", "kbd"),
    *("s", "u", "mark", "samp", "var", "tt"),
}
CELL = {"colspan", "rowspan", "align", "valign", "style"}
ATTRIBUTES = {tag: {"style"} for tag in OUTPUT_TAGS} | {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": CELL,
    "th": CELL,
    "tr": {"style", "align", "valign"},
    "col": {"span", "style"},
    "table": {"border", "style"},
    "details": {"open"},
}
STYLES = {
    *("color", "background-color", "font-weight", "font-style", "font-size", "font-family", "text-align"),
    *("text-decoration", "vertical-align", "white-space", "width", "height", "max-width", "padding", "border"),
}
"""None that could put anything over another part of the page, or load anything."""


def pieces(content: bytearray) -> Iterator[bytes]:
    """What becomes of each text in a JSON list of kinds and texts: its HTML behind a `SHOWN`, or `NOT_SHOWN` alone."""
    for kind, text in json.loads(content.decode()):
        soon = math.ceil(time.process_time()) + SECONDS
        _, last = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (soon if last < 0 else min(soon, last), last))
        try:
            html = KINDS[kind](text).encode("utf-8", "replace")
        except MemoryError:
            raise
        except Exception:
            traceback.print_exc()
            html = None
        shown = html is not None and (kind == "output" or len(html) <= MAX_HTML)
        yield SHOWN + html if shown and html is not None else NOT_SHOWN


FORMULA = re.compile(rf"formula-{secrets.token_hex(16)}-(\d+);")
"""What stands for a formula while the text around it is cleaned. Whoever wrote the text cannot know it."""


class _Renderer(IPythonRenderer):
    """Sets formulas as MathML, which it keeps apart."""

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.formulas: list[str] = []

    def inline_math(self, body: str) -> str:
        return self._kept(mathml(body))

    def block_math(self, body: str) -> str:
        return self._kept(mathml(body, block=True))

    def latex_environment(self, name: str, body: str) -> str:
        return self._kept(mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True))

    def _kept(self, formula: str) -> str:
        self.formulas.append(formula)
        return FORMULA.pattern.replace(r"(\d+)", str(len(self.formulas) - 1))


def _text(source: str) -> str:
    """Markdown of a student: formatting, formulas, links to the web, and pictures at their `PLACE`."""
    renderer = _Renderer()
    html = nh3.clean(
        MarkdownWithMath(renderer=renderer).render(source),
        tags=TEXT_TAGS,
        attributes={"a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_text_attribute,
        url_schemes={"http", "https"},
    )
    return FORMULA.sub(lambda found: renderer.formulas[int(found[1])], html)


def _text_attribute(tag: str, name: str, value: str) -> str | None:
    if FORMULA.search(value):  # markup has no place in an attribute
        return None
    if (tag, name) == ("a", "href"):
        return _address(value)
    if (tag, name) == ("img", "src"):
        return value if PLACE.fullmatch(value) else None
    return value


def _address(value: str) -> str | None:
    """An address on the web, which the page itself has no part of."""
    return value if value.startswith(("http://", "https://")) else None


def _output(html: str) -> str:
    """The HTML of an output: tables, formatting and pictures that it carries itself.

    No names for the page's own scripts to find: those of formgrader look for ids and classes of their buttons.
    """
    return nh3.clean(
        html,
        tags=OUTPUT_TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_output_attribute,
        allowed_classes={"table": {"dataframe"}},
        filter_style_properties=STYLES,
        url_schemes={"http", "https", "data"},
    )


def _output_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("a", "href"):
        return _address(value)
    if (tag, name) == ("img", "src"):
        return value if PICTURE.fullmatch(value) else None
    return value


def _code(source: str) -> str:
    # IPython's lexer looks for magics everywhere, which takes seconds on long lines of one character.
    lexer = IPython3Lexer() if len(source) < 4000 else Python3Lexer()
    return highlight(source, lexer, HtmlFormatter(nowrap=True))


KINDS: dict[str, Callable[[str], str]] = {"text": _text, "output": _output, "code": _code}
