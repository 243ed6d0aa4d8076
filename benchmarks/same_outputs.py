"""Whether cells show in a fork of the warm kernel what they show in a real Jupyter kernel under nbclient.

    python -m benchmarks.same_outputs gan draw

runs the solved notebooks of these lessons, or of all, without their demos, and ends with status 1 if outputs differ.
"""

from __future__ import annotations

import copy
import itertools
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.course import Course
from autograder.running import kernel_pool
from autograder.sandbox.bubblewrap import COURSE, ENVIRONMENT
from autograder.schema import DEMO

__all__ = ["differences", "in_short", "run_in_a_kernel", "was_shown"]

ROOT = Path(__file__).resolve().parent.parent

NOISE = [
    (re.compile(r"\x1b\[[0-9;]*m"), ""),
    (re.compile(r"0x[0-9a-f]+"), "0x"),
    (re.compile(r"In ?\[\d+\]"), "In []"),
    (re.compile(r"(/tmp)?/ipykernel_\d+/\d+\.py|<ipython-input-[\w-]+>|\d{8,}\.py"), "<cell>"),
    (re.compile(r"\b\d+(\.\d+)?(e[+-]\d+)? ?(ns|[µμu]s|ms|s|min)\b"), "<time>"),
    (re.compile(r"'?model_id'?: '\w+'"), "<model>"),
    (re.compile(r"(?m)^-{20,}$"), "---"),
    # Of TensorFlow, which says so once in a process.
    (re.compile(r"(?m)^(WARNING: All log messages before absl|[IWE]0000 ).*\n"), ""),
    (re.compile(r"/\S*/atelier-data-\w+"), f"{COURSE}/data"),
    (re.compile(re.escape(str(ROOT))), COURSE),
]
"""What differs from one run to the next and is seen by nobody."""


def plain(value: Any) -> Any:
    """Text without noise; a data structure of such."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in ("execution_count", "model_id")}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        for pattern, instead in NOISE:
            value = pattern.sub(instead, value)
    return value


def in_short(outputs: Iterable[NotebookNode]) -> list[dict[str, Any]]:
    """Outputs without noise, pieces of one stream together; of a traceback what stands in the notebook's own cells."""
    short: list[dict[str, Any]] = []
    for output in map(plain, outputs):
        # A kernel sends one stream after the other, in whatever order the pieces were printed.
        streams = list(itertools.takewhile(lambda each: each["output_type"] == "stream", reversed(short)))
        if same := [each for each in streams if each["name"] == output.get("name")]:
            same[0]["text"] += output["text"]
            continue
        if output.get("text") == "":
            continue
        if streams and output.get("name") == "stdout":
            short.insert(-1, output)
            continue
        if output["output_type"] == "error":
            lines = "\n".join(output["traceback"]).split("\n")
            own = list(itertools.takewhile(lambda line: not line.startswith("File "), lines))
            output["traceback"] = own if own == lines else [*own, lines[-1]]
        short.append(output)
    return short


def was_shown(output: NotebookNode) -> bool:
    """Not so an error that the grader adds where a cell stops and shows none, as for an unknown magic."""
    return output.get("traceback") != [f"{output.get('ename')}: {output.get('evalue')}"]


def run_in_a_kernel(notebook: NotebookNode) -> None:
    """Run ``notebook`` in a real kernel, in an environment like the sandbox's: figures are drawn only if asked for."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory(prefix="atelier-data-") as folder:
        client = NotebookClient(notebook, allow_errors=True, timeout=None, kernel_name="python3")
        client.extra_arguments = ["--IPKernelApp.matplotlib=agg", "--HistoryManager.enabled=False"]
        client.execute(cwd=folder, env={**ENVIRONMENT, **kept, "IPYTHONDIR": folder, "ATELIER_DATA": folder})


def differences(kernels: kernel_pool.KernelPool, notebook: NotebookNode) -> list[tuple[int, Any, Any]]:
    """Cells of ``notebook``, without its demos, of which a fork and a kernel show different things: both, in short."""
    notebook = copy.deepcopy(notebook)
    notebook.cells = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip() and DEMO not in cell.metadata.get("tags", [])
    ]
    result = kernel_pool.run(kernels, notebook)
    run_in_a_kernel(notebook)
    both = [
        (in_short(filter(was_shown, result.outputs.get(index, ()))), in_short(cell.outputs))
        for index, cell in enumerate(notebook.cells)
    ]
    return [(index, ours, theirs) for index, (ours, theirs) in enumerate(both) if ours != theirs]


def main(names: Annotated[list[str] | None, typer.Argument(help="Lessons; all, if none is named.")] = None) -> None:
    """Compare the outputs of solved notebooks."""
    kernels, course, status = kernel_pool.KernelPool(), Course(ROOT), 0
    for name in names or sorted(course.assignments()):
        found = differences(kernels, course.assignment(name).solution)
        print(f"{name}: {len(found)} cells differ", flush=True)
        for index, ours, theirs in found:
            status = 1
            print(f"  code cell {index + 1}\n    fork:   {str(ours)[:600]}\n    kernel: {str(theirs)[:600]}")
    raise typer.Exit(status)


if __name__ == "__main__":
    typer.run(main)
