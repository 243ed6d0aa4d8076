"""Points reach the learning platform: all that count, as soon as they may be seen, whatever fails on the way."""

import json
import logging
import threading
import time
import zipfile
from datetime import UTC, datetime, timedelta

import nbformat
import pytest
from nbgrader.api import Gradebook
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from autograder.serving import elsewhere, passback
from autograder.serving.lti import Lti
from autograder.serving.privacy import forget, take_out
from tests.autograder.serving.lti_platform import AGS, as_tool, launch
from tests.autograder.serving.stubs import PATIENCE, RIGHT, WRONG, Browser, filled, running
from tests.autograder.serving.test_serving_killed import Process, killed_at
from tests.autograder.serving.test_serving_shown import choose, due

SCORES = "/lineitems/tiny/scores"


@pytest.fixture
def hurried(monkeypatch):
    """What is looked at every few seconds is looked at all the time."""
    monkeypatch.setattr(passback, "EVERY", 0.05)
    monkeypatch.setattr(passback, "FIRST", 0.2)
    monkeypatch.setattr(passback, "LATER", 0.1)


@pytest.fixture
def tool(course, stubbed, school, hurried):
    """Starts the server; what it began with is on the disk."""

    def start():
        return running(course, lti=Lti.of(course))

    as_tool(course, school)
    return start


@pytest.fixture
def door(tool, school):
    with tool() as door:
        school.tool = door.origin
        yield door


def come(door, school, student="ana"):
    """A student's browser, sent by the platform."""
    browser, answer = launch(door, school, f"u-{student}")
    assert answer.headers["location"] == "/a/tiny"
    return browser


def graded_by_hand(course, points, student="ana"):
    """As formgrader writes it."""
    with Gradebook(course.database) as gradebook:
        grade = gradebook.find_grade("outliers", "tiny", "tiny", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        gradebook.db.commit()


def answered(assignment, body=RIGHT):
    """The student notebook with ``body`` in its blank, and an answer to its question, which has to be read."""
    notebook = nbformat.reads(filled(assignment, body).decode(), as_version=4)
    (cell,) = [each for each in notebook.cells if each.metadata.get("nbgrader", {}).get("grade_id") == "outliers"]
    cell.source = "They weigh more, since their distance is squared."
    return nbformat.writes(notebook).encode()


def test_from_the_launch_to_the_points(door, school):
    """Each change of what counts arrives: of an attempt, of the next, and of a question that is graded by hand."""
    ana = come(door, school)
    assert ana.hand_in(filled(door.assignment, WRONG)).status_code == 303
    school.wait_for(lambda: school.points("u-ana") == (0.5, 3, "FullyGraded"))
    ana.hand_in(answered(door.assignment))
    school.wait_for(lambda: school.points("u-ana") == (2, 3, "PendingManual"))
    graded_by_hand(door.course, 1)
    school.wait_for(lambda: school.points("u-ana") == (3, 3, "FullyGraded"))
    assert school.refused == []
    assert school.asked.count("/token") == 1  # one serves many scores
    assert {each["userId"] for each in school.scores} == {"u-ana"}


def test_what_is_run_again_is_sent_only_if_it_is_something_else(door, school):
    ana, teacher = come(door, school), door.browser("")
    ana.hand_in(filled(door.assignment, WRONG))
    school.wait_for(lambda: school.points("u-ana") == (0.5, 3, "FullyGraded"))
    page = "/class/tiny/of/ana"
    teacher.fill_in(f"{page}/again", {"number": "1", "why": "the bias"}, at=page)
    teacher.wait_for("/class/tiny", "The queue is empty.")
    door.settled(1)
    come(door, school)  # nor because she has come once more
    ana.hand_in(filled(door.assignment, RIGHT))
    school.wait_for(lambda: school.points("u-ana") == (2, 3, "FullyGraded"))
    assert [each["scoreGiven"] for each in school.scores] == [0.5, 2]


def test_who_came_by_a_link_has_points_here_alone(door, school):
    door.browser("bo").hand_in(filled(door.assignment))
    door.settled(1, "bo")
    come(door, school).hand_in(filled(door.assignment))
    school.wait_for(lambda: school.points("u-ana"))
    assert school.points("u-bo") is None
    come(door, school, "bo")  # from then on the platform has them, too
    school.wait_for(lambda: school.points("u-bo") == (2, 3, "FullyGraded"))


def test_an_assignment_that_was_linked_anew_gets_the_points_once_more(door, school):
    come(door, school).hand_in(filled(door.assignment))
    school.wait_for(lambda: school.points("u-ana"))
    place = {"scope": [AGS + "scope/score"], "lineitem": f"{school.origin}/lineitems/another?type_id=1"}
    school.claims = {AGS + "claim/endpoint": place}
    come(door, school)
    school.wait_for(lambda: school.points("u-ana", "another") == (2, 3, "FullyGraded"))


@pytest.mark.parametrize("before_due", ["nothing", "checks"])
def test_points_that_may_not_be_seen_yet_are_sent_after_the_due_date(course, tool, school, before_due):
    choose(course, before_due=before_due)
    due(course, datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1))
    with tool() as door:
        school.tool = door.origin
        ana, teacher = come(door, school), door.browser("")
        ana.hand_in(filled(door.assignment))
        door.settled(1)
        until = time.monotonic() + 1.0  # some twenty looks
        while time.monotonic() < until:
            assert school.points("u-ana") is None
            time.sleep(0.05)
        assert "/token" not in school.asked
        assert teacher.get("/class/tiny").status_code == 200
        due(course, datetime(2020, 1, 1))  # noqa: DTZ001 (as the gradebook has it)
        school.wait_for(lambda: school.points("u-ana"))


