"""What a student wrote and what a submission showed, such that no page that shows it can be taken over by it.

Formgrader shows notebooks on the origin that holds the gradebook, the solutions and a terminal. So outputs are made
harmless when they are recorded, and nbconvert's pages, formgrader's among them, get filters and a preprocessor of ours.
Whatever takes long to be rendered is rendered apart, and left out if it takes too long.
"""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, v4
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.pages import cells
from autograder.pages.rendered import Piece, rendered

__all__ = ["BESIDE", "Harmless", "HarmlessPage", "code", "markdown", "only_passive"]

TEXTS = ("text/plain", "text/latex", "text/markdown")
SVG, HTML = "image/svg+xml", "text/html"
OWN = "application/vnd.atelier."
NBGRADER = (
    *("cell_type", "checksum", "grade", "grade_id", "locked", "original_cell_type", "points", "remove"),
    *("schema_version", "solution", "task"),
)
"""What nbgrader keeps in a cell's metadata."""
PROGRAM = "[An output was left out: only a program could show it.]"
FULL = "# Left out: the page is full."
RENDERED = "atelier_rendered"
"""Among nbconvert's resources: what became of the page's texts."""
BESIDE = "atelier_beside"
"""Among nbconvert's resources: what a grader is to see beside graded texts, as Markdown, by the name of the cell."""
MAX_SIDE = 10_000  # pixels of a picture


class Harmless(NbGraderPreprocessor):
    """Keeps of outputs, attachments and metadata what cannot run, wherever the notebook is opened."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Make the notebook harmless."""
        if "language_info" in nb.metadata:
            nb.metadata["language_info"] = {"name": "python"}
        nb.metadata.pop("widgets", None)
        _outputs(nb)
        for cell in nb.cells:
            cell.metadata = _metadata(cell.metadata)
            if "attachments" in cell:
                cell.attachments = _attachments(cell.attachments)
        return nb, resources


class HarmlessPage(Harmless):
    """The same for a page of nbconvert's, with bounds on its size, and escaped what its template prints as it is."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Make the page harmless."""
        nb, resources = super().preprocess(nb, resources)
        _bound(nb)
        for cell in nb.cells:
            if cell.cell_type == "raw":
                cell.source = escape(cells.clip(cell.source, cells.MAX_SOURCE))
            _clip_outputs(cell)
        for name in ("student", "last_name", "first_name", "notebook_path"):
            if isinstance(resources.get(name), str):
                resources[name] = escape(resources[name])
        pieces = [
            _piece(cell.source, cell.get("attachments"), is_code=cell.cell_type == "code")[0] for cell in nb.cells
        ]
        resources[RENDERED] = dict(zip(pieces, rendered(pieces), strict=True))
        return nb, resources


def _bound(notebook: NotebookNode) -> None:
    """Leave out what is too much for a page, and say so; what is graded stays, wherever it stands."""
    room = cells.Room(cells.MAX_SOURCES)
    kept = [cell for n, cell in enumerate(notebook.cells) if n < cells.MAX_CELLS or "nbgrader" in cell.metadata]
    for cell in kept:
        if "nbgrader" not in cell.metadata and not room.take(min(len(cell.source), cells.MAX_SOURCE)):
            cell.source = FULL
    if left := len(notebook.cells) - len(kept):
        kept.append(v4.new_markdown_cell(f"{left:,} more cells. {FULL}"))
    notebook.cells = kept


def _metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    """Nbgrader's, and tags that are words; a template prints both as they are."""
    kept = NotebookNode()
    if isinstance(metadata.get("tags"), list):
        kept["tags"] = [tag for tag in metadata["tags"] if isinstance(tag, str) and re.fullmatch(r"[\w-]+", tag)]
    info = metadata.get("nbgrader")
    if isinstance(info, dict):
        kept["nbgrader"] = NotebookNode({key: _word(info[key]) for key in NBGRADER if key in info})
    return kept


def _word(value: Any) -> Any:
    """A flag or a number as it is, a text without what HTML is made of; anything else is nothing."""
    if isinstance(value, str):
        return re.sub(r"[<>\"'&]", "", value)
    return value if value is None or isinstance(value, (bool, int, float)) else None


def _attachments(attachments: Mapping[str, Any]) -> NotebookNode:
    bundles = {name: bundle for name, bundle in attachments.items() if isinstance(bundle, Mapping)}
    return NotebookNode(
        {
            name: NotebookNode({mime: data for mime, data in bundle.items() if mime.startswith("image/")})
            for name, bundle in bundles.items()
        }
    )


# Outputs -------------------------------------------------------------------------------------------------------------


def _outputs(notebook: NotebookNode) -> None:
    """Make all outputs of a notebook harmless, those that hold HTML together: it is cleaned apart."""
    shown = [output for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]
    pages = [_page(output.data) for output in shown]
    for output, clean in zip(shown, rendered([("output", page) for page in pages]), strict=True):
        output.data = _bundle(output.data, clean or "")
        output.metadata = _sizes(output.get("metadata", {}))
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.get("name") not in ("stdout", "stderr"):
                output.name = "stdout"


