"""Cells and probes: one that dies, hangs or floods costs its own item and no other."""

import asyncio
import contextlib
import itertools
import os
import subprocess
import sys
import textwrap
import types
from collections import Counter

import numpy as np
import pytest
from nbformat import v4

from autograder.running import run as module
from autograder.running.probe_calls import ProbeCall
from autograder.running.run import run
from autograder.sandbox.kernel import Ended, Outputs, Reply
from tests.conftest import LIMITS

PROBES = textwrap.dedent(
    """
    import numpy as np
    def value(student, rng):
        return {"value": np.asarray(student.f(rng.normal(size=3))), "number": 2}
    def parts(student, rng):
        yield {"first": 1}
        yield {"second": student.g()}
    def replaced(student, rng):
        yield {"natural": student.f(1)}
        with student.stubbed(g=lambda x: 10 * x, unknown=5):
            yield {"given": student.f(1), "unknown": student.unknown}
        yield {"again": student.f(1)}
    def last(student, rng):
        return {"last": 3.0}
    def halves(student, rng):
        from autograder.inside.probing import ask
        x = rng.normal()
        ask.tell(x=x)
        for _ in ask.both_ways(g=lambda x: 10 * x):
            ask("whole", student.f, x)
    """
)
SEED = (1, 2, 3)


def probe_calls(*tests):
    return [ProbeCall(test, SEED) for test in tests]


@pytest.fixture
def ask(warm):
    def ask_cells(*cells, tests=("value", "last"), tags=None, checks=None):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
        for index, tag in (tags or {}).items():
            notebook.cells[index].metadata.tags = [tag]
        for index, test in (checks or {}).items():
            notebook.cells[index].metadata.nbgrader = {"grade_id": f"test_{test}", "grade": True}
        return run(notebook, PROBES, probe_calls(*tests), warm)

    return ask_cells


def test_a_probe_brings_numbers_back(ask):
    result = ask("def f(x): return 2 * x")
    expected = 2 * np.random.default_rng(SEED).normal(size=3)
    np.testing.assert_array_equal(result.answers["value"].values["value"], expected)
    assert result.answers["value"].values["number"] == 2
    assert result.events == []


def test_the_same_seed_gives_the_same_answer(ask):
    first, second = (ask("def f(x): return x").answers["value"].values["value"] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_probe_can_put_something_known_in_a_name_s_place(ask):
    answer = ask("def g(x): return x", "def f(x): return g(x)", tests=["replaced"]).answers["replaced"]
    assert {key: int(value) for key, value in answer.values.items()} == {
        "natural": 1,
        "given": 10,
        "unknown": 5,
        "again": 1,
    }


@pytest.mark.parametrize("is_full", [True, False])
def test_what_is_asked_with_stubs_is_asked_only_if_it_can_earn_something(warm, is_full):
    cell = "calls = 0\ndef g(x): return x\ndef f(x):\n    global calls\n    calls += 1\n    return g(x) + 0 * calls"
    asked = []

    def judge(test, answer):
        asked.append((test, set(answer.values)))
        return is_full

    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell)])
    answer = run(notebook, PROBES, probe_calls("halves", "last"), warm, is_full=judge).answers["halves"]
    assert asked == [("halves", {"x", "whole"})]  # of a probe without stubs nobody asks
    assert answer.complete is not is_full
    x = np.random.default_rng(SEED).normal()
    assert answer.values == {"x": x, "whole": x} | ({} if is_full else {"stubbed g: whole": 10 * x})


CHECKED = """
from util import checks
def f(x):
    {body}
"""
CHECK = """
@checks.check("value")
def check_value():
    print("run")
    checks.expect(f(1) == 2, "f(1) should be 2.")
"""


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("return 2 * x", "✓ value: everything checked here is as expected.\n"),
        ("return x", "run\n✗ value: f(1) should be 2.\n"),
        ("raise NotImplementedError(\"The blank 'f' is still to be filled in.\")", "run\n… value: this cell waits for"),
        ("import os; os._exit(1)", "This check did not come to its end. The code ended the Python process when it"),
    ],
    ids=["right", "wrong", "empty", "fatal"],
)
def test_a_visible_check_runs_when_a_fault_was_found(warm, body, shown):
    expected = 2 * np.random.default_rng(SEED).normal(size=3)
    cells = [v4.new_code_cell(CHECKED.format(body=body)), v4.new_code_cell(CHECK), v4.new_code_cell("del f")]
    cells[1].metadata.nbgrader = {"grade_id": "test_value"}
    result = run(
        v4.new_notebook(cells=cells),
        PROBES,
        probe_calls("value", "last"),
        warm,
        is_full=lambda test, answer: test == "last" or np.array_equal(answer.values.get("value"), expected),
    )
    (output,) = result.outputs[1]
    assert output.text.startswith(shown)
    assert result.answers["last"].values == {"last": 3.0}


