"""`make bench`: the same submissions of `gan` with stock `nbgrader autograde` and with `atelier grade`, in turn.

    python -m benchmarks.against_nbgrader [--turns 3] [--class-size 100]

Both run the same cells and hidden tests; stock nbgrader runs the hidden tests the ordinary way, inside the notebook,
and every visible check, of which Atelier runs those whose hidden test has found a fault. Cells marked `demo` (training,
pictures) are left out on both sides. What is compared are the processor seconds of all processes of a command, since
other work on a machine costs them little, each divided by what a fixed loop takes just before and after it, since a
processor's speed wanders. A class of two sizes says what one submission more costs, and what a run costs whatever its
size. Both programs take turns; the last lines are the medians.
"""

import argparse
import copy
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.authoring.examine import blanks, with_cells, with_sources, wrong_notebooks
from autograder.course import Assignment, Course
from autograder.gradebook.results import load
from autograder.judging.judge import Judge
from autograder.judging.reference import references
from autograder.running import kernel_pool
from autograder.running.probe_calls import ProbeCall, probe_calls
from autograder.schema import DEMO

ROOT = Path(__file__).resolve().parent.parent
NAME = "gan"
CLOCK = """
def _clock(student, rng):
    import time
    return {"own": time.process_time() - student._cpu}
"""
NBGRADER = [sys.executable, "-m", "nbgrader"]
STOCK_CONFIG = """
c = get_config()
c.CourseDirectory.root = {root!r}
c.Execute.timeout = 60
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: wall-clock and processor seconds, those of all its processes."""

    wall: float
    cpu: float


def run(command: list[str], cwd: Path, environment: Mapping[str, str]) -> Cost:
    """Run to the end; raises CalledProcessError with the command's own words if it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    wall, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _loop() -> float:
    """Processor seconds of a fixed piece of work, half in Python and half in NumPy."""
    began = time.process_time()
    total = sum(number * number % 7 for number in range(1_500_000))
    matrix = np.arange(160_000.0).reshape(400, 400) % (3 + total % 2)
    for _ in range(20):
        matrix = matrix @ matrix % 5
    return time.process_time() - began


STANDARD = 0.25
"""What the loop takes on the machine whose seconds are told: all others' are brought to it."""


def calibrated(command: Callable[[], Cost]) -> Cost:
    """What a command takes where the loop takes `STANDARD` seconds, by how long that takes before and after it."""
    before = _loop()
    cost = command()
    speed = STANDARD / statistics.fmean([before, _loop()])
    return Cost(cost.wall * speed, cost.cpu * speed)


