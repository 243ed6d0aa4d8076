"""Every lesson's notebook as a student meets it: untouched it runs to its end, solved it passes its own checks."""

import copy
from pathlib import Path

import pytest

from autograder.course import Assignment, Course
from autograder.running.run import Surroundings, run
from autograder.schema import DEMO

ROOT = Path(__file__).resolve().parents[2]
LONG = {
    "layers": (".train(",),
    "toy_gan": ("fit(",),
    "gan": (".fit(", "features.classifier("),
    "dcgan": (" train(",),
    "draw": ("train_draw(model, mnist", "train_draw(rival", "train_draw(variant", "train_draw(painter"),
    "inpainting": ("load_drawn_scenes(", "features.classifier(", ".fit(", "trained(", "fill("),
    "faces": ("fit(", "train_on_batch", "PACKED, ", "drawn_faces("),
}
"""What stands in a cell that trains, draws or packs for minutes."""
TOO_LONG = ("celeba_archive(", "load_drawn_scenes(")
"""What takes minutes even with every blank empty."""
PATIENT = Surroundings(cell_seconds=60.0)
"""A cell may draw a thousand pictures before it finds its blank empty; how long that takes depends on the machine."""


@pytest.fixture(scope="module", params=Course(ROOT).assignments())
def lesson(request, tmp_path_factory) -> Assignment:
    """The lesson of this checkout, graded into a folder of its own."""
    return Course(ROOT, tmp_path_factory.mktemp(request.param)).assignment(request.param)


def said(outputs):
    return "".join(output.get("text", "") + output.get("evalue", "") for output in outputs)


def checks_of(notebook):
    """Index of every cell that checks a blank."""
    return [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]


def test_the_untouched_notebook_runs_to_its_end_and_says_which_blank_it_waits_for(lesson, warm):
    notebook = copy.deepcopy(lesson.release)
    for cell in notebook.cells:
        if not any(word in cell.source for word in TOO_LONG):
            cell.metadata.pop("tags", None)  # so that the demo cells run too
    result = run(notebook, "", [], warm, PATIENT)
    assert result.events == []
    assert not [output for outputs in result.outputs.values() for output in outputs if output.output_type == "error"]
    assert checks_of(notebook)
    for index in checks_of(notebook):
        assert "waits for the blank '" in said(result.outputs[index])


def test_the_solution_passes_every_visible_check(lesson, warm):
    result = run(lesson.solution, "", [], warm, PATIENT)
    assert result.events == []
    for index in checks_of(lesson.solution):
        assert "✓" in said(result.outputs[index]), said(result.outputs[index])


def test_every_long_cell_is_left_out_of_grading(lesson):
    long = [
        cell
        for cell in lesson.solution.cells
        if cell.cell_type == "code"
        and "nbgrader" not in cell.metadata
        and any(word in cell.source for word in LONG[lesson.name])
    ]
    assert long
    assert all(DEMO in cell.metadata.get("tags", []) for cell in long)
