"""What is kept of one student: all of it in an archive, or all of it deleted."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from nbgrader.api import Gradebook, MissingEntry
from sqlalchemy import text

from autograder.course import Course, CourseError
from autograder.files import write_atomically
from autograder.gradebook.grade import alone
from autograder.gradebook.results import ResultsError, load, save
from autograder.gradebook.roster import load_roster, save_roster
from autograder.intake.finding import is_name
from autograder.serving.server import the_only_one

__all__ = ["forget", "take_out"]

BY_STUDENT = ("autograded", "feedback", "kept_results", "performed", "replaced")
"""Folders of the output folder that hold a folder for each student; an older Atelier wrote `performed`."""


def _folders(course: Course, student: str) -> Iterator[Path]:
    """All folders that are the student's alone."""
    if not is_name(student) or student in ("", ".", "..") or "/" in student:
        raise CourseError(f"`{student}` is no student's name.")
    known = [course.submitted / student, *(course.output / folder / student for folder in BY_STUDENT)]
    known += sorted((course.output / "serving" / "attempts").glob(f"*/{_escaped(student)}"))
    return (folder for folder in known if folder.is_dir() and not folder.is_symlink())


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _logged(course: Course) -> list[dict[str, Any]]:
    path = course.output / "regrades.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _extensions(course: Course) -> dict[str, dict[str, Any]]:
    path = course.output / "extensions.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _in_gradebook(course: Course, student: str) -> list[dict[str, Any]]:
    """Each graded item, with its points and comments."""
    if not (course.output / "gradebook.db").exists():
        return []
    found = []
    with Gradebook(course.database) as gradebook:
        for submission in gradebook.student_submissions(student):
            for notebook in submission.notebooks:
                comments = {each.name: each.comment for each in notebook.comments}
                found += [
                    {
                        "assignment": submission.assignment.name,
                        "handed in": str(submission.timestamp or ""),
                        "item": grade.name,
                        "points": grade.score,
                        "of": grade.max_score,
                        "comment": comments.get(grade.name) or "",
                    }
                    for grade in notebook.grades
                ]
    return found


def _facts(course: Course, student: str) -> dict[str, Any]:
    """All that files for the whole class say of the student."""
    roster = load_roster(course)
    person = roster.people.get(student) if roster else None
    return {
        "student": student,
        "enrolled": asdict(person) if person else None,
        "extensions": {name: told[student] for name, told in _extensions(course).items() if student in told},
        "regrades": [entry for entry in _logged(course) if entry.get("student") == student],
        "gradebook": _in_gradebook(course, student),
    }


def take_out(course: Course, student: str, target: Path) -> int:
    """Write all that is kept of ``student`` into a zip archive; return its number of files.

    Raises:
        CourseError: if nothing is kept.
    """
    facts = _facts(course, student)
    folders = list(_folders(course, student))
    if not folders and not any(facts[kind] for kind in ("enrolled", "extensions", "regrades", "gradebook")):
        raise CourseError(f"Nothing is kept of `{student}`.")
    count = 1
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("facts.json", json.dumps(facts, indent=1, ensure_ascii=False))
        for folder in folders:
            base = course.output if folder.is_relative_to(course.output) else course.submitted.parent
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink():
                    archive.write(path, path.relative_to(base))
                    count += 1
    return count


def forget(course: Course, student: str) -> int:
    """Delete all that is kept of ``student``; return the number of folders and files that are gone or were rewritten.

    Raises:
        CourseError: if nothing is kept, or a server or a grading is at work.
    """
    with the_only_one(course):
        facts = _facts(course, student)
        folders = list(_folders(course, student))
        if not folders and not any(facts[kind] for kind in ("enrolled", "extensions", "regrades", "gradebook")):
            raise CourseError(f"Nothing is kept of `{student}`.")
        count = 0
        for name in course.assignments():
            with alone(course.assignment(name)):
                count += _forget_assignment(course, name, student)
        _forget_in_gradebook(course, student)
        for folder in folders:
            shutil.rmtree(folder)
        return count + len(folders) + _forget_in_files(course, student)


def _forget_assignment(course: Course, name: str, student: str) -> int:
    """Take the student out of an assignment's results; what was made of them goes, and other commands make it anew."""
    count = 0
    path = course.output / "grades" / f"{name}.json"
    if path.exists():
        try:
            results = load(path)
        except ResultsError:
            path.unlink()
        else:
            kept = tuple(each for each in results.students if each.student != student)
            moved = tuple(move for move in results.moved if move.student != student)
            stumbled = tuple(each for each in results.stumbled if each != student)
            save(replace(results, students=kept, moved=moved, stumbled=stumbled), path)
        count += 1
    table = path.with_suffix(".csv")
    if table.exists():
        rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"))))
        column = rows[0].index("student_id") if rows and "student_id" in rows[0] else 0
        lines = io.StringIO()
        csv.writer(lines, lineterminator="\n").writerows(row for row in rows if row[column : column + 1] != [student])
        write_atomically(table, lines.getvalue())
        count += 1
    made = [course.output / "report" / f"{name}.html", course.output / "report" / f"{name}-similar.html"]
    for path in [*made, *(course.output / "exports").glob(f"{name}[.-]*")]:
        if path.exists():
            path.unlink()
            count += 1
    return count


def _forget_in_gradebook(course: Course, student: str) -> None:
    if not (course.output / "gradebook.db").exists():
        return
    with Gradebook(course.database) as gradebook:
        grades = [
            {"id": grade.id}
            for submission in gradebook.student_submissions(student)
            for notebook in submission.notebooks
            for grade in notebook.grades
        ]
        tables = gradebook.db.execute(text("SELECT name FROM sqlite_master WHERE name = 'atelier_answer'")).all()
        if grades and tables:
            gradebook.db.execute(text("DELETE FROM atelier_answer WHERE grade_id = :id"), grades)
        try:
            gradebook.remove_student(student)
        except MissingEntry:
            gradebook.db.commit()
    # What is deleted lies in the file, and in its log, until they are written anew.
    with contextlib.closing(sqlite3.connect(course.output / "gradebook.db", isolation_level=None)) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _forget_in_files(course: Course, student: str) -> int:
    count = 0
    roster = load_roster(course)
    if roster and student in roster.people:
        save_roster(course, (person for id, person in roster.people.items() if id != student))
        count += 1
    extensions = _extensions(course)
    if any(student in told for told in extensions.values()):
        kept = {name: {id: each for id, each in told.items() if id != student} for name, told in extensions.items()}
        write_atomically(course.output / "extensions.json", json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        count += 1
    logged = _logged(course)
    if others := [entry for entry in logged if entry.get("student") != student]:
        lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in others)
        write_atomically(course.output / "regrades.jsonl", lines)
    elif logged:
        (course.output / "regrades.jsonl").unlink()
    return count
