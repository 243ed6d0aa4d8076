"""The grader's end of the line: right frames become outputs, and whatever else a fork sends costs it alone, and little."""

import json
import threading
import time
import tracemalloc

import pytest
from nbformat import v4, validate

from autograder.inside import frames
from autograder.sandbox.kernel import Ended, Kernel, Lost, Outputs, Printed
from autograder.sandbox.limits import Limits
from autograder.sandbox.warm import Fork, WarmKernelDied

BIRTH = frames.pack(frames.BEGUN, b"")
LIMITS = Limits(output_bytes=2**20, answer_bytes=2**20)


class Peer:
    """In the place of a warm kernel: its one fork answers each order by what ``speak`` sends."""

    limits = LIMITS

    def __init__(self, speak, birth=BIRTH):
        self.speak, self.birth, self.killed = speak, birth, False

    def fork(self):
        ours, self.line = frames.Line.pair()
        self.line.write(self.birth)
        self.forked = Fork("f", ours)
        threading.Thread(target=self.serve, daemon=True).start()
        return self.forked

    def serve(self):
        try:
            while header := self.line.read_all(frames.HEADER.size):
                order = json.loads(self.line.read_all(frames.HEADER.unpack(header)[1]))
                for piece in self.speak(order):
                    left = piece
                    while left:
                        left = left[self.line.write(left) :]
        except OSError:
            pass
        finally:
            self.line.close()

    def allow(self, *_):
        pass

    def kill(self, fork):
        self.killed = True
        if not fork.ended.done():
            fork.ended.set_result(0)

    def forget(self, fork):
        self.kill(fork)
        fork.line.close()


def text(content, kind=frames.STDOUT):
    return frames.pack(kind, content)


def sent(kind, content):
    return frames.pack(kind, json.dumps(content).encode())


def around(*pieces, **done):
    """What an honest fork says before and after ``pieces``."""

    def speak(order):
        yield text(order["name"].encode(), frames.BEGUN)
        yield from pieces
        yield sent(frames.DONE, {"name": order["name"], "told": None, "error": None, "leaving": False} | done)

    return speak


@pytest.fixture
def hear():
    """Have one order carried out by a fork that speaks so; return the outputs and the reply."""
    kernels = []

    def hear_it(speak, *, printed=None, order="run", keep=True, seconds=60.0, **arguments):
        kernels.append(kernel := Kernel(Peer(speak)))
        outputs = kernel.outputs() if keep else None
        reply = kernel.carry_out(
            order, arguments, task="t", seconds=seconds, waiting=60.0, printed=printed, outputs=outputs
        )
        return outputs.shown if keep else None, reply

    yield hear_it
    for kernel in kernels:
        kernel.close()


