"""The report on a class, and what all pages are rendered with.

A page is a single HTML file that needs no script, no network and no second file, and whose Content-Security-Policy
forbids all three. Text that a student controls reaches it only escaped, or through `autograder.pages.cells`.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.files import write_atomically
from autograder.gradebook.results import ClassResults, Item, ItemOutcome, ItemResult, Kind, Status, StudentResult
from autograder.judging import Outcome, Verdict
from autograder.pages.cells import CellKind

__all__ = [
    "TEMPLATES",
    "Bin",
    "Hard",
    "Histogram",
    "Tally",
    "environment",
    "hardest_of",
    "histogram_of",
    "report_values",
    "tallies_of",
    "template",
    "write_class_report",
]

TEMPLATES = Path(__file__).parent / "templates"
HARDEST = 5  # items in the list of the hardest
NAMES = 12  # students named in one line before "and n more"
GROUPS = 40  # lines in a list of failures or events


def write_class_report(results: ClassResults, path: Path, feedback_links: Mapping[str, str]) -> None:
    """Write the report on a class to ``path``.

    ``feedback_links`` gives the address of a student's feedback page, relative to the report; a student who is not in
    it is named without a link.
    """
    write_atomically(path, template("report.html.j2").render(**report_values(results, feedback_links)))


def report_values(results: ClassResults, links: Mapping[str, str]) -> dict[str, Any]:
    """What the report's template is set with."""
    handed_in = [student for student in results.students if student.has_come]
    judged = [student for student in handed_in if student.status is Status.GRADED and student.items]
    return {
        "results": results,
        "links": links,
        "figures": _figures(results, handed_in),
        "histogram": histogram_of(handed_in, results.max_points),
        "judged": len(judged),
        "unjudged": len(handed_in) - len(judged),
        "tallies": tallies_of(results.items, judged),
        "hardest": hardest_of(results.items, judged),
        "waiting": _by_item(results.items, {each.student: each.waiting for each in handed_in}),
        "to_review": _by_item(results.items, {each.student: each.to_review for each in handed_in}),
        "moved": len({move.student for move in results.moved}),
        "attention": _groups((each.student, said) for each in results.students for said in each.attention),
        "failures": _groups((student.student, student.reason) for student in results.students if student.reason),
        "events": _groups((student.student, event) for student in results.students for event in student.events),
    }


@cache
def template(name: str) -> Any:
    """A page's template, with what all pages use."""
    return environment(TEMPLATES).get_template(name)


