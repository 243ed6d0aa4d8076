"""What a worker of a cluster sends is read as hostile: nothing is unpickled, and everything has its form and size."""

import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import tblib.pickling_support
from distributed import KilledWorker
from distributed.protocol import deserialize, serialize
from distributed.protocol import pickle as dask_pickle
from nbformat import NotebookNode, v4

from autograder.running import wire
from autograder.running.probe_results import ProbeResult
from autograder.running.run import RunResult

RESULT = RunResult(
    outputs={
        0: [v4.new_output("stream", name="stderr", text="a\nb")],
        2: [
            v4.new_output("display_data", {"text/plain": "x", "image/png": "aGk="}),
            v4.new_output("execute_result", {"text/plain": "2"}, execution_count=1),
            v4.new_output("error", ename="E", evalue="v", traceback=["one", "two"]),
        ],
    },
    fatal={2: "ended the Python process"},
    answers={
        "one": ProbeResult({"k": np.arange(6, dtype="<f4").reshape(2, 3)}),
        "two": ProbeResult(stopped="It stopped."),
    },
    events=["Something happened."],
    seconds=1.5,
    slow={"two": 9.0},
)
TESTS = ["one", "two"]


def test_a_performance_travels_whole():
    found = wire.decode(wire.encode(RESULT), TESTS, 3)
    assert {
        test: (answer.stopped, {key: (value.dtype.str, value.tolist()) for key, value in answer.values.items()})
        for test, answer in found.answers.items()
    } == {
        "one": ("", {"k": ("<f4", [[0, 1, 2], [3, 4, 5]])}),
        "two": ("It stopped.", {}),
    }
    assert (found.fatal, found.events, found.seconds, found.slow) == (
        RESULT.fatal,
        RESULT.events,
        1.5,
        {"two": 9.0},
    )
    shown = {
        index: [dict(output, execution_count=None, metadata={}) for output in outputs]
        for index, outputs in found.outputs.items()
    }
    assert shown == {
        index: [dict(output, execution_count=None, metadata={}) for output in outputs]
        for index, outputs in RESULT.outputs.items()
    }
    assert all(isinstance(output, NotebookNode) for outputs in found.outputs.values() for output in outputs)


def test_a_sentence_travels_too():
    assert wire.decode(wire.encode("It was lost."), TESTS, 3) == "It was lost."


def changed(**values):
    return json.dumps(json.loads(wire.encode(RESULT)) | values).encode()


BROKEN = {
    "no bytes": "text",
    "an object": RESULT,
    "no JSON": b"\x80\x04",
    "a list": b"[]",
    "nothing": b"{}",
    "too many bytes": b" " * (wire.MAX_BYTES + 1),
    "too many values": b"[" + b"[]," * wire.MAX_VALUES + b"[]]",
    "too deep": b'{"outputs": ' + b"[" * 10**5 + b"]" * 10**5 + b"}",
    "a cell that is not there": changed(outputs={"3": []}),
    "a cell of no number": changed(outputs={"-1": []}),
    "outputs of numbers": changed(outputs={"0": [3]}),
    "an unknown output": changed(outputs={"0": [{"output_type": "update"}]}),
    "an error of lists": changed(outputs={"0": [{"output_type": "error", "ename": [], "evalue": "", "traceback": []}]}),
    "an answer left out": changed(answers={}),
    "an answer that is none": changed(answers={"one": 3, "two": 4}),
    "values without their size": changed(answers={test: {"token": "", "stopped": "", "values": {"k": {"dtype": "<f4", "shape": [10**9], "data": ""}}} for test in TESTS}),
    "objects in place of numbers": changed(answers={test: {"token": "", "stopped": "", "values": {"k": {"dtype": "|O", "shape": [], "data": ""}}} for test in TESTS}),
    "seconds that are none": changed(seconds="1"),
    "seconds without end": b'{"seconds": Infinity}',
    "seconds below nothing": changed(seconds=-1),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_performance_is_refused(name):
    with pytest.raises(wire.Broken):
        wire.decode(BROKEN[name], TESTS, 3)


def test_texts_are_bounded_and_outputs_hold_texts_only():
    found = wire.decode(
        changed(events=["x" * 10**5, 3], outputs={"0": [{"output_type": "display_data", "data": {"text/plain": "a", "application/json": {"b": 1}}}]}),
        TESTS,
        3,
    )  # fmt: skip
    assert [len(event) for event in found.events] == [300, 0]
    assert found.outputs[0][0].data == {"text/plain": "a"}


class Evil:
    """Runs a command wherever it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


class WithState(Exception):
    def __reduce__(self):
        return WithState, (), {"a": Evil("x")}, iter([1]), iter([("a", 1)])


def test_nothing_that_dask_is_sent_is_made_but_plain_values(tmp_path: Path):
    path = tmp_path / "was-here"
    header, frames = serialize(Evil(path))
    with wire.nothing_unpickled():
        for hostile in (
            pickle.dumps(Evil(path)),
            pickle.dumps([Evil(path)] * 2),
            pickle.dumps({"a": Evil(path)}, protocol=0),
        ):
            dask_pickle.loads(hostile)
        dask_pickle.loads(pickle.dumps(WithState()))
        deserialize(header, frames)
        assert not path.exists()
        assert deserialize(*serialize(b"bytes")) == b"bytes"
        lost = dask_pickle.loads(pickle.dumps(KilledWorker("k", WithState(), 3)))
        assert (type(lost), lost.task, lost.allowed_failures) == (KilledWorker, "k", 3)
        tblib.pickling_support.install(KilledWorker)  # as Dask does once an exception has been sent
        lost = dask_pickle.loads(pickle.dumps(KilledWorker("k", WithState(), 3)))
        assert (type(lost), lost.task, lost.allowed_failures) == (KilledWorker, "k", 3)
    dask_pickle.loads(pickle.dumps(Evil(path)))  # as it was before
    assert path.exists()
