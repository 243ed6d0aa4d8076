"""How long a student waits: a real `atelier serve` on loopback, asked over HTTP as browsers do.

    python -m benchmarks.serving gan --students 300 --within 600 --jobs 2 --output results/serving.md

First one student hands in again and again, with nobody else there; then all of them within so many seconds, at moments
drawn by chance; 0 is all at once.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import httpx
import nbformat
import numpy as np
import typer

from autograder.authoring.examine import blanks, with_cells, with_sources
from autograder.course import Assignment, Course
from autograder.gradebook.results import load
from autograder.gradebook.roster import Enrolled, save_roster
from autograder.serving.links import link
from autograder.serving.people import Identities

__all__ = ["Waited", "hand_in", "served", "table"]

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 600.0
ABOUT = re.compile(r"about ([\d.]+) (s|min)")


@dataclass(frozen=True)
class Waited:
    """Seconds of one attempt: until the upload was answered, until the feedback was there, and what it ran itself.

    ``told`` is the waiting time that the page named first, as a multiple of what was then to come.
    """

    answered: float
    feedback: float
    running: float
    told: float | None = None


@contextlib.contextmanager
def served(output: Path, jobs: int) -> Iterator[str]:
    """A server of this checkout that writes to ``output``; its address, once it is warm."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    words = [sys.executable, "-m", "autograder.cli", "serve", "--output", str(output), "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen([*words, "-j", str(jobs)], cwd=ROOT, env=environment)
    try:
        origin = f"http://127.0.0.1:{port}"
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{origin}/health")
                break
            if server.poll() is not None or time.monotonic() > until:
                raise typer.Exit(1)
            time.sleep(0.1)
        yield origin
    finally:
        server.terminate()
        server.wait()


def files(assignment: Assignment, count: int) -> list[bytes]:
    """So many right submissions, no two alike: the solution's answers, then those of ``right/`` by turns."""
    answers = [assignment.solution]
    answers += [with_cells(assignment.solution, path) for path in sorted((assignment.folder / "right").glob("*.py"))]
    made = []
    for number in range(count):
        sources = {name: cell.source for name, cell in blanks(answers[number % len(answers)]).items()}
        notebook = with_sources(assignment.release, sources)
        notebook.cells.append(nbformat.v4.new_code_cell(f"# attempt {number}"))
        made.append(nbformat.writes(notebook).encode())
    return made


def token(page: httpx.Response) -> str:
    """What the page's forms bear."""
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def signed_in(course: Course, origin: str, student: str) -> httpx.Client:
    """A browser of this student."""
    identities = Identities(course)
    person = next(each for each in identities.everybody() if each.id == student)
    browser = httpx.Client(base_url=origin, timeout=PATIENCE, headers={"Origin": origin})
    address = link(identities, "", person)
    answer = browser.post(address, files={"token": (None, token(browser.get(address)).encode())})
    assert answer.status_code == 303, answer.text
    return browser


def hand_in(browser: httpx.Client, assignment: Assignment, student: str, content: bytes) -> Waited:
    """Hand in, and follow the events until the feedback is there and has been read."""
    page = token(browser.get(f"/a/{assignment.name}"))
    began = time.monotonic()
    parts = [("token", (None, page.encode())), ("file", (f"{assignment.name}.ipynb", content))]
    answer = browser.post(f"/a/{assignment.name}", files=parts)
    answered = time.monotonic() - began
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    told, since = None, 0.0
    with browser.stream("GET", f"{address}/events") as events:
        for line in events.iter_lines():
            state = json.loads(line[5:]) if line.startswith("data:") else {}
            if told is None and (found := ABOUT.search(state.get("state", ""))):
                told, since = float(found[1]) * (60 if found[2] == "min" else 1), time.monotonic()
            if state.get("done"):
                break
    browser.get(address).raise_for_status()
    waited = time.monotonic() - began
    error = None if told is None else told / (time.monotonic() - since)
    number = int(address.rpartition("/")[2])
    kept = assignment.course.output / "serving" / "attempts" / assignment.name / student / f"{number:04}"
    return Waited(answered, waited, load(kept / "results.json").students[0].seconds, error)


def hand_in_after(delay: float, browser: httpx.Client, assignment: Assignment, student: str, content: bytes) -> Waited:
    """The same when so many seconds have passed."""
    time.sleep(delay)
    return hand_in(browser, assignment, student, content)


def table(rows: Sequence[tuple[str, Sequence[Waited], float]]) -> str:
    """A line for each way of handing in: what it is called, the attempts, and seconds by the clock in all."""
    lines = [
        "| | attempts | upload answered, median (99%) | upload to feedback, median (longest) | own running, median "
        "| beyond it, median | told of true waiting time, median (10% to 90%) | attempts a minute |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, waited, seconds in rows:
        answered, feedback = [each.answered for each in waited], [each.feedback for each in waited]
        beyond = statistics.median(each.feedback - each.running for each in waited)
        running = statistics.median(each.running for each in waited)
        told = [each.told for each in waited if each.told is not None]
        low, middle, high = np.quantile(told, [0.1, 0.5, 0.9]) if told else (np.nan,) * 3
        lines.append(
            f"| {name} | {len(waited)} | {1000 * statistics.median(answered):.0f} ms "
            f"({1000 * np.quantile(answered, 0.99):.0f}) "
            f"| {statistics.median(feedback):.2f} s ({max(feedback):.2f}) | {running:.2f} s | {beyond:.2f} s "
            f"| {middle:.2f} ({low:.2f} to {high:.2f}) | {60 * len(waited) / seconds:.0f} |"
        )
    return "\n".join(lines) + "\n"


def main(
    name: Annotated[str, typer.Argument(metavar="ID")] = "gan",
    students: Annotated[int, typer.Option(min=1)] = 8,
    within: Annotated[float, typer.Option(min=0, help="Seconds over which they come.")] = 0.0,
    alone: Annotated[int, typer.Option(min=1, help="Attempts with nobody else there.")] = 5,
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=1)] = os.cpu_count() or 1,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where to write the table, too.")] = None,
) -> None:
    """Measure, and print a table."""
    names = [f"student-{number:02}" for number in range(students)]
    with tempfile.TemporaryDirectory() as folder:
        course = Course(ROOT, Path(folder))
        assignment = course.assignment(name)
        save_roster(course, [Enrolled(id) for id in names])
        contents = files(assignment, alone + students + 1)
        with served(Path(folder), jobs) as origin:
            browsers = [signed_in(course, origin, id) for id in names]
            hand_in(browsers[-1], assignment, names[-1], contents.pop())  # by then everything is warm
            began = time.monotonic()
            first = [hand_in(browsers[0], assignment, names[0], contents.pop()) for _ in range(alone)]
            middle = time.monotonic()
            delays = np.sort(np.random.default_rng(1).uniform(0, within, students))
            with ThreadPoolExecutor(students) as everybody:
                work = [
                    everybody.submit(hand_in_after, delay, browser, assignment, id, contents.pop())
                    for delay, browser, id in zip(delays, browsers, names, strict=True)
                ]
                together = [each.result() for each in work]
            rows = [
                ("one after the other", first, middle - began),
                (f"{students} within {within:g} s", together, time.monotonic() - middle),
            ]
    shown = table(rows)
    typer.echo(shown)
    if output:
        command = f"python -m benchmarks.serving {name} --students {students} --within {within:g} -j {jobs}"
        heading = f"# Serving `{name}`\n\n`{command}`, "
        output.write_text(f"{heading}{os.cpu_count()} cores, Python {platform.python_version()}.\n\n{shown}")


if __name__ == "__main__":
    typer.run(main)
