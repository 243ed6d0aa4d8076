"""nbgrader's `generate_assignment`: makes the student notebook, and tells the gradebook what an assignment holds."""

from __future__ import annotations

import io
import logging
import re
import shutil
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells

from autograder.course import Assignment, Course, CourseError
from autograder.gradebook.preprocessors import RELEASE, configure, log

__all__ = ["generate", "register"]


def generate(course: Course, name: str, *, gradebook: bool) -> None:
    """Nbgrader's generate_assignment, which can also tell the gradebook of ``course`` what the assignment holds."""
    course.output.mkdir(parents=True, exist_ok=True)
    config = configure(course)
    config.CourseDirectory.assignment_id = name
    if not gradebook:
        config.GenerateAssignment.no_database = True
        config.GenerateAssignment.preprocessors = [each for each in RELEASE if each is not SaveCells]
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config, log=log)
    converter.force = True
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    log.addHandler(handler)
    try:
        converter.start()
    except NbGraderException as error:
        # nbgrader logs the traceback that matters; its last line is what was wrong.
        lines = [line for line in said.getvalue().splitlines() if re.match(r"\w[\w.]*(Error|Exception|Entry)\b", line)]
        raise CourseError(
            f"nbgrader could not make the student notebook of {name}: {(lines or [str(error)])[0]}"
        ) from error
    finally:
        log.removeHandler(handler)


def register(assignment: Assignment) -> None:
    """Tell the course's gradebook what the assignment holds, as `nbgrader generate_assignment` would."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Course(Path(folder), output=assignment.course.output)
        copied = Assignment(scratch, assignment.name)
        copied.solution_path.parent.mkdir(parents=True)
        shutil.copyfile(assignment.solution_path, copied.solution_path)
        generate(scratch, assignment.name, gradebook=True)
