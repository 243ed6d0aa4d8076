"""What ``nbgrader export`` writes: the same table as `atelier grade`, of whatever the gradebook holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import CsvExportPlugin
from traitlets import Unicode

from autograder.course import Course
from autograder.files import write_atomically
from autograder.gradebook.record import found_in
from autograder.gradebook.tables import as_csv

__all__ = ["CsvExport"]


class CsvExport(CsvExportPlugin):
    """What ``nbgrader export`` writes: who has taken a submission away again gets no points, as in Atelier's table."""

    course_root = Unicode(help="The folder that holds `exercises/`.").tag(config=True)
    course_output = Unicode(help="The folder that grading writes to.").tag(config=True)
    course_submitted = Unicode(help="The folder of submissions.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the table to the file that ``--to`` names."""
        course = Course(*map(Path, (self.course_root, self.course_output, self.course_submitted)))
        chosen, students = set(map(str, self.assignment)), set(map(str, self.student))
        rows = [
            _row(gradebook, course, assignment, student)
            for assignment in gradebook.assignments
            if not chosen or assignment.name in chosen
            for student in gradebook.students
            if not students or student.id in students
        ]
        write_atomically(Path(self.to or "grades.csv"), as_csv(rows))


def _row(gradebook: Gradebook, course: Course, assignment: Any, student: Any) -> dict[str, object]:
    name = assignment.name
    known = {key: getattr(student, key) for key in ("last_name", "first_name", "email")}
    row: dict[str, object] = {
        "assignment": name,
        "duedate": assignment.duedate,
        "timestamp": "",
        "student_id": student.id,
        **known,
        **dict.fromkeys(("raw_score", "late_submission_penalty", "score"), 0.0),
        "max_score": assignment.max_score,
    }
    if name in course.assignments() and found_in(course.assignment(name), student.id).place is None:
        return row  # nothing was handed in, or it was taken away again
    try:
        submission = gradebook.find_submission(name, student.id)
    except MissingEntry:
        return row
    penalty = submission.late_submission_penalty or 0.0
    scores = (submission.score, penalty, max(0.0, submission.score - penalty))
    row |= zip(("raw_score", "late_submission_penalty", "score"), scores, strict=True)
    return row | {"timestamp": submission.timestamp}