def test_what_was_yielded_before_an_exception_counts(ask):
    answer = ask("def g(): raise ValueError('oh')", tests=["parts"]).answers["parts"]
    assert set(answer.values) == {"first"}
    assert answer.stopped == "It stopped with ValueError: oh"


@pytest.mark.parametrize(
    ("cell", "stopped"),
    [
        ("pass", "The notebook does not define `f`, or the cell that does so failed."),
        (
            "def f(x): raise NotImplementedError(\"The blank 'f' is still to be filled in.\")",
            "The blank 'f' is still to be filled in.",
        ),
        ("import sys\ndef f(x): sys.exit(0)", "It stopped with SystemExit: 0"),
        ("import os\ndef f(x): os._exit(0)", "The code ended the Python process when it was called."),
        ("import ctypes\ndef f(x): ctypes.string_at(0)", "The code ended the Python process when it was called."),
        (
            "def f(x):\n    while True: pass",
            "The code did not finish within 8 seconds of processor time when it was called.",
        ),
        (
            "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
            "The code did not finish within 8 seconds of processor time when it was called.",
        ),
        ("def f(x):\n    while True: print('x' * 10_000)", "The code printed more than 1 MB when it was called."),
    ],
)
def test_a_bad_function_costs_its_own_item_only(ask, cell, stopped):
    result = ask("before = 1", cell)
    assert result.answers["value"].stopped == stopped
    assert result.answers["last"].values["last"] == 3.0


def test_after_a_death_the_cells_run_again_but_not_the_fatal_one(ask):
    result = ask("def f(x): return count", "count = 1", "import os; os._exit(3)", "count = count + 1")
    assert result.answers["value"].values["value"] == 2
    assert result.events == ["Code cell 3 ended the Python process; it was left out."]
    assert "It was stopped" in result.outputs[2][-1].text


BELOW = {
    "never ends": "while True: pass",
    "prints too much": "for _ in range(10**6): print('x' * 99)",
    "ends the process": "import os; os._exit(0)",
    "leaves": "exit()",
}


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW)
def test_of_a_cell_that_is_fatal_what_it_defines_counts(ask, below):
    """An answer costs nothing because of an experiment that stands below it."""
    cell = f"%%time\nimport math\nRATE, b = 2, [1]\nclass A:\n    two = RATE\ndef f(x): return A.two + math.floor(1.5)\n{below}"
    result = ask(cell, "import os; os._exit(0)")
    assert result.answers["value"].values["value"] == 3
    assert result.events[0].endswith("; it was left out.")
    assert result.events[1] == "What code cell 1 defines counted all the same: `A`, `f`."


def test_of_a_fatal_cell_nothing_is_called_again(ask):
    cell = "count = []\ndef add(): count.append(1)\nadd()\nvalues = [add() for _ in range(2)]\nimport os; os._exit(0)"
    result = ask(cell, "def f(x): return len(count)")
    assert result.answers["value"].values["value"] == 0


def test_a_definition_that_is_fatal_itself_is_left_out(ask):
    result = ask("import os\nclass A:\n    os._exit(0)", "def f(x): return 5")
    assert result.answers["value"].values["value"] == 5
    assert result.events == ["Code cell 1 ended the Python process; it was left out."]


def test_demo_cells_are_skipped(ask):
    result = ask("def f(x): return done", "done = 0", "done = 1", tags={2: "demo"})
    assert result.answers["value"].values["value"] == 0
    assert 2 not in result.outputs


def test_an_exception_in_a_cell_is_shown_and_the_next_cells_run(ask):
    result = ask("1 / 0", "def f(x): return 5")
    assert result.outputs[0][0].ename == "ZeroDivisionError"
    assert result.events == ["Code cell 1 stopped with ZeroDivisionError: division by zero."]
    assert result.answers["value"].values["value"] == 5


def test_an_event_ends_with_one_full_stop(ask):
    result = ask('raise ValueError("Mind the gap.")')
    assert result.events == ["Code cell 1 stopped with ValueError: Mind the gap."]


@pytest.mark.parametrize(
    "forgery",
    [
        "channel.send_json(b'a', {'token': '', 'values': {}, 'stopped': ''})",
        "channel.send_json(b'a', 'nonsense')",
        "channel.send(b'a', b'[' * 1000)",
    ],
)
def test_a_message_that_answers_no_question_is_not_an_answer(ask, forgery):
    cell = f"channel = get_ipython().channel\ndef f(x):\n    {forgery}\n    return 7"
    assert ask(cell).answers["value"].values["value"] == 7


