"""What instructors see and do, what is kept of a student, and the command line."""

import csv
import io
import json
import re
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from nbgrader.api import Gradebook
from typer.testing import CliRunner

from autograder.cli import app
from autograder.course import CourseError
from autograder.gradebook.extensions import extension
from autograder.serving.choices import choices
from autograder.serving.privacy import forget, take_out
from autograder.serving.server import the_only_one
from tests.autograder.serving.stubs import RIGHT, WRONG, StubRunner, filled, running
from tests.autograder.serving.test_serving_shown import due


def test_the_class_is_seen_as_it_works(door):
    teacher, ana = door.browser(""), door.browser("ana")
    teacher.wait_for("/class", "0 graded")
    StubRunner.held.set()
    ana.hand_in(filled(door.assignment, WRONG))
    page = teacher.wait_for("/class/tiny", "It is running.").text
    assert re.search(r"Not begun</h3>\s*<p><a [^>]*>bo</a>, <a [^>]*>chi</a>", page)
    heard = []
    with teacher.stream("GET", "/class/tiny/events") as events:
        for line in events.iter_lines():
            heard += [line] if '"changed": true' in line else []
            StubRunner.held.clear()
            if heard:
                break
    teacher.wait_for("/class/tiny", "The queue is empty.")
    door.settled(1)
    page = teacher.get("/class/tiny").text
    assert "Histogram of scores" in page
    assert "Criterion by criterion" in page
    assert "Square each difference" in teacher.get("/class/tiny/of/ana/1").text


def test_an_assignment_is_closed_and_opened_again(door):
    teacher, ana = door.browser(""), door.browser("ana")
    token = ana.token("/a/tiny")
    assert teacher.fill_in("/class/tiny/close", {"closed": "yes"}, at="/class/tiny").status_code == 303
    assert "This assignment is closed" in ana.get("/a/tiny").text
    assert ana.fill_in("/a/tiny", file=("tiny.ipynb", filled(door.assignment)), token=token).status_code == 403
    teacher.fill_in("/class/tiny/close", {"closed": "no"}, at="/class/tiny")
    assert ana.hand_in(filled(door.assignment)).status_code == 303


def test_an_extension_counts_at_once(course, stubbed):
    (course.root / "serving.toml").write_text('time_zone = "Europe/Berlin"\n[tiny]\nbefore_due = "nothing"\n')
    due(course, datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1))
    with running(course) as door:
        teacher, ana, bo = door.browser(""), door.browser("ana"), door.browser("bo")
        teacher.wait_for("/class", "0 graded")
        for browser in (ana, bo):
            browser.hand_in(filled(door.assignment))
        grant = "/class/tiny/of/ana"
        assert teacher.fill_in(f"{grant}/extension", {"days": "2"}, at=grant).status_code == 303
        assert extension(course, "tiny", "ana").days == 2
        assert "your extension" in ana.get("/a/tiny").text
        assert "Feedback comes after the due date" in ana.get("/a/tiny/1").text
        bo.wait_for("/a/tiny/1", "Item by item")
        for fields in (
            {},
            {"days": "1", "until": "2030-01-01T10:00"},
            {"days": "-1"},
            {"days": "nan"},
            {"until": "soon"},
        ):
            assert teacher.fill_in(f"{grant}/extension", fields, at=grant).status_code == 422
        teacher.fill_in(f"{grant}/extension", {"until": "2030-07-01T18:00"}, at=grant)
        assert "1 July 2030, 18:00 CEST" in ana.get("/a/tiny").text


def test_an_attempt_is_run_again_and_logged(door):
    teacher, ana = door.browser(""), door.browser("ana")
    ana.hand_in(filled(door.assignment, WRONG))
    door.settled(1)
    page = "/class/tiny/of/ana"
    assert teacher.fill_in(f"{page}/again", {"number": "1", "why": ""}, at=page).status_code == 422
    asked = {"number": "1", "why": "the bias", "item": "mean_squared_error"}
    assert teacher.fill_in(f"{page}/again", asked, at=page).status_code == 303
    until_logged = door.course.output / "regrades.jsonl"
    teacher.wait_for("/class/tiny", "The queue is empty.")
    door.settled(1)
    (entry,) = [json.loads(line) for line in until_logged.read_text().splitlines()]
    assert (entry["student"], entry["why"], entry["item"]) == ("ana", "the bias", "mean_squared_error")
    assert [(change["before"], change["after"]) for change in entry["changes"]] == [(0.5, 0.5), (0, 0)]
    assert len(StubRunner.sent) == 2


def test_grades_are_downloaded_and_filled_into_a_platforms_file(door):
    teacher, ana = door.browser(""), door.browser("ana")
    ana.hand_in(filled(door.assignment, RIGHT))
    door.settled(1)
    rows = list(csv.DictReader(io.StringIO(teacher.get("/class/tiny/grades.csv").text)))
    assert {row["student_id"]: row["score"] for row in rows} == {"ana": "2.0", "bo": "0.0", "chi": "0.0"}
    assert "mean_squared_error" in teacher.get("/class/tiny/items.csv").content.decode("utf-8-sig")
    sheet = b'Student,ID,SIS User ID,SIS Login ID,Section,tiny (1)\nPoints Possible,,,,,3\n"Lima, Ana",1,ana,ana,,\n'
    filled_in = teacher.fill_in("/class/tiny/platform", {"platform": "canvas"}, ("g.csv", sheet), at="/class/tiny")
    assert filled_in.status_code == 200
    assert "1,ana,ana,,2" in filled_in.content.decode("utf-8-sig").replace('"', "")
    refused = teacher.fill_in("/class/tiny/platform", {"platform": "canvas"}, ("g.csv", b"nothing"), at="/class/tiny")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.text
    # What `atelier report` and `explain` read is written when there is time for it.
    assert (door.course.output / "grades" / "tiny.json").exists()


