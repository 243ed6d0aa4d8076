"""The student notebook of `inpainting`, as a student meets it."""

import copy
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import splu

from autograder.course import Assignment, Course
from autograder.perform import DEMO, perform

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def inpainting(tmp_path_factory) -> Assignment:
    """The lesson of this checkout, graded into a folder of its own."""
    return Course(ROOT, tmp_path_factory.mktemp("inpainting")).assignment("inpainting")


def said(outputs):
    return "".join(output.get("text", "") for output in outputs)


def graded(notebook):
    """Index of every cell that checks a blank."""
    return [
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]


def test_the_untouched_notebook_runs_to_its_end_and_says_which_blank_it_waits_for(inpainting, warm):
    notebook = copy.deepcopy(inpainting.release)
    for cell in notebook.cells:
        if "load_drawn_scenes(" not in cell.source:  # drawing them takes longer than a cell may take in grading
            cell.metadata.pop("tags", None)  # so that the other demo cells run too
    performance = perform(notebook, "", [], warm)
    assert performance.events == []
    assert not [
        output for outputs in performance.outputs.values() for output in outputs if output.output_type == "error"
    ]
    assert graded(notebook)
    for index in graded(notebook):
        assert "waits for the blank '" in said(performance.outputs[index])


def test_the_solution_passes_every_visible_check(inpainting, warm):
    performance = perform(inpainting.solution, "", [], warm)
    assert performance.events == []
    for index in graded(inpainting.solution):
        assert "✓" in said(performance.outputs[index])


def test_everything_that_draws_or_trains_is_left_out_of_grading(inpainting):
    """`trained(` also finds its definition, whose cell makes the tokens as well."""
    words = ("load_drawn_scenes(", "features.classifier(", ".fit(", "trained(", "fill(")
    long = [
        cell
        for cell in inpainting.solution.cells
        if cell.cell_type == "code" and any(word in cell.source for word in words)
    ]
    assert len(long) > 5
    assert all(DEMO in cell.metadata.get("tags", []) for cell in long)


def lesson(*wanted):
    """The names that the cells with ``wanted`` in them define, as in the solved notebook."""
    cells = (ROOT / "exercises" / "inpainting" / "inpainting.py").read_text(encoding="utf-8").split("\n# %%")
    names = {"np": np, "sparse": sparse, "splu": splu}
    for want in wanted:
        (cell,) = (cell for cell in cells if want in cell and "checks.check" not in cell)
        exec(cell.partition("\n")[2], names)
    return names


def borders_of(images):
    borders = images.copy()
    borders[:, 4:12, 4:12] = 0
    return borders


def test_the_thin_plate_goes_on_with_what_solves_its_equation():
    """A plane, a saddle and a cubic are biharmonic: each is continued into the hole as it was."""
    y, x = np.mgrid[0:1:16j, 0:1:16j]
    images = np.stack([x, 0.5 + x * y / 2, (x**3 + y**3) / 2], axis=-1)[None]  # (1, 16, 16, 3)
    centres = lesson("def biharmonic")["biharmonic"](borders_of(images))
    assert np.allclose(centres, images[:, 4:12, 4:12], atol=1e-6)


def test_the_thin_plate_keeps_pictures_apart():
    images = np.random.default_rng(1).uniform(size=(3, 16, 16, 3))
    biharmonic = lesson("def biharmonic")["biharmonic"]
    together = biharmonic(borders_of(images))
    alone = np.concatenate([biharmonic(borders_of(image[None])) for image in images])
    assert np.allclose(together, alone)
    assert not np.allclose(together[0], together[1])
