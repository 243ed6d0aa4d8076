"""When a submission came: `timestamp.txt`, as people, shells and learning platforms write it.

A moment counts only if it can be read in one way. Whatever can be read in two, or in none, is said, and counts as in
time: nobody shall lose points because the grader guessed.
"""

from __future__ import annotations

import json
import re
import warnings
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from dateutil import parser

__all__ = ["Unclear", "read_moment"]

LENGTH = 200  # characters that a moment may have


class Unclear(ValueError):
    """A text that is no moment, or more than one; the message says why."""


def read_moment(content: bytes) -> datetime:
    """The moment that a file's ``content`` names, in UTC and without a zone, as nbgrader keeps it.

    A moment without a zone is one in UTC.

    Raises:
        Unclear: if it can be read in no way or in several.
    """
    lines = content.decode(json.detect_encoding(content), "replace").strip("\0\ufeff \t\r\n").splitlines()
    text = lines[0].strip() if lines else ""
    if not text:
        raise Unclear("it is empty")
    if len(text) > LENGTH:
        raise Unclear("it is too long")
    moment = _since_1970(text) or _written_out(text)
    if not 1990 <= moment.year <= 2200:
        raise Unclear(f"the year {moment.year} cannot be meant")
    return moment


def _since_1970(text: str) -> datetime | None:
    """Seconds since 1970, or thousandths of seconds: as many digits as they have in our days."""
    found = re.fullmatch(r"@?(\d{10})(?:\.\d+)?|(\d{13})", text)
    if found is None:
        return None
    seconds = int(found[1]) if found[1] else int(found[2]) / 1000
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).replace(tzinfo=None)


TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp]\.?[Mm]\b\.?)?"
OFFSET = r"(?:UTC|GMT)?\s*(?P<sign>[+\-−])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)"
NAME = r"(?![AaPp]\.?[Mm]\b)[A-Za-z]+(?:[/_+\-][A-Za-z0-9]+)*"
ZONE = re.compile(
    rf"(?P<time>(?:\b|T){TIME}|T\d{{6}}(?:[.,]\d+)?)\s*(?:{OFFSET}|(?P<name>{NAME}))(?:\s*\([^()]*\)|\[[^\[\]]*\])?"
)
WORDS = re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|on$|the$)", re.I)
"""Months and days of the week, which may stand behind a time and are no zones."""


def _written_out(text: str) -> datetime:
    """A date and a time, in words and numbers, with a zone or without one."""
    zone = ZONE.search(text)
    if zone and zone["name"] and WORDS.match(zone["name"]):
        zone = None
    if zone is None and re.search(r"\s[+\-−]\d{2}:?\d{2}$", text):
        raise Unclear("it has no time of day")
    if zone is None:
        return _local(text)
    local = _local(text[: zone.end("time")] + " " + text[zone.end() :])
    if zone["sign"]:
        hours, minutes = int(zone["hours"]), int(zone["minutes"] or 0)
        if hours > 14 or minutes > 59:
            raise Unclear(f"no zone is {hours}:{minutes:02} away from UTC")
        away = timedelta(hours=hours, minutes=minutes)
        return local - away if zone["sign"] == "+" else local + away
    return local - _offset(zone["name"], local)


BEGINS_WITH_YEAR = re.compile(r"\d{4}[-/.]?\d{1,2}[-/.]?\d{1,2}\b|\d{4}-?\d{2}-?\d{2}T")
DEFAULTS = datetime(2000, 1, 1, 1), datetime(2001, 2, 2, 2)  # noqa: DTZ001 (their zone is what is still to be found)
"""Two moments from which nothing may be taken but the seconds: what differs between them was not in the text."""


def _local(text: str) -> datetime:
    """The date and time in ``text``, read in each order of day, month and year that people use."""
    text = re.sub(r"(?<=\d)\.(?=\s|$)|(?<=\d),(?=\s)", " ", text)
    orders = [(False, True)] if BEGINS_WITH_YEAR.match(text) else [(a, b) for a in (False, True) for b in (False, True)]
    found = set()
    for day_first, year_first in orders:
        for default in DEFAULTS:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", parser.UnknownTimezoneWarning)
                    moment = parser.parse(text, default=default, dayfirst=day_first, yearfirst=year_first)
            except (ValueError, OverflowError, parser.UnknownTimezoneWarning) as error:
                raise Unclear("it is no date and time that is known here") from error
            if moment.tzinfo is not None:
                raise Unclear("its zone does not stand behind the time")
            found.add(moment)
    if len({moment.time() for moment in found}) > 1:
        raise Unclear("it has no time of day")
    if len(found) > 1:
        raise Unclear("its date is not whole, or can be read in several ways. Write it as 2026-11-30 18:00:00 +0100")
    return found.pop()


FIXED = {"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
"""Abbreviations that e-mail has given a meaning (RFC 5322). Its CST is left to the zones: China has one, too."""


@cache
def _zones() -> dict[str, str]:
    """The names of all zones by their names in small letters."""
    return {name.lower(): name for name in available_timezones()}


def _offset(name: str, local: datetime) -> timedelta:
    """How far the zone ``name`` is ahead of UTC at its local time ``local``."""
    if name.upper() in FIXED:
        return timedelta(hours=FIXED[name.upper()])
    if name.lower() in _zones():
        away = local.replace(tzinfo=ZoneInfo(_zones()[name.lower()])).utcoffset()
        assert away is not None
        return away
    meant = _abbreviated(name.upper(), local.year)
    if not meant:
        raise Unclear(f"its zone `{name}` is not known here. Write it as an offset, such as +0100")
    if len(meant) > 1:
        raise Unclear(f"its zone `{name}` means several. Write it as an offset, such as +0100")
    return next(iter(meant))


@cache
def _abbreviated(name: str, year: int) -> frozenset[timedelta]:
    """What an abbreviation stood for anywhere in ``year``, summer or winter."""
    found = set()
    for zone in map(ZoneInfo, sorted(available_timezones())):
        for month in (1, 7):
            moment = datetime(year, month, 1, tzinfo=zone)
            if moment.tzname() == name and (away := moment.utcoffset()) is not None:
                found.add(away)
    return frozenset(found)
