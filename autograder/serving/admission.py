"""Whether a file may be handed in at all. One that surely earns nothing is refused at once, and costs no attempt."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.gradebook.record import found_in
from autograder.intake.reading import Unreadable, notebook_of
from autograder.intake.recognise import plain, share_of_texts
from autograder.intake.sanitize import is_of, is_untouched, restore
from autograder.serving.uploads import Refused

__all__ = ["admitted_notebook"]

ZIP = b"PK\x03\x04"
ENOUGH = 0.2
"""The share of an assignment's texts from which on a notebook may be one of it, whatever else is lost."""


def admitted_notebook(assignment: Assignment, content: bytes, draft: Path) -> bytes:
    """The notebook in a file's ``content``: the file itself, or the only one in an archive, unpacked by ``draft``.

    Raises:
        Refused: if there is none of this assignment in it; the sentence says what it is instead, and what to do.
    """
    if content.startswith(ZIP):
        content = _unpacked(assignment, content, draft)
    try:
        notebook, _ = notebook_of(content)
    except Unreadable as error:
        raise Refused(f"This file was not taken: {error}.", 422) from error
    if refusal := _is_another(assignment, content, notebook):
        raise Refused(f"This file was not taken: {refusal}", 422)
    return content


def _unpacked(assignment: Assignment, content: bytes, draft: Path) -> bytes:
    path = draft / "student" / assignment.name / f"{assignment.name}.zip"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    found = found_in(assignment, "student", draft)
    try:
        if found.place is not None:
            return found.place.read()
    except (Unreadable, OSError):
        pass
    raise Refused(
        "This file was not taken: it is an archive in which one notebook could not be found. Hand in the notebook "
        "itself.",
        422,
    )


def _is_another(assignment: Assignment, content: bytes, notebook: NotebookNode) -> str:
    """A sentence on a notebook that is surely not meant for this assignment; empty if it may be."""
    texts = {plain(cell.source) for cell in notebook.cells}
    if share_of_texts(assignment.release, texts) > ENOUGH:
        return ""
    for name in assignment.course.assignments():
        other = assignment.course.assignment(name)
        if name != assignment.name and other.release_path.is_file() and share_of_texts(other.release, texts) > ENOUGH:
            return f"it is the notebook of `{name}`, and here `{assignment.name}` is handed in."
    if is_of(content, assignment.release):
        return ""
    restored, _ = restore(notebook, assignment.release)
    if is_untouched(restored, assignment.release):
        return f"it is a notebook, but nothing in it belongs to `{assignment.name}`."
    return ""
