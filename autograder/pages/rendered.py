"""Texts rendered in a process with bounds, and remembered: a class shares its prose and much of its code."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence

from autograder.bounded_process import BoundedProcess, BoundsExceeded

__all__ = ["NOT_SHOWN", "PICTURE_OF", "SHOWN", "Piece", "rendered"]

Piece = tuple[str, str]
"""How a text is to be rendered (``text``, ``code`` or ``output``, see `autograder.pages.rendering`), and the text."""

SHOWN, NOT_SHOWN = b"+", b"-"
"""What stands in front of the HTML of a text, or in its place."""
PICTURE_OF = "https://picture.invalid/"
"""Where a picture is said to lie while the text is rendered; the pictures themselves would burden the renderer."""

SECONDS = (10, 5, 3, 2)
"""Of processor time for what one page asks for; whenever a text has taken too long, the others have less."""
MAX_REMEMBERED = 2**26  # characters of all that is remembered
SMALL = 1000  # of them for the least

_renderer = BoundedProcess("autograder.pages.rendering", memory=2**30, most=2**28)


class _Memory:
    """What has been rendered, for all threads that make pages; with more characters than it may hold it begins anew."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._html: dict[Piece, str | None] = {}
        self._characters = 0

    def known(self, pieces: Sequence[Piece]) -> dict[Piece, str | None]:
        """The HTML of those of ``pieces`` that are remembered; None of one that cannot be shown."""
        with self._lock:
            return {piece: self._html[piece] for piece in pieces if piece in self._html}

    def keep(self, done: Mapping[Piece, str | None]) -> None:
        """Remember these, too."""
        with self._lock:
            if self._characters > MAX_REMEMBERED:
                self._html, self._characters = {}, 0
            self._characters += sum(len(html or "") + SMALL for html in done.values())
            self._html.update(done)


_memory = _Memory()


def rendered(pieces: Sequence[Piece]) -> list[str | None]:
    """The HTML of each piece; None if it cannot be shown.

    It takes too long, becomes too large, or is such that the renderer stumbles.
    """
    found = _memory.known(pieces)
    found |= {piece: "" for piece in pieces if not piece[1]}
    waiting = [piece for piece in dict.fromkeys(pieces) if piece not in found]
    for seconds in SECONDS if waiting else ():
        came = _ask(waiting, seconds)
        done = dict(zip(waiting, came, strict=False))
        found |= done
        # Outputs are large, and nobody else's. What was given up is not remembered: others may have the same text.
        _memory.keep({piece: html for piece, html in done.items() if piece[0] != "output"})
        waiting = waiting[len(came) + 1 :]
        if not waiting:
            break
    return [found.get(piece) for piece in pieces]


def _ask(pieces: Sequence[Piece], seconds: int) -> list[str | None]:
    """What came before one of ``pieces`` took too long."""
    came: list[str | None] = []
    try:
        for part in _renderer.ask("pieces", json.dumps(pieces).encode(), seconds=seconds):
            came.append(part[1:].decode() if part[:1] == SHOWN else None)
    except BoundsExceeded:
        pass
    return came
