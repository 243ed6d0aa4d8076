"""`make conformance`: nbgrader's own tests of `nbgrader autograde`, run with Atelier's preprocessors for its own.

Every case must end as it does with stock nbgrader, which `nbgrader-suite.json` records and `--stock` records anew. The
exceptions stand in `DIFFERENT`, each with its reason; they must fail, and for that reason.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SUITE = "nbgrader.tests.apps.test_nbgrader_autograde"
RECORDED = Path(__file__).with_name("nbgrader-suite.json")
CONFIG = """
from autograder.gradebook.preprocessors import grading
c = get_config()
c.merge(grading())
"""


@dataclass(frozen=True)
class Difference:
    """Why a case fails on purpose, and what its failure must then say."""

    reason: str
    says: str


DIFFERENT = {
    "test_side_effects": Difference(
        "What a submission writes stays in its sandbox: no file of its making appears beside the graded notebook.",
        "/autograded/foo/ps1/side-effect.txt'",
    ),
}


@dataclass(frozen=True)
class Case:
    """How a case ended (passed, failed or skipped), and what it said if it did not pass."""

    name: str
    outcome: str
    said: str = ""


def _cases(report: Path) -> Iterator[Case]:
    for case in ElementTree.parse(report).iter("testcase"):
        name = str(case.get("name"))
        problem = next((part for part in case if part.tag in ("failure", "error", "skipped")), None)
        if problem is None:
            yield Case(name, "passed")
        else:
            outcome = "skipped" if problem.tag == "skipped" else "failed"
            yield Case(name, outcome, f"{problem.get('message')}\n{problem.text}")


def run_suite(config: str, chosen: str) -> dict[str, Case]:
    """Run nbgrader's suite with ``config`` as nbgrader's configuration on this machine; its cases by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nbgrader_config.py").write_text(config)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--pyargs",
            SUITE,
            "-k",
            chosen,
            "-p",
            "no:cacheprovider",
            "--no-summary",
        ]
        command += ["-c", os.devnull, f"--rootdir={folder}", "-W", "ignore", f"--junitxml={folder / 'report.xml'}"]
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        environment = {
            **os.environ,
            "JUPYTER_CONFIG_PATH": name,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),  # nbgrader calls alembic
        }
        done = subprocess.run(command, cwd=folder, env=environment, check=False)
        if done.returncode not in (0, 1):
            sys.exit(f"nbgrader's suite could not be run: pytest ended with {done.returncode}.")
        return {case.name: case for case in _cases(folder / "report.xml")}


def is_expected(case: Case, stock: str | None) -> bool:
    """Whether a case ended as it should."""
    if case.name in DIFFERENT:
        return case.outcome == "failed" and DIFFERENT[case.name].says in case.said
    return case.outcome == stock


def _tally(who: str, outcomes: Iterable[str]) -> str:
    return f"{who}: " + ", ".join(f"{count} {outcome}" for outcome, count in Counter(outcomes).most_common())


def tell(stock: Mapping[str, str], ours: Mapping[str, Case], names: Sequence[str]) -> set[str]:
    """Print the table and what is wrong; the names of the cases whose outcome was unexpected."""
    console = Console(width=150)
    table = Table("case", "stock", "Atelier", "reason", title=SUITE, title_justify="left")
    unexpected = set()
    for name in names:
        case = ours.get(name, Case(name, "not run"))
        before = stock.get(name, "unknown")
        if is_expected(case, before):
            reason = DIFFERENT[name].reason if name in DIFFERENT else ""
            table.add_row(name, before, case.outcome, reason, style="yellow" if reason else "")
        else:
            unexpected.add(name)
            table.add_row(name, before, case.outcome, "UNEXPECTED", style="bold red")
    console.print(table)
    console.print(_tally("stock", (stock.get(name, "unknown") for name in names)))
    console.print(_tally("Atelier", (case.outcome for case in ours.values())))
    for name in sorted(unexpected & set(ours)):
        console.print(f"{name}: {ours[name].said[-3000:]}", markup=False)
    return unexpected


def main() -> None:
    """Run, print the table, exit with 1 if anything was unexpected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stock", action="store_true", help="also run the suite with stock nbgrader, and record that")
    parser.add_argument("-k", default="", metavar="EXPRESSION", help="only the cases that pytest selects by this")
    arguments = parser.parse_args()
    stock: dict[str, str] = json.loads(RECORDED.read_text())
    if arguments.stock:
        outcomes = {name: case.outcome for name, case in run_suite("", arguments.k).items()}
        stock = {**stock, **outcomes} if arguments.k else outcomes
        RECORDED.write_text(json.dumps(stock, indent=1) + "\n")
    ours = run_suite(CONFIG, arguments.k)
    names = list(ours) if arguments.k else list(dict.fromkeys([*stock, *ours]))
    sys.exit(bool(tell(stock, ours, names)))


if __name__ == "__main__":
    main()
