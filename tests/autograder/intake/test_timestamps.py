"""`timestamp.txt` in every form that is met; what can be read in two ways is not guessed."""

from datetime import UTC, datetime

import pytest

from autograder.intake.timestamps import Unclear, read_moment


def utc(*parts):
    """A moment as nbgrader keeps it: in UTC, without saying so."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)


QUARTER_TO_SIX = utc(2026, 11, 30, 17, 45)

SAME = [
    "2026-11-30 17:45:00 UTC",
    "2026-11-30 17:45:00",
    "2026-11-30 17:45",
    "2026-11-30 17:45:00.000000 UTC",
    "2026-11-30 18:45:00 +0100",
    "2026-11-30 18:45:00 +01:00",
    "2026-11-30 18:45:00 +01",
    "2026-11-30 09:45:00 -0800",
    "2026-11-30 23:15:00 +0530",
    "2026-11-30T18:45:00+01:00",
    "2026-11-30T17:45:00Z",
    "2026-11-30T17:45Z",
    "20261130T174500Z",
    "2026-11-30T18:45:00+01:00[Europe/Berlin]",
    "2026-11-30 18:45:00 CET",
    "2026-11-30 18:45:00 Europe/Berlin",
    "2026-11-30 18:45:00 europe/berlin",
    "2026-11-30 14:45:00 America/Argentina/Buenos_Aires",
    "2026-11-30 23:15:00 Asia/Kolkata",
    "2026-11-30 09:45:00 PST",
    "2026-11-30 12:45:00 EST",
    "2026-11-30 19:45:00 EET",
    "2026-12-01 02:45:00 JST",
    "2026-12-01 04:45:00 AEDT",
    "Mon Nov 30 18:45:00 CET 2026",
    "Mon, 30 Nov 2026 18:45:00 +0100",
    "Mon Nov 30 2026 18:45:00 GMT+0100 (Central European Standard Time)",
    "Monday, 30 November 2026, 5:45 PM",
    "Nov 30, 2026 5:45:00 p.m. UTC",
    "30.11.2026 17:45",
    "30/11/2026 17:45",
    "11/30/2026 5:45 PM",
    "2026/11/30 17:45:00",
    "1796060700",
    "1796060700.25",
    "1796060700000",
]


@pytest.mark.parametrize("text", SAME)
def test_a_moment_is_read_whatever_its_form(text):
    assert read_moment(text.encode()) == QUARTER_TO_SIX


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf2026-11-30 17:45:00 UTC\r\n",
        "2026-11-30 17:45:00 UTC".encode("utf-16"),
        b"\n  2026-11-30 17:45:00 UTC  \nhanded in by ana\n",
        b"2026-11-30 17:45:00 UTC\0\0",
    ],
)
def test_marks_line_ends_and_encodings_do_not_matter(content):
    assert read_moment(content) == QUARTER_TO_SIX


def test_summer_time_is_that_of_the_day():
    assert read_moment(b"2026-07-01 18:45 Europe/Berlin") == utc(2026, 7, 1, 16, 45)
    assert read_moment(b"2026-07-01 18:45 CEST") == utc(2026, 7, 1, 16, 45)
    assert read_moment(b"2026-07-01 18:45 BST") == utc(2026, 7, 1, 17, 45)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("\r\n", "is empty"),
        ("yesterday", "no date and time"),
        ("x" * 500, "too long"),
        ("2026-11-30", "no time of day"),
        ("2026-11-30 +0100", "no time of day"),
        ("18:45", "not whole"),
        ("12/11/2026 12:00", "several ways"),
        ("12.11.2026 12:00", "several ways"),
        ("1/2/3 4:05", "several ways"),
        ("2026-11-30 23:15:00 IST", "`IST` means several"),
        ("2026-11-30 12:00:00 CST", "`CST` means several"),
        ("2026-11-30 12:00:00 XYZ", "`XYZ` is not known"),
        ("2026-11-30 12:00:00 +2500", "no zone is 25:00"),
        ("2026-13-45 10:00", "no date and time"),
        ("0026-11-30 10:00", "the year 26 cannot be meant"),
        ("1234567890123456", "no date and time"),
    ],
)
def test_what_is_unclear_is_said_and_not_guessed(text, why):
    with pytest.raises(Unclear, match=why):
        read_moment(text.encode())
