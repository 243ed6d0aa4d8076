"""Handing in from within a notebook, which has a link and no session: the same door, the same walls."""

import io
import json

import pytest

from tests.autograder.serving.stubs import WRONG, Browser, filled, running
from util import handing_in


def post(door, link, content, name="tiny"):
    return Browser(door.origin).post(f"{link}/{name}", files={"file": ("tiny.ipynb", io.BytesIO(content))})


def test_a_notebook_hands_itself_in_and_prints_its_points(door, tmp_path, monkeypatch, capsys):
    (tmp_path / "tiny.ipynb").write_bytes(filled(door.assignment))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(handing_in, "PATIENCE", 300)
    handing_in.hand_in("tiny", {"mean_squared_error"}, door.link("ana"))
    out = capsys.readouterr().out
    assert "attempt 1." in out
    assert "\n2 of 3 points\n" in out
    assert out.endswith(f"Your page: {door.origin}/a/tiny/1\n")
    (attempt,) = door.site.attempts.of("tiny", "ana")
    assert json.loads(attempt.notebook.read_bytes()) == json.loads(filled(door.assignment))


def test_no_more_is_told_than_may_be_seen(course, stubbed):
    (course.root / "serving.toml").write_text('[tiny]\nbefore_due = "nothing"\n')
    with running(course) as door:
        told = post(door, door.link("ana"), filled(door.assignment, WRONG)).json()
        door.settled(1)
        later = Browser(door.origin).get(f"{door.link('ana')}/tiny/1").json()
        assert later == told == {
            "attempt": 1,
            "state": "Feedback comes after the due date.",
            "done": True,
            "page": "/a/tiny/1",
        }  # fmt: skip


def test_a_file_that_is_not_taken_is_refused_with_the_page_s_sentence(door):
    came = post(door, door.link("ana"), b"%PDF-1.4")
    assert came.status_code == 422
    assert came.json()["refused"].startswith("This file was not taken: ")
    assert not door.site.attempts.of("tiny", "ana")


@pytest.mark.parametrize("link", ["/in/none", "the instructor's"])
def test_another_link_hands_nothing_in(door, link):
    address = f"{door.origin}{link}" if link.startswith("/") else door.link()
    assert post(door, address, filled(door.assignment)).status_code == 404


def test_nobody_reads_of_another_s_attempt(door):
    post(door, door.link("ana"), filled(door.assignment))
    assert Browser(door.origin).get(f"{door.link('bo')}/tiny/1").status_code == 404


def test_a_link_that_was_taken_back_hands_nothing_in(door):
    old = door.link("ana")
    (person,) = [each for each in door.site.identities.everybody() if each.id == "ana"]
    door.site.identities.renew(person.role, person.id)
    assert post(door, old, filled(door.assignment)).status_code == 404


def test_a_link_s_attempts_are_counted_as_the_page_s(course, stubbed):
    (course.root / "serving.toml").write_text("[tiny]\nattempts_an_hour = 1\n")
    with running(course) as door:
        assert post(door, door.link("ana"), filled(door.assignment)).status_code == 200
        again = post(door, door.link("ana"), filled(door.assignment, WRONG))
        assert again.status_code == 429
        assert "hour" in again.json()["refused"]
