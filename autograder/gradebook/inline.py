"""Assignments whose tests are cells of their own notebook, as nbgrader knows them: no probes, no judges.

They are run where Atelier's own are, and nbgrader's rules decide on what their test cells print. These tests run beside
the student's code and can be fooled by it; the tests of Atelier's own assignments cannot.
"""

from __future__ import annotations

import math
from pathlib import Path

from nbformat import NotebookNode, v4
from nbgrader.utils import is_grade, is_solution

from autograder.course import CourseError
from autograder.running.run import RunResult, Surroundings
from autograder.schema import NOTE

__all__ = ["bare", "require_python", "show", "surroundings"]

MAX_BYTES = 8 * 2**20
"""Of all files beside a notebook together."""

ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}
"""How a notebook sees that nbgrader grades it."""


def require_python(notebook: NotebookNode) -> None:
    """Raise CourseError if the notebook is written in another language, which the sandbox has no kernel for."""
    language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
    if language.lower() not in ("python", "ipython"):
        raise CourseError(f"The notebook is written in `{language}`: only Python can be run.")


def surroundings(folder: Path, timeout: float | None) -> Surroundings:
    """The files beside a notebook in ``folder``, and nbgrader's limit for a cell, None for the sandbox's own.

    Raises:
        CourseError: if the files are too large to be sent into the sandbox.
    """
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".ipynb"]
    if sum(path.stat().st_size for path in paths) > MAX_BYTES:
        raise CourseError(f"The files beside the notebook in {folder} are larger than {MAX_BYTES // 2**20} MB.")
    files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
    return Surroundings(files, ENVIRONMENT, timeout)


def show(notebook: NotebookNode, result: RunResult) -> None:
    """Write outputs into the notebook, so that nbgrader gives no score to what was not run."""
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        outputs = [kept for output in result.outputs.get(index, []) if (kept := bare(output))]
        if index in result.fatal:
            outputs.append(_error(f"This cell {result.fatal[index]}."))
        elif index not in result.outputs:
            outputs.append(_error("This cell did not run: the submission had used up its time."))
        elif is_grade(cell) and not is_solution(cell):
            outputs = [_within(output, float(cell.metadata.nbgrader.points)) for output in outputs]
        cell.outputs = outputs
    if result.events:
        notebook.metadata[NOTE] = {"events": result.events}


def _error(sentence: str) -> NotebookNode:
    return v4.new_output("error", ename="NotGraded", evalue=sentence, traceback=[sentence])


def _within(output: NotebookNode, max_points: float) -> NotebookNode:
    """A test's output; an error if it is a number that cannot be its points, on which nbgrader stops or gives them all.

    Such are NaN and whatever lies outside of 0 … ``max_points``.
    """
    try:
        points = float(output.data["text/plain"]) if output.output_type == "execute_result" else 0.0
    except (KeyError, ValueError):
        return output  # nbgrader has its own rules for what is no number
    if math.isnan(points) or not 0 <= points <= max_points:
        return _error(f"The test's result is {points:g}, which is no number from 0 to {max_points:g}.")
    return output


def bare(output: NotebookNode) -> NotebookNode | None:
    """An output as a kernel has shown it, made valid: a display id, say, is no part of a notebook file."""
    fields = {
        "stream": ("name", "text"),
        "error": ("ename", "evalue", "traceback"),
        "display_data": ("data", "metadata"),
        "execute_result": ("data", "metadata", "execution_count"),
    }
    names = fields.get(output.get("output_type", ""))
    if names is None:
        return None
    bare = NotebookNode({"output_type": output.output_type, **{name: output[name] for name in names if name in output}})
    if "text" in bare and not isinstance(bare.text, str):
        bare.text = "".join(map(str, bare.text))  # a notebook may hold a list of lines; the preprocessors expect text
    return bare
