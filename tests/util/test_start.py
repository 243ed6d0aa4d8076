"""What a notebook's first cell says: a sentence if something is too old, and else nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from util import start

ROOT = Path(__file__).resolve().parents[2]


def installed(monkeypatch: pytest.MonkeyPatch, **versions: str) -> None:
    monkeypatch.setattr(start, "_installed", lambda name: versions.get(name, ""))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)


def test_what_is_installed_here_is_new_enough() -> None:
    assert start.complaint() == ""


def test_what_is_too_old_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, keras="2.15.0", tensorflow="2.99.0")
    sentence = start.complaint()
    assert re.fullmatch(
        r"✗ The lessons need keras [\d.]+ or newer \(2\.15\.0 is installed\): run `%pip install .*", sentence
    )
    assert "tensorflow" not in sentence
    installed(monkeypatch, keras="3.99.1", tensorflow="2.9.3")  # 9 is less than 20
    assert "(2.9.3 is installed)" in start.complaint()
    installed(monkeypatch, keras="10.0")
    assert "(none is installed)" in start.complaint()


def test_another_backend_needs_no_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, keras="3.99.1")
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert start.complaint() == ""


def test_a_lesson_without_keras_needs_none_and_imports_none(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    assert start.complaint(keras=False) == ""
    monkeypatch.setattr(start.importlib, "import_module", pytest.fail)
    start.begin(keras=False)


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "OLDEST_PYTHON", (3, 99))
    assert "need Python 3.99 or newer" in start.complaint()


def test_what_libraries_say_at_their_start_is_not_heard_and_all_later_is(tmp_path: Path) -> None:
    """Also what is written to the descriptor itself, as C++ does; and an import that fails does so where it is seen."""
    (tmp_path / "keras.py").write_text(
        "import logging, os\nos.write(2, b'E0000 cuda')\nlogging.warning('fonts')\nraise RuntimeError\n"
    )
    code = "import os, sys; from util import start; start.complaint = lambda keras: ''; start.begin(keras=True); os.write(2, b'later')"
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": f"{tmp_path}:{ROOT}"}, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"later")
