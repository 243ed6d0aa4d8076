"""The last cell: what is done, wrong and empty now, whatever ran when; and which questions have an answer."""

from __future__ import annotations

import json
import os
import sys
import types
from pathlib import Path

import pytest

from util import checks

BLANKS = {"scale": 2, "losses": 1.5, "train": 4, "fit": 1, "draw": 1}
QUESTIONS = {"why": 2, "what_if": 1}
EMPTY = "The blank '{}' is still to be filled in."


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A kernel in which no check has run, in an empty folder."""
    monkeypatch.setattr(checks.check, "latest", {})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)


def question(name: str, text: str, **more: object) -> dict[str, object]:
    """A cell as nbgrader marks it."""
    return {"cell_type": "markdown", "metadata": {"nbgrader": {"grade_id": name}}, "source": text, **more}


def table(capsys: pytest.CaptureFixture[str], **questions: float) -> dict[str, str]:
    """What the summary says of each blank and question, and of all of them under an empty name."""
    capsys.readouterr()
    checks.summary(BLANKS, questions)
    printed = capsys.readouterr().out
    rows = (line.split(maxsplit=2) for line in printed.splitlines())
    return {row[0]: row[2] for row in rows if row and row[0] in {*BLANKS, *questions}} | {"": printed}


def test_each_blank_stands_where_its_check_left_it(capsys: pytest.CaptureFixture[str]) -> None:
    with checks.check("scale", 2):
        pass
    with checks.check("losses", 1.5):
        checks.expect(False, "No.")
    with checks.check("train", 4):
        raise NotImplementedError(EMPTY.format("train"))
    with checks.check("fit", 1):
        raise NotImplementedError(EMPTY.format("train"))
    said = table(capsys)
    assert said["scale"] == "✓ done"
    assert said["losses"] == "✗ wrong"
    assert said["train"] == "… empty"
    assert said["fit"] == "… waits for 'train'"
    assert said["draw"].startswith("not checked")
    assert "Ticks stand for 2 of 9.5 points." in said[""]


def test_what_ran_after_its_check_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """The blank is filled in, and spoilt, without its check being run again; what it prints is not repeated."""
    blank = {"scale": lambda: print("half a page")}

    def empty() -> None:
        raise NotImplementedError(EMPTY.format("scale"))

    right, blank["scale"] = blank["scale"], empty

    @checks.check("scale", 2)
    def check_scale() -> None:
        blank["scale"]()

    assert table(capsys)["scale"] == "… empty"
    blank["scale"] = right
    said = table(capsys)
    assert said["scale"] == "✓ done"
    assert "half a page" not in said[""]
    blank["scale"] = lambda: sys.exit("enough")
    assert table(capsys)["scale"] == "✗ wrong"


@pytest.mark.parametrize(
    ("cell", "standing"),
    [
        (question("why", "Why?\n\n*Your answer (a few sentences):*\n\n"), "… no answer yet"),
        (question("why", ["Why?\n", "\n", "*Your answer:*\n", "\n", "Because."]), "✓ has an answer"),
        (question("why", "Because."), "✓ has an answer"),
        (question("why", " \n"), "… no answer yet"),
        (question("why", "Why?\n\n*Your answer*", attachments={"a.png": {}}), "✓ has an answer"),
        ({"cell_type": "markdown", "id": "question-why", "source": "Because."}, "✓ has an answer"),
        (question("other", "Because."), "not found in the file"),
    ],
)
def test_a_question_with_and_without_an_answer(
    cell: dict[str, object], standing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = {"cells": [cell, question("what_if", "What if?\n\n*Your answer*")]}
    Path("lesson.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    said = table(capsys, **QUESTIONS)
    assert said["why"] == standing
    assert said["what_if"] == "… no answer yet"
    assert "lesson.ipynb as it was saved at" in said[""]


def test_the_editor_knows_which_file_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A newer copy beside the notebook is not asked, where Jupyter or VS Code has said which one is open."""
    for name, text, at in (("mine.ipynb", "Because.", 100), ("copy.ipynb", "*Your answer*", 200)):
        Path(name).write_text(json.dumps({"cells": [question("why", text)]}), encoding="utf-8")
        os.utime(name, (at, at))
    assert table(capsys, why=2)["why"] == "… no answer yet"
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "mine.ipynb"))
    assert table(capsys, why=2)["why"] == "✓ has an answer"
    monkeypatch.delenv("JPY_SESSION_NAME")
    monkeypatch.setattr(sys.modules["__main__"], "__vsc_ipynb_file__", str(tmp_path / "mine.ipynb"), raising=False)
    assert table(capsys, why=2)["why"] == "✓ has an answer"


def test_colab_is_asked_for_the_notebook(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    colab = types.ModuleType("google.colab")
    answer = {"ipynb": {"cells": [question("why", "Because.")]}}
    colab._message = types.SimpleNamespace(blocking_request=lambda *words, **more: answer)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "google.colab", colab)
    assert table(capsys, why=2)["why"] == "✓ has an answer"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"cells": 3}', '{"cells": [3]}', '{"cells": [{"metadata": 1}]}']
)
def test_no_file_stops_it(content: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("broken.ipynb").write_text(content)
    said = table(capsys, **QUESTIONS)
    assert said["why"] == "not found in the file"
    assert "was not found" in said[""]
