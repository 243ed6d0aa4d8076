"""The student notebook of `dcgan`, as a student meets it."""

import copy
from pathlib import Path

import pytest

from autograder.course import Assignment, Course
from autograder.perform import DEMO, perform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dcgan(tmp_path_factory) -> Assignment:
    """The lesson of this checkout, graded into a folder of its own."""
    return Course(ROOT, tmp_path_factory.mktemp("dcgan")).assignment("dcgan")


def said(outputs):
    return "".join(output.get("text", "") for output in outputs)


def graded(notebook):
    """Index of every cell that checks a blank."""
    return [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]


def test_the_untouched_notebook_runs_to_its_end_and_says_which_blank_it_waits_for(dcgan, warm):
    notebook = copy.deepcopy(dcgan.release)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # so that the demo cells run too
    performance = perform(notebook, "", [], warm)
    assert performance.events == []
    assert not [
        output for outputs in performance.outputs.values() for output in outputs if output.output_type == "error"
    ]
    assert graded(notebook)
    for index in graded(notebook):
        assert "waits for the blank '" in said(performance.outputs[index])


def test_the_solution_passes_every_visible_check(dcgan, warm):
    performance = perform(dcgan.solution, "", [], warm)
    assert performance.events == []
    for index in graded(dcgan.solution):
        assert "✓" in said(performance.outputs[index])


def test_every_training_is_left_out_of_grading(dcgan):
    """`train(` also finds the definition, whose cell fits as well."""
    training = [cell for cell in dcgan.solution.cells if " train(" in cell.source and cell.cell_type == "code"]
    assert len(training) > 4
    assert all(DEMO in cell.metadata.get("tags", []) for cell in training)
