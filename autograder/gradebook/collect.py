"""What is known about a class, gathered from the gradebook and the autograded notebooks, manual grades included."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
import nbformat
from nbformat import NotebookNode
from nbgrader.api import BaseCell, Grade, Gradebook, MissingEntry, SubmittedNotebook
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from autograder.course import CourseError
from autograder.gradebook.extensions import settle_extension
from autograder.gradebook.preprocessors import JUDGEMENT
from autograder.gradebook.record import Recorder
from autograder.gradebook.results import ClassResults, Item, ItemOutcome, ItemResult, Kind, Status, StudentResult
from autograder.judging import Judgement, Verdict
from autograder.schema import NOTE

__all__ = ["autograded_notebook", "collect", "judgements_in"]

log = logging.getLogger(__name__)


def autograded_notebook(recorder: Recorder, student: str) -> NotebookNode | None:
    """The student's autograded notebook, or None."""
    path = recorder.autograded(student)
    if not path.is_file():
        return None
    content = json.loads(path.read_bytes())
    if content.get("nbformat") == 4:  # as the recorder has written it
        return nbformat.from_dict(content)
    return nbformat.reads(json.dumps(content), as_version=4)


def judgements_in(notebook: NotebookNode) -> dict[str, Judgement]:
    """The judgements that an annotated notebook holds, by test."""
    found: dict[str, Judgement] = {}
    for cell in notebook.cells:
        info = cell.metadata.get("nbgrader", {})
        for output in cell.get("outputs", []) if info.get("grade") else []:
            if JUDGEMENT in output.get("data", {}):
                test = info["grade_id"].removeprefix("test_")
                verdicts = msgspec.convert(output["data"][JUDGEMENT]["verdicts"], tuple[Verdict, ...])
                found[test] = Judgement(test, verdicts)
    return found


def _item(
    name: str, kind: Kind, max_points: float, grade: Grade, judgement: Judgement | None, comment: str
) -> ItemResult:
    given = grade.manual_score is not None
    waits = grade.needs_manual_grade and not given
    outcome = ItemOutcome.BY_HAND
    if kind is Kind.TEST:
        outcome = ItemOutcome(judgement.outcome) if judgement else ItemOutcome.NOT_REACHED
    return ItemResult(
        name=name,
        kind=kind,
        points=None if waits else float(grade.score),
        max_points=max_points,
        outcome=outcome,
        comment=comment,
        criteria=judgement.verdicts if judgement else (),
        review=bool(grade.needs_manual_grade and given),  # see `autograder.gradebook.reviews`
    )


def _items(
    recorder: Recorder, submitted: SubmittedNotebook, notebook: NotebookNode, names: Mapping[str, str]
) -> tuple[ItemResult, ...]:
    """The student's items in the notebook's order. ``names`` are those of the gradebook's cells, by their ids."""
    judgements, tests, questions = judgements_in(notebook), recorder.assignment.tests, recorder.assignment.questions
    comments = {names[comment.cell_id]: comment.manual_comment or "" for comment in submitted.comments}
    grades = {names[grade.cell_id]: grade for grade in submitted.grades}
    items = []
    for cell in recorder.assignment.release.cells:
        cell_name = str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if cell_name not in grades:
            continue
        name = cell_name.removeprefix("test_")
        kind = Kind.QUESTION if cell_name in questions else Kind.TEST
        max_points = questions[name] if kind is Kind.QUESTION else tests[name]
        comment = comments.get(cell_name, "") or comments.get(name, "")
        items.append(_item(name, kind, max_points, grades[cell_name], judgements.get(name), comment))
    assert len(items) == len(tests) + len(questions)
    return tuple(items)


def _not_graded(recorder: Recorder, student: str, status: Status, reason: str) -> StudentResult:
    return StudentResult(student, status, reason, 0.0, _max_points(recorder))


def _ungraded(recorder: Recorder, student: str) -> StudentResult:
    reason = f"It was handed in and has not been graded yet: run `atelier grade {recorder.assignment.name}`."
    return _not_graded(recorder, student, Status.UNGRADED, reason)


