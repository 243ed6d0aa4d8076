"""The lessons' visible checks, with the solutions, on the oldest and newest libraries that they run with, and on JAX.

    python -m benchmarks.versions                  all lessons in all environments of `ENVIRONMENTS`
    python -m benchmarks.versions gan --only oldest
    python -m benchmarks.versions gan --try "tensorflow-cpu==2.18.*" --try "keras==3.8.*"

makes an environment of each in ``build/versions/``, which takes some minutes and 2 GB apiece the first time. There it
runs the lessons as far as they are graded, and the tests of `util.training`, since no check trains for long; it ends
with status 1 if anything is not passed. The bounds in ``requirements.txt`` and `util.start.OLDEST` are no wider than
what this has shown.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from autograder.course import Course

__all__ = ["ENVIRONMENTS", "checked", "environment", "requirements"]

ROOT = Path(__file__).resolve().parent.parent

ENVIRONMENTS = {
    "oldest": ("tensorflow-cpu==2.18.*", "keras==3.10.*", "numpy==2.0.*"),
    "newest": ("tensorflow-cpu", "keras"),
    "jax": ("tensorflow-cpu", "keras", "jax"),
}
"""What stands in place of the bounds on TensorFlow and Keras. A name that begins with ``jax`` runs on that backend."""

LEFT_OUT = ("jupyterlab", "ipykernel")
"""What no check needs."""

TESTS = "tests/util/test_training.py"


def requirements(instead: tuple[str, ...]) -> list[str]:
    """The students' requirements, with ``instead`` in place of those on the libraries that they name."""
    replaced = {"tensorflow", "tensorflow-cpu", *map(_name, instead), *LEFT_OUT}
    lines = (
        line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    )
    return [*instead, "pytest", *(line for line in lines if line and _name(line) not in replaced)]


def _name(requirement: str) -> str:
    found = re.match(r"[\w-]+", requirement)
    assert found is not None
    return found[0].lower()


def environment(folder: Path, instead: tuple[str, ...]) -> str:
    """Make a virtual environment in ``folder`` unless it is there; what pip said if it cannot be had, else nothing."""
    wanted, mark = "\n".join(requirements(instead)), folder / "installed.txt"
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted:
        return ""
    venv.create(folder, with_pip=True, clear=True)
    pip = [_python(folder), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *wanted.splitlines()]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["pip failed without a word"])[-1]
    mark.write_text(wanted, encoding="utf-8")
    return ""


def _python(folder: Path) -> str:
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


def versions(folder: Path) -> str:
    """What was installed, of the libraries that matter."""
    script = (
        "import importlib.metadata as m; names = ['tensorflow-cpu', 'tensorflow', 'keras', 'jax', 'numpy'];"
        "there = {d.name.replace('_', '-'): d.version for d in m.distributions()};"
        "print(', '.join(f'{n} {there[n]}' for n in names if n in there))"
    )
    return subprocess.run([_python(folder), "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def checked(folder: Path, notebook: Path, backend: str) -> dict[str, str]:
    """What each check says of the solved ``notebook``; under ``stopped`` what kept it from its end, if anything did."""
    done = _run(folder, backend, str(ROOT / "benchmarks" / "run_checks.py"), str(notebook))
    try:
        said: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        said = {"stopped": (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]}
    return said


def trained(folder: Path, backend: str) -> str:
    """The last line of what `TESTS` say, such as ``34 passed in 25.04s``."""
    words = ["-m", "pytest", "-q", "--noconftest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(ROOT)]
    done = _run(folder, backend, *words, str(ROOT / TESTS))
    return (done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing"])[-1]


def _run(folder: Path, backend: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the environment's Python in this checkout."""
    surroundings = {**os.environ, "KERAS_BACKEND": backend, "MPLBACKEND": "agg", "ATELIER_OFFLINE": "1"}
    surroundings |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(ROOT)}
    command = [_python(folder), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings, cwd=ROOT)


def _cell(said: dict[str, str]) -> str:
    passed = sum(line.startswith("✓") for line in said.values())
    count = len(said) - ("stopped" in said)
    return f"{passed} of {count}" + (", stopped" if "stopped" in said else "")


def main(
    lessons: Annotated[list[str] | None, typer.Argument(help="Lessons; by default all.")] = None,
    only: Annotated[list[str] | None, typer.Option(help="These environments only.")] = None,
    attempt: Annotated[list[str] | None, typer.Option("--try", help="Instead, one environment with these.")] = None,
    jax: Annotated[bool, typer.Option("--jax", help="Run what is given by --try on JAX.")] = False,
    folder: Annotated[Path, typer.Option(help="Where environments are made.")] = ROOT / "build" / "versions",
) -> None:
    """Make environments, run the lessons' checks in each, and print a table."""
    names = lessons or Course(ROOT).assignments()
    tried = {"jax-try" if jax else "try": tuple(attempt)} if attempt else ENVIRONMENTS
    console = Console(width=max(160, Console().width))  # a narrower one cuts the words that matter
    table, complaints = Table("environment", "versions", *names, "training"), []
    for name, instead in tried.items():
        if only and name not in only:
            continue
        print(f"{name}: {', '.join(instead)} …", file=sys.stderr, flush=True)
        if missing := environment(folder / name, instead):
            complaints.append(f"{name} cannot be had here: {missing}")
            continue
        row, backend = [], "jax" if name.startswith("jax") else "tensorflow"
        for lesson in names:
            said = checked(folder / name, ROOT / "solutions" / lesson / f"{lesson}.ipynb", backend)
            row.append(_cell(said))
            complaints += [f"{name}, {lesson}, {key}: {line}" for key, line in said.items() if line[:1] != "✓"]
        tests = trained(folder / name, backend)
        complaints += [] if re.fullmatch(r"\d+ passed.*", tests) else [f"{name}, {TESTS}: {tests}"]
        table.add_row(name, versions(folder / name), *row, tests.partition(" in ")[0])
    console.print(table)
    for complaint in complaints:
        console.print(complaint, soft_wrap=True, markup=False, highlight=False)
    raise typer.Exit(1 if complaints else 0)


if __name__ == "__main__":
    typer.run(main)
