"""What submissions answered, kept: if only judges have changed, they judge these answers, and nothing is run.

Answers, events and seconds lie in ``kept_results/STUDENT/ID.json``; what cells printed is in the autograded notebook.
Both bear the same mark, of everything that a run depends on, and count only together.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.files import write_atomically
from autograder.gradebook.preprocessors import own_outputs
from autograder.running.environment import fingerprint, running_sources
from autograder.running.kernel_pool import KernelPool
from autograder.running.probe_results import decode_results, encode_results
from autograder.running.run import RunResult
from autograder.schema import NOTE

__all__ = ["conditions", "keep_result", "kept_result", "mark"]

RUN = "run"
"""The key of an autograded notebook's note for the mark of the run whose outputs it holds."""

FOLDER = "kept_results"
"""In the output folder, with a folder for each student."""

MAX_BYTES = 16 * 2**20
"""Of the answers of one submission: those of a lesson's solution take less than 1 MB."""


def conditions(assignment: Assignment, kernels: KernelPool) -> str:
    """All that a run depends on beside the submission: probes, seeds, libraries, the sandbox and its bounds."""
    return f"{fingerprint(assignment)} {running_sources()} {kernels!r}"


def _cells(notebook: NotebookNode) -> list[tuple[str, str, list[str], str | None]]:
    return [
        (cell.cell_type, cell.source, cell.metadata.get("tags", []), cell.metadata.get("nbgrader", {}).get("grade_id"))
        for cell in notebook.cells
    ]


def mark(notebook: NotebookNode, under: str) -> str:
    """The mark of a sanitized notebook's run ``under`` these conditions."""
    return hashlib.sha256(json.dumps([under, _cells(notebook)]).encode()).hexdigest()[:32]


def _path(assignment: Assignment, student: str) -> Path:
    return assignment.course.output / FOLDER / student / f"{assignment.name}.json"


def keep_result(assignment: Assignment, student: str, notebook: NotebookNode, result: RunResult, under: str) -> None:
    """Keep the result of ``notebook``, which is still to be written. If that fails, the notebook is run again."""
    path, own = _path(assignment, student), mark(notebook, under)
    kept = {
        "mark": own,
        "answers": encode_results(result.answers),
        "events": result.events,
        "seconds": result.seconds,
    }
    text = json.dumps(kept)
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
        if len(text) <= MAX_BYTES:
            write_atomically(path, text)
            notebook.metadata.setdefault(NOTE, {})[RUN] = own


def kept_result(
    assignment: Assignment, student: str, notebook: NotebookNode, autograded: Path, under: str
) -> RunResult | None:
    """The result of a sanitized ``notebook`` from its last run ``under`` the same conditions; None if unknown."""
    own = mark(notebook, under)
    try:
        kept = json.loads(_path(assignment, student).read_text(encoding="utf-8"))
        before = nbformat.read(autograded, as_version=4)
        if kept["mark"] != own or before.metadata[NOTE][RUN] != own or _cells(before) != _cells(notebook):
            return None
        answers = decode_results(kept["answers"], assignment.tests)
        outputs = {index: own_outputs(cell) for index, cell in enumerate(before.cells) if cell.cell_type == "code"}
        return RunResult(
            outputs, answers=answers, events=[str(event) for event in kept["events"]], seconds=float(kept["seconds"])
        )
    except Exception:  # half a file, or one of another form, is as good as none
        return None
