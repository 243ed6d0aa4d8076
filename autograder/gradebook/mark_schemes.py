"""Mark schemes for those who grade: beside each written answer on formgrader's page, and nowhere else."""

from __future__ import annotations

import logging
from pathlib import Path

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.course import Assignment, Course, CourseError
from autograder.pages.harmless import BESIDE

__all__ = ["MarkSchemes", "mark_schemes"]

BEGIN, END = "### BEGIN MARK SCHEME", "### END MARK SCHEME"
FORMGRADERS = "submission_id"
"""Formgrader names the submission that it shows; nothing that makes a page for students does."""

log = logging.getLogger(__name__)


def mark_schemes(assignment: Assignment) -> dict[str, str]:
    """The mark scheme of each written question, as Markdown, by the question's name.

    Raises:
        CourseError: if the solved notebook is not there.
    """
    return {
        name: scheme
        for cell in assignment.solution.cells
        if (name := cell.metadata.get("nbgrader", {}).get("grade_id")) in assignment.questions
        and (scheme := cell.source.partition(BEGIN)[2].partition(END)[0].strip())
    }


class MarkSchemes(NbGraderPreprocessor):
    """Gives formgrader's page the mark schemes, from the solved notebook, where students' pages have nothing."""

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Leave the notebook as it is; the page's filter for Markdown puts the schemes where they belong."""
        if self.course_root and FORMGRADERS in resources:
            resources[BESIDE] = _schemes(Course(Path(self.course_root)), resources.get("assignment_id", ""))
        return nb, resources


def _schemes(course: Course, name: str) -> dict[str, str]:
    """Those of an assignment; none if it is not one of the course's, or has not been built."""
    if name not in course.assignments():
        return {}
    try:
        return mark_schemes(course.assignment(name))
    except CourseError as error:  # its answers can be graded without
        log.warning("%s", error)
        return {}
