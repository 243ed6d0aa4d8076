"""What writers of `probes.py` use: a student's values as arrays, and questions that do not spoil one another.

Imported by its full name inside the sandbox and outside.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside import asking

__all__ = [
    "IN_TURN",
    "Answer",
    "Unanswered",
    "ask_each",
    "gradient_sizes",
    "stubbed",
    "to_array",
    "to_pair",
    "to_tensor",
    "with_given",
]

_gradient = tf.GradientTape.gradient  # as it is before a submission can put something else in its place

LARGEST = 300_000
"""Bytes of an array that is still taken. An answer as a whole is bounded by the sandbox's limits."""

IN_TURN = "asked_in_turn"
"""The name under which `ask_each` tells how many answers each question gave; `autograder.judging` knows it."""

Answer = dict[str, Any]
"""What was seen, by the names that the judge knows: arrays and numbers."""


def to_array(value: Any) -> np.ndarray:
    """A student's value as an array of numbers, be it a tensor, a variable, a list or a number.

    Raises TypeError for what holds no numbers and ValueError for what is larger than `LARGEST`.
    """
    try:
        array = np.asarray(keras.ops.convert_to_numpy(value))
    except Exception:
        array = np.asarray(value)
    if array.dtype.name == "bfloat16":  # a number like any other, of which NumPy knows nothing by itself
        array = array.astype("float32")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"numbers were expected, {type(value).__name__} came")
    if array.nbytes > LARGEST:
        raise ValueError(f"an array of shape {array.shape} came, far larger than what was asked for")
    return array


def to_pair(value: Any) -> Answer:
    """Two returned values, be they stacked or not, as answers ``first`` and ``second``. Raises TypeError for others."""
    pieces = [to_array(piece) for piece in value] if isinstance(value, tuple | list) else [to_array(value)]
    if len(pieces) == 1 and pieces[0].shape[:1] == (2,):
        pieces = list(pieces[0])
    if len(pieces) != 2:
        raise TypeError(f"two values were expected, {len(pieces)} came")
    return {"first": pieces[0], "second": pieces[1]}


def to_tensor(array: Any) -> Any:
    """A float32 tensor of the backend."""
    return keras.ops.convert_to_tensor(np.asarray(array).astype("float32"))


def gradient_sizes(compute: Callable[[], Any], *sources: Any) -> np.ndarray:
    """The largest slope of what ``compute()`` gives along each of ``sources``, tensors or variables: (sources,).

    Zero where no gradient passes, as through NumPy. Several values count together, each with a weight of its own.
    """
    watched = [source.value if isinstance(source, keras.Variable) else source for source in sources]
    with tf.GradientTape() as tape:
        tape.watch(watched)
        values = [tf.reshape(value, [-1]) for value in tf.nest.flatten(compute()) if tf.is_tensor(value)]
        weighted = [
            value * tf.cos(tf.range(len(value), dtype=value.dtype)) for value in values if value.dtype.is_floating
        ]
        total = tf.add_n([tf.cast(tf.reduce_sum(value), "float64") for value in weighted]) if weighted else None
    if total is None:
        return np.zeros(len(watched))
    slopes = _gradient(tape, total, watched, unconnected_gradients="zero")
    return np.array([np.abs(keras.ops.convert_to_numpy(slope)).max() for slope in slopes])


class Unanswered(Exception):
    """Some questions could not be answered; ``failures`` says by their number what each raised."""

    def __init__(self, failures: Mapping[int, Exception]) -> None:
        """Reads like the first of them."""
        super().__init__(next(iter(failures.values())))
        self.failures = failures


def ask_each(*questions: Callable[[], Answer]) -> Iterator[Answer]:
    """Ask every question, whatever becomes of the others; at the end raise `Unanswered` for those that failed.

    Those that are `stubbed` wait until it is known that the others have not earned everything.
    How many answers each gave is told behind them, as `IN_TURN`: of the solution, it says whose answer is missing.
    """
    failures: dict[int, Exception] = {}
    given = [0] * len(questions)
    for k, question in enumerate(questions):
        if not asking.is_wanted(getattr(question, "stubbed", False)):
            continue
        try:
            answer = question()
        except Exception as error:
            failures[k] = error
        else:
            given[k] = len(answer)
            yield answer
    yield {IN_TURN: np.array(given)}
    if failures:
        raise Unanswered(failures)


def stubbed(question: Callable[[], Answer]) -> Callable[[], Answer]:
    """``question``, marked as one that is asked with something known in the place of another of the student's parts."""

    def ask() -> Answer:
        return question()

    ask.stubbed = True  # type: ignore[attr-defined]
    return ask


def with_given(student: Any, question: Callable[[], Answer], **names: Any) -> Callable[[], Answer]:
    """``question``, asked while ``names`` of the notebook mean something known; its answers begin with ``given_``."""

    def ask() -> Answer:
        with student.given(**names):
            return {f"given_{name}": value for name, value in question().items()}

    return stubbed(ask)