def environment(*folders: Path) -> Environment:
    """What sets templates from ``folders``, with what all pages use."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(num=_number, percent=_percent, when=_when, clip=_clip, spark=_spark, among=_among)
    environment.filters.update(ticks=_ticks)
    environment.globals.update(count=_count, Status=Status, Kind=Kind, ItemOutcome=ItemOutcome, Outcome=Outcome)
    environment.globals.update(CellKind=CellKind, names=NAMES, groups=GROUPS)
    return environment


# What the report says ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Figures:
    """The numbers at the head of the report. Mean and median are those of the submissions that came."""

    students: int
    graded: int
    failed: int
    missing: int
    ungraded: int
    waiting: int
    mean: float
    median: float
    seconds: float


@dataclass(frozen=True)
class Bin:
    """One bar of the histogram: scores from ``low`` to below ``high``, the last one with ``high`` itself."""

    low: float
    high: float
    graded: int
    failed: int


@dataclass(frozen=True)
class Histogram:
    """Score distribution; ``step`` is the distance of the lines on the vertical axis, ``top`` the last of them.

    ``width`` is that of a bar; one that is wider stands for several, and is as tall as they are on average.
    """

    bins: tuple[Bin, ...]
    median: float
    step: int
    top: int
    width: float

    @property
    def end(self) -> float:
        """Right end of the horizontal axis."""
        return self.bins[-1].high


@dataclass(frozen=True)
class Tally:
    """How many submissions passed, failed and did not reach one criterion of an item."""

    item: str
    criterion: str
    max_points: float
    passed: int
    failed: int
    not_reached: int

    @property
    def total(self) -> int:
        """All submissions that were asked."""
        return self.passed + self.failed + self.not_reached


@dataclass(frozen=True)
class Hard:
    """An item on which the class earned little. ``lost`` is the criterion that most of it lost, by ``losers``."""

    item: Item
    share: float
    students: int
    lost: str
    losers: int
    hint: str
    hint_by: int
    seen: str
    seen_by: int


@dataclass(frozen=True)
class _Group:
    """Students about whom the same sentence holds."""

    sentence: str
    students: tuple[str, ...]


def _figures(results: ClassResults, handed_in: Sequence[StudentResult]) -> _Figures:
    scores = [student.score for student in handed_in]
    counts = Counter(student.status for student in results.students)
    return _Figures(
        students=len(results.students),
        graded=counts[Status.GRADED],
        failed=counts[Status.FAILED],
        missing=counts[Status.MISSING],
        ungraded=counts[Status.UNGRADED],
        waiting=sum(len(student.waiting) for student in handed_in),
        mean=statistics.fmean(scores) if scores else 0.0,
        median=statistics.median(scores) if scores else 0.0,
        seconds=sum(student.seconds for student in results.students),
    )


def histogram_of(handed_in: Sequence[StudentResult], max_points: float) -> Histogram | None:
    """None if there is nothing to show."""
    if not handed_in or max_points <= 0:
        return None
    width = _bin_width(max_points)
    count = math.ceil(max_points / width - 1e-9)
    graded, failed = [0] * count, [0] * count
    for student in handed_in:
        counts = failed if student.status is Status.FAILED else graded
        counts[min(count - 1, int(student.score / width + 1e-9))] += 1
    step, top = _axis(max(map(sum, zip(graded, failed, strict=True))))
    bins = [Bin(i * width, (i + 1) * width, graded[i], failed[i]) for i in range(count)]
    return Histogram(tuple(bins), statistics.median(student.score for student in handed_in), step, top, width)


def _bin_width(max_points: float) -> float:
    """The smallest round width that needs at most ten bins."""
    magnitude = 10.0 ** math.floor(math.log10(max_points / 10))
    widths = (factor * magnitude for factor in (1, 2, 2.5, 4, 5, 10, 20))
    return next(width for width in widths if max_points / width <= 10 + 1e-9)


def _axis(highest: int) -> tuple[int, int]:
    """Step and end of an axis of counts with at most five steps."""
    magnitude = 10 ** max(0, len(str(highest)) - 2)
    steps = (factor * scale for scale in (magnitude, 10 * magnitude) for factor in (1, 2, 5))
    step = next(step for step in steps if highest <= 5 * step)
    return step, step * max(1, math.ceil(highest / step))


def tallies_of(items: Sequence[Item], judged: Sequence[StudentResult]) -> dict[str, list[Tally]]:
    """The criteria of each test, in the order in which the judge asks them."""
    outcomes: dict[str, dict[str, Counter[Outcome]]] = {item.name: {} for item in items if item.kind is Kind.TEST}
    points: dict[tuple[str, str], float] = {}
    for name, verdict in _verdicts(judged):
        outcomes.setdefault(name, {}).setdefault(verdict.criterion, Counter())[verdict.outcome] += 1
        points[name, verdict.criterion] = verdict.max_points
    return {
        name: [_tally(name, criterion, points[name, criterion], counts) for criterion, counts in criteria.items()]
        for name, criteria in outcomes.items()
        if criteria
    }


def _tally(item: str, criterion: str, points: float, counts: Counter[Outcome]) -> Tally:
    return Tally(item, criterion, points, counts[Outcome.PASSED], counts[Outcome.FAILED], counts[Outcome.NOT_REACHED])


def _verdicts(judged: Iterable[StudentResult]) -> Iterable[tuple[str, Verdict]]:
    return ((item.name, verdict) for student in judged for item in student.items for verdict in item.criteria)


def hardest_of(items: Sequence[Item], judged: Sequence[StudentResult], least: int = 1) -> list[Hard]:
    """The items on which the smallest share of the points was earned, worst first.

    Items on which fewer than ``least`` lost anything are left out, and those that are still graded by hand.
    """
    hard = [found for item in items if (found := _hard(item, judged, least)) is not None]
    return sorted(hard, key=lambda each: each.share)[:HARDEST]


def _hard(item: Item, judged: Sequence[StudentResult], least: int) -> Hard | None:
    own = [result for student in judged for result in student.items if result.name == item.name]
    if any(result.points is None for result in own):
        return None  # Who left the answer blank has no points already, and would stand for all.
    if sum(result.share < 1.0 for result in own) < least:
        return None
    share = statistics.fmean(result.share for result in own)
    lost = [verdict for result in own for verdict in result.criteria if verdict.outcome is not Outcome.PASSED]
    criterion, losers = _commonest(verdict.criterion for verdict in lost)
    seen, seen_by = _commonest(verdict.rationale for verdict in lost if verdict.criterion == criterion)
    hint, hint_by = _commonest(verdict.hint for verdict in lost if verdict.criterion == criterion)
    return Hard(item, share, len(own), criterion, losers, hint, hint_by, seen, seen_by)


def _commonest(texts: Iterable[str]) -> tuple[str, int]:
    """The text that comes most often and how often; an empty one if there is none."""
    return next(iter(Counter(texts).most_common(1)), ("", 0))


def _by_item(items: Sequence[Item], of: Mapping[str, Sequence[ItemResult]]) -> dict[str, list[str]]:
    """For each item that is among somebody's items in ``of``, those students."""
    found = {
        item.name: [student for student, own in of.items() if item.name in {each.name for each in own}]
        for item in items
    }
    return {name: students for name, students in found.items() if students}


