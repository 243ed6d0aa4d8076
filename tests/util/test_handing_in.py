"""Handing in from within a notebook: every failure is one sentence, and nothing is sent to a place that is no link."""

import getpass
import json

import pytest

from util import checks, handing_in, progress

NOTEBOOK = {"cells": [{"metadata": {"nbgrader": {"grade_id": "scale"}}, "source": "x"}]}
LINK = "https://example.org/in/abc-DEF_1"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with one notebook, and nobody who answers."""
    (tmp_path / "tiny.ipynb").write_text(json.dumps(NOTEBOOK))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATELIER_LINK", raising=False)
    monkeypatch.setattr(handing_in, "_answer", lambda request: pytest.fail(f"asked {request.full_url}"))
    monkeypatch.setattr(handing_in.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(checks, "_lesson", {})
    monkeypatch.setattr(checks.check, "latest", {})
    return tmp_path


def answers(monkeypatch, *told):
    """Have the server give these answers; return the requests that it gets."""
    asked, waiting = [], list(told)

    def answer(request):
        asked.append(request)
        return waiting.pop(0)

    monkeypatch.setattr(handing_in, "_answer", answer)
    return asked


def told(state, *, done=False):
    return {"attempt": 3, "state": state, "done": done, "page": "/a/tiny/3"}


def test_the_saved_notebook_goes_to_the_link_and_each_state_is_printed_once(here, monkeypatch, capsys):
    asked = answers(monkeypatch, told("It is next."), told("It is next."), told("2 of 2 points", done=True))
    handing_in.hand_in("tiny", {"scale"}, LINK)
    first, *later = asked
    assert (first.full_url, first.get_method()) == (f"{LINK}/tiny", "POST")
    assert json.dumps(NOTEBOOK).encode() in first.data
    assert [request.full_url for request in later] == [f"{LINK}/tiny/3"] * 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Handed in: tiny.ipynb as it was saved at ")
    assert lines[1:] == ["It is next.", "2 of 2 points", "Your page: https://example.org/a/tiny/3"]


@pytest.mark.parametrize(
    "link",
    [
        "",
        "example.org/in/abc",
        "http://example.org/in/abc",
        "https://example.org/in/",
        "https://example.org/x",
        "file:///in/a",
    ],
)
def test_what_is_no_link_gets_nothing(here, monkeypatch, capsys, link):
    monkeypatch.setattr(getpass, "getpass", lambda prompt: link)
    handing_in.hand_in("tiny", {"scale"})
    assert capsys.readouterr().out.startswith("✗ Not handed in: that is no such link.")


def test_where_nobody_can_be_asked_for_the_link_that_is_said(here, monkeypatch, capsys):
    def refuse(prompt):
        raise RuntimeError("no input here")

    monkeypatch.setattr(getpass, "getpass", refuse)
    handing_in.hand_in("tiny", {"scale"})
    assert capsys.readouterr().out == "✗ Not handed in: there is nobody to ask for your link here.\n"


def test_another_notebook_in_the_folder_is_not_handed_in(here, capsys):
    handing_in.hand_in("tiny", {"softmax"}, LINK)
    assert capsys.readouterr().out.startswith("✗ Not handed in: this notebook's file was not found.")


def test_a_server_that_falls_silent_afterwards_has_the_notebook(here, monkeypatch, capsys):
    def answer(request):
        if request.data:
            return told("It is next.")
        raise handing_in._NotHandedIn("gone")

    monkeypatch.setattr(handing_in, "_answer", answer)
    handing_in.hand_in("tiny", {"scale"}, LINK)
    out = capsys.readouterr().out
    assert "Not handed in" not in out
    assert "The server does not say at the moment what becomes of it; the page will." in out


@pytest.mark.parametrize(("answer", "is_sent"), [("", False), ("n", False), ("y", True), ("YES ", True)])
def test_what_is_still_empty_is_named_first(here, monkeypatch, capsys, answer, is_sent):
    checks.summary(blanks={"scale": 2}, questions={})
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    asked = answers(monkeypatch, told("2 of 2 points", done=True))
    checks.hand_in("tiny", LINK)
    assert "Not done yet: scale." in capsys.readouterr().out
    assert bool(asked) is is_sent


def test_of_a_finished_notebook_nothing_is_asked(here, monkeypatch):
    monkeypatch.setattr("builtins.input", pytest.fail)
    monkeypatch.setattr(checks.check, "latest", {})
    checks.check("scale")(lambda: None)
    checks.summary(blanks={"scale": 2}, questions={})
    asked = answers(monkeypatch, told("2 of 2 points", done=True))
    checks.hand_in("tiny", LINK)
    assert len(asked) == 1


def test_unfinished_are_blanks_without_a_tick_and_questions_without_an_answer():
    found = progress.Answers({"why": progress.UNANSWERED, "how": progress.ANSWERED}, "a file")
    assert progress.unfinished(["a", "b", "c"], {"a": progress.DONE, "b": progress.WRONG}, found) == ["b", "c", "why"]
