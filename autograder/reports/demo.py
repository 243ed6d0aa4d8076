"""`atelier demo`: run the solved notebooks from top to bottom, demo cells included, and write an HTML gallery."""

from __future__ import annotations

import base64
import copy
import io
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
from PIL import Image

import util
from autograder.course import Assignment
from autograder.files import write_atomically
from autograder.pages.cells import strip_hidden

__all__ = ["Shown", "run_demo", "write_gallery"]


WIDTH = 640
"""Pixels across a picture of the gallery; the lesson's own page has it as it was made."""


@dataclass(frozen=True)
class Picture:
    """A picture or an animation as a data URI, and the heading under which it was made."""

    heading: str
    uri: str


@dataclass(frozen=True)
class Shown:
    """One lesson that has been run: where its page is, how long it took, what it showed, and what went wrong, if so."""

    name: str
    title: str
    page: Path
    seconds: float
    pictures: tuple[Picture, ...] = ()
    error: str = ""


def _without_marks(notebook: NotebookNode) -> NotebookNode:
    """The notebook without the lines that only the build needs."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        visible = strip_hidden(cell.source).splitlines()
        lines = (line for line in visible if line.strip() not in ("### BEGIN SOLUTION", "### END SOLUTION"))
        cell.source = "\n".join(lines).rstrip()
    return notebook


def _complaint(notebook: NotebookNode) -> str:
    """The first line with which a check or a guarded cell says that something went wrong or is missing."""
    streams = (output for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output)
    lines = (line for output in streams for line in output.text.splitlines())
    return next((line for line in lines if line.startswith(("✗ ", "… "))), "")


def _small(png: str) -> str:
    """A picture no wider than `WIDTH`, as base64 like the one given."""
    picture = Image.open(io.BytesIO(base64.b64decode(png)))
    picture.thumbnail((WIDTH, 4 * WIDTH))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode()


def _pictures(notebook: NotebookNode) -> tuple[Picture, ...]:
    """Everything that was drawn, in order; animations as they are, pictures made small."""
    heading, found = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = [line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")]
            heading = headings[-1] if headings else heading
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/gif" in data:
                found.append(Picture(heading, f"data:image/gif;base64,{data['image/gif']}"))
            elif "image/png" in data:
                found.append(Picture(heading, f"data:image/png;base64,{_small(data['image/png'])}"))
    return tuple(found)


def run_demo(
    assignment: Assignment, preset: str, listener: Callable[[int, int], None] = lambda done, of: None
) -> Shown:
    """Run one solved notebook with ``PRESET=preset`` in an ordinary kernel; write its page under ``demo/``.

    ``listener`` hears how many cells of how many have run.
    """
    notebook = _without_marks(assignment.solution)
    # The `util` that this process has, which is the one that grading uses, wherever the course lies.
    places = os.pathsep.join([str(assignment.course.root), str(Path(str(util.__file__)).parents[1])])
    environment = {**os.environ, "PRESET": preset, "PYTHONPATH": places}
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
        error = _complaint(notebook)
    except CellExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    except DeadKernelError:
        error = "the death of its kernel"
    seconds = time.monotonic() - started
    page = assignment.course.output / "demo" / f"{assignment.name}.html"
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    write_atomically(page, html)
    return Shown(assignment.name, assignment.title, page, seconds, _pictures(notebook), error)


def write_gallery(shown: list[Shown], preset: str, path: Path) -> None:
    """Write the page that shows all lessons' pictures and leads to their own pages."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    template = Environment(loader=loader, autoescape=True).get_template("gallery.html.j2")
    write_atomically(path, template.render(shown=shown, preset=preset))