def _groups(pairs: Iterable[tuple[str, str]]) -> list[_Group]:
    """Students gathered by what is said about them, in the order in which it is first said."""
    groups: dict[str, dict[str, None]] = {}
    for student, sentence in pairs:
        groups.setdefault(sentence, {})[student] = None
    return [_Group(sentence, tuple(students)) for sentence, students in groups.items()]


# How it is written ---------------------------------------------------------------------------------------------------


def _number(value: float) -> str:
    """At most two decimals and no trailing zeros."""
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def _percent(part: float, whole: float = 1.0) -> str:
    """A share as a number of per cent, for a length in SVG or CSS."""
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") if whole else "0"


def _count(number: int, one: str, many: str = "") -> str:
    """``1 student``, ``2 students``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _when(iso: str) -> str:
    """An ISO date and time as people write it; as it came if it is none."""
    try:
        moment = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%B %Y, %H:%M} {moment:%Z}".strip()


def _clip(text: str, limit: int = 600) -> str:
    """``text``, cut off after ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _ticks(text: str) -> Markup:
    """``text`` escaped, what stands between backticks set as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _among(students: Sequence[str]) -> tuple[Sequence[str], int]:
    """The first few names and the number of the others."""
    return students[:NAMES], max(0, len(students) - NAMES)


def _spark(student: StudentResult, items: Sequence[Item]) -> dict[str, str]:
    """SVG paths of one small bar per item: its full height, the share earned, and dots where a grade is awaited."""
    own: dict[str, ItemResult] = {item.name: item for item in student.items}
    paths: dict[str, list[str]] = {"room": [], "earned": [], "awaited": []}
    for index, item in enumerate(items):
        result, x = own.get(item.name), index * 7
        if result is not None and result.points is None:
            paths["awaited"].append(f"M{x + 1} 7h3v3h-3z")
            continue
        paths["room"].append(f"M{x} 16h5")
        if result is not None and result.share > 0:
            paths["earned"].append(f"M{x} 16v-{_number(16 * result.share)}h5V16z")
    return {name: "".join(parts) for name, parts in paths.items()}
