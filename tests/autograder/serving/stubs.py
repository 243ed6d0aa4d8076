"""A server as in earnest, but for what runs notebooks: for tests of the door, the queue and what is kept.

``python -m tests.autograder.serving.stubs`` starts servers with it in processes of their own, so that a test can kill them.
"""

from __future__ import annotations

import copy
import io
import json
import os
import re
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import httpx
import nbformat
import numpy as np
import uvicorn

from autograder.course import Course
from autograder.running import workers
from autograder.running.kernel_pool import KernelPool
from autograder.running.probe_results import ProbeResult
from autograder.running.run import RunResult
from autograder.serving import grader
from autograder.serving.app import application, make_site
from autograder.serving.links import link
from autograder.serving.people import Role
from autograder.serving.server import _Patient

RIGHT = "    return np.mean((a - b) ** 2)"
WRONG = "    return np.sum((a - b) ** 2)"
PATIENCE = 300.0


class StubRunner:
    """Answers as the tiny lesson's right function does, or its sum where the notebook has one; runs no code.

    While `held` is set, nothing comes back. `sent` are the notebooks' blanks in the order in which they were sent, and `judged_between` says for each whether what
    it prints may depend on what it earns.
    """

    held = threading.Event()
    sent: list[str] = []  # noqa: RUF012
    judged_between: list[bool] = []  # noqa: RUF012
    log: Path | None = None

    def __init__(self, jobs, kernels):
        self.room = 2 * jobs

    def __enter__(self):
        return self

    def __exit__(self, *raised):
        pass

    def send(self, notebook, probes, probe_calls, patience=1.0, is_full=None):
        future = Future()
        blank = "\n".join(cell.source for cell in notebook.cells if "mean_squared_error" in cell.source)
        wrong = "np.sum(" in blank
        is_solution = len(probe_calls) > 1
        if not is_solution:
            self.sent.append(blank)
            self.judged_between.append(is_full is not None)
        answers = {call.test: _answer(call.seed, wrong=wrong) for call in probe_calls}

        def come_back():
            while self.held.is_set() and not is_solution:
                time.sleep(0.01)
            if self.log and not is_solution:
                with self.log.open("a") as file:
                    file.write("".join(re.findall(r"# mark (\w+)", blank)) + "\n")
            future.set_result(RunResult(answers=answers, seconds=0.01))

        threading.Thread(target=come_back, daemon=True).start()
        return future

    def wait(self, sent):
        workers.futures.wait(sent, return_when=workers.futures.FIRST_COMPLETED)

    def result(self, future):
        return future.result()


def _answer(seed, *, wrong):
    a, b = np.random.default_rng(seed).normal(size=(2, 5, 7))
    squares = (a - b) ** 2
    return ProbeResult(
        values={"error": np.asarray(squares.sum() if wrong else squares.mean()), "at zero": np.asarray(0.0)}
    )


def filled(assignment, body=RIGHT, mark=""):
    """The student notebook as a file's content, with ``body`` in its blank, and a comment that makes it another file."""
    notebook = copy.deepcopy(assignment.release)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "mean_squared_error":
            head, _, _ = cell.source.partition("    raise NotImplementedError")
            cell.source = f"{head}{body}  # mark {mark}" if mark else head + body
    return nbformat.writes(notebook).encode()


class Browser(httpx.Client):
    """Asks as a browser does: keeps cookies, says where its forms come from."""

    def __init__(self, origin, **more):
        super().__init__(base_url=origin, timeout=PATIENCE, **more)
        self.origin = origin

    def token(self, address):
        return re.search(r'name="token" value="(\w+)"', self.get(address).text)[1]

    def fill_in(self, address, fields=(), file=None, at=None, headers=(), token=None, **more):
        """Send the form of the page ``at``, by default ``address``."""
        parts = [("token", (None, self.token(at or address) if token is None else token))] + [
            (name, (None, value)) for name, value in dict(fields).items()
        ]
        if file is not None:
            name, content = file
            parts.append(("file", (name, io.BytesIO(content))))
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin", **dict(headers)}
        return self.post(address, files=parts, headers=headers, **more)

    def sign_in(self, address):
        path = address.removeprefix(self.origin)
        answer = self.fill_in(path)
        assert answer.status_code == 303, answer.text
        return self

    def hand_in(self, content, name="tiny.ipynb", assignment="tiny", **more):
        return self.fill_in(f"/a/{assignment}", file=(name, content), **more)

    def wait_for(self, address, text):
        """The page once ``text`` stands in it."""
        until = time.monotonic() + PATIENCE
        while text not in (page := self.get(address)).text:
            assert time.monotonic() < until, page.text
            time.sleep(0.02)
        return page


class Running:
    """A server that runs in this process."""

    def __init__(self, site, origin):
        self.site, self.origin = site, origin
        self.course = site.course
        self.assignment = site.course.assignment("tiny")

    def link(self, student=""):
        (person,) = [each for each in self.site.identities.everybody() if each.id == student]
        assert (person.role is Role.INSTRUCTOR) == (not student)
        return link(self.site.identities, self.origin, person)

    def browser(self, student=None):
        """A browser, signed in as ``student``, as the instructor if that is empty, or not at all."""
        browser = Browser(self.origin)
        return browser if student is None else browser.sign_in(self.link(student))

    def settled(self, number, student="ana"):
        """Wait until this attempt is the one that is recorded."""
        until = time.monotonic() + PATIENCE
        while self.site.attempts.settled("tiny", student) != number:
            assert time.monotonic() < until
            time.sleep(0.02)


@contextmanager
def listening(config, listener):
    """A server in a thread of its own, until the block ends."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < until
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@contextmanager
def running(course: Course, kernels=None, jobs=2, hub=None, lti=None):
    """A server for ``course`` at a free port, until the block ends."""
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
    site = make_site(course, kernels or KernelPool(), jobs, {origin}, secure=False, hub=hub, lti=lti)
    config = uvicorn.Config(
        application(site), http=_Patient, ws="none", lifespan="on", access_log=False, log_level="warning",
        server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    with listening(config, listener):
        try:
            yield Running(site, origin)
        finally:
            StubRunner.held.clear()


def nursery():
    """Start servers as forks of this process, which has imported everything, one after the other.

    Each line that comes is the course's folder and the words of a command, as JSON; told are the fork's number, and
    how it ended.
    """
    import autograder.serving.privacy
    from autograder import cli

    for line in sys.stdin:
        folder, words = json.loads(line)
        fork = os.fork()
        if fork == 0:
            os.chdir(folder)
            said = os.open("build/said.log", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
            os.dup2(said, 1)
            os.dup2(said, 2)
            autograder.serving.server.start = lambda kernels: None
            grader.ThreadRunner, StubRunner.log = StubRunner, Path("build/runs.log")
            if Path("build/held").exists():
                StubRunner.held.set()
            if (first := Path("build/first.py")).exists():
                exec(first.read_text(), {})
            sys.argv = ["atelier", *words]
            try:
                cli.run()
            finally:
                os._exit(1)
        print(fork, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]), flush=True)


if __name__ == "__main__":
    nursery()
