"""The page for the class names nobody, in no byte, and tells nothing about fewer than five."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from msgspec.structs import replace

from autograder.course import CourseError
from autograder.gradebook.results import ClassResults, StudentResult
from autograder.gradebook.roster import Enrolled
from autograder.judging import Outcome
from autograder.reports.anonymous import SMALLEST, write_anonymous_report
from tests.autograder.reports.test_report import assert_harmless, assert_whole
from tests.autograder.sample_results import a_class, failed, graded, missing

PASSED, FAILED, NOT_REACHED = Outcome
NAMES = [
    f"{first}-{last}" for first in ("zyx", "quorra", "wendolyn") for last in ("abebe", "bjork", "czerny", "duarte")
]


def some_class(names: list[str]) -> ClassResults:
    """Twelve of all kinds; what is said of them quotes them, as rationales, comments and events may."""
    students = []
    for number, name in enumerate(names):
        outcomes = [PASSED if number % (k + 2) else FAILED for k in range(4)]
        student = graded(name, *outcomes, scaling=float(number % 3), comment=f"{name}, see me.")
        student = replace(student, events=(f"{name}.ipynb died.",), attention=(f"{name} (1).ipynb",))
        students.append(_quoting(student, f"`Model_{name}` has no bias."))
    return a_class(*students)


def _quoting(student: StudentResult, rationale: str) -> StudentResult:
    """The student, whom the first test told this rationale about what was lost."""
    first, *others = student.items
    criteria = tuple(
        each if each.outcome is PASSED else dataclasses.replace(each, rationale=rationale) for each in first.criteria
    )
    return replace(student, items=(replace(first, criteria=criteria), *others))


def page_of(results: ClassResults, folder: Path, *people: Enrolled) -> BeautifulSoup:
    """The page for the class, parsed."""
    write_anonymous_report(results, people, folder / "tiny.html")
    return BeautifulSoup((folder / "tiny.html").read_text(encoding="utf-8"), "html.parser")


def test_it_is_a_whole_page_without_a_link(tmp_path: Path) -> None:
    """With scores, hardest items and criteria."""
    page = page_of(some_class(NAMES), tmp_path)
    assert_whole(page)
    assert_harmless(page)
    assert not page.find_all("a")
    assert [part.h2["id"] for part in page.find_all("section")] == ["scores", "hardest", "criteria"]
    assert f"fewer than {SMALLEST}" in page.header.get_text()


def test_not_a_byte_of_the_folder_tells_of_a_name(tmp_path: Path) -> None:
    """In whatever case or half; and another order of names gives the same bytes."""
    page_of(some_class(NAMES), tmp_path / "a")
    page_of(some_class(NAMES[::-1]), tmp_path / "b")
    (one,), (other,) = (list((tmp_path / name).iterdir()) for name in "ab")
    assert one.name == other.name == "tiny.html"
    assert one.read_bytes() == other.read_bytes()
    content = one.read_bytes().lower()
    assert not [part for name in NAMES for part in (name, *name.split("-")) if part.encode() in content]


def test_what_five_were_told_is_quoted_unless_it_names_somebody(tmp_path: Path) -> None:
    """By the id or by a name on the roster, also inside of another word."""

    def quotes(rationale: str, times: int = 6) -> list[str]:
        told = [_quoting(graded(f"s{k:03}", FAILED, *[PASSED] * 3, scaling=2.0), rationale) for k in range(times)]
        rest = [graded(f"t{k:03}", *[PASSED] * 4, scaling=2.0) for k in range(12 - times)]
        page = page_of(a_class(*told, *rest), tmp_path, Enrolled("s001", "Duarte", "Quorra", "q.duarte@example.org"))
        return [quote.get_text() for quote in page.find_all("q")]

    assert quotes("The images differ.") == ["The images differ."]
    assert quotes("The images differ.", times=4) == []
    for name in ("Quorra", "DuarteLayer", "q.duarte@example.org", "s001", "S001_model"):
        assert quotes(f"`{name}` differs.") == []


def counts(page: BeautifulSoup) -> list[int]:
    """How many each bar of the histogram stands for."""
    texts = [text.get_text() for text in page.select(".histogram text.strong")]
    return [int(text) for text in texts if text.isdigit()]


@pytest.mark.parametrize("seed", range(8))
def test_no_bar_stands_for_fewer_than_five(tmp_path: Path, seed: int) -> None:
    """And all of them for everyone; wider bars are as tall as their neighbours would be on average."""
    outcomes = list(itertools.product((PASSED, FAILED), repeat=4))
    students = [graded(f"s{k}", *outcomes[(k * k * (seed + 3) + seed) % 16], scaling=2.0) for k in range(7 + 3 * seed)]
    page = page_of(a_class(*students), tmp_path)
    assert sum(counts(page)) == len(students)
    assert min(counts(page)) >= SMALLEST
    areas = [float(bar["width"].rstrip("%")) * float(bar["height"]) for bar in page.select(".histogram rect")]
    shares = [area / sum(areas) for area in areas]
    assert shares == pytest.approx([count / len(students) for count in counts(page)], abs=0.02)


def test_few_are_neither_counted_nor_drawn(tmp_path: Path) -> None:
    """Whether they passed or failed, and whether there is one or none."""

    def row(passed: int) -> tuple[str, list[str]]:
        students = [graded(f"s{k}", PASSED if k < passed else FAILED, *[PASSED] * 3, scaling=2.0) for k in range(12)]
        page = page_of(a_class(*students), tmp_path)
        (line,) = [line for line in page.select(".tallies tbody tr") if line.td and line.th.get_text() == "forward"]
        return line.select_one("td.number").get_text(), [bar["width"] for bar in line.find_all("rect")]

    assert {str(row(passed)) for passed in range(5)} == {str(("fewer than 5", ["0%", "100%"]))}
    assert row(6) == ("6", ["50%", "50%"])
    assert {str(row(passed)) for passed in range(8, 13)} == {str(("more than 7", ["100%", "0%"]))}


def test_a_loss_of_few_is_not_among_the_hardest(tmp_path: Path) -> None:
    """A share of 98% would tell that somebody lost something."""
    students = [graded(f"s{k}", *[PASSED if k >= 4 else FAILED] * 4, scaling=2.0) for k in range(40)]
    assert not page_of(a_class(*students), tmp_path).select("ol.hardest")


def test_few_that_failed_to_run_cannot_be_found_by_the_difference(tmp_path: Path) -> None:
    """Nor those who handed in nothing: it is not told how many there are."""
    others = [graded(f"s{k}", *[PASSED] * 4) for k in range(9)]

    def figures(*more: StudentResult) -> str:
        return str(page_of(a_class(*others, *more), tmp_path))

    assert figures() == figures(failed("x")) == figures(*map(failed, "wxyz"), missing("v"))
    assert counts(page_of(a_class(*others, *map(failed, "uvwxyz")), tmp_path)) == [6, 9]


def test_a_class_of_four_is_not_shown(tmp_path: Path) -> None:
    """What was shown before is taken away."""
    page_of(some_class(NAMES), tmp_path)
    with pytest.raises(CourseError, match="fewer than 5 submissions"):
        page_of(some_class(NAMES[:4]), tmp_path)
    assert not list(tmp_path.iterdir())
