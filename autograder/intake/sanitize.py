"""First stage of grading: whatever was handed in becomes a notebook of the assignment's own form.

What can be trusted afterwards: every graded cell of the release is there once, in a cell of the right type, with the
release's own metadata and, where it is locked, the release's own text. What a student added or rewrote stays, runs if
it is code, and counts wherever it stands.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Unicode

from autograder.course import Assignment, Course, CourseError
from autograder.intake.finding import Place
from autograder.intake.reading import MAX_BESIDE, Unreadable, notebook_of, read_regular
from autograder.intake.recognise import Form, Role, defined_names, plain
from autograder.intake.restoring import restore
from autograder.intake.timestamps import Unclear, read_moment
from autograder.schema import DEMO, NOTE, PROBE_MARK, TIMESTAMP

__all__ = [
    "RestoreCells",
    "SubmissionExporter",
    "assignment_of",
    "is_of",
    "is_untouched",
    "read_submission",
    "refused",
    "restore",
]


def read_submission(read: Callable[[], bytes], release: NotebookNode) -> NotebookNode:
    """The notebook in what ``read`` returns; if there is none, the untouched ``release`` with a note that says why.

    ``read`` may raise `Unreadable` or OSError.
    """
    try:
        notebook, events = notebook_of(read())
    except (Unreadable, OSError) as error:
        opened = f"it could not be opened ({getattr(error, 'strerror', '')}). Hand in the file itself"
        reason = error if isinstance(error, Unreadable) else opened
        return refused(release, f"The submitted file cannot be graded: {reason}.")
    notebook.metadata[NOTE] = {"events": events}
    return notebook


def refused(release: NotebookNode, reason: str) -> NotebookNode:
    """What stands for a submission that cannot be run: the untouched notebook, with the reason noted."""
    notebook = copy.deepcopy(release)
    notebook.metadata[NOTE] = {"unreadable": reason}
    return notebook


def is_of(content: bytes, release: NotebookNode) -> bool:
    """Whether a file's ``content`` is a notebook of this assignment: whether it has most of the release's cells."""
    form = Form(release)
    try:
        notebook, _ = notebook_of(content)
    except Unreadable:
        return False
    known = {each.name for cell in notebook.cells if (each := form.marked(cell))}
    return 2 * len(known) > len(form.cells)


def is_untouched(restored: NotebookNode, release: NotebookNode) -> bool:
    """Whether no blank of a restored notebook differs from the release, nor is answered in another cell."""
    form = Form(release)
    blanks = {each.name: each for each in form.of(Role.BLANK) or form.of(Role.QUESTION)}
    names = set().union(*(defined_names(each.cell.source) for each in blanks.values()))
    for cell in restored.cells:
        blank = blanks.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if blank and plain(cell.source) != blank.text:
            return False
        if not blank and not cell.metadata and cell.cell_type == "code" and names & defined_names(cell.source):
            return False
    return True


ASSIGNMENT = "atelier_assignment"
"""In nbconvert's resources: the assignment, from a caller who has read its notebooks already."""


def assignment_of(root: str, resources: ResourcesDict) -> Assignment | None:
    """The assignment that nbgrader is busy with; None if it has no source here, so that its own tests decide."""
    if ASSIGNMENT in resources:
        return resources[ASSIGNMENT]
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
        unreadable, said = (note.get("unreadable"), note.get("events", [])) if isinstance(note, dict) else (None, [])
        nb, events = restore(nb, release)
        nb.metadata = copy.deepcopy(release.metadata)
        nb.metadata[NOTE] = {"events": [*said, *events]}
        if unreadable:
            nb.metadata[NOTE]["unreadable"] = str(unreadable)
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


def _correct_time(path: Path, known: Mapping[str, str]) -> None:
    """Let the gradebook have the time of a submission as Atelier reads it: nbgrader takes +0100 for seconds."""
    try:
        moment = read_moment(read_regular(path.with_name(TIMESTAMP), MAX_BESIDE))
    except (Unclear, Unreadable):
        moment = None
    except OSError:
        return
    with Gradebook(known["db_url"]) as gradebook:
        gradebook.update_or_create_submission(known["assignment"], known["student"], timestamp=moment)


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
        _correct_time(Path(filename), resources["nbgrader"])
        notebook = read_submission(Place(Path(filename)).read, assignment.release)
        return super().from_notebook_node(notebook, resources=resources, **kwargs)
