"""First stage of grading: whatever was handed in becomes a notebook of the assignment's own form.

What can be trusted afterwards: every graded cell of the release is there once, in a cell of the right type, with the
release's own metadata and, where it is locked, the release's own text. What a student added or rewrote stays.
"""

from __future__ import annotations

import copy
import json
import os
import stat
import warnings
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode, v4
from nbgrader import preprocessors as nbgrader
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Unicode

from autograder.course import PROBE_MARK, Assignment, Course, CourseError
from autograder.given import mark_given
from autograder.perform import DEMO

__all__ = [
    "RestoreCells",
    "SubmissionExporter",
    "Unreadable",
    "assignment_of",
    "read_regular",
    "read_submission",
    "refused",
    "restore",
]

MAX_BYTES = 50 * 2**20
MAX_CELLS = 2000
NOTE = "atelier"
"""The key of a notebook's metadata under which grading keeps what it has to say."""


class Unreadable(Exception):
    """A submission that is no notebook; the message says what it is instead."""


def read_regular(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The content of a submitted file, which may be a link, a pipe, a device or without end.

    Raises:
        Unreadable: if it is no regular file, lies behind a link, or is larger than ``max_bytes``.
        OSError: if it cannot be opened.
    """
    if any(each.is_symlink() for each in (path, path.parent, path.parent.parent)):
        raise Unreadable("it is not a regular file, or lies behind a link")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("it is not a regular file")
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise Unreadable(f"it is larger than {max_bytes // 2**20} MB")
    return content


def _read(path: Path) -> NotebookNode:
    try:
        text = read_regular(path).decode("utf-8-sig")  # some editors put a mark in front
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8 text") from error
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"it is not valid JSON (line {error.lineno}: {error.msg}); it may have been cut off"
        ) from error
    except RecursionError as error:
        raise Unreadable("its JSON is nested too deeply") from error
    except ValueError as error:
        raise Unreadable(f"its JSON holds a value that cannot be read ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise Unreadable("it is JSON, but not a notebook")
    if not 1 <= content["nbformat"] <= nbformat.current_nbformat:
        raise Unreadable(f"it is not a valid notebook (its format is {content['nbformat']}, which is not known)")
    try:
        # JSON can spell halves of characters, which no file, terminal or database takes; they become question marks.
        text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of cells that have no id, or the same: all get new ones
            notebook = nbformat.reads(text, as_version=4)
            _, notebook = nbformat.validator.normalize(notebook)
            nbformat.validate(notebook)
    except Exception as error:  # nbformat raises whatever a malformed notebook makes it stumble over
        raise Unreadable(f"it is not a valid notebook ({type(error).__name__})") from error
    if len(notebook.cells) > MAX_CELLS:
        raise Unreadable(f"it has more than {MAX_CELLS} cells")
    notebook.metadata.pop(NOTE, None)
    return notebook


def read_submission(path: Path, release: NotebookNode) -> NotebookNode:
    """The notebook at ``path``; if it cannot be read, the untouched ``release`` with a note that says why."""
    try:
        return _read(path)
    except (Unreadable, OSError) as error:
        reason = error if isinstance(error, Unreadable) else f"it could not be opened ({error.strerror})"
        return refused(release, f"The submitted file cannot be graded: {reason}.")


def refused(release: NotebookNode, reason: str) -> NotebookNode:
    """What stands for a submission that cannot be performed: the untouched notebook, with the reason noted."""
    notebook = copy.deepcopy(release)
    notebook.metadata[NOTE] = {"unreadable": reason}
    return notebook


def _grade_id(cell: NotebookNode, by_id: Mapping[str, str] | None = None) -> str | None:
    """A cell's name; without any metadata of nbgrader's, what ``by_id`` says of the id that Jupyter keeps for it."""
    if "nbgrader" not in cell.metadata:
        return (by_id or {}).get(cell.get("id", ""))
    info = cell.metadata["nbgrader"]
    name = info.get("grade_id") if isinstance(info, dict) else None
    return name if isinstance(name, str) else None


def _as_type(cell: NotebookNode, kind: str) -> NotebookNode:
    if cell.cell_type == kind:
        return cell
    new = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
    return new(cell.source, id=cell.get("id"), metadata=cell.metadata)


def _ordinary(cell: NotebookNode) -> NotebookNode:
    """A cell that earns nothing; of its metadata only the mark of a demo is kept."""
    tags = cell.metadata.get("tags", [])
    cell.metadata = NotebookNode({"tags": [DEMO]} if isinstance(tags, list) and DEMO in tags else {})
    return cell


def restore(notebook: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Put ``notebook`` into the form of ``release``; also say, in sentences, what had to be mended.

    Of a cell that was doubled the last copy counts, the one whose definitions are in force at the end. A graded cell
    that was deleted comes back behind the one that precedes it in the release; a deleted solution cell does not, since
    its code may have been moved elsewhere.
    """
    canonical = {name: cell for cell in release.cells if (name := _grade_id(cell))}
    by_id = {cell.id: name for name, cell in canonical.items()}
    events, placed = [], {}
    for index, cell in reversed(list(enumerate(notebook.cells))):
        name = _grade_id(cell, by_id)
        if name is None or name not in canonical or name in placed:
            if name in placed:
                events.append(f"The cell `{name}` was there more than once; the last one counted.")
            notebook.cells[index] = _ordinary(cell)
            continue
        original = canonical[name]
        if cell.cell_type != original.cell_type:
            events.append(f"The cell `{name}` had been turned into a {cell.cell_type} cell; it was turned back.")
        restored = _as_type(cell, original.cell_type)
        restored.metadata = copy.deepcopy(original.metadata)
        if original.metadata.nbgrader.locked:
            restored.source = original.source
        notebook.cells[index] = placed[name] = restored
    previous: NotebookNode | None = None
    for name, original in canonical.items():
        if name in placed:
            previous = placed[name]
            continue
        events.append(
            f"The cell `{name}` had been deleted{'; it was put back' if original.metadata.nbgrader.grade else ''}."
        )
        if original.metadata.nbgrader.grade:
            cell = copy.deepcopy(original)
            position = next((at for at, other in enumerate(notebook.cells) if other is previous), -1) + 1
            notebook.cells.insert(position, cell)
            previous = cell
    return notebook, events + mark_given(notebook, release)


def assignment_of(root: str, resources: ResourcesDict) -> Assignment | None:
    """The assignment that nbgrader is busy with; None if it has no source here, so that its own tests decide."""
    course = Course(Path(root))
    name = resources["nbgrader"]["assignment"]
    return course.assignment(name) if name in course.assignments() else None


class RestoreCells(NbGraderPreprocessor):
    """`restore` as a preprocessor: the first that a submission meets, here and in ``nbgrader autograde``."""

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Restore the notebook; keep what was mended in its metadata."""
        assignment = assignment_of(self.course_root, resources)
        if assignment is None:
            return self._from_gradebook(nb, resources)
        release = assignment.release
        note = nb.metadata.get(NOTE)
        unreadable = note.get("unreadable") if isinstance(note, dict) else None
        nb, events = restore(nb, release)
        nb.metadata[NOTE] = {"events": events}
        if unreadable:
            nb.metadata[NOTE]["unreadable"] = str(unreadable)
        nb.metadata["kernelspec"] = copy.deepcopy(release.metadata["kernelspec"])
        for number, cell in enumerate(nb.cells):
            cell["id"] = f"cell-{number}"  # unique, whatever was handed in
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources

    def _from_gradebook(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Restore by nbgrader's own preprocessors, from what its gradebook knows."""
        nb.metadata.pop(NOTE, None)
        for preprocessor in (nbgrader.DeduplicateIds, nbgrader.OverwriteKernelspec, nbgrader.OverwriteCells):
            nb, resources = preprocessor(parent=self)(nb, resources)
        for cell in nb.cells:
            if DEMO in cell.metadata.get("tags", []):
                cell.metadata.tags = [tag for tag in cell.metadata.tags if tag != DEMO]  # nothing is left out
            if is_grade(cell) and PROBE_MARK in cell.source:
                # Its checks would give points for nothing: they are the student's help, not the tests.
                name = resources["nbgrader"]["assignment"]
                raise CourseError(f"{Path(self.course_root) / 'exercises' / name} is missing: it holds the tests.")
        return nb, resources


class SubmissionExporter(NotebookExporter):
    """nbconvert's notebook exporter, reading with `read_submission`: a broken file is graded as an empty one."""

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)

    def from_filename(
        self, filename: str, resources: dict | None = None, **kwargs: object
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Read, preprocess, export; what grading itself has written before is read as it is."""
        assert resources is not None
        if not any(isinstance(each, RestoreCells) for each in self._preprocessors):
            return super().from_filename(filename, resources=resources, **kwargs)
        assignment = assignment_of(self.course_root, resources)
        if assignment is None:
            if any(path.is_symlink() for path in Path(filename).parent.rglob("*")):
                raise Unreadable(f"{Path(filename).parent} holds a link: what it leads to would go to the student.")
            return super().from_filename(filename, resources=resources, **kwargs)
        notebook = read_submission(Path(filename), assignment.release)
        return super().from_notebook_node(notebook, resources=resources, **kwargs)
