"""Whether a busy machine changes a score: right submissions graded beside processes that do nothing but compute.

    python -m benchmarks.load gan --submissions 20 --jobs 8 --hogs 8 --times 5

Ends with status 1 if one of them lost a point.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import nbformat
import typer

from autograder.authoring.examine import blanks, with_cells, with_sources
from autograder.course import Assignment, Course
from autograder.gradebook.grade import grade
from autograder.gradebook.results import ClassResults
from autograder.running.workers import Workers

__all__ = ["hand_in", "hogs", "lost"]

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def hogs(count: int) -> Iterator[None]:
    """So many processes that compute for as long as the block runs."""
    rivals = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()


def hand_in(assignment: Assignment, count: int) -> None:
    """Put ``count`` right submissions where they are looked for: the student notebook, filled in by turns.

    The solution's answers come first, then those of every file in ``right/``, and so on again.
    """
    answers = [assignment.solution]
    answers += [with_cells(assignment.solution, path) for path in sorted((assignment.folder / "right").glob("*.py"))]
    for number in range(count):
        sources = {name: cell.source for name, cell in blanks(answers[number % len(answers)]).items()}
        path = assignment.course.submitted / f"student-{number:02}" / assignment.name / f"{assignment.name}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(with_sources(assignment.release, sources), path)


def lost(results: ClassResults) -> dict[str, float]:
    """The points of tests that students did not get, by student; all points of who could not be graded."""
    missing = {
        student.student: sum(item.max_points - (item.points or 0) for item in student.items if item.kind == "test")
        if student.items
        else results.max_points
        for student in results.students
    }
    return {student: points for student, points in missing.items() if points}


def main(
    name: Annotated[str, typer.Argument(metavar="ID")],
    submissions: Annotated[int, typer.Option(min=1)] = 20,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1)] = 8,
    rivals: Annotated[int, typer.Option("--hogs", min=0, help="Processes that compute beside.")] = 8,
    times: Annotated[int, typer.Option(min=1, help="How often the class is graded.")] = 5,
) -> None:
    """Grade a class of right submissions beside hogs, several times."""
    worst = 0.0
    for turn in range(1, times + 1):
        with tempfile.TemporaryDirectory() as folder, hogs(rivals):
            assignment = Course(ROOT, Path(folder)).assignment(name)
            hand_in(assignment, submissions)
            began = time.monotonic()
            results = grade(assignment, workers=Workers(jobs))
            seconds = time.monotonic() - began
        found = lost(results)
        worst = max([worst, *found.values()])
        events = sorted({event for student in results.students for event in student.events})
        typer.echo(
            f"{turn}: {submissions} of {name} in {seconds:.0f} s beside {rivals} hogs, points lost: {found or 'none'}"
        )
        for event in events:
            typer.echo(f"   {event}")
    raise typer.Exit(1 if worst else 0)


if __name__ == "__main__":
    typer.run(main)