def _page(data: Mapping[str, Any]) -> str:
    """The HTML of an output. A drawing becomes a picture, in which nothing runs."""
    if text := cells.text_of(data.get(HTML)):
        return text
    drawing = cells.text_of(data.get(SVG))
    return f'<img alt="" src="data:{SVG};base64,{base64.b64encode(drawing.encode()).decode()}">' if drawing else ""


def _bundle(data: Mapping[str, Any], page: str) -> NotebookNode:
    kept = NotebookNode({kind: cells.text_of(data[kind]) for kind in TEXTS if kind in data})
    kept.update({kind: content for kind, content in data.items() if kind.startswith(OWN)})
    for kind in cells.PICTURES:
        if kind in data and (picture := cells.picture(kind, cells.text_of(data[kind]), cells.MAX_ATTACHED)):
            kept[kind] = picture
    if page.strip():
        kept[HTML] = page
    return kept or NotebookNode({"text/plain": PROGRAM})


def _sizes(metadata: Any) -> NotebookNode:
    """Of an output's metadata how large its pictures are to be shown."""
    known = metadata if isinstance(metadata, Mapping) else {}
    sizes = {
        kind: {
            side: known[kind][side]
            for side in ("width", "height")
            if type(known[kind].get(side)) is int and 0 < known[kind][side] <= MAX_SIDE
        }
        for kind in cells.PICTURES
        if isinstance(known.get(kind), Mapping)
    }
    return NotebookNode({kind: NotebookNode(sides) for kind, sides in sizes.items() if sides})


def _clip_outputs(cell: NotebookNode) -> None:
    """Settle and bound what a page shows of one cell's outputs."""
    if "outputs" in cell:
        cell.outputs = cells.settled_outputs(cell.outputs)
    for output in cell.get("outputs", ()):
        if output.output_type == "stream":
            output.text = cells.clip(cells.text_of(output.text), cells.MAX_TEXT)
        elif output.output_type == "error":
            output.traceback = [cells.clip("\n".join(map(cells.text_of, output.traceback)), cells.MAX_TEXT)]
        elif "text/plain" in output.get("data", {}):
            output.data["text/plain"] = cells.clip(cells.text_of(output.data["text/plain"]), cells.MAX_TEXT)


# Filters of nbconvert's pages ----------------------------------------------------------------------------------------


def _piece(source: str, attachments: Any = None, is_code: bool = False) -> tuple[Piece, dict[str, str]]:
    """A cell's text as it is rendered, and the pictures that belong into it."""
    if is_code:
        return ("code", cells.clip(source, cells.MAX_SOURCE)), {}
    text, pictures = cells.lift_pictures(source, attachments)
    return ("text", cells.clip(text, cells.MAX_SOURCE)), pictures


def _html(context: Context, piece: Piece) -> Markup:
    known = context.get("resources", {}).get(RENDERED) or {}
    return cells.as_html(piece, known[piece] if piece in known else rendered([piece])[0])


@pass_context
def markdown(context: Context, source: str) -> str:
    """Nbconvert's filter ``markdown2html``: a text as `autograder.pages.cells` shows it."""
    cell = context.get("cell", {})
    piece, pictures = _piece(cells.text_of(source), cell.get("attachments"))
    html = cells.with_pictures(_html(context, piece), pictures)
    name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    known = context.get("resources", {}).get(BESIDE) or {}
    return str(TWO_COLUMNS.format(html, _html(context, ("text", known[name]))) if name in known else html)


TWO_COLUMNS = Markup(
    '<div style="display: flex; flex-wrap: wrap; gap: 2em"><div style="flex: 3 1 24em; min-width: 0">{}</div>'
    '<aside class="mark-scheme" style="flex: 2 1 16em; min-width: 0; border-left: 3px solid; padding-left: 1em">'
    "<p><strong>Mark scheme</strong>, which students never see</p>{}</aside></div>"
)


@pass_context
def code(context: Context, source: str, language: str | None = None, metadata: Any = None) -> str:  # noqa: ARG001
    """Nbconvert's filter ``highlight_code``, for Python."""
    piece, _ = _piece(cells.text_of(source), is_code=True)
    return f'<div class="highlight hl-ipython3"><pre>{_html(context, piece)}</pre></div>'


# Files beside a notebook ---------------------------------------------------------------------------------------------

PASSIVE = {"text/plain", "text/csv", "application/json", "text/x-python", *cells.PICTURES}


def only_passive(folder: Path) -> None:
    """Remove from an autograded ``folder`` what a browser would run; formgrader serves whatever lies there.

    Files of a kind that no browser knows stay.
    """
    for path in sorted(folder.rglob("*")):
        kind, _ = mimetypes.guess_type(path.name)
        if not path.is_dir() and path.suffix != ".ipynb" and kind is not None and kind not in PASSIVE:
            path.unlink()
