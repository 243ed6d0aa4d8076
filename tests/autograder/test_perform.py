"""Cells and probes: one that dies, hangs or floods costs its own item and no other."""

import textwrap

import numpy as np
import pytest
from nbformat import v4

from autograder.perform import Question, perform

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
        with student.given(g=lambda x: 10 * x, unknown=5):
            yield {"given": student.f(1), "unknown": student.unknown}
        yield {"again": student.f(1)}
    def last(student, rng):
        return {"last": 3.0}
    """
)
SEED = (1, 2, 3)


def questions(*tests):
    return [Question(test, SEED) for test in tests]


@pytest.fixture
def ask(warm):
    def ask_cells(*cells, tests=("value", "last"), tags=None):
        notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in cells])
        for index, tag in (tags or {}).items():
            notebook.cells[index].metadata.tags = [tag]
        return perform(notebook, PROBES, questions(*tests), warm)

    return ask_cells


def test_a_probe_brings_numbers_back(ask):
    performance = ask("def f(x): return 2 * x")
    expected = 2 * np.random.default_rng(SEED).normal(size=3)
    np.testing.assert_array_equal(performance.answers["value"].values["value"], expected)
    assert performance.answers["value"].values["number"] == 2
    assert performance.events == []


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
        ("def f(x):\n    while True: pass", "The code did not finish within 8 seconds of processor time when it was called."),
        (
            "def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
            "The code did not finish within 8 seconds of processor time when it was called.",
        ),
        ("def f(x):\n    while True: print('x' * 10_000)", "The code printed more than 1 MB when it was called."),
    ],
)
def test_a_bad_function_costs_its_own_item_only(ask, cell, stopped):
    performance = ask("before = 1", cell)
    assert performance.answers["value"].stopped == stopped
    assert performance.answers["last"].values["last"] == 3.0


def test_after_a_death_the_cells_run_again_but_not_the_fatal_one(ask):
    performance = ask("def f(x): return count", "count = 1", "import os; os._exit(3)", "count = count + 1")
    assert performance.answers["value"].values["value"] == 2
    assert performance.events == ["Code cell 3 ended the Python process; it was left out."]
    assert "It was stopped" in performance.outputs[2][-1].text


def test_demo_cells_are_skipped(ask):
    performance = ask("def f(x): return done", "done = 0", "done = 1", tags={2: "demo"})
    assert performance.answers["value"].values["value"] == 0
    assert 2 not in performance.outputs


def test_an_exception_in_a_cell_is_shown_and_the_next_cells_run(ask):
    performance = ask("1 / 0", "def f(x): return 5")
    assert performance.outputs[0][0].ename == "ZeroDivisionError"
    assert performance.events == ["Code cell 1 stopped with ZeroDivisionError: division by zero."]
    assert performance.answers["value"].values["value"] == 5


@pytest.mark.parametrize(
    "forgery",
    [
        "display({mime: {'token': '', 'values': {}, 'stopped': ''}}, raw=True)",
        "display({mime: 'nonsense'}, raw=True)",
        "print(mime)",
    ],
)
def test_a_message_that_answers_no_question_is_not_an_answer(ask, forgery):
    cell = f"mime = 'application/vnd.atelier.answers+json'\ndef f(x):\n    {forgery}\n    return 7"
    assert ask(cell).answers["value"].values["value"] == 7


@pytest.mark.parametrize(
    "message",
    [
        "'stream', content={'name': 'stdout', 'text': ['a']}",
        "'display_data', content={'data': 'oops'}",
        "'comm_open', content={'comm_id': 'x', 'target_name': 'y', 'data': {}}",
        "'update_display_data', content={'data': {}, 'metadata': {}, 'transient': {'display_id': 'd'}}",
    ],
)
def test_messages_sent_by_hand_do_not_reach_other_items(ask, message):
    cell = (
        f"k = get_ipython().kernel\nk.session.send(k.iopub_socket, {message}, parent=k.get_parent('shell'), ident=b's')"
    )
    performance = ask(cell, "def f(x): return 7")
    assert performance.answers["value"].values["value"] == 7


def test_a_flood_that_only_updates_a_display_is_stopped(ask):
    cell = "h = display('', display_id='d')\nfor _ in range(50): h.update('x' * 10**5)"
    assert ask(cell).events == ["Code cell 1 printed more than 1 MB; it was left out."]


def test_a_kernel_whose_display_is_broken_gives_no_answer(ask):
    performance = ask("get_ipython().display_pub.publish = lambda *a, **k: None\ndef f(x): return 7")
    assert performance.answers["value"].stopped == "The code gave no answer when it was called."


def test_a_reply_that_is_none_does_no_harm(ask):
    reply = "{'status': 'error', 'ename': 3, 'traceback': 7}"
    cell = (
        "k = get_ipython().kernel\nreal = k.do_execute\n"
        f"async def odd(*a, **kw):\n    k.do_execute = real\n    return {reply}\nk.do_execute = odd"
    )
    performance = ask(cell, "never = 1", "def f(x): return 7")
    assert performance.outputs[1][0].ename == "3"
    assert performance.answers["value"].values["value"] == 7


def test_an_error_that_the_kernel_does_not_show_is_shown_all_the_same(ask):
    performance = ask("get_ipython()._showtraceback = lambda *a, **k: None", "1 / 0")
    assert performance.events == ["Code cell 2 stopped with ZeroDivisionError: division by zero."]
    assert performance.outputs[1][0].ename == "ZeroDivisionError"
