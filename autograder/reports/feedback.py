"""Atelier's page is the feedback, wherever it is asked for: by `atelier report`, nbgrader's commands, or formgrader."""

from __future__ import annotations

import errno
import glob
import logging
from pathlib import Path

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets import Dict, Unicode

from autograder.course import Course
from autograder.gradebook.collect import autograded_notebook, collect
from autograder.gradebook.record import BESIDE, Recorder, copy_beside
from autograder.gradebook.results import ClassResults
from autograder.reports.feedback_page import feedback_page, write_feedback

__all__ = ["FeedbackExporter", "ReleaseFeedback", "write_pages"]


log = logging.getLogger(__name__)

OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}
"""What keeps any page from being written, and is no matter of one student."""


def write_pages(recorder: Recorder, results: ClassResults) -> tuple[dict[str, Path], list[str]]:
    """Write the page of everyone who handed something in, where `nbgrader release_feedback` looks.

    Returns:
        The pages' paths by student, and the students whose page could not be written. One that fails stops no other.
    """
    name = recorder.assignment.name
    pages: dict[str, Path] = {}
    stumbled = list(results.stumbled)
    for student in results.students:
        if not student.has_come or student.student in stumbled:
            continue
        path = recorder.course.feedback / student.student / name / f"{name}.html"
        try:
            write_feedback(student, autograded_notebook(recorder, student.student), path, title=results.title)
            copy_beside(recorder.autograded(student.student).parent, path.parent)
            (recorder.course.feedback / student.student / f"{name}.html").unlink(missing_ok=True)  # where it lay once
            pages[student.student] = path
        except Exception as error:
            if isinstance(error, OSError) and error.errno in OF_THE_DISK:
                raise
            log.exception("The feedback of %s could not be written.", student.student)
            stumbled.append(student.student)
    return pages, stumbled


class FeedbackExporter(HTMLExporter):
    """Makes the pages of `nbgrader generate_feedback`: for Atelier's assignments, Atelier's own page.

    For assignments without a source here it is nbgrader's own exporter.
    """

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)
    course_output = Unicode(help="The folder that grading writes to.").tag(config=True)
    course_submitted = Unicode(help="The folder of submissions.").tag(config=True)
    recorders = Dict(help="Those that have been made, by assignment.")

    def from_filename(
        self, filename: str, resources: dict | None = None, **kwargs: object
    ) -> tuple[str, ResourcesDict]:
        """The page of the student whose autograded notebook is ``filename``."""
        assert resources is not None
        course = Course(*map(Path, (self.course_root, self.course_output, self.course_submitted)))
        known = resources["nbgrader"]
        if known["assignment"] not in course.assignments():
            return super().from_filename(filename, resources=resources, **kwargs)
        recorder = self._recorder(course, known["assignment"])
        results = collect(recorder, [known["student"]])
        page = feedback_page(results.students[0], autograded_notebook(recorder, known["student"]), title=results.title)
        resources = ResourcesDict(**{**resources, "output_extension": self.file_extension})
        return page.encode("utf-8", "replace").decode("utf-8"), resources

    def _recorder(self, course: Course, name: str) -> Recorder:
        if name not in self.recorders:
            self.recorders[name] = Recorder(course.assignment(name))
        return self.recorders[name]


class ReleaseFeedback(ExchangeReleaseFeedback):
    """nbgrader's own, which would stop at the first student whose submission did not come through the exchange."""

    src_path: str

    def copy_files(self) -> None:
        """Release the pages of those who can fetch them, and name the others."""
        folders = sorted(glob.glob(self.src_path))  # noqa: PTH207 - nbgrader's pattern begins at the root
        if not folders:
            self.log.warning("There is no feedback in %s: run `nbgrader generate_feedback` first.", self.src_path)
        for folder in folders:
            if all((Path(folder) / name).is_file() for name in BESIDE):
                self.src_path = glob.escape(folder)
                super().copy_files()
            else:
                self.log.warning("%s cannot be fetched: what it is about did not come by `nbgrader submit`.", folder)
