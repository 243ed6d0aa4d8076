"""Formulas as MathML, which browsers show by themselves: no script, no font from the network."""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

__all__ = ["mathml"]

MAX_FORMULA = 4000  # characters; nobody writes longer ones

TAGS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom"),
    *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts", "none", "menclose"),
    *("mtable", "mtr", "mtd", "merror"),
}
"""Of MathML what sets something: none that has a link, a script, a picture or HTML in it."""

WORD = re.compile(r"[A-Za-z0-9#. -]{1,60}")
LENGTH = re.compile(r"-?\d?(\.\d{1,4})?(em|ex|pt)")
ATTRIBUTES = {
    **dict.fromkeys(("display", "displaystyle", "scriptlevel", "mathvariant", "mathcolor", "mathbackground"), WORD),
    **dict.fromkeys(("stretchy", "fence", "form", "separator", "accent", "accentunder", "movablelimits"), WORD),
    **dict.fromkeys(("largeop", "symmetric", "notation", "columnalign", "rowalign", "columnlines", "rowlines"), WORD),
    **dict.fromkeys(("linethickness", "rowspacing", "columnspacing", "frame"), WORD),
    # Not so long that a formula could lie over another part of the page.
    **dict.fromkeys(("width", "height", "depth", "lspace", "rspace", "voffset", "minsize", "maxsize"), LENGTH),
}


def mathml(formula: str, *, block: bool = False) -> str:
    """A LaTeX formula, without its dollars, as MathML; if it cannot be set, as it was typed.

    ``block`` puts it on a line of its own. What a student wrote may come here: of the tree that the converter makes
    only what is in `TAGS` and `ATTRIBUTES` is written, and all text is escaped here, since the converter does not.
    """
    try:
        if len(formula) > MAX_FORMULA:
            raise ValueError("too long")
        return _written(convert_to_element(formula, display="block" if block else "inline"))
    except MemoryError:
        raise
    except Exception:  # of a converter that reads what people type: anything
        return f"<code>{escape(formula)}</code>"


def _written(element: Element) -> str:
    if element.tag not in TAGS:
        raise ValueError(f"{element.tag} sets nothing")
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and ATTRIBUTES[name].fullmatch(value)
    )
    inside = _text(element.text) + "".join(_written(child) + _text(child.tail) for child in element)
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>"


def _text(text: str | None) -> str:
    """The converter writes symbols as references, and all else as it is."""
    return escape(unescape(text or ""))
