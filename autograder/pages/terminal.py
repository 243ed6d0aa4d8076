"""What a terminal would show in the end of a text with progress bars in it.

A bar is drawn over and over: carriage returns lead back to the start of a line, backspaces one character back, and what
comes next is written over what stood there. Shown as it came, one such bar fills a page with thousands of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

__all__ = ["settled"]

MOVES = re.compile(r"[\r\x08]|\x1b\[[02]?K")
PIECES = re.compile(r"\r|\x08+|\x1b\[[0-9;]*[A-Za-z]|\x1b|[^\r\x08\x1b]+")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CLEAR = "\x1b[0m"
MAX_COLOUR = 64
"""Characters of all that sets the colour of a place; whoever sets more loses it."""


def settled(text: str) -> str:
    """``text`` as it stands once all of it is printed: without moves of the cursor, with its colours.

    The cursor stays within its line. Time and memory grow no faster than the text does.
    """
    return "\n".join(_line(line) if MOVES.search(line) else line for line in text.split("\n"))


def _line(text: str) -> str:
    """One line after all that moves the cursor in it: of each place the last character, in the colour that it had."""
    places: list[tuple[str, str]] = []
    cursor, colour = 0, ""
    for piece in PIECES.findall(text.rstrip("\r")):
        if piece == "\r":
            cursor = 0
        elif piece[0] == "\b":
            cursor = max(0, cursor - len(piece))
        elif COLOUR.fullmatch(piece):
            colour = _mixed(colour, piece)
        elif piece in ("\x1b[K", "\x1b[0K"):
            del places[cursor:]
        elif piece == "\x1b[2K":
            places.clear()
            cursor = 0  # a terminal leaves it where it is, but who erases a line returns to its start
        elif piece[0] != "\x1b":
            places[cursor : cursor + len(piece)] = [(character, colour) for character in piece]
            cursor += len(piece)
    return "".join(_coloured(places, colour))


def _mixed(colour: str, code: str) -> str:
    """What sets the colour after one more ``code``, which adds to what was set before unless it begins with a reset."""
    if code.strip("\x1b[0;m") == "":
        return ""
    mixed = code if code.startswith("\x1b[0;") else colour + code
    return mixed if len(mixed) <= MAX_COLOUR else ""


def _coloured(places: Sequence[tuple[str, str]], last: str) -> Iterator[str]:
    """The characters, and between them what changes the colour; ``last`` holds for what follows the line."""
    now = ""
    for character, colour in [*places, ("", last)]:
        if colour != now:
            yield (CLEAR if now else "") + colour
            now = colour
        yield character
