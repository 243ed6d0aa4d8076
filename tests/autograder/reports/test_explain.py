"""`atelier explain` says of each criterion what was seen and where to look, of one item or of all."""

import io

import pytest
from msgspec.structs import replace
from rich.console import Console

from autograder.course import CourseError
from autograder.judging import Outcome
from autograder.reports.explain import explanation
from tests.autograder.sample_results import a_class, failed, graded

BO = replace(
    graded("bo", Outcome.PASSED, Outcome.FAILED, Outcome.NOT_REACHED, Outcome.PASSED, comment="Why [bold]that[/]?"),
    events=("Code cell 3 was too slow; it was left out.",),
    late_penalty=1.0,
)


def shown(*arguments):
    console = Console(file=io.StringIO(), width=200)
    for part in explanation(a_class(BO, failed("chi")), *arguments):
        console.print(part)
    return console.file.getvalue()


def test_all_criteria_of_all_items_are_explained():
    text = shown("bo")
    assert "bo: graded, 4 of 10 points, 1 of them taken off for lateness." in text
    assert "- Code cell 3 was too slow; it was left out." in text
    assert "generator: 2 of 4 points" in text
    assert "scaling: waits to be graded by hand" in text
    assert [text.count(word) for word in ("passed", "not reached", "Look at the output layer.")] == [2, 1, 2]
    assert "[bold]that[/]" in text  # what people wrote is no markup


def test_one_item_by_itself():
    text = shown("bo", "generator")
    assert "forward" in text
    assert "always new" not in text


def test_who_could_not_be_graded_hears_why():
    assert "- The file is no JSON." in shown("chi")


def test_unknown_students_and_items_are_sentences():
    with pytest.raises(CourseError, match="no student `dag` in the grades of gan"):
        shown("dag")
    with pytest.raises(CourseError, match=r"no item `decoder` for bo \(there are: generator, sample_z, scaling\)"):
        shown("bo", "decoder")
