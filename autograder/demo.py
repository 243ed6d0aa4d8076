"""`atelier demo`: run the solved notebooks from top to bottom, demo cells included, and write an HTML gallery."""

from __future__ import annotations

import copy
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.results import write_atomically

__all__ = ["Shown", "run_demo", "write_gallery"]


@dataclass(frozen=True)
class Shown:
    """One lesson that has been run: where its page is, how long it took, and what stopped it, if anything did."""

    name: str
    title: str
    page: Path
    seconds: float
    error: str = ""


def _without_marks(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the lines that only the build needs."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.source, _, _ = cell.source.partition("\n### BEGIN HIDDEN TESTS")
        cell.source, _, _ = cell.source.partition("\n### BEGIN MARK SCHEME")
        lines = (
            line for line in cell.source.splitlines() if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION")
        )
        cell.source = "\n".join(lines).rstrip()
    return notebook


def run_demo(
    assignment: Assignment, preset: str, listener: Callable[[int, int], None] = lambda done, of: None
) -> Shown:
    """Run one solved notebook with ``PRESET=preset`` in an ordinary kernel; write its page under ``demo/``.

    ``listener`` hears how many cells of how many have run.
    """
    notebook = _without_marks(assignment.solution)
    environment = {**os.environ, "PRESET": preset, "PYTHONPATH": str(assignment.course.root)}
    count = len(notebook.cells)
    client = NotebookClient(
        notebook,
        timeout=None,
        on_cell_complete=lambda cell, cell_index: listener(cell_index + 1, count),
        resources={"metadata": {"path": str(assignment.course.root)}},
    )
    started, error = time.monotonic(), ""
    try:
        client.execute(env=environment, stderr=subprocess.DEVNULL)  # TensorFlow and the kernel greet the terminal
    except CellExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    except DeadKernelError:
        error = "the death of its kernel"
    seconds = time.monotonic() - started
    page = assignment.course.output / "demo" / f"{assignment.name}.html"
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    write_atomically(page, html)
    return Shown(assignment.name, assignment.title, page, seconds, error)


def write_gallery(shown: list[Shown], preset: str, path: Path) -> None:
    """Write the page that leads to every lesson's own."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    template = Environment(loader=loader, autoescape=True).get_template("gallery.html.j2")
    write_atomically(path, template.render(shown=shown, preset=preset))
