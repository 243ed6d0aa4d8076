"""The student notebook of `gan`, as a student meets it."""

import copy

from autograder.perform import DEMO, perform


def said(outputs):
    return "".join(output.get("text", "") for output in outputs)


def test_the_untouched_notebook_runs_to_its_end_and_says_which_blank_it_waits_for(gan, warm):
    notebook = copy.deepcopy(gan.release)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)  # so that the demo cells run too
    performance = perform(notebook, "", [], warm)
    assert performance.events == []
    assert not [
        output for outputs in performance.outputs.values() for output in outputs if output.output_type == "error"
    ]
    for index, cell in enumerate(notebook.cells):
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            assert "waits for the blank '" in said(performance.outputs[index])


def test_the_solution_passes_every_visible_check(gan, warm):
    performance = perform(gan.solution, "", [], warm)
    assert performance.events == []
    for index, cell in enumerate(gan.solution.cells):
        if cell.metadata.get("nbgrader", {}).get("grade") and cell.cell_type == "code":
            assert "✓" in said(performance.outputs[index])


def test_every_long_cell_is_left_out_of_grading(gan):
    long = [cell for cell in gan.solution.cells if ".fit(" in cell.source and cell.cell_type == "code"]
    assert long
    assert all(DEMO in cell.metadata.get("tags", []) for cell in long)
