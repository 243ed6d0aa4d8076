"""The command line says what is wrong in one sentence, and exits with 1."""

import io
import re
import subprocess
import sys

import pytest
from msgspec.structs import replace
from rich.console import Console
from typer.testing import CliRunner

from autograder.cli import app
from autograder.gradebook.results import Status, StudentResult
from autograder.judging import Outcome
from autograder.reports.scoreboard import scoreboard
from tests.autograder.sample_results import a_class, graded


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
        (["explain", "tiny", "amal"], "run `atelier grade tiny` first"),
        (["regrade", "tiny", "amal", "--why", "?"], "amal has not been graded"),
        (["grade", "../tiny"], "There is no assignment"),
        (["demo", "tiny", "--all"], "or `--all`, not both"),
        (["demo", "tiny", "--preset", "huge"], "`huge` is no preset: give `quick` or `full`"),
        (["new", "tiny"], "is there already"),
        (["new", "Über"], "is no name for an assignment"),
    ],
)
def test_bad_input_is_one_sentence(atelier, tiny, words, sentence):
    result = atelier(*words, cwd=tiny.course.root)
    assert result.exit_code == 1
    assert sentence in re.sub(r"\s+", " ", result.output)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("nbgrader_config.py", "c = get_config(", "nbgrader_config.py cannot be used (SyntaxError"),
        (
            "nbgrader_config.py",
            "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'double'",
            "nbgrader_config.py cannot be used (TraitError",
        ),
        ("exercises/tiny/judges.py", "def", "judges.py cannot be used (SyntaxError"),
        (
            "exercises/tiny/judges.py",
            "def mean_squared_error(rubric):\n    with rubric.criterion('value', points=2, hint='') as c:\n"
            "        c.reference('vaule')",
            "judges.py cannot be used (KeyError: 'vaule'): mend it",
        ),
        ("notebooks/tiny/tiny.ipynb", "<<<<<<< HEAD", "tiny.ipynb cannot be used (NotJSONError"),
    ],
)
def test_a_mistake_in_a_file_written_by_hand_is_one_sentence(atelier, tiny, file, content, sentence):
    (tiny.course.submitted / "ana" / "tiny").mkdir(parents=True)
    (tiny.course.submitted / "ana" / "tiny" / "tiny.ipynb").write_text(tiny.release_path.read_text())
    (tiny.course.root / file).write_text(content)
    result = atelier("grade", "tiny", cwd=tiny.course.root)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert sentence in re.sub(r"\s+", " ", result.output)


def test_the_scoreboard_explains_points_that_were_taken_by_hand():
    student = graded("amal", Outcome.PASSED, Outcome.PASSED, Outcome.PASSED, Outcome.PASSED)
    lowered = replace(student, items=(replace(student.items[0], points=0.5), *student.items[1:]))
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(scoreboard(a_class(lowered)))
    assert "The points were changed by hand." in console.export_text()


def test_the_scoreboard_tells_penalties_and_what_nobody_may_overlook():
    student = graded("amal", *[Outcome.PASSED] * 4)
    late = replace(student, late_penalty=1.5, attention=("There is work in `gan-Copy1.ipynb`.",))
    new = StudentResult("bo", Status.UNGRADED, "It has not been graded yet.", 0.0, 10.0)
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(scoreboard(a_class(late, new)))
    text = console.export_text()
    assert "6.5 / 10" in text
    assert "(−1.5 late)" in text
    assert "There is work in `gan-Copy1.ipynb`." in text
    assert "It has not been graded yet." in text


def test_outside_of_a_course(atelier, tmp_path):
    result = atelier("build", cwd=tmp_path)
    assert result.exit_code == 1
    assert "No course was found" in result.output


def test_check_fails_when_a_notebook_is_stale(atelier, tiny):
    tiny.release_path.write_text("{}")
    result = atelier("build", "tiny", "--check", cwd=tiny.course.root)
    assert result.exit_code == 1
    assert "Not fresh: notebooks/tiny/tiny.ipynb" in re.sub(r"\s+", " ", result.output)


def test_notebooks_can_be_built_without_examining_the_tests(atelier, tiny):
    """Not even that there is no probe is noticed, and it says so."""
    (tiny.folder / "probes.py").unlink()
    tiny.release_path.unlink()
    result = atelier("build", "tiny", "--no-examine", cwd=tiny.course.root)
    assert result.exit_code == 0, result.output
    assert "its hidden tests were not examined" in re.sub(r"\s+", " ", result.output)
    assert tiny.release_path.is_file()


def test_help_is_quick_because_nothing_heavy_is_imported():
    heavy = "import sys, autograder.cli; print([m for m in ('tensorflow', 'nbgrader', 'distributed', 'numpy', 'nbformat') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
