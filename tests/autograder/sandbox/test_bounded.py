"""JSON from hostile hands: right values, and for whatever costs too much a ValueError in little time."""

import json
import time

import pytest

from autograder.sandbox import bounded


def loads(content, max_values=1000, max_depth=10):
    return bounded.loads(content, max_values=max_values, max_depth=max_depth)


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -3, 2.5, 1e300, "", "text", 'a "quoted" \\ [{,:', [], {}, [1, [2, {"a": None}]], {"ü🙂": ["\n"]}],
)
def test_what_is_json_comes_through(value):
    for ascii_only in (True, False):
        assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[" * 5000 + b"]" * 5000, "too many values"),
        (b"[" * 11 + b"]" * 11, "nested too deeply"),
        (b'{"a":' * 11 + b"1" + b"}" * 11, "nested too deeply"),
        (b"[" + b"1," * 1000 + b"1]", "too many values"),
        (b"[" + b"{}," * 999 + b"{}]", "too many values"),
        (b"1" * 5000, "too long a number"),
        (b"1." + b"1" * 5000, "too long a number"),
        (b"[1", ""),
        (b"", ""),
        (b'"abc', ""),
        (b"]" * 10**6, ""),
        (b"\xff\xfe", ""),
        (b"{1: 2}", ""),
        (b'"a\nb"', ""),
        (b"nope", ""),
    ],
)
def test_what_is_none_or_too_much_is_refused(content, why):
    with pytest.raises(ValueError, match=why or None):
        loads(content)


def test_brackets_and_commas_in_text_count_for_nothing():
    text = "[{,:" * 10_000
    assert loads(json.dumps([text, {text: text}]).encode(), max_values=10) == [text, {text: text}]


def test_numbers_that_json_does_not_know_become_text():
    assert loads(b"[NaN, Infinity, -Infinity, 1e999, -1e999]") == ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"]
    json.dumps(loads(b"[1e999, NaN]"), allow_nan=False)


def test_half_a_character_does_not_stay():
    assert loads(rb'{"\ud800": ["a\udfff", "\ud83d\ude42"]}') == {"?": ["a?", "🙂"]}
    assert loads(rb'"\\ud800"') == r"\ud800"


@pytest.mark.parametrize(
    "content",
    [
        b'"' + b'\\"' * 2_000_000,
        b'"' * 4_000_001,
        b'"\\' * 2_000_000,
        b"[" * 4_000_000,
        b'["' * 2_000_000,
        b"," * 4_000_000,
        b"9" * 4_000_000,
    ],
    ids=lambda content: repr(content[:4]),
)
def test_what_is_refused_is_refused_in_linear_time(content):
    """A scan that tried each quote to the end would take days."""
    began = time.process_time()
    with pytest.raises(ValueError, match=r"."):
        loads(content)
    assert time.process_time() - began < 5