def _max_points(recorder: Recorder) -> float:
    return sum(recorder.assignment.tests.values()) + sum(recorder.assignment.questions.values())


def _student(recorder: Recorder, gradebook: Gradebook, student: str, names: Mapping[str, str]) -> StudentResult:
    found = recorder.found(student)
    notebook = autograded_notebook(recorder, student)
    if found.place is None:
        reason = found.reason
        if notebook is not None:
            reason = f"What was graded before is no longer there. {reason}"
        return _not_graded(recorder, student, Status.MISSING, reason)
    if notebook is None and recorder.knows(student):
        return _not_graded(recorder, student, Status.UNGRADED, GONE.format(recorder.assignment.name))
    if notebook is None:
        return _ungraded(recorder, student)
    name = recorder.assignment.name
    note = notebook.metadata.get(NOTE, {})
    try:
        submission = gradebook.find_submission(name, student)
    except MissingEntry:
        return _ungraded(recorder, student)
    settle_extension(gradebook, recorder.course, name, student)
    newer = note.get("handed_in", "") not in ("", recorder.mark(student))
    if submission.total_seconds_late or submission.late_submission_penalty:
        recorder.settle_lateness(student, notebook)
        gradebook.db.refresh(submission)
    (submitted,) = (each for each in submission.notebooks if each.name == name)
    items = _items(recorder, submitted, notebook, names)
    return StudentResult(
        student=student,
        status=Status.FAILED if note.get("unreadable") else Status.GRADED,
        reason=note.get("unreadable", ""),
        points=float(submission.score),
        max_points=_max_points(recorder),
        late_penalty=float(submission.late_submission_penalty or 0.0),
        needs_manual_grading=any(item.points is None for item in items),
        seconds=float(note.get("seconds", 0.0)),
        events=() if note.get("unreadable") else tuple(note.get("events", ())),
        items=items,
        attention=(*note.get("attention", ()), *([NEWER] if newer else [])),
    )


GONE = (
    "It was graded, and its points are in the gradebook, but the graded notebook is gone: run `atelier grade {}`, "
    "which makes it anew and keeps what was given by hand."
)
NEWER = "What lies there now is not what was graded: it was handed in since. Grade again."


def _guarded(
    recorder: Recorder, gradebook: Gradebook, student: str, names: Mapping[str, str]
) -> tuple[StudentResult, bool]:
    """A student's result, and whether the grader stumbled over it: nobody shall end the collecting for others."""
    try:
        return _student(recorder, gradebook, student, names), False
    except (CourseError, DatabaseError):  # which concern everybody
        raise
    except Exception:
        log.exception("The results of %s could not be read.", student)
        gradebook.db.rollback()
        reason = "The grader stumbled over these results: its log says where. Grade this student again with --force."
        return _not_graded(recorder, student, Status.FAILED, reason), True


def collect(recorder: Recorder, students: Sequence[str]) -> ClassResults:
    """The results of ``students``, in that order."""
    assignment = recorder.assignment
    tests = assignment.tests
    items = (
        Item(name, kind, points)
        for kind, graded in ((Kind.TEST, tests), (Kind.QUESTION, assignment.questions))
        for name, points in graded.items()
    )
    found, stumbled = [], []
    # One for all of them: it need not learn its queries anew for each student, nor remember those it has read.
    with recorder.gradebook() as gradebook:
        names = {row.id: row.name for row in gradebook.db.execute(select(BaseCell.id, BaseCell.name))}
        for student in students:
            result, troubled = _guarded(recorder, gradebook, student, names)
            found.append(result)
            stumbled += [student] if troubled else []
            gradebook.db.expunge_all()
    return ClassResults(
        assignment=assignment.name,
        title=assignment.title,
        graded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        max_points=_max_points(recorder),
        items=tuple(items),
        students=tuple(found),
        stumbled=tuple(stumbled),
    )
