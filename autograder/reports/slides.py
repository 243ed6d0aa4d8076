"""What a solved notebook shows, one slide for each output, as it grows: for a projector, while the notebook runs.

The page is a folder: `index.html`, the pictures, and `state.js`, a script that says which slides there are by now. The
page loads that script again every second, from a disk as from a server, and itself stays as it is: whoever shows it
stays at the slide that they are at, and animations go on playing.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode

from autograder.files import write_atomically
from autograder.pages.cells import clip, merged_outputs, text_of
from autograder.pages.terminal import settled
from autograder.reports.report import template
from autograder.schema import DEMO

__all__ = ["Drawn", "Slides", "drawn"]

KINDS = {"image/gif": "gif", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
"""Pictures that are shown, an animation rather than one of its frames."""
SECONDS = 1.0  # between two looks at a cell that is still running
MAX_LINES, MAX_TEXT = 14, 1500  # of a printed text that can be read from the last row


@dataclass(frozen=True)
class Drawn:
    """A picture or an animation that a notebook shows, its data as base64.

    ``cell`` and ``output`` say where it stands, ``words`` what it shows, ``grows`` that it is drawn anew in its place
    while its cell runs.
    """

    cell: int
    output: int
    heading: str
    mime: str
    data: str
    words: str
    grows: bool


def drawn(notebook: NotebookNode) -> Iterator[Drawn]:
    """Every picture of the notebook, in order."""
    for cell, heading, output, place in _outputs(notebook):
        data, metadata = output.get("data", {}), output.get("metadata", {})
        mime = next((kind for kind in KINDS if kind in data), "")
        if mime:
            words = text_of(metadata.get(mime, {}).get("alt")) or f"Drawn under the heading {heading}"
            yield Drawn(cell, place, heading, mime, text_of(data[mime]), words, bool(metadata.get("grows")))


def _outputs(notebook: NotebookNode) -> Iterator[tuple[int, str, NotebookNode, int]]:
    """The number of each cell, the last heading above it, and its outputs with their places."""
    heading = ""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            headings = [line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")]
            heading = headings[-1] if headings else heading
        for place, output in enumerate(merged_outputs(cell.get("outputs", []))):
            yield number, heading, output, place


@dataclass(frozen=True)
class Picture:
    """A picture on a slide: the name of its file beside the page, and what it shows in words."""

    file: str
    words: str


@dataclass
class Slide:
    """Pictures, side by side, or a printed ``text``; ``id`` says of which output."""

    id: str
    heading: str
    pictures: list[Picture] = field(default_factory=list)
    text: str = ""


class Slides:
    """The page of one lesson, which grows with the notebook."""

    def __init__(self, folder: Path, title: str) -> None:
        """Make the page in ``folder``, in the place of what was there."""
        self.folder, self._run, self._next = folder, f"{time.time():.0f}", 0.0
        shutil.rmtree(folder, ignore_errors=True)
        self._write([], 0, 0, ended=False)
        write_atomically(self.page, template("slides.html.j2").render(title=title))

    @property
    def page(self) -> Path:
        """What to open in a browser."""
        return self.folder / "index.html"

    def update(self, notebook: NotebookNode, done: int, *, ended: bool = False, hurried: bool = True) -> None:
        """Show what ``notebook`` shows after ``done`` of its cells; if not ``hurried``, only once in a while."""
        if hurried or time.monotonic() >= self._next:
            self._write(self._slides(notebook, done), done, len(notebook.cells), ended=ended)
            self._next = time.monotonic() + SECONDS

    def _slides(self, notebook: NotebookNode, done: int) -> list[Slide]:
        """A slide for each output; what grows while a cell runs, such as a curve and a grid, stands on one."""
        pictures = {(each.cell, each.output): each for each in drawn(notebook)}
        slides: dict[str, Slide] = {}
        for cell, heading, output, place in _outputs(notebook):
            picture = pictures.get((cell, place))
            name = f"{cell} grows" if picture and picture.grows else f"{cell} {place}"
            slide = Slide(name, heading, text=_printed(notebook.cells[cell], output) if cell < done else "")
            if picture:
                slide = slides.get(name, slide)
                slide.pictures.append(Picture(self._file(picture), picture.words))
            if slide.pictures or slide.text:
                slides[name] = slide
        return list(slides.values())

    def _file(self, picture: Drawn) -> str:
        """The name of a picture's file, which is written if it is new."""
        name = f"{hashlib.sha256(picture.data.encode()).hexdigest()[:16]}.{KINDS[picture.mime]}"
        if not (self.folder / name).exists():
            (self.folder / name).write_bytes(base64.b64decode(picture.data))
        return name

    def _write(self, slides: list[Slide], done: int, of: int, *, ended: bool) -> None:
        state = {"run": self._run, "done": done, "of": of, "ended": ended, "slides": [asdict(each) for each in slides]}
        write_atomically(self.folder / "state.js", f"show({json.dumps(state)});\n")


def _printed(cell: NotebookNode, output: NotebookNode) -> str:
    """The last lines of what a demonstration prints, which is neither a check's sentence nor a progress bar."""
    if DEMO not in cell.metadata.get("tags", []) or output.get("output_type") != "stream":
        return ""
    text = strip_ansi(clip(text_of(output.get("text")), 20 * MAX_TEXT)).strip("\n")
    return "" if settled(text) != text else "\n".join(text.split("\n")[-MAX_LINES:])[-MAX_TEXT:]
