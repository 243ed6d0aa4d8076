"""Whoever is killed takes along all that was started below: no submission runs on without being watched."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.inside.watching import children

ROOT = Path(__file__).resolve().parents[3]

GRADER = f"""
from pathlib import Path
from nbformat import v4
from autograder.sandbox import warm
from autograder.running.run import run
warm.MODULES = []
with warm.WarmKernel(Path({str(ROOT)!r})) as kernel:
    kernel.wait_until_warm()
    print("warm", flush=True)
    cell = v4.new_code_cell("import os, time\\nif os.fork() == 0: os.setsid()\\ntime.sleep(1000)")
    run(v4.new_notebook(cells=[cell]), "", [], kernel)
"""


def chain(pid):
    """The processes from ``pid`` down to the deepest of its descendants."""
    below = [chain(child) for child in children(pid, threads=2)]
    return [pid, *max(below, key=len, default=[])]


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] != b"Z"
    except OSError:
        return False


def leads_a_session(pid):
    try:
        return os.getsid(pid) == pid
    except ProcessLookupError:
        return False


@pytest.fixture
def grader():
    """A grader that runs a submission with a child of its own."""
    process = subprocess.Popen([sys.executable, "-c", GRADER], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"warm\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("place", [0, -3], ids=["the grader", "who started the submission"])
def test_who_is_killed_takes_the_submission_along(grader, place):
    above = below = chain(grader.pid)
    # Until there are a kernel, which is in a session of its own, and its child, which is in another.
    while len(below) < len(above) + 2 or not all(map(leads_a_session, below[-2:])):
        time.sleep(0.05)
        below = chain(grader.pid)
    os.kill(below[place], signal.SIGKILL)
    while any(lives(pid) for pid in below[-2:]):  # else the test never ends
        time.sleep(0.05)