def submissions(assignment: Assignment, count: int) -> list[NotebookNode]:
    """The solution, the untouched notebook, all of ``right/`` and wrong answers, each in a student's notebook."""
    solved = assignment.solution
    right = [with_cells(solved, path) for path in sorted((assignment.folder / "right").glob("*.py"))]
    wrong = [notebook for _, _, notebook in wrong_notebooks(assignment)]
    chosen = [*right, *wrong[:: max(1, len(wrong) // count)]][: count - 2]
    answers = ({name: cell.source for name, cell in blanks(notebook).items()} for notebook in [solved, *chosen])
    filled = [with_sources(assignment.release, each) for each in answers]
    return [filled[0], assignment.release, *filled[1:]]


def hand_in(folder: Path, notebooks: list[NotebookNode]) -> None:
    """Write the class's submissions, in nbgrader's layout."""
    for number, notebook in enumerate(notebooks):
        path = folder / f"student{number:02}" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)


def without_demos(notebook: NotebookNode) -> NotebookNode:
    """The notebook with its demo cells marked in the way that stock nbgrader knows."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if DEMO in cell.metadata.get("tags", []):
            cell.metadata.tags = ["skip-execution"]
    return notebook


def with_inline_tests(assignment: Assignment) -> NotebookNode:
    """The solved notebook with every hidden test in its hidden region."""
    notebook = without_demos(assignment.solution)
    for cell in notebook.cells:
        if found := re.search(r"# probe: (\w+)", cell.source):
            test = found[1]
            call = f"points({test!r}, globals(), {assignment.seed(test)!r})"
            cell.source = cell.source.replace(found[0], f"__import__('benchmarks.inline_checks', fromlist=['']).{call}")
    return notebook


def stock_course(root: Path, assignment: Assignment) -> None:
    """A course of stock nbgrader's with the lesson in it, ready to be graded."""
    source = root / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(with_inline_tests(assignment), source)
    (root / "nbgrader_config.py").write_text(STOCK_CONFIG.format(root=str(root)))
    run([*NBGRADER, "generate_assignment", NAME], root, stock_environment(assignment))


def stock_environment(assignment: Assignment) -> dict[str, str]:
    """Where nbgrader finds alembic and the hidden tests find what they need."""
    (reference,) = (assignment.course.output / "reference").glob(f"{NAME}-*.json")
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic by name
        "PYTHONPATH": str(ROOT),
        "INLINE_TESTS": str(assignment.folder),
        "INLINE_REFERENCES": str(reference),
        "ATELIER_OFFLINE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # its log lines on stderr would cost stock nbgrader's students their points
    }


def bench_stock(root: Path, assignment: Assignment, notebooks: list[NotebookNode]) -> tuple[Cost, dict[str, float]]:
    """Grade with stock nbgrader in the course ``root``; return the cost and the scores."""
    for left in ("submitted", "autograded"):
        shutil.rmtree(root / left, ignore_errors=True)
    hand_in(root / "submitted", [without_demos(notebook) for notebook in notebooks])
    cost = calibrated(partial(run, [*NBGRADER, "autograde", NAME, "--force"], root, stock_environment(assignment)))
    students = {path.name for path in (root / "submitted").iterdir()}
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        rows = gradebook.assignment_submissions(NAME)
        return cost, {row.student.id: row.score for row in rows if row.student.id in students}


def bench_atelier(
    folder: Path, course: Course, notebooks: list[NotebookNode], jobs: int
) -> tuple[Cost, dict[str, float]]:
    """Grade with Atelier from nothing, the reference's answers included; return the cost and the scores."""
    output, submitted = folder / "atelier", folder / "submitted"
    for left in (output, submitted):
        shutil.rmtree(left, ignore_errors=True)
    output.mkdir()
    shutil.copy(course.output / "secret", output / "secret")  # the same seeds as the inline tests
    hand_in(submitted, notebooks)
    words = ["grade", NAME, "-j", str(jobs), "--submitted", str(submitted), "--output", str(output)]
    cost = calibrated(partial(run, [sys.executable, "-m", "autograder.cli", *words], ROOT, os.environ))
    results = load(output / "grades" / f"{NAME}.json")
    return cost, {student.student: student.points for student in results.students}


def own_cpu(assignment: Assignment, judge: Judge, notebooks: list[NotebookNode]) -> tuple[float, float]:
    """Mean processor seconds in a fork, before the first cell and from there to the last answer: the student's own."""
    kernels = kernel_pool.KernelPool()
    before, own = [], []
    for notebook in notebooks:
        timed = copy.deepcopy(notebook)
        timed.cells.insert(0, v4.new_code_cell("import time; _cpu = time.process_time(); print(_cpu)"))
        asked = [*probe_calls(assignment), ProbeCall("_clock", (0,))]
        result = kernel_pool.run(kernels, timed, assignment.probes + CLOCK, asked, is_full=judge.is_full)
        before.append(float(result.outputs[0][0].text))
        own.append(float(result.answers["_clock"].values["own"]))
    return statistics.fmean(before), statistics.fmean(own)


@dataclass(frozen=True)
class Turn:
    """What one turn says of both programs: processor seconds of a submission more, and of a run whatever its size."""

    stock: float
    stock_fixed: float
    ours: float
    ours_fixed: float

    def ratio(self, count: int) -> float:
        """How many times as much stock nbgrader takes for a class of ``count``."""
        return (self.stock_fixed + count * self.stock) / (self.ours_fixed + count * self.ours)

    @property
    def marginal(self) -> float:
        """How many times as much stock nbgrader takes for one submission more."""
        return self.stock / self.ours


def _line(few: float, many: float, count_few: int, count_many: int) -> tuple[float, float]:
    """What one more costs, and what none costs."""
    slope = (many - few) / (count_many - count_few)
    return slope, few - count_few * slope


def main() -> None:
    """Print what each turn cost, where the time goes, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--class-size", type=int, default=100)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    console, size = Console(), arguments.class_size
    table = Table("turn", "nbgrader: each", "fixed", "atelier: each", "fixed", "marginal ratio", "of 20", f"of {size}")
    table.title = f"{NAME}: processor seconds"
    turns, same, compared = [], 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assignment = Course(ROOT, folder / "reference").assignment(NAME)
        first, *_ = references(assignment, lambda: kernel_pool.run_solution(kernel_pool.KernelPool(), assignment))
        stock_course(folder / "stock", assignment)
        kinds = submissions(assignment, 20)
        students = [kinds[number % len(kinds)] for number in range(size)]
        for turn in range(arguments.turns):
            at = 8 * turn % (len(kinds) - 8)  # each turn other submissions, alike on both sides
            many, scores = bench_stock(folder / "stock", assignment, kinds[at : at + 8])
            few, _ = bench_stock(folder / "stock", assignment, kinds[at : at + 2])
            bench = partial(bench_atelier, folder, assignment.course, jobs=arguments.jobs)
            _, own_scores = bench(kinds[at : at + 8])
            ours_few, ours_many = (bench(students[:count])[0] for count in (size // 5, size))
            same += sum(own_scores[student] == score for student, score in scores.items())
            compared += len(scores)
            turns.append(Turn(*_line(few.cpu, many.cpu, 2, 8), *_line(ours_few.cpu, ours_many.cpu, size // 5, size)))
            last = turns[-1]
            costs = (last.stock, last.stock_fixed, last.ours, last.ours_fixed)
            ratios = (last.marginal, last.ratio(20), last.ratio(size))
            table.add_row(str(turn + 1), *(f"{each:.2f}" for each in costs), *(f"{each:.1f}" for each in ratios))
        before, own = own_cpu(assignment, Judge(assignment, first), kinds)
    ours = statistics.median(turn.ours for turn in turns)
    console.print(table)
    console.print(f"Equal scores: {same} of {compared}.")
    console.print(
        f"Of {ours:.2f} s for a submission {own:.2f} s are the student's own computing, {before:.2f} s the fork "
        f"becoming a kernel, and {ours - own - before:.2f} s reading, protocol, judging and the gradebook."
    )
    console.print(f"against the same cells and probes in one warm process: {ours / own:.2f}")
    console.print(f"marginal ratio: {statistics.median(turn.marginal for turn in turns):.1f}")
    console.print(f"ratio of {size}: {statistics.median(turn.ratio(size) for turn in turns):.1f}")
    console.print(f"ratio of 20: {statistics.median(turn.ratio(20) for turn in turns):.1f}")


if __name__ == "__main__":
    main()