def test_with_less_to_be_seen_points_are_still_points(course, tool, school):
    choose(course, before_due="points")
    due(course, datetime.now(UTC).replace(tzinfo=None) + timedelta(days=1))
    with tool() as door:
        school.tool = door.origin
        come(door, school).hand_in(filled(door.assignment))
        school.wait_for(lambda: school.points("u-ana") == (2, 3, "FullyGraded"))


FAILING = {
    "an error for scores": (SCORES, Response("no", 500)),
    "no token": ("/token", Response("no", 400)),
    "a page for a token": ("/token", HTMLResponse("<h1>Down</h1>")),
    "an odd token": ("/token", JSONResponse({"access_token": "a\r\nHost: evil", "expires_in": 9})),
    "a token of another kind": ("/token", JSONResponse({"access_token": ["a"], "expires_in": "soon"})),
    "a refusal": (SCORES, Response("no", 403)),
    "too many": (SCORES, Response("no", 429)),
    "a way to elsewhere": (SCORES, RedirectResponse("/elsewhere")),
}


@pytest.mark.parametrize(("path", "answer"), FAILING.values(), ids=FAILING)
def test_a_platform_that_fails_is_tried_again_and_holds_up_no_grading(door, school, path, answer):
    school.answers[path] = answer
    ana, teacher = come(door, school), door.browser("")
    ana.hand_in(filled(door.assignment))
    teacher.wait_for("/class/tiny", "The learning platform does not have all points yet")
    door.browser("bo").hand_in(filled(door.assignment))
    door.settled(1, "bo")
    school.wait_for(lambda: school.asked.count(path) > 2)
    assert school.points("u-ana") is None
    assert "/elsewhere" not in school.asked
    del school.answers[path]
    school.wait_for(lambda: school.points("u-ana") == (2, 3, "FullyGraded"))
    until = time.monotonic() + PATIENCE
    while "does not have all points" in teacher.get("/class/tiny").text:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_platform_that_never_answers_holds_up_no_grading(door, school, monkeypatch):
    monkeypatch.setattr(elsewhere, "SECONDS", 1.0)
    ana, never = come(door, school), threading.Event()
    school.answers[SCORES] = lambda: never.wait(PATIENCE) or Response()
    ana.hand_in(filled(door.assignment))
    school.wait_for(lambda: SCORES in school.asked)
    door.browser("bo").hand_in(filled(door.assignment))
    door.settled(1, "bo")
    door.browser("").wait_for("/class/tiny", "The last request was not answered (timed out)")
    del school.answers[SCORES]
    never.set()
    school.wait_for(lambda: school.points("u-ana"))


def test_each_time_it_is_waited_twice_as_long(monkeypatch):
    monkeypatch.setattr(passback.time, "monotonic", lambda: 0.0)
    wait, until = passback._Wait(), []
    assert wait.is_over
    for _ in range(9):
        wait.longer()
        assert not wait.is_over
        until.append(wait.until)
    assert until == [10, 20, 40, 80, 160, 320, 640, 900, 900]


@pytest.mark.parametrize("status", [404, 500])
def test_one_line_item_that_fails_holds_up_nobody_elses_points(door, school, status):
    own = school.claims
    place = {"scope": [AGS + "scope/score"], "lineitem": f"{school.origin}/lineitems/broken?type_id=1"}
    school.claims, school.answers["/lineitems/broken/scores"] = {AGS + "claim/endpoint": place}, Response("", status)
    ana = come(door, school)
    ana.hand_in(filled(door.assignment))
    school.wait_for(lambda: "/lineitems/broken/scores" in school.asked)
    school.claims = own
    come(door, school, "bo").hand_in(filled(door.assignment))
    school.wait_for(lambda: school.points("u-bo") == (2, 3, "FullyGraded"))
    school.wait_for(lambda: school.asked.count("/lineitems/broken/scores") > 1)


