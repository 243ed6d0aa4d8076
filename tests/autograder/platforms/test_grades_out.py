"""Grades go into a platform's own file: one column changes, and not a byte beside it."""

import pytest
from msgspec.structs import replace

from autograder.course import CourseError
from autograder.gradebook.results import Status, StudentResult
from autograder.gradebook.roster import Enrolled, Roster
from autograder.judging import Outcome
from autograder.platforms.grades_out import Platform, fill, table
from autograder.platforms.sheets import read_sheet, write_sheet
from tests.autograder.sample_results import a_class, graded

ROSTER = Roster(
    [
        Enrolled("ag1", "García", "Ana", "ana@uni.example", number="12345"),
        Enrolled("bm2", "Müller", "Björn", number="23456"),
    ]
)


@pytest.fixture
def results():
    ana = graded("ag1", *[Outcome.PASSED] * 4)
    return a_class(replace(ana, points=7.25), StudentResult("bm2", Status.MISSING, "Nothing.", 0.0, ana.max_points))


def filled(content, platform, results, **more):
    outcome = fill(read_sheet(content, "grades.csv"), platform, results, ROSTER, **more)
    return outcome, write_sheet(outcome.sheet)


def test_canvas(results):
    title = results.title
    before = (
        f"\ufeffStudent,ID,SIS User ID,Section,{title} (77),Other (78)\r\n"
        "    Points Possible,,,,10,5\r\n"
        '"García, Ana",12345,ag1,"Mon, 9",,4\r\n"Müller, Björn",23456,bm2,Mon,3,4\r\n"Strange, Dora",99999,,,,1\r\n'
    ).encode()
    outcome, after = filled(before, Platform.CANVAS, results)
    assert after == before.replace(b'"Mon, 9",,4', b'"Mon, 9",7.25,4')
    assert (outcome.count, outcome.strangers) == (1, ())
    assert bool(outcome.remarks) == (results.max_points != 10)


def test_moodle_counts_with_commas_where_it_does(results):
    before = (
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Feedback comments\n"
        'Participant 12345,Ana García,ana@uni.example,Submitted,,"10,00","said ""so"""\n'
    ).encode()
    _, after = filled(before, Platform.MOODLE, results)
    assert after == before.replace(b"Submitted,,", b'Submitted,"7,25",')


def test_blackboard_writes_utf_16_with_tabs(results):
    before = f'"Last Name"\t"Username"\t"{results.assignment} [Total Pts: 10 Score] |4711"\n"García"\t"ag1"\t""\n'
    outcome, after = filled(before.encode("utf-16"), Platform.BLACKBOARD, results)
    assert after.decode("utf-16") == before.replace('"ag1"\t""', '"ag1"\t"7.25"')
    assert outcome.count == 1


def test_who_is_not_in_the_file_is_told(results):
    outcome, _ = filled(b"Student,ID,Points\nX,1,\n", Platform.CANVAS, results, column="Points")
    assert outcome.strangers == ("ag1",)


@pytest.mark.parametrize("header", [b"Student,ID\n", b"Student,Points,Points\n"])
def test_a_column_that_is_not_there_once_is_one_sentence(results, header):
    with pytest.raises(CourseError, match="name it with `--column`"):
        filled(header, Platform.CANVAS, results, column="Points")


def test_the_table_has_a_column_for_each_item(results):
    head, ana, bo = table(results, ROSTER, items=True).splitlines()
    assert all(item.name in head.split(",") for item in results.items)
    assert ana.startswith("ag1,García,Ana,,graded,")
    assert bo.startswith("bm2,Müller,Björn,,missing,")