def test_points_given_in_formgrader_reach_the_students_page(door):
    ana = door.browser("ana")
    ana.hand_in(filled(door.assignment))
    door.settled(1)
    with Gradebook(door.course.database) as gradebook:
        grade = gradebook.find_grade("outliers", "tiny", "tiny", "ana")
        grade.manual_score, grade.needs_manual_grade = 1, False
        gradebook.db.commit()
    ana.wait_for("/a/tiny/1", "3</span> of 3 points")


# Links ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def atelier(course, monkeypatch):
    monkeypatch.chdir(course.root)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_links_are_printed_and_made_anew(atelier, course):
    rows = list(csv.DictReader(io.StringIO(atelier("serve", "--links").output)))
    assert [(row["name"], row["id"]) for row in rows] == [
        ("Instructor", ""),
        ("Ana Lima", "ana"),
        ("Bo Berg", "bo"),
        ("Chi Cho", "chi"),
    ]
    assert all(re.fullmatch(r"http://127\.0\.0\.1:8000/in/[\w-]{43}", row["link"]) for row in rows)
    assert len({row["link"] for row in rows}) == 4
    (renewed,) = csv.DictReader(io.StringIO(atelier("serve", "--renew", "ana").output))
    after = list(csv.DictReader(io.StringIO(atelier("serve", "--links").output)))
    assert [old["link"] == new["link"] for old, new in zip(rows, after, strict=True)] == [True, False, True, True]
    assert after[1]["link"] == renewed["link"]
    assert "is not on the roster" in atelier("serve", "--renew", "zoe").output


def test_a_second_server_in_the_same_folder_is_one_sentence(atelier, course):
    with the_only_one(course):
        for command in (["serve"], ["forget", "ana", "--yes"]):
            done = atelier(*command)
            assert done.exit_code == 1
            assert "`atelier serve` is running in" in done.output
            assert "Traceback" not in done.output


def test_bad_choices_are_one_sentence(course):
    for text, sentence in (
        ('[tiny]\ncounts = "worst"', "'worst' is not a valid Counts"),
        ("[tiny]\nattempts = 0", "must be a whole number from 1 on"),
        ("[tiny]\ncolour = 1", "`colour` is no choice"),
        ("[tinny]\nattempts = 3", "there is no assignment `tinny`"),
        ("[tiny", "serving.toml cannot be used"),
    ):
        (course.root / "serving.toml").write_text(text)
        with pytest.raises(CourseError, match=re.escape(sentence)):
            choices(course, "tiny")


# What is kept of one student -----------------------------------------------------------------------------------------


def everything(course):
    """All that lies in the folder, by path."""
    return {path: path.read_bytes() for path in course.output.rglob("*") if path.is_file()}


def test_all_that_is_kept_of_a_student_can_be_had_and_then_deleted(course, stubbed, tmp_path, atelier):
    with running(course) as door:
        for student in ("ana", "bo"):
            browser = door.browser(student)
            browser.hand_in(filled(door.assignment, mark=student * 5))
            door.settled(1, student)
        teacher = door.browser("")
        teacher.fill_in("/class/tiny/of/ana/extension", {"days": "1"}, at="/class/tiny/of/ana")
        teacher.get("/class/tiny/grades.csv")
    assert atelier("report", "tiny").exit_code == 0
    assert take_out(course, "ana", tmp_path / "ana.zip") > 6
    with zipfile.ZipFile(tmp_path / "ana.zip") as archive:
        names = archive.namelist()
        facts = json.loads(archive.read("facts.json"))
        assert "serving/attempts/tiny/ana/0001/notebook.ipynb" in names
        assert not [name for name in names if "bo" in name.split("/")]
    assert facts["enrolled"]["email"] == "ana@example.org"
    assert facts["extensions"] == {"tiny": {"days": 1.0, "until": None}}
    assert {entry["item"] for entry in facts["gradebook"]} == {"test_mean_squared_error", "outliers"}
    assert atelier("forget", "ana").exit_code == 1  # asks first
    assert "ana@example.org" in (course.output / "roster.csv").read_text()
    assert atelier("forget", "ana", "--yes").exit_code == 0
    left = everything(course)
    for word in (b"anaanaana", b"ana@example.org", b"Lima"):
        assert [path for path, content in left.items() if word in content] == []
    assert [path for path in left if "ana" in path.parts] == []
    assert b"bobobobobo" in (course.submitted / "bo" / "tiny" / "tiny.ipynb").read_bytes()
    rows = list(csv.DictReader((course.output / "grades" / "tiny.csv").read_text().splitlines()))
    assert [row["student_id"] for row in rows] == ["bo", "chi"]
    for function in (lambda: forget(course, "ana"), lambda: take_out(course, "ana", tmp_path / "x.zip")):
        with pytest.raises(CourseError, match="Nothing is kept of `ana`"):
            function()
    for name in ("..", "", "bo/tiny", "*"):
        with pytest.raises(CourseError):
            forget(course, name)