def test_a_token_that_holds_no_longer_is_replaced(door, school):
    ana = come(door, school)
    ana.hand_in(filled(door.assignment, WRONG))
    school.wait_for(lambda: school.points("u-ana"))
    school._tokens.clear()
    ana.hand_in(filled(door.assignment, RIGHT))
    school.wait_for(lambda: school.points("u-ana") == (2, 3, "FullyGraded"))
    assert school.refused == ["score: the token"]
    assert school.asked.count("/token") == 2


def test_no_token_and_no_key_gets_into_a_log(door, school, caplog, capfd):
    for name in ("autograder", "uvicorn", "starlette"):
        caplog.set_level(logging.DEBUG, logger=name)
    school.answers[SCORES] = Response("no", 500)
    come(door, school).hand_in(filled(door.assignment))
    school.wait_for(lambda: school.asked.count(SCORES) > 1)
    (token,) = school._tokens
    said = caplog.text + "".join(capfd.readouterr())
    assert "The request to take points of tiny was answered with status 500" in said
    assert token not in said
    assert "u-ana" not in said
    assert "PRIVATE" not in said


# What lies on the disk -----------------------------------------------------------------------------------------------


def test_after_a_restart_only_what_is_missing_is_sent(course, tool, school):
    with tool() as door:
        school.tool = door.origin
        come(door, school).hand_in(filled(door.assignment, WRONG))
        school.wait_for(lambda: school.points("u-ana"))
        kept = course.output / "serving" / "attempts" / "tiny" / "ana" / "platform.json"
        until = time.monotonic() + PATIENCE
        while json.loads(kept.read_text())["sent"] is None:
            assert time.monotonic() < until
            time.sleep(0.02)
        school.answers[SCORES] = Response("no", 503)
        come(door, school, "bo").hand_in(filled(door.assignment))
        door.settled(1, "bo")
    graded_by_hand(course, 1, "bo")
    school.answers.clear()
    with tool() as door:
        school.tool = door.origin
        school.wait_for(lambda: school.points("u-bo") == (3, 3, "FullyGraded"))
    assert [each["userId"] for each in school.scores] == ["u-ana", "u-bo"]


def test_a_damaged_file_costs_nobody_else_anything(course, tool, school, caplog):
    folder = course.output / "serving" / "attempts" / "tiny" / "ana"
    folder.mkdir(parents=True)
    (folder / "platform.json").write_text('{"line_item": 1')
    with tool() as door:
        school.tool = door.origin
        assert "platform.json cannot be read" in caplog.text
        come(door, school, "bo").hand_in(filled(door.assignment))
        school.wait_for(lambda: school.points("u-bo"))
        come(door, school).hand_in(filled(door.assignment, WRONG))
        school.wait_for(lambda: school.points("u-ana"))


def test_killed_with_points_to_send_or_while_it_notes_that_they_were_sent_it_goes_on(course, nursery, school):
    as_tool(course, school)
    tiny = course.assignment("tiny")
    school.answers[SCORES] = Response("no", 503)
    server = Process(nursery, course)
    school.tool = server.origin
    ana = Browser(server.origin)
    school.launch(ana, "u-ana", f"{server.origin}/a/tiny")
    ana.hand_in(filled(tiny, WRONG))
    school.wait_for(lambda: SCORES in school.asked)
    server.kill()
    assert school.scores == []
    # Anew, it sends them, and is killed before it has noted that.
    school.answers.clear()
    (course.output / "first.py").write_text(killed_at("autograder.serving.passback:Passback", "_keep"))
    (course.output / "armed").touch()
    server = Process(nursery, course)
    school.tool = server.origin
    server.end()
    assert school.points("u-ana") == (0.5, 3, "FullyGraded")
    (course.output / "first.py").unlink()
    # So they are sent once more, which does no harm.
    server = Process(nursery, course)
    school.tool = server.origin
    school.wait_for(lambda: len(school.scores) == 2)
    assert school.points("u-ana") == (0.5, 3, "FullyGraded")
    server.kill()


def test_what_is_kept_of_the_platform_is_taken_out_and_forgotten(course, tool, school, tmp_path):
    with tool() as door:
        school.tool = door.origin
        come(door, school).hand_in(filled(door.assignment))
        school.wait_for(lambda: school.points("u-ana"))
    take_out(course, "ana", tmp_path / "ana.zip")
    with zipfile.ZipFile(tmp_path / "ana.zip") as archive:
        assert json.loads(archive.read("serving/attempts/tiny/ana/platform.json"))["user"] == "u-ana"
    forget(course, "ana")
    assert not list(course.output.glob("serving/**/platform.json"))
