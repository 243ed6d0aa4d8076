"""The command line says what is wrong in one sentence, and exits with 1."""

import re
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from autograder.cli import app


@pytest.fixture
def atelier(monkeypatch):
    def call(*words, cwd):
        monkeypatch.chdir(cwd)
        return CliRunner().invoke(app, list(words))

    return call


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["grade", "nothing"], "There is no assignment `nothing`"),
        (["grade", "tiny"], "put submissions there as STUDENT/tiny/tiny.ipynb"),
        (["report", "tiny"], "put submissions there"),
        (["grade", "../tiny"], "There is no assignment"),
        (["demo", "tiny", "--all"], "or `--all`, not both"),
        (["new", "tiny"], "is there already"),
        (["new", "Über"], "is no name for an assignment"),
    ],
)
def test_bad_input_is_one_sentence(atelier, tiny, words, sentence):
    result = atelier(*words, cwd=tiny.course.root)
    assert result.exit_code == 1
    assert sentence in re.sub(r"\s+", " ", result.output)
    assert "Traceback" not in result.output


def test_outside_of_a_course(atelier, tmp_path):
    result = atelier("build", cwd=tmp_path)
    assert result.exit_code == 1
    assert "No course was found" in result.output


def test_check_fails_when_a_notebook_is_stale(atelier, tiny):
    tiny.release_path.write_text("{}")
    result = atelier("build", "tiny", "--check", cwd=tiny.course.root)
    assert result.exit_code == 1
    assert "Not fresh: notebooks/tiny/tiny.ipynb" in re.sub(r"\s+", " ", result.output)


def test_help_is_quick_because_nothing_heavy_is_imported():
    heavy = (
        "import sys, autograder.cli; print([m for m in ('tensorflow', 'nbgrader', 'distributed') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
