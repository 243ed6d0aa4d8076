"""Rosters of platforms are read for what they hold, and people are found by what a platform calls them."""

import pytest

from autograder.course import CourseError
from autograder.gradebook.roster import Enrolled, Roster, as_folder, load_roster, save_roster
from autograder.platforms.people import read_roster

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,tiny (77)
    Points Possible,,,,,2
"García López, Ana",12345,ag1,anagl,Monday,
"Student, Test",1,,,,
"""
MOODLE = """\ufeffFirst name,Last name,ID number,Email address,Groups
Ana,García López,ag1,ana@uni.example,Monday
"""
BLACKBOARD = "Last Name\tFirst Name\tUsername\tStudent ID\tAvailability\nGarcía López\tAna\tanagl\tag1\tYes\n"
OWN = "id;name;email\nag1;Ana García López;ana@uni.example\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CANVAS.encode(), Enrolled("ag1", "García López", "Ana", section="Monday", login="anagl", number="12345")),
        (MOODLE.encode(), Enrolled("ag1", "García López", "Ana", "ana@uni.example", "Monday")),
        (BLACKBOARD.encode("utf-16"), Enrolled("ag1", "García López", "Ana", login="anagl")),
        (OWN.encode("cp1252"), Enrolled("ag1", "López", "Ana García", "ana@uni.example")),
    ],
)
def test_a_platforms_list_of_students_is_a_roster(content, expected):
    assert read_roster(content, "roster.csv") == [expected]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "names no students"),
        (b"a,b\n1,2\n", "names no students"),
        (b"id,name\nag1,Ana\nag1,Bo\n", "row 3: `ag1` stands there twice"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"id\n\0\0", "save it as CSV"),
    ],
)
def test_what_is_no_roster_is_one_sentence(content, sentence):
    with pytest.raises(CourseError, match=sentence):
        read_roster(content, "roster.csv")


def test_people_are_found_by_number_login_address_and_name():
    roster = Roster([Enrolled("ag1", "García", "Ana", "ana@uni.example", login="anag", number="12345")])
    for key in ("ag1", "AG1", "12345", "anag", "ana@uni.example", "ana"):
        assert roster.find([key]) is roster.people["ag1"]
    for name in ("Ana García", "García, Ana", "garciaana", "ANA GARCIÁ"):
        assert roster.find([], name) is roster.people["ag1"]
    assert roster.find(["1234"], "Ana") is None


def test_who_is_saved_is_loaded(tiny):
    people = [
        Enrolled("ag1", 'García, the "first"', "Ana", "ana@uni.example", "Monday", "anag", "12345"),
        Enrolled("x+1"),
    ]
    save_roster(tiny.course, people)
    assert list(load_roster(tiny.course).people.values()) == people


@pytest.mark.parametrize(
    ("name", "folder"), [("Ana García", "Ana-García"), ("../..", "nobody"), (".hidden", "hidden"), ("a/b\\c", "a-b-c")]
)
def test_a_folder_is_never_another_place(name, folder):
    assert as_folder(name) == folder