@pytest.mark.parametrize(
    "message",
    [
        "b'd', b'{'",
        "b'd', b'{\"data\": 3}'",
        "b'x', b'{}'",
        "b'?', b''",
        "b'z', b'{\"name\": 1}'",
        "b'z', b'[]'",
        "b'b', b'-1'",
    ],
)
def test_messages_sent_by_hand_do_not_reach_other_items(ask, message):
    result = ask(f"get_ipython().channel.send({message})", "def f(x): return 7")
    assert result.answers["value"].values["value"] == 7


def test_a_flood_that_only_updates_a_display_is_stopped(ask):
    cell = "h = display('', display_id='d')\nfor _ in range(50): h.update('x' * 10**5)"
    assert ask(cell).events == ["Code cell 1 printed more than 1 MB; it was left out."]


def test_a_process_that_sends_no_answer_gives_none(ask):
    cell = (
        "channel = get_ipython().channel\nreal = channel.send_json\n"
        "channel.send_json = lambda kind, content: None if kind == b'a' else real(kind, content)\ndef f(x): return 7"
    )
    result = ask(cell)
    assert result.answers["value"].stopped == "The code gave no answer when it was called."


def test_a_reply_that_is_none_does_no_harm(ask):
    cell = (
        "channel = get_ipython().channel\nreal = channel.send_json\n"
        "def odd(kind, content):\n    channel.send_json = real\n"
        "    real(kind, {'name': content['name'], 'error': [3, {}], 'told': [[]], 'leaving': None})\n"
    )
    result = ask(cell, "channel.send_json = odd", "def f(x): return 7")
    assert result.outputs[1][0].ename == "3"
    assert result.answers["value"].values["value"] == 7


def test_an_error_that_the_kernel_does_not_show_is_shown_all_the_same(ask):
    result = ask("get_ipython()._showtraceback = lambda *a, **k: None", "1 / 0")
    assert result.events == ["Code cell 2 stopped with ZeroDivisionError: division by zero."]
    assert result.outputs[1][0].ename == "ZeroDivisionError"


# Time -----------------------------------------------------------------------------------------------------------------


def test_who_only_waits_is_stopped_and_told_so(ask):
    result = ask("import threading\ndef f(x): threading.Event().wait()")
    assert result.answers["value"].stopped.startswith("The code did nothing but wait for 12 seconds")
    assert result.answers["last"].values["last"] == 3.0


def test_waiting_takes_no_processor_time(ask):
    assert ask("import time\ndef f(x):\n    time.sleep(9)\n    return 7").answers["value"].values["value"] == 7


def test_the_processor_time_of_children_counts(ask):
    child = "'import sys\\nwhile True: pass'"
    result = ask(f"import subprocess, sys\ndef f(x): subprocess.run([sys.executable, '-c', {child}])")
    assert "8 seconds of processor time" in result.answers["value"].stopped


@contextlib.contextmanager
def hogs(count):
    """So many processes that do nothing but compute."""
    rivals = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for rival in rivals:
            rival.kill()
            rival.wait()


def test_a_busy_machine_changes_no_answer(ask):
    """A second of computing has eight; with six rivals for two cores it takes far longer by the clock."""
    work = "import time\ndef f(x):\n    end = time.process_time() + 3\n    while time.process_time() < end: pass\n    return 7"
    with hogs(6 * (os.cpu_count() or 1)):
        assert ask(work).answers["value"].values["value"] == 7


def test_replaying_is_not_charged_to_the_next_probe(ask):
    """Cells that take longer than a probe may are run again before the next question."""
    slow = "import time\nend = time.process_time() + 9\nwhile time.process_time() < end: pass"
    result = ask(slow, "import os\ndef f(x): os._exit(1)")
    assert result.answers["value"].stopped == "The code ended the Python process when it was called."
    assert result.answers["last"].values["last"] == 3.0


class Mortal:
    """In the place of a kernel: each cell takes two seconds, and one that says so ends it."""

    def __init__(self, warm):
        self.fork = types.SimpleNamespace(seconds=Counter(), waited=Counter())
        self.rested, self.knows_probes = 0.0, True

    def carry_out(self, order, arguments, *, task, **_):
        self.fork.seconds[task] += 2
        if arguments.get("source") == "end":
            raise Ended("ended the Python process")
        return Reply()

    def outputs(self):
        return Outputs()

    def lives(self, seconds):
        return True

    def close(self):
        pass


