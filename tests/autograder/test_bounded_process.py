"""Expensive work ends at its bounds, and costs nobody else anything."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.bounded_process import BoundedProcess, BoundsExceeded


@pytest.fixture(scope="module")
def process():
    # The module lies beside this file, and the small process finds the project only.
    process = BoundedProcess("tests.autograder.bounded_process_tasks", memory=2**28, most=2**22)
    yield process
    process.close()


def ask(process, task, content=b"", seconds=2):
    return list(process.ask(task, content, seconds=seconds))


def test_what_is_yielded_comes_back_in_order(process):
    assert ask(process, "doubled", b"x" * 10**6) == [b"x" * 10**6] * 2
    assert ask(process, "doubled") == [b"", b""]


@pytest.mark.parametrize("task", ["forever", "hungry", "dies"])
def test_work_that_takes_too_much_ends_by_itself_and_the_next_goes_on(process, task):
    came = []
    with pytest.raises(BoundsExceeded):
        came.extend(process.ask(task, b"", seconds=1))
    assert ask(process, "doubled", b"next") == [b"next", b"next"]


def test_what_came_before_the_end_has_come(process):
    replies = process.ask("forever", b"", seconds=1)
    assert next(replies) == b"begun"
    with pytest.raises(BoundsExceeded):
        next(replies)


def test_the_reply_has_a_bound(process):
    with pytest.raises(BoundsExceeded):
        ask(process, "doubled", bytes(3 * 2**20))


def test_a_mistake_of_the_work_is_told_with_its_place(process):
    with pytest.raises(RuntimeError, match=r"bounded_process_tasks\.py(.|\n)*ValueError: of the work's own"):
        ask(process, "wrong")


def test_each_has_a_fork_of_its_own_of_one_process_that_is_replaced_when_it_is_gone(process):
    first, second = (ask(process, "who")[0].split() for _ in range(2))
    assert first[0] != second[0]
    assert first[1] == second[1]
    psutil.Process(int(first[1])).kill()
    third = ask(process, "who")[0].split()
    assert third[1] != first[1]


def test_nothing_is_left_when_the_caller_is_killed():
    code = (
        "import time; from autograder.bounded_process import BoundedProcess\n"
        "process = BoundedProcess('tests.autograder.bounded_process_tasks', memory=2**28, most=100)\n"
        "print(next(process.ask('who', b'', seconds=2)).decode(), flush=True); time.sleep(600)"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, text=True) as caller:
        helper = psutil.Process(int(caller.stdout.readline().split()[1]))
        caller.kill()
    deadline = time.monotonic() + 60
    while helper.is_running() and helper.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not helper.is_running() or helper.status() == psutil.STATUS_ZOMBIE


def test_a_module_that_cannot_be_imported_is_an_error_and_no_excuse():
    process = BoundedProcess("tests.autograder.there_is_none", memory=2**28, most=100)
    with pytest.raises(RuntimeError, match="there_is_none` has ended"):
        ask(process, "who")
    process.close()
