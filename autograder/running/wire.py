"""What a worker of a cluster ran, as bounded bytes of JSON: they are read as what comes from a sandbox is read.

A worker is another machine, on which students' code ran. So nothing that it sends is unpickled: it may choose what
numbers and texts come from its submissions, and nothing else.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from distributed import KilledWorker
from distributed.protocol import pickle as dask_pickle
from nbformat import NotebookNode, v4

from autograder.running.probe_results import decode_results, encode_results
from autograder.running.run import RunResult
from autograder.sandbox.bounded import clean_sentence, loads

__all__ = ["Broken", "decode", "encode", "nothing_unpickled", "run"]

MAX_BYTES = 64 * 2**20
"""Of a result. Outputs and answers have bounds of their own, which are smaller."""
MAX_VALUES, MAX_DEPTH = 10**6, 20
MAX_EVENTS = 1000


class Broken(ValueError):
    """What came is nothing that a worker sends; the message says why."""


def run(*arguments: Any) -> bytes:
    """What a worker of a cluster is sent: `kernel_pool.run_task`, with its outcome as `encode` writes it."""
    from autograder.running import kernel_pool

    try:
        return encode(kernel_pool.run_task(*arguments))
    except kernel_pool.Unfit as error:
        return json.dumps({"unfit": str(error)}).encode()


def encode(outcome: RunResult | str) -> bytes:
    """A result, or the sentence on why there is none, as JSON."""
    if isinstance(outcome, str):
        return json.dumps({"sentence": outcome}).encode()
    content = json.dumps(
        {
            "outputs": {str(index): outputs for index, outputs in outcome.outputs.items()},
            "fatal": {str(index): why for index, why in outcome.fatal.items()},
            "answers": encode_results(outcome.answers),
            "events": outcome.events,
            "seconds": outcome.seconds,
            "slow": outcome.slow,
        }
    ).encode()
    if len(content) > MAX_BYTES:
        return encode("What it did is too large to be sent.")
    return content


def decode(content: object, tests: Iterable[str], cells: int) -> RunResult | str | dict[str, str]:
    """What `encode` or `run` has written: a result, a sentence, or why there is none, under its name.

    Raises:
        Broken: if it is nothing of that kind, or of another size or form than what can have been run.
    """
    if not isinstance(content, bytes) or len(content) > MAX_BYTES:
        raise Broken("it is no bytes of JSON, or too many")
    try:
        data = loads(content, max_values=MAX_VALUES, max_depth=MAX_DEPTH)
        if "sentence" in data:
            return clean_sentence(data["sentence"])
        for name in ("unfit", "failed"):
            if name in data:
                return {name: clean_sentence(data[name])}
        return RunResult(
            outputs={
                _index(index, cells): [_output(each) for each in outputs] for index, outputs in data["outputs"].items()
            },
            fatal={_index(index, cells): clean_sentence(why) for index, why in data["fatal"].items()},
            answers=decode_results(data["answers"], tests),
            events=[clean_sentence(event) for event in data["events"][:MAX_EVENTS]],
            seconds=_seconds(data["seconds"]),
            slow={test: _seconds(data["slow"][test]) for test in tests if test in data["slow"]},
        )
    except Broken:
        raise
    except Exception as error:  # whatever its form is, it is not that of a result
        raise Broken(f"{type(error).__name__}: {error}") from error


def _index(text: str, cells: int) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < cells):
        raise Broken("it speaks of a cell that is not there")
    return int(text)


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
        raise Broken("it holds no number of seconds")
    return float(value)


def _texts(values: Any) -> list[str]:
    return [each for each in values if isinstance(each, str)]


def _output(value: Mapping[str, Any]) -> NotebookNode:
    """An output built anew, of texts only."""
    kind = value["output_type"]
    if kind == "stream":
        name = "stderr" if value["name"] == "stderr" else "stdout"
        return v4.new_output("stream", name=name, text="".join(_texts([value["text"]])))
    if kind == "error":
        name, text = _texts([value["ename"], value["evalue"]])
        return v4.new_output("error", ename=name, evalue=text, traceback=_texts(value["traceback"]))
    if kind not in ("display_data", "execute_result"):
        raise Broken("it holds an output that is none")
    data = {mime: "".join(_texts([content])) for mime, content in value["data"].items() if isinstance(content, str)}
    return v4.new_output(kind, data)


# What Dask itself unpickles ------------------------------------------------------------------------------------------


class _Nothing(Exception):
    """Stands for whatever else a message wants to be unpickled."""

    def __new__(cls, *_: object, **__: object) -> _Nothing:
        """Nothing, whatever it is to be made from."""
        return super().__new__(cls)

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__()

    def __setstate__(self, _: object) -> None:
        """Have no state."""

    def __setitem__(self, *_: object) -> None:
        """Hold nothing."""

    def append(self, _: object) -> None:
        """Hold nothing."""

    extend = append


def _exception(kind: Callable[..., Any], told: Any, *_: object) -> Any:
    """An exception without its traceback, which Dask has tblib send along; ``told`` are or hold its arguments."""
    return kind(*(told.get("args", ()) if isinstance(told, dict) else told))


HARMLESS: dict[tuple[str, str], Any] = {
    ("builtins", "bytes"): bytes,
    ("builtins", "bytearray"): bytearray,
    ("distributed.scheduler", "KilledWorker"): KilledWorker,
    ("tblib.pickling_support", "unpickle_exception"): _exception,
    ("tblib.pickling_support", "unpickle_exception_with_attrs"): _exception,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return HARMLESS.get((module, name), _Nothing)


def _loads(content: Any, *, buffers: Iterable[Any] = ()) -> Any:
    return _Unpickler(io.BytesIO(content), buffers=buffers).load()


@contextlib.contextmanager
def nothing_unpickled() -> Iterator[None]:
    """Let this process, which talks to a scheduler elsewhere, make no objects from what it is sent but plain values.

    Dask's messages may hold pickles wherever their sender likes, and it has no setting against it.
    """
    own: Callable[..., Any] = dask_pickle.loads
    dask_pickle.loads = _loads
    try:
        yield
    finally:
        dask_pickle.loads = own
