"""JSON and sentences from hostile hands, within bounds: what they would cost is counted before any of it is built."""

from __future__ import annotations

import json
import math
import re
from typing import Any

__all__ = ["clean_sentence", "loads"]

# A string, or what begins like one and does not end. It always matches at a quote, so that it takes linear time.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_LONG_NUMBER = re.compile(rb"[\w.+-]{400}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))

MAX_SENTENCE = 300
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\{\{[^{}]*\}\} ?")
"""Bold type of terminals, and TensorFlow's names for operations (`{{function_node …}}`)."""


def loads(content: bytes, *, max_values: int, max_depth: int) -> Any:
    """The value of ``content``, encoded in UTF-8. All its strings can be encoded again, and so can its numbers.

    What is no number of JSON (NaN, and what is too large for a float) becomes the string that stood for it.

    Raises:
        ValueError: if it is no JSON, has more values and keys than ``max_values``, or is nested deeper than
            ``max_depth``.
    """
    bare = _STRING.sub(b"", content)
    openers = bare.count(b"[") + bare.count(b"{")
    if bare.count(b",") + bare.count(b":") + openers >= max_values:
        raise ValueError("too many values")
    if _LONG_NUMBER.search(bare):
        raise ValueError("too long a number")
    depth = 0
    for bracket in bare.translate(None, _NO_BRACKETS)[: 2 * openers + 1]:
        depth += 1 if bracket in b"[{" else -1
        if depth > max_depth:
            raise ValueError("nested too deeply")
    value = json.loads(content.decode("utf-8", "replace"), parse_constant=str, parse_float=_number)
    return _without_surrogates(value) if _SURROGATE.search(content) else value


def _number(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _without_surrogates(value: Any) -> Any:
    """Half a character, which JSON can name, is part of no text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(each) for key, each in value.items()}
    return value


def clean_sentence(text: object) -> str:
    """``text`` from the sandbox or from a student's hand as one short printable line."""
    if not isinstance(text, str):
        return ""
    plain = ESCAPES.sub("", text[: 2 * MAX_SENTENCE])
    printable = "".join(character if character.isprintable() else " " for character in plain)
    line = " ".join(printable.split())
    return line if len(line) <= MAX_SENTENCE else line[: MAX_SENTENCE - 1] + "…"
