"""The class as it may be shown to the class: no names, no links, no group so small that one would know who is meant.

Of what was said about submissions, only that is quoted which `SMALLEST` were told in the same words, and in which
nobody's name occurs. Nothing on the page depends on the order of names.
"""

from __future__ import annotations

import dataclasses
import re
import statistics
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from autograder.course import CourseError
from autograder.files import write_atomically
from autograder.gradebook.results import ClassResults, Status, StudentResult
from autograder.gradebook.roster import Enrolled, folded
from autograder.reports.report import Bin, Hard, Histogram, hardest_of, histogram_of, tallies_of, template

__all__ = ["SMALLEST", "write_anonymous_report"]

SMALLEST = 5
"""Students of whom something is told at least; smaller groups are put together, or called "fewer than five"."""


def write_anonymous_report(results: ClassResults, people: Collection[Enrolled], path: Path) -> None:
    """Write to ``path`` what may be shown of ``results``; ``people`` are those of the roster.

    Raises:
        CourseError: if fewer than `SMALLEST` handed something in. What lay at ``path`` is taken away.
    """
    handed_in = _nameless([student for student in results.students if student.has_come])
    judged = [student for student in handed_in if student.status is Status.GRADED and student.items]
    if len(handed_in) - len(judged) < SMALLEST:
        handed_in = judged  # who failed to run would be told by the difference
    if len(handed_in) < SMALLEST:
        path.unlink(missing_ok=True)
        raise CourseError(
            f"There are fewer than {SMALLEST} submissions: a page about so few would tell something about each of them."
        )
    names = _names(results, people)
    scores = [student.score for student in handed_in]
    histogram = histogram_of(handed_in, results.max_points)
    page = template("anonymous.html.j2").render(
        results=results,
        submissions=len(handed_in),
        median=statistics.median(scores),
        mean=statistics.fmean(scores),
        histogram=histogram and _put_together(histogram),
        judged=len(judged),
        tallies=tallies_of(results.items, judged) if len(judged) >= SMALLEST else {},
        hardest=[_quotable(hard, names) for hard in hardest_of(results.items, judged, least=SMALLEST)],
        smallest=SMALLEST,
        told=_told,
        about=_about,
        bar=_bar,
    )
    write_atomically(path, page)


def _nameless(students: Sequence[StudentResult]) -> list[StudentResult]:
    """The results without whose they are and what files were called, in an order that follows from what is left."""
    nameless = [msgspec.structs.replace(each, student="", reason="", events=(), attention=()) for each in students]
    return sorted(nameless, key=repr)


def _put_together(histogram: Histogram) -> Histogram:
    """The histogram, in which no bar but an empty one stands for fewer than `SMALLEST`: neighbours become one bar."""
    bins: list[Bin] = []
    for each in histogram.bins:
        few = bins and 0 < bins[-1].graded < SMALLEST
        bins.append(_joined(bins.pop() if few else Bin(each.low, each.low, 0, 0), each))
    while len(bins) > 1 and 0 < bins[-1].graded < SMALLEST:
        last = bins.pop()
        bins.append(_joined(bins.pop(), last))
    return dataclasses.replace(histogram, bins=tuple(bins))


def _joined(left: Bin, right: Bin) -> Bin:
    """Both as one bar, in which it is not told who failed to run."""
    return Bin(left.low, right.high, left.graded + left.failed + right.graded + right.failed, 0)


def _told(count: int, total: int) -> str:
    """A number of students; not how many exactly if they, or all others, are few."""
    if count < SMALLEST:
        return f"fewer than {SMALLEST}"
    return f"more than {total - SMALLEST}" if total - count < SMALLEST else str(count)


def _about(share: float) -> int:
    """A share to the nearest five per cent, in which no single loss shows."""
    return round(20 * share) * 5


def _bar(count: int, total: int) -> int:
    """How full a bar is, in per cent: it says no more than `_told` does."""
    if count < SMALLEST:
        return 0
    return 100 if total - count < SMALLEST else _about(count / total)


def _quotable(hard: Hard, names: Collection[str]) -> Hard:
    """Of a hard item only what `SMALLEST` lost or were told, and in which nobody is named."""
    lost = hard.losers >= SMALLEST
    return dataclasses.replace(
        hard,
        lost=hard.lost if lost else "",
        hint=hard.hint if lost and hard.hint_by >= SMALLEST and not _named(hard.hint, names) else "",
        seen=hard.seen if lost and hard.seen_by >= SMALLEST and not _named(hard.seen, names) else "",
    )


def _names(results: ClassResults, people: Collection[Enrolled]) -> set[str]:
    """All that a student may be known by, as `folded` writes it."""
    known = {folded(student.student) for student in results.students}
    for person in people:
        known |= person.keys | {folded(name) for name in f"{person.first_name} {person.last_name}".split()}
    return known - {""}


def _named(text: str, names: Collection[str]) -> bool:
    """Whether one of ``names`` stands in ``text``: as a word, or, if it has more than three letters, inside of one."""
    plain = folded(text)
    words = set(re.findall(r"[^\W_]+", plain))
    return any(name in words or (len(name) > 3 and name in plain) for name in names)