def write(outputs):
    """As a notebook file, which must be a valid one in UTF-8."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell(outputs=outputs)])
    validate(notebook)
    return json.dumps(notebook, allow_nan=False, ensure_ascii=False).encode()


def test_pieces_of_one_stream_become_one_output(hear):
    outputs, _ = hear(around(text(b"a"), text(b"b"), text(b"c", frames.STDERR), text(b"d")))
    assert [(each.name, each.text) for each in outputs] == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d")]


def test_what_a_cell_shows_is_valid_in_a_notebook(hear):
    outputs, _ = hear(
        around(
            text(b"a\xff"),
            sent(frames.DISPLAY, {"data": {"text/plain": "b", "application/json": {"c": [1.5]}}, "metadata": None}),
            sent(frames.RESULT, {"data": {"text/html": ["<b>", "</b>"]}, "metadata": {"m": 1}, "count": 3}),
            sent(frames.ERROR, {"ename": "E", "evalue": "v", "traceback": ["t"]}),
        )
    )
    assert b'"<b></b>"' in write(outputs)
    assert [each.output_type for each in outputs] == ["stream", "display_data", "execute_result", "error"]


def test_a_reply_brings_what_was_told_and_what_stopped_the_cell(hear):
    _, reply = hear(around(told=[["a", "b"]], error=["E", "v"], leaving=True))
    assert (reply.told, reply.error, reply.leaving) == ([["a", "b"]], ("E", "v"), True)


def test_only_the_answer_with_the_token_counts_and_the_first_of_them(hear):
    answers = [
        sent(frames.ANSWER, {"token": token, "value": value})
        for token, value in (("other", 1), ("right", 2), ("right", 3))
    ]
    _, reply = hear(
        around(text(b"no JSON", frames.ANSWER), sent(frames.ANSWER, {"token": "other", "t": "right"}), *answers),
        order="ask",
        token="right",
    )
    assert reply.answer["value"] == 2
    assert hear(around(*answers))[1].answer is None


def test_what_was_printed_before_the_order_is_nobodys(hear):
    def speak(order):
        yield text(b"before")
        yield from around(text(b"within"))(order)

    assert [each.text for each in hear(speak)[0]] == ["within"]


def test_a_long_order_and_a_long_output_do_not_wait_for_each_other(hear):
    def speak(order):
        return around(text(b"x" * 900_000), told=len(order["with"]["source"]))(order)

    outputs, reply = hear(speak, source="y" * 5_000_000)
    assert (len(outputs[0].text), reply.told) == (900_000, 5_000_000)


# Hostile --------------------------------------------------------------------------------------------------------------


def value(content):
    return {"data": {"application/json": content}}


ODD = {
    "no JSON": text(b"{", frames.DISPLAY),
    "binary": text(bytes(range(256)), frames.RESULT),
    "another type": sent(frames.DISPLAY, [1]),
    "no data": sent(frames.DISPLAY, {}),
    "data that is none": sent(frames.DISPLAY, {"data": 3}),
    "error without words": sent(frames.ERROR, {}),
    "error of another type": sent(frames.ERROR, {"ename": 1, "evalue": 2, "traceback": 3}),
    "unknown kind": text(b"", b"?"),
    "deep": text(b'{"data": {"application/json": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}", frames.DISPLAY),
    "many values": text(b'{"data": {"application/json": [' + b"1," * 300_000 + b"1]}}", frames.DISPLAY),
    "many objects": text(b'{"data": {"application/json": [' + b"{}," * 250_000 + b"1]}}", frames.DISPLAY),
    "huge number": text(b'{"data": {"application/json": ' + b"7" * 5000 + b"}}", frames.DISPLAY),
    "done that is none": sent(frames.DONE, []),
    "done without name": sent(frames.DONE, {"told": 1}),
}


@pytest.mark.parametrize("piece", ODD.values(), ids=ODD)
def test_a_frame_that_makes_no_sense_is_a_broken_protocol(hear, piece):
    with pytest.raises(Lost, match="broke the kernel's protocol"):
        hear(around(piece))


HARMLESS = {
    "NaN": text(b'{"data": {"application/json": [NaN, Infinity, 1e999]}}', frames.DISPLAY),
    "surrogates": text(rb'{"data": {"text/plain": "\ud800", "application/json": ["\udfff"]}}', frames.DISPLAY),
    "text that is none": sent(frames.DISPLAY, {"data": {"text/plain": 3, "text/html": [1, None], "x": {}}}),
    "metadata that is none": sent(frames.RESULT, {"data": {}, "metadata": 7, "count": -1}),
    "count that is none": sent(frames.RESULT, {"data": {}, "count": 1e9}),
    "odd display id": sent(frames.DISPLAY, {"data": {}, "id": {"a": []}, "update": "yes"}),
    "odd wait": sent(frames.CLEAR, {"wait": [0]}),
    "no UTF-8": text(b"\xff\xfe\x00", frames.STDERR),
    "stale done": sent(frames.DONE, {"name": "0"}),
    "begun again": text(b"1", frames.BEGUN),
    "error in words of another type": sent(frames.ERROR, {"ename": None, "evalue": {}, "traceback": [1, "a"]}),
}


@pytest.mark.parametrize("piece", HARMLESS.values(), ids=HARMLESS)
def test_whatever_is_kept_can_be_written_to_a_notebook(hear, piece):
    outputs, _ = hear(around(piece))
    write(outputs)


FLOODS = {
    "one long frame": (frames.HEADER.pack(frames.STDOUT, 2**31), "printed more than 1 MB"),
    "the longest frame": (frames.HEADER.pack(frames.DISPLAY, 2**32 - 1), "printed more than 1 MB"),
    "many frames": (text(b"x" * 10_000), "printed more than 1 MB"),
    "many empty frames": (text(b""), "printed more than 1 MB"),
    "clearing": (sent(frames.CLEAR, {"wait": False}), "printed more than 1 MB"),
    "updates": (sent(frames.DISPLAY, {"data": {}, "id": "i", "update": True}), "printed more than 1 MB"),
    "long answer": (frames.HEADER.pack(frames.ANSWER, 2**24), "answered with more than 2 MB"),
    "many answers": (text(b"a" * 10_000, frames.ANSWER), "answered with more than 2 MB"),
    "many beginnings": (text(b"", frames.BEGUN), "replied with more than 0.2 MB"),
    "many ends": (sent(frames.DONE, {"name": "-1"}), "replied with more than 0.2 MB"),
    "unknown": (frames.HEADER.pack(b"?", 2**30), "printed more than 1 MB"),
}


@pytest.mark.parametrize(("piece", "why"), FLOODS.values(), ids=FLOODS)
@pytest.mark.parametrize("keep", [True, False])
def test_a_flood_ends_at_its_bound(hear, piece, why, keep):
    def speak(order):
        yield text(order["name"].encode(), frames.BEGUN)
        while True:
            yield piece

    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(Lost, match=why):
            hear(speak, keep=keep)
        assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 20


@pytest.mark.parametrize("half", [b"", b"1", frames.HEADER.pack(frames.STDOUT, 100) + b"x" * 99])
def test_half_a_frame_and_then_silence_ends_with_its_time(hear, half, monkeypatch):
    monkeypatch.setattr(Limits, "wall_seconds", staticmethod(lambda seconds: seconds / 100))

    def speak(_):
        yield half
        time.sleep(30)

    with pytest.raises(Lost, match="did not finish within"):
        hear(speak, seconds=100.0)


def test_a_line_that_closes_is_the_end_of_the_process(hear):
    def speak(order):
        yield text(order["name"].encode(), frames.BEGUN)
        raise OSError

    with pytest.raises(Ended, match="ended the Python process"):
        hear(speak)


def test_a_fork_that_dies_before_it_serves_is_no_fault_of_a_submission():
    with pytest.raises(WarmKernelDied, match="does not answer"):
        Kernel(Peer(lambda _: (), birth=frames.HEADER.pack(frames.STDOUT, 2**31)))


# One budget -----------------------------------------------------------------------------------------------------------


def test_all_cells_of_a_submission_share_what_they_may_print(hear):
    """Whatever number of kernels they use: what is kept of floods grows to twice the limit and no further."""
    printed, kept = Printed(2**20), 0

    def speak(order):
        yield text(order["name"].encode(), frames.BEGUN)
        while True:
            yield text(b"x" * 1000)

    bounds = []
    for _ in range(30):
        kernel = Kernel(Peer(speak))
        outputs = kernel.outputs()
        with pytest.raises(Lost) as error:
            kernel.carry_out("run", {}, task="t", seconds=9.0, waiting=9.0, printed=printed, outputs=outputs)
        bounds.append(str(error.value).removeprefix("printed more than "))
        kept += sum(len(output.text) for output in outputs.shown)
        kernel.close()
    assert bounds[:3] == ["1 MB", "0.5 MB", "0.2 MB"]
    assert kept < 2 * 2**20 + 30 * Printed.LEAST


def test_who_prints_little_may_do_so_after_floods(hear):
    printed = Printed(2**20)
    printed.left = -5
    assert hear(around(text(b"x" * 10_000)), printed=printed)[0][0].text == "x" * 10_000


# Outputs --------------------------------------------------------------------------------------------------------------


def shown(outputs):
    return [output.get("text") or dict(output.data) for output in outputs.shown]


def test_a_display_can_change_in_a_later_cell():
    displays = Outputs()._displays
    first, second = Outputs(displays), Outputs(displays)
    first.show("display_data", {"data": {"a": "1"}, "id": "i"})
    second.show("display_data", {"data": {"a": "2"}, "id": "i", "update": True})
    assert (shown(first), shown(second)) == ([{"a": "2"}], [])


def test_a_display_id_that_is_used_by_many_stays_cheap():
    outputs = Outputs()
    for _ in range(1000):
        outputs.show("display_data", {"data": {"a": "1"}, "id": "i"})
    outputs.show("display_data", {"data": {"a": "2"}, "id": "i", "update": True})
    assert sum(each == {"a": "2"} for each in shown(outputs)) == 100


def test_clearing_waits_if_it_is_told_to():
    outputs = Outputs()
    outputs.print("stdout", "a")
    outputs.clear(wait=True)
    assert shown(outputs) == ["a"]
    outputs.print("stdout", "b")
    assert shown(outputs) == ["b"]
    outputs.clear(wait=False)
    assert shown(outputs) == []
