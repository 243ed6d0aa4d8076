"""Whether a grade that was given by hand is still for the answer that is there now.

nbgrader asks to look again at every grade by hand whenever it saves a grading. Here the gradebook remembers, in a table
of its own, which text was graded, and asks only if that text is another one now, whatever else has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader import preprocessors as nbgrader
from nbgrader.api import Assignment, BaseCell, Comment, Grade, Gradebook, Notebook, Student, SubmittedAssignment
from nbgrader.api import SubmittedNotebook as Submitted
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_locked, is_solution, is_task
from sqlalchemy import Row, Select, bindparam, select, text, update

__all__ = ["SaveGrades", "settle"]

TABLE = """
CREATE TABLE IF NOT EXISTS atelier_answer (
    grade_id VARCHAR(32) PRIMARY KEY, answer VARCHAR(64) NOT NULL, graded VARCHAR(64) NOT NULL, score FLOAT
)
"""
UNKNOWN = ""
"""In place of a text's hash: what was graded by hand is not known, so it has to be looked at."""


@dataclass(frozen=True)
class _Answer:
    """An item's text when it was last saved, the text that was graded by hand, and the points given for that one."""

    answer: str
    graded: str
    score: float | None


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """A hash of the text that is graded, for each graded cell by name.

    It is the cell's own, or that of the blank that it tests; where neither is known, all that is the student's.
    """
    own, rest, graded = {}, [], []
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if is_solution(cell):
            own[name] = cell.source
        if not is_locked(cell):
            rest.append(cell.source)
        if is_grade(cell):
            graded.append(name)
    everything = "\0".join(rest)
    texts = {name: own.get(name, own.get(name.removeprefix("test_"), everything)) for name in graded}
    return {name: hashlib.sha256(source.encode()).hexdigest() for name, source in texts.items()}


def _select(kind: type[Grade | Comment], assignment: str, *columns: Any) -> Select[Any]:
    """``columns`` of all grades or of all comments of an assignment, with the names of their cells in one question."""
    return (
        select(*columns)
        .select_from(kind)
        .join(BaseCell, BaseCell.id == kind.cell_id)
        .join(Submitted, Submitted.id == kind.notebook_id)
        .join(Notebook, Notebook.id == Submitted.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == Submitted.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(Student, Student.id == SubmittedAssignment.student_id)
        .where(Assignment.name == assignment)
    )


def _grades(assignment: str) -> Select[Any]:
    """What is asked of the gradebook for each grade of an assignment."""
    return _select(Grade, assignment, Grade.id, BaseCell.name, Grade.manual_score, Grade.needs_manual_grade)


def _known(gradebook: Gradebook, grades: Sequence[Row[Any]]) -> dict[str, _Answer]:
    """What was remembered of ``grades``, by their ids."""
    gradebook.db.execute(text(TABLE))
    find = text("SELECT grade_id, answer, graded, score FROM atelier_answer WHERE grade_id IN :ids")
    find = find.bindparams(bindparam("ids", [grade.id for grade in grades], expanding=True))
    return {row.grade_id: _Answer(row.answer, row.graded, row.score) for row in gradebook.db.execute(find)}


def _remember(gradebook: Gradebook, answers: Mapping[str, _Answer]) -> None:
    if not answers:
        return
    gradebook.db.execute(text("DELETE FROM atelier_answer WHERE grade_id = :id"), [{"id": grade} for grade in answers])
    gradebook.db.execute(
        text("INSERT INTO atelier_answer VALUES (:id, :answer, :graded, :score)"),
        [
            {"id": grade, "answer": each.answer, "graded": each.graded, "score": each.score}
            for grade, each in answers.items()
        ],
    )


def _text_graded(grade: Row[Any], known: _Answer | None) -> str:
    """The text for which the grade by hand was given.

    Whoever gives one in formgrader takes nbgrader's mark away, and has seen the text that was last saved. A script may
    leave the mark, but gives other points than those that were to be looked at again.
    """
    if known is None:
        return UNKNOWN
    waits = grade.needs_manual_grade and known.graded != known.answer and known.score == grade.manual_score
    return known.graded if waits else known.answer


def settle(gradebook: Gradebook, assignment: str) -> None:
    """Clear the mark *to be reviewed* of all grades by hand of ``assignment`` whose text has not changed."""
    marked = _grades(assignment).where(Grade.manual_score.is_not(None), Grade.needs_manual_grade)
    grades = gradebook.db.execute(marked).all()
    known = _known(gradebook, grades)
    for grade in grades:
        if (before := known.get(grade.id)) and _text_graded(grade, before) == before.answer:
            gradebook.db.execute(update(Grade).where(Grade.id == grade.id).values(needs_manual_grade=False))
            _remember(gradebook, {grade.id: _Answer(before.answer, before.answer, grade.manual_score)})
    gradebook.db.commit()


class SaveGrades(nbgrader.SaveAutoGrades):
    """nbgrader's SaveAutoGrades, but a grade by hand is to be looked at only if its answer is another one now."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        """Save what the tests earned."""
        known = resources["nbgrader"]
        self.notebook_id, self.assignment_id, self.student_id = (
            known[kind] for kind in ("notebook", "assignment", "student")
        )
        self.gradebook = Gradebook(known["db_url"])
        own = (Notebook.name == self.notebook_id, Student.id == self.student_id)
        with self.gradebook:
            # Before nbgrader marks those given by hand.
            grades = self.gradebook.db.execute(_grades(self.assignment_id).where(*own)).all()
            self._saved = {kind: self._by_name(kind, *own) for kind in (Grade, Comment)}
            nb, resources = NbGraderPreprocessor.preprocess(self, nb, resources)
            self.gradebook.db.flush()
            self._mark(grades, _answers(nb))
        return nb, resources

    def _by_name(self, kind: type[Grade | Comment], *own: Any) -> dict[str, Any]:
        """The submission's grades or comments, by the names of their cells."""
        asked = _select(kind, self.assignment_id, BaseCell.name, kind).where(*own)
        return {row[0]: row[1] for row in self.gradebook.db.execute(asked)}

    def _add_score(self, cell: NotebookNode, resources: ResourcesDict) -> None:  # noqa: ARG002
        """As nbgrader's, without a question to the database and a commit for each cell."""
        grade = self._saved[Grade][cell.metadata.nbgrader.grade_id]
        grade.auto_score, _ = determine_grade(cell, self.log)
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None

    def _add_comment(self, cell: NotebookNode, resources: ResourcesDict) -> None:  # noqa: ARG002
        """As nbgrader's, in the same way."""
        info = cell.metadata.nbgrader
        untouched = info.get("checksum") == compute_checksum(cell) and not is_task(cell)
        self._saved[Comment][info.grade_id].auto_comment = "No response." if untouched else None

    def _mark(self, grades: Sequence[Row[Any]], answers: Mapping[str, str]) -> None:
        known = _known(self.gradebook, grades)
        now: dict[str, _Answer] = {}
        for grade in grades:
            answer = answers.get(grade.name, UNKNOWN)
            graded = answer
            if grade.manual_score is not None:
                graded = _text_graded(grade, known.get(grade.id))
                again = update(Grade).where(Grade.id == grade.id).values(needs_manual_grade=graded != answer)
                self.gradebook.db.execute(again)
            now[grade.id] = _Answer(answer, graded, grade.manual_score)
        _remember(self.gradebook, now)
        self.gradebook.db.commit()