@pytest.fixture
def mortals(monkeypatch):
    """Runs cells in kernels of that kind, and returns what it did and who did it."""
    monkeypatch.setattr(module, "Kernel", Mortal)

    def run_cells(*cells):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
        warm = types.SimpleNamespace(limits=LIMITS)
        submission = module._Submission(notebook, "", probe_calls("value"), warm, None, 1.0, None)
        return submission.run(), submission

    return run_cells


def test_cells_are_not_run_again_for_ever(mortals, monkeypatch):
    """Who loses kernel after kernel has a bound on that, too, and is told so."""
    monkeypatch.setattr(module, "MOST_REPLAYED", 10 / LIMITS.submission_seconds)
    result, submission = mortals("one", "two", *["end"] * 10)
    assert submission.seconds[module.REPLAY] <= 12
    assert "lost so many kernels that its cells could not be run once more" in result.answers["value"].stopped


def test_who_lost_a_few_kernels_is_asked_all_the_same(mortals):
    result, _ = mortals("one", "two", "end", "end")
    assert sum("ended the Python process" in event for event in result.events) == 2
    assert result.answers["value"].stopped == "The code gave no answer when it was called."


def test_a_kernel_that_is_left_alone_takes_of_the_time_for_waiting(mortals, monkeypatch):
    """So nobody can have kernels watched for as long as there are any."""
    clock = itertools.count(step=30.0)
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    _, submission = mortals("one", "end")
    assert submission.waited[module.LEFT_ALONE] >= 30


# Who ended it ---------------------------------------------------------------------------------------------------------


LATER = {
    "a timer": "import threading, os\nthreading.Timer(0.7, os._exit, [0]).start()",
    "a task": "import asyncio, os\nasyncio.get_running_loop().call_later(0.7, os._exit, 0)",
}


@pytest.mark.parametrize("cell", LATER.values(), ids=LATER)
@pytest.mark.parametrize("last", [True, False])
def test_a_cell_that_ends_the_kernel_a_moment_later_is_left_out(ask, cell, last):
    work = "import time\ntime.sleep(1.5)\ndef f(x):\n    time.sleep(1.5)\n    return 7"
    result = ask(*([work, cell] if last else [cell, work]))
    assert result.answers["value"].values["value"] == 7
    assert result.answers["last"].values["last"] == 3.0
    assert result.events == [
        f"Code cell {2 if last else 1} ended the Python process a moment after it had run; it was left out."
    ]


def test_a_kernel_that_the_machine_ended_is_replaced_and_asked_again(ask, monkeypatch):
    real, ended = module._Submission.put, []

    def put(self, question, with_stubs, kernel):
        if not ended:
            ended.append(True)
            self.warm.kill(kernel.fork)
        return real(self, question, with_stubs, kernel)

    monkeypatch.setattr(module._Submission, "put", put)
    result = ask("def f(x): return 7")
    assert result.answers["value"].values["value"] == 7
    assert result.events == []


# Names as they were ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "value"),
    [
        ("def f(x): return 2", 1),
        ("del f, helper", 1),
        ("%reset -f", 1),
        ("def helper(x): return 3", 1),
        ("abs = None", 1),
        ("def late(): return 9", 1),
    ],
)
def test_later_cells_cannot_take_a_mark_away(ask, later, value):
    cells = ["def helper(x): return 1", "def f(x): return abs(helper(x))", "pass", later]
    result = ask(*cells, checks={2: "value"})
    assert result.answers["value"].values["value"] == value


def test_a_helper_that_came_later_keeps_working(ask):
    result = ask("def f(x): return late()", "pass", "def late(): return 9", checks={1: "value"})
    assert result.answers["value"].values["value"] == 9


def test_names_are_kept_through_a_death(ask):
    cells = ["def f(x): return 1", "pass", "import os; os._exit(1)", "def f(x): return 2"]
    assert ask(*cells, checks={1: "value"}).answers["value"].values["value"] == 1


# What is lost ---------------------------------------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_asked_again(ask, monkeypatch):
    real, lost = module._Submission.put, []

    def put(self, question, with_stubs, kernel):
        answer = real(self, question, with_stubs, kernel)
        if not lost:
            lost.append(answer)
            return None
        return answer

    monkeypatch.setattr(module._Submission, "put", put)
    result = ask("def f(x): return 7")
    assert result.answers["value"].values["value"] == 7
    assert result.events == ["The answer to `value` was lost on its way; it was asked again."]


def test_it_can_be_called_where_an_event_loop_runs(ask):
    async def inside():
        return ask("def f(x): return 7")

    assert asyncio.run(inside()).answers["value"].values["value"] == 7
