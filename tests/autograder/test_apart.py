"""What is dear is done apart, and costs nobody else anything."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from autograder.apart import Apart, TooDear


@pytest.fixture(scope="module")
def apart():
    # The module lies beside this file, and the small process finds the project only.
    apart = Apart("tests.autograder.apart_tasks", memory=2**28, most=2**22)
    yield apart
    apart.close()


def ask(apart, task, content=b"", seconds=2):
    return list(apart.ask(task, content, seconds=seconds))


def test_what_is_yielded_comes_back_in_order(apart):
    assert ask(apart, "doubled", b"x" * 10**6) == [b"x" * 10**6] * 2
    assert ask(apart, "doubled") == [b"", b""]


@pytest.mark.parametrize("task", ["forever", "hungry", "dies"])
def test_work_that_takes_too_much_ends_by_itself_and_the_next_goes_on(apart, task):
    came = []
    with pytest.raises(TooDear):
        came.extend(apart.ask(task, b"", seconds=1))
    assert ask(apart, "doubled", b"next") == [b"next", b"next"]


def test_what_came_before_the_end_has_come(apart):
    replies = apart.ask("forever", b"", seconds=1)
    assert next(replies) == b"begun"
    with pytest.raises(TooDear):
        next(replies)


def test_the_reply_has_a_bound(apart):
    with pytest.raises(TooDear):
        ask(apart, "doubled", bytes(3 * 2**20))


def test_a_mistake_of_the_work_is_told_with_its_place(apart):
    with pytest.raises(RuntimeError, match=r"apart_tasks\.py(.|\n)*ValueError: of the work's own"):
        ask(apart, "wrong")


def test_each_has_a_fork_of_its_own_of_one_process_that_is_replaced_when_it_is_gone(apart):
    first, second = (ask(apart, "who")[0].split() for _ in range(2))
    assert first[0] != second[0]
    assert first[1] == second[1]
    psutil.Process(int(first[1])).kill()
    third = ask(apart, "who")[0].split()
    assert third[1] != first[1]


def test_nothing_is_left_when_the_caller_is_killed():
    code = (
        "import time; from autograder.apart import Apart\n"
        "apart = Apart('tests.autograder.apart_tasks', memory=2**28, most=100)\n"
        "print(next(apart.ask('who', b'', seconds=2)).decode(), flush=True); time.sleep(600)"
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
    apart = Apart("tests.autograder.there_is_none", memory=2**28, most=100)
    with pytest.raises(RuntimeError, match="there_is_none` has ended"):
        ask(apart, "who")
    apart.close()
