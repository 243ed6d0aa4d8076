"""Killed at any point, the server goes on where it was: no attempt is lost, none is counted twice."""

import contextlib
import json
import os
import signal
import socket
import time
from collections import Counter

import httpx
from nbgrader.api import Gradebook

from autograder.serving.attempts import Attempts
from autograder.serving.links import link
from autograder.serving.people import Identities
from tests.autograder.serving.stubs import PATIENCE, RIGHT, WRONG, Browser, filled

KILLED_AT = [
    # The file of the first attempt is being written; the student is told nothing.
    ("autograder.serving.attempts", "_write_through"),
    # It lies there whole, and the student is not told so.
    ("autograder.serving.attempts:Attempts", "_add"),
    # It has been run, and what came of it is being written.
    ("autograder.serving.attempts", "save"),
    # It has left the queue, and is being recorded.
    ("autograder.gradebook.record:Recorder", "record"),
    # It is recorded, and that is still to be noted.
    ("autograder.serving.attempts:Attempts", "settle"),
]


def killed_at(owner, name):
    """Code that has the server killed at the next call of ``owner.name`` once there is a file ``armed``."""
    return f"""
import os, pkgutil, signal
owner = pkgutil.resolve_name({owner!r})
own = owner.{name}
def killing(*words, **more):
    if os.path.exists("build/armed"):
        os.unlink("build/armed")
        os.kill(os.getpid(), signal.SIGKILL)
    return own(*words, **more)
owner.{name} = killing
"""


class Process:
    """A server in a process of its own."""

    def __init__(self, nursery, course):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        self.nursery, self.course, self.origin = nursery, course, f"http://127.0.0.1:{port}"
        words = ["serve", "--port", str(port), "-j", "2"]
        print(json.dumps([str(course.root), words]), file=nursery.stdin, flush=True)
        self.pid = int(nursery.stdout.readline())
        until = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.origin}/health")
                return
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def said(self):
        return (self.course.output / "said.log").read_text()

    def browser(self, student):
        identities = Identities(self.course)
        (person,) = [each for each in identities.everybody() if each.id == student]
        return Browser(self.origin).sign_in(link(identities, self.origin, person))

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.end()

    def end(self):
        """Wait until it has been killed."""
        assert int(self.nursery.stdout.readline()) == -signal.SIGKILL, self.said()
        assert "Traceback" not in self.said()


def test_killed_at_any_point_it_loses_nothing_and_counts_nothing_twice(course, nursery):
    build, tiny, before = course.output, course.assignment("tiny"), 0
    for number, (owner, name) in enumerate(KILLED_AT):
        (build / "first.py").write_text(killed_at(owner, name))
        server = Process(nursery, course)
        bo = server.browser("bo")
        settled(course, before)  # what the last one has left
        token = bo.token("/a/tiny")
        (build / "armed").touch()
        with contextlib.suppress(httpx.TransportError):
            answer = bo.hand_in(filled(tiny, WRONG if number % 2 else RIGHT, mark=f"bo{number}"), token=token)
            assert answer.headers["location"] == f"/a/tiny/{number}"
        server.end()
        before = number
        # From the second on the file is there, whether the student has been told so or not.
        assert [attempt.number for attempt in Attempts(course).of("tiny", "bo")] == list(range(1, number + 1))
    (build / "first.py").unlink()
    server = Process(nursery, course)
    settled(course, before)
    server.kill()
    attempts = Attempts(course).of("tiny", "bo")
    assert [attempt.result.points for attempt in attempts] == [0.5, 2, 0.5, 2]
    assert (course.submitted / "bo" / "tiny" / "tiny.ipynb").read_bytes() == filled(tiny, RIGHT, mark="bo4")
    # Only what was killed between its run and the note of it had to be run again.
    assert Counter((build / "runs.log").read_text().split()) == {"bo1": 1, "bo2": 2, "bo3": 1, "bo4": 1}
    with Gradebook(course.database) as gradebook:
        (submission,) = gradebook.assignment_submissions("tiny")
        assert (submission.student.id, submission.score) == ("bo", 2)


def settled(course, number):
    """Wait until this attempt of bo's is the one that is recorded."""
    until = time.monotonic() + PATIENCE
    place = course.output / "serving" / "attempts" / "tiny" / "bo" / "counts.json"
    while number and not (place.exists() and json.loads(place.read_text()) == {"number": number}):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_killed_with_a_full_queue_it_goes_on_with_all_of_it(course, nursery):
    tiny = course.assignment("tiny")
    (course.output / "held").touch()
    server = Process(nursery, course)
    for student in ("ana", "bo", "chi"):
        browser = server.browser(student)
        for number in range(2):
            assert browser.hand_in(filled(tiny, mark=f"{student}{number}")).status_code == 303
    server.kill()
    assert not (course.output / "runs.log").exists()
    (course.output / "held").unlink()
    server = Process(nursery, course)
    for student in ("ana", "bo", "chi"):
        server.browser(student).wait_for("/a/tiny/2", "Item by item")
    server.kill()
    ran = (course.output / "runs.log").read_text().split()
    assert sorted(ran) == sorted(f"{student}{number}" for student in ("ana", "bo", "chi") for number in range(2))
