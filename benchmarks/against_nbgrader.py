"""`make bench`: the same 20 submissions of `gan` with stock `nbgrader autograde` and with `atelier grade -j 2`.

Both run the same cells, visible checks and hidden tests; stock nbgrader runs the hidden tests the ordinary way, inside
the notebook. Cells marked `demo` (training, pictures) are left out on both sides. The last line is the ratio.
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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from rich.console import Console
from rich.table import Table

from autograder.authoring.examine import with_cells, wrong_notebooks
from autograder.course import Assignment, Course
from autograder.gradebook.results import load
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


def submissions(assignment: Assignment, count: int) -> list[NotebookNode]:
    """The solution, the untouched notebook, everything in ``right/`` and wrong answers from first to last."""
    solved = assignment.solution
    right = [with_cells(solved, path) for path in sorted((assignment.folder / "right").glob("*.py"))]
    wrong = [notebook for _, _, notebook in wrong_notebooks(assignment)]
    chosen = [*right, *wrong[:: max(1, len(wrong) // count)]][: count - 2]
    return [solved, assignment.release, *chosen]


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


def bench_stock(folder: Path, assignment: Assignment, notebooks: list[NotebookNode]) -> tuple[Cost, dict[str, float]]:
    """Grade with stock nbgrader; return the cost and the scores."""
    root = folder / "stock"
    source = root / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(with_inline_tests(assignment), source)
    (root / "nbgrader_config.py").write_text(STOCK_CONFIG.format(root=str(root)))
    hand_in(root / "submitted", [without_demos(notebook) for notebook in notebooks])
    (reference,) = (assignment.course.output / "reference").glob(f"{NAME}-*.json")
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # nbgrader calls alembic by name
        "PYTHONPATH": str(ROOT),
        "INLINE_TESTS": str(assignment.folder),
        "INLINE_REFERENCES": str(reference),
        "ATELIER_OFFLINE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # its log lines on stderr would cost stock nbgrader's students their points
    }
    nbgrader = [sys.executable, "-m", "nbgrader"]
    run([*nbgrader, "generate_assignment", NAME], root, environment)
    cost = run([*nbgrader, "autograde", NAME], root, environment)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return cost, {row.student.id: row.score for row in gradebook.assignment_submissions(NAME)}


def bench_atelier(
    folder: Path, course: Course, notebooks: list[NotebookNode], jobs: int
) -> tuple[Cost, dict[str, float]]:
    """Grade with Atelier from nothing, reference answers included; return the cost and the scores."""
    output, submitted = folder / f"atelier-{len(notebooks)}", folder / f"submitted-{len(notebooks)}"
    output.mkdir()
    shutil.copy(course.output / "secret", output / "secret")  # the same seeds as the inline tests
    hand_in(submitted, notebooks)
    words = ["grade", NAME, "-j", str(jobs), "--submitted", str(submitted), "--output", str(output)]
    cost = run([str(Path(sys.executable).parent / "atelier"), *words], ROOT, os.environ)
    results = load(output / "grades" / f"{NAME}.json")
    return cost, {student.student: student.points for student in results.students}


def own_cpu(assignment: Assignment, notebooks: list[NotebookNode]) -> tuple[float, float]:
    """Mean processor seconds in a fork, before the first cell and from there to the last answer: the student's own."""
    kernels = kernel_pool.KernelPool()
    before, own = [], []
    for notebook in notebooks:
        timed = copy.deepcopy(notebook)
        timed.cells.insert(0, v4.new_code_cell("import time; _cpu = time.process_time(); print(_cpu)"))
        asked = [*probe_calls(assignment), ProbeCall("_clock", (0,))]
        result = kernel_pool.run(kernels, timed, assignment.probes + CLOCK, asked)
        before.append(float(result.outputs[0][0].text))
        own.append(float(result.answers["_clock"].values["own"]))
    return statistics.fmean(before), statistics.fmean(own)


def main() -> None:
    """Print the table, where the time goes, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assignment = Course(ROOT, folder / "reference").assignment(NAME)
        started = time.monotonic()
        kernel_pool.warm_kernel(kernel_pool.KernelPool())
        warm_up = time.monotonic() - started
        references(assignment, lambda: kernel_pool.run_solution(kernel_pool.KernelPool(), assignment))
        notebooks = submissions(assignment, arguments.submissions)
        before, own = own_cpu(assignment, notebooks)
        few, _ = bench_atelier(folder, assignment.course, notebooks[:2], arguments.jobs)
        ours, our_scores = bench_atelier(folder, assignment.course, notebooks, arguments.jobs)
        stock, stock_scores = bench_stock(folder, assignment, notebooks)
    count = len(notebooks)
    table = Table("", "seconds", "CPU seconds", "CPU s / submission", title=f"{count} submissions of {NAME}")
    for label, cost in (("nbgrader autograde", stock), (f"atelier grade -j {arguments.jobs}", ours)):
        table.add_row(label, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.cpu / count:.2f}")
    console.print(table)
    marginal = (ours.cpu - few.cpu) / (count - 2)
    same = sum(our_scores[student] == score for student, score in stock_scores.items())
    console.print(f"Equal scores: {same} of {count}.")
    console.print(f"Where Atelier's time goes: {warm_up:.1f} s until the warm kernel has imported everything, once.")
    console.print(
        f"After that {marginal:.2f} CPU s a submission ({(ours.wall - few.wall) / (count - 2):.2f} s of wall clock), "
        f"of which {own:.2f} s are the student's own computing, {before:.2f} s the fork becoming a kernel, and "
        f"{marginal - own - before:.2f} s reading, protocol, judging and the gradebook."
    )
    console.print(f"throughput ratio: {stock.wall / ours.wall:.1f}")


if __name__ == "__main__":
    main()
