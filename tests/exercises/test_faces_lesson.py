"""The student notebook of `faces`, as a student meets it."""

import copy
from pathlib import Path

import pytest

from autograder.course import Assignment, Course
from autograder.perform import DEMO, perform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def faces(tmp_path_factory) -> Assignment:
    """The lesson of this checkout, graded into a folder of its own."""
    return Course(ROOT, tmp_path_factory.mktemp("faces")).assignment("faces")


def said(outputs):
    return "".join(output.get("text", "") for output in outputs)


def graded(notebook):
    """Index of every cell that checks a blank."""
    return [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]


def test_the_untouched_notebook_runs_to_its_end_and_says_which_blank_it_waits_for(faces, warm):
    notebook = copy.deepcopy(faces.release)
    for cell in notebook.cells:
        if "celeba_archive(" not in cell.source:  # drawing one takes longer than a cell may take in grading
            cell.metadata.pop("tags", None)  # so that the other demo cells run too
    performance = perform(notebook, "", [], warm)
    assert performance.events == []
    assert not [
        output for outputs in performance.outputs.values() for output in outputs if output.output_type == "error"
    ]
    assert graded(notebook)
    for index in graded(notebook):
        assert "waits for the blank '" in said(performance.outputs[index])


def test_the_solution_passes_every_visible_check(faces, warm):
    performance = perform(faces.solution, "", [], warm)
    assert performance.events == []
    for index in graded(faces.solution):
        assert "✓" in said(performance.outputs[index])


def test_everything_that_trains_or_packs_is_left_out_of_grading(faces):
    """`fit(` also finds the definition of `trained`, whose cell trains as well."""
    long = [
        cell
        for cell in faces.solution.cells
        if cell.cell_type == "code"
        and any(word in cell.source for word in ("fit(", "train_on_batch", "PACKED, ", "drawn_faces("))
    ]
    assert len(long) > 5
    assert all(DEMO in cell.metadata.get("tags", []) for cell in long)
