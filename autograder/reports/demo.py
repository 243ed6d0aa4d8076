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
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from PIL import Image, ImageSequence

import util
from autograder.course import Assignment
from autograder.files import write_atomically
from autograder.pages.cells import settled_outputs, strip_hidden
from autograder.reports.slides import Slides, drawn

__all__ = ["Shown", "run_demo", "write_gallery"]


WIDTH = 640
"""Pixels across a picture of the gallery; the lesson's own page has it as it was made."""
QUALITY = 85
"""Of WebP, from 0 to 100: text in a figure stays sharp."""


@dataclass(frozen=True)
class Picture:
    """A picture or an animation as a data URI, the heading under which it was made, and what it shows in words."""

    heading: str
    uri: str
    words: str

    @property
    def caption(self) -> str:
        """The heading, and the figure's own title; what else the words tell, one sees."""
        said = self.words.partition(": ")[2].partition("; ")[0]
        return f"{self.heading}: {said}" if said and said != self.heading else self.heading


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


def _pictures(notebook: NotebookNode) -> tuple[Picture, ...]:
    """Everything that was drawn, in order."""
    return tuple(
        Picture(each.heading, f"data:image/webp;base64,{_webp(each.data)}", each.words) for each in drawn(notebook)
    )


def _webp(data: str) -> str:
    """A picture no wider than `WIDTH`, or an animation as large as it is, as WebP; both as base64."""
    picture, buffer = Image.open(io.BytesIO(base64.b64decode(data))), io.BytesIO()
    frames = list(ImageSequence.all_frames(picture))
    if len(frames) > 1:
        times = [frame.info.get("duration", 100) for frame in ImageSequence.Iterator(picture)]
        first, *others = (frame.convert("RGB") for frame in frames)
        first.save(buffer, "WEBP", save_all=True, append_images=others, duration=times, loop=0, quality=QUALITY)
    else:
        picture.thumbnail((WIDTH, 4 * WIDTH))
        picture.convert("RGB").save(buffer, "WEBP", quality=QUALITY)
    return base64.b64encode(buffer.getvalue()).decode()


class _Watched(NotebookClient):
    """A client whose ``seen`` is called with a cell's number whenever that cell has shown something."""

    seen: Callable[[int], None] = staticmethod(lambda number: None)

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Called by nbclient for every message from the kernel."""
        output = super().process_message(msg, cell, cell_index)
        if msg["msg_type"] in ("stream", "display_data", "update_display_data", "execute_result"):
            self.seen(cell_index)
        return output


def run_demo(
    assignment: Assignment,
    preset: str,
    listener: Callable[[int, int], None] = lambda done, of: None,
    slides: Slides | None = None,
) -> Shown:
    """Run one solved notebook with ``PRESET=preset`` in an ordinary kernel; write its page under ``demo/``.

    ``listener`` hears how many cells of how many have run; ``slides`` grow with what they show.
    """
    notebook = _without_marks(assignment.solution)
    # The `util` that this process has, which is the one that grading uses, wherever the course lies.
    places = os.pathsep.join([str(assignment.course.root), str(Path(str(util.__file__)).parents[1])])
    environment = {**os.environ, "PRESET": preset, "PYTHONPATH": places}
    count = len(notebook.cells)

    def complete(cell: NotebookNode, cell_index: int) -> None:  # noqa: ARG001 - nbclient gives both
        listener(cell_index + 1, count)
        if slides:
            slides.update(notebook, cell_index + 1)

    resources = {"metadata": {"path": str(assignment.course.root)}}
    client = _Watched(notebook, timeout=None, on_cell_complete=complete, resources=resources)
    if slides:
        environment["ATELIER_LIVE"] = "yes"
        client.seen = lambda number: slides.update(notebook, number, hurried=False)
    started, error = time.monotonic(), ""
    try:
        client.execute(env=environment, stderr=subprocess.DEVNULL)  # TensorFlow and the kernel greet the terminal
        error = _complaint(notebook)
    except CellExecutionError as failure:
        error = f"{failure.ename}: {failure.evalue}"
    except DeadKernelError:
        error = "the death of its kernel"
    finally:
        if slides:
            slides.update(notebook, count, ended=True)
    seconds = time.monotonic() - started
    page = assignment.course.output / "demo" / f"{assignment.name}.html"
    pictures = _pictures(notebook)
    write_atomically(page, _page(notebook))
    return Shown(assignment.name, assignment.title, page, seconds, pictures, error)


def _page(notebook: NotebookNode) -> str:
    """The lesson's own page: progress bars as they ended, and pictures with words for those who do not see them."""
    for cell in notebook.cells:
        if "outputs" in cell:
            cell.outputs = settled_outputs(cell.outputs)
    for each in drawn(notebook):
        words = f'<img src="data:{each.mime};base64,{each.data}" alt="{escape(each.words)}">'
        notebook.cells[each.cell].outputs[each.output].data["text/html"] = words
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    return str(page)


def write_gallery(shown: list[Shown], preset: str, path: Path, *, pages: str = "{}.html") -> None:
    """Write the page that shows all lessons' pictures and leads to their own pages.

    ``pages`` is the address of such a page, with ``{}`` for the lesson's name; by default those that `run_demo` wrote.
    """
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    template = Environment(loader=loader, autoescape=True).get_template("gallery.html.j2")
    links = {each.name: pages.format(*2 * [each.name]) for each in shown}
    write_atomically(path, template.render(shown=shown, preset=preset, links=links))
