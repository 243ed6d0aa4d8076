"""nbgrader's Validate: a success for a notebook that passes its checks and for no other, and a sentence for each check."""

import copy
import io
import os
import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.validator import Validator

from tests.autograder.gradebook.nbgrader_commands import nbgrader
from tests.autograder.gradebook.test_grade import RIGHT, WRONG

CRASHING = "    return a.nonsense"


@pytest.fixture
def student(tiny, tmp_path, monkeypatch):
    """A student's folder as `atelier release` gives it: notebooks and `util`, and no grader."""
    for kind in ("CONFIG", "DATA", "RUNTIME"):
        monkeypatch.setenv(f"JUPYTER_{kind}_DIR", str(tmp_path / f"jupyter-{kind}"))
    monkeypatch.delenv("NBGRADER_VALIDATING", raising=False)
    folder = tmp_path / "student" / "notebooks" / "tiny"
    folder.mkdir(parents=True)
    (tmp_path / "student" / "util").symlink_to(os.path.abspath("util"))
    return tiny, folder


def written(student, body, answer="It dominates."):
    tiny, folder = student
    notebook = copy.deepcopy(tiny.release)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name == "mean_squared_error" and body:
            cell.source = cell.source.partition("    raise NotImplementedError")[0] + body
        if name == "outliers" and answer:
            cell.source = answer
    nbformat.write(notebook, folder / "tiny.ipynb")
    return notebook


def said(student, monkeypatch):
    """What `nbgrader validate` prints."""
    stream = io.StringIO()
    monkeypatch.setattr(Validator, "stream", stream)
    nbgrader(student[1], "validate", "tiny.ipynb")
    return stream.getvalue()


def test_a_notebook_that_passes_its_checks_is_a_success(student, monkeypatch):
    written(student, RIGHT)
    assert said(student, monkeypatch) == "Success! Your notebook passes all the tests.\n"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (None, "mean_squared_error (2 points): this cell waits for the blank 'mean_squared_error'."),
        (WRONG, "the error of (1, 2) against (1, 4) should be about 2, but is 4."),
        (CRASHING, "AttributeError: 'numpy.ndarray' object has no attribute 'nonsense'"),
    ],
)
def test_a_check_that_is_not_passed_is_a_failure_with_its_sentence(student, monkeypatch, body, sentence):
    written(student, body)
    text = said(student, monkeypatch)
    assert "VALIDATION FAILED ON 1 CELL(S)" in text
    assert "Success" not in text
    assert sentence in re.sub(r"\s+", " ", text)
    assert "Traceback" not in text


def test_an_untouched_notebook_fails_at_the_blank_and_at_the_question(student, monkeypatch):
    written(student, None, None)
    text = said(student, monkeypatch)
    assert "VALIDATION FAILED ON 2 CELL(S)" in text
    assert "You did not provide a response." in text


def test_the_button_of_jupyterlab_says_the_same(student, monkeypatch):
    """It calls the validator in the server, and shows what comes back."""
    written(student, WRONG)
    result = Validator().validate(str(student[1] / "tiny.ipynb"))
    (failed,) = result["failed"]
    assert "should be about 2, but is 4." in re.sub(r"\s+", " ", failed["raw_error"])
    written(student, RIGHT)
    assert Validator().validate(str(student[1] / "tiny.ipynb")) == {}
    assert "NBGRADER_VALIDATING" not in os.environ


@pytest.mark.parametrize("body", [None, WRONG, CRASHING])
def test_run_all_in_jupyter_stops_at_nothing_and_reports_no_error(student, body):
    notebook = written(student, body)
    NotebookClient(notebook, resources={"metadata": {"path": str(student[1])}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert {(output.output_type, output.get("name")) for output in outputs} == {("stream", "stdout")}
