"""What writers of `probes.py` use: questions that do not spoil one another, and a student's values as arrays.

A probe is a list of questions. Each has a name, under which the judge finds what was answered::

    def generator(student, rng):
        x, weights = rng.normal(size=(5, 3)), rng.normal(size=(3, 2))
        ask.tell(x=x)
        ask("images", student.generator, x, weights)
        ask.gradient("gradient", student.generator, to_tensor(x), to_tensor(weights))
        for _ in ask.both_ways(activation=something_known):
            ask("hidden", student.hidden, x)

Imported by its full name inside the sandbox and outside.
"""

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside import asking

__all__ = [
    "Ask",
    "Parts",
    "ask",
    "compiled",
    "compiled_for",
    "gradient",
    "gradient_sizes",
    "pair",
    "telling",
    "to_array",
    "to_pair",
    "to_tensor",
]

_gradient = tf.GradientTape.gradient  # as it is before a submission can put something else in its place

LARGEST = 300_000
"""Bytes of an array that is still taken. An answer as a whole is bounded by the sandbox's limits."""


def to_array(value: Any) -> np.ndarray:
    """A student's value as an array of numbers, be it a tensor, a variable, a list or a number.

    Raises TypeError for what holds no numbers and ValueError for what is larger than `LARGEST`.
    """
    try:
        array = np.asarray(keras.ops.convert_to_numpy(value))
    except Exception:
        array = np.asarray(value)
    array = asking.plain_floats(array)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"numbers were expected, {type(value).__name__} came")
    if array.nbytes > LARGEST:
        raise ValueError(f"an array of shape {array.shape} came, far larger than what was asked for")
    return array


def to_pair(value: Any) -> dict[str, np.ndarray]:
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
    """The largest gradient of what ``compute()`` gives along each of ``sources``, tensors or variables: (sources,).

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
    gradients = _gradient(tape, total, watched, unconnected_gradients="zero")
    return np.array([np.abs(keras.ops.convert_to_numpy(each)).max() for each in gradients])


def gradient(function: Callable[..., Any], along: Sequence[Any] | None = None) -> Callable[..., np.ndarray]:
    """How large gradients are that pass through ``function``, along its tensors or along others: `gradient_sizes`."""

    def sizes(*args: Any, **options: Any) -> np.ndarray:
        sources = [value for value in args if tf.is_tensor(value)] if along is None else along
        return gradient_sizes(lambda: function(*args, **options), *sources)

    return sizes


class NotCompiled(NotImplementedError):
    """What came when something was compiled: a sentence of its own."""


_KERAS_SAYS = re.compile(r"Exception encountered when calling \S+|Arguments received by .*|\x1b\[[0-9;]*m", re.DOTALL)


def telling(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, which is compiled, and says so when it fails."""

    def call(*args: Any) -> Any:
        try:
            return function(*args)
        except Exception as error:
            text = f"{type(error).__name__}: {_KERAS_SAYS.sub(' ', str(error)).strip()}"
            raise NotCompiled(f"Compiled for a batch of any size, it stops with {text}") from error

    return call


def compiled_for(function: Callable[..., Any], *examples: Any) -> Callable[..., Any]:
    """``function`` as training has it: compiled once, for batches of any size, which NumPy and a known size stop.

    It takes float32 tensors (batch, …) of the forms of these ``examples``.
    """
    forms = [tf.TensorSpec((None, *example.shape[1:]), "float32") for example in examples]
    return telling(tf.function(function, input_signature=forms, autograph=False))


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """``function``, compiled for batches of any size when it is called: see `compiled_for`.

    Its arguments are arrays and tensors (batch, …), which become float32, and whatever else it takes.
    """

    def call(*args: Any, **options: Any) -> Any:
        places = [k for k, value in enumerate(args) if tf.is_tensor(value) or isinstance(value, np.ndarray)]
        tensors = [to_tensor(args[k]) for k in places]

        def graph(*inputs: Any) -> Any:
            given = dict(zip(places, inputs, strict=True))
            values = function(*(given.get(k, value) for k, value in enumerate(args)), **options)
            return tf.nest.map_structure(keras.ops.convert_to_tensor, values)

        return compiled_for(graph, *tensors)(*tensors)

    return call


# Questions -----------------------------------------------------------------------------------------------------------


class Parts:
    """Several answers to one question, by number or by name: ``Parts(first, second)``, ``Parts(W=weights, b=bias)``.

    The judge finds them as ``name[0]`` or ``name.W`` of the question. Parts may have parts.
    """

    def __init__(self, *numbered: Any, **named: Any) -> None:
        """Whatever `to_array` takes, or more parts."""
        self._parts = {f"[{k}]": value for k, value in enumerate(numbered)}
        self._parts |= {f".{name}": value for name, value in named.items()}

    def named(self, name: str) -> Iterator[tuple[str, Any]]:
        """All that is no part of a part, with its full name as part of ``name``."""
        for key, value in self._parts.items():
            yield from value.named(name + key) if isinstance(value, Parts) else ((name + key, value),)


def pair(function: Callable[..., Any]) -> Callable[..., Parts]:
    """``function``, whose two values become parts ``first`` and ``second``, be they stacked or not."""
    return lambda *args, **options: Parts(**to_pair(function(*args, **options)))


class Ask:
    """Puts questions to the student's code, one by one: what becomes of one is no matter to the others.

    A question is a function, of the notebook's own or around it, with its arguments. It gets copies of arrays, so that
    it may do with them what it likes. Its value, an array or `Parts`, is recorded under the question's name, and if it
    raises, why. A name that the notebook lacks costs the questions that use it.
    """

    def __call__(self, name: str, function: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Record what ``function(*args, **options)`` gives."""
        record = asking.record
        if not record.wants():
            return
        try:
            value = function(*map(_copied, args), **{key: _copied(option) for key, option in options.items()})
        except Exception as error:
            record.fail(name, error)
        else:
            _keep(record, name, value)

    def tell(self, **values: Any) -> None:
        """Record what the probe itself knows, such as its inputs: a judge takes them from the reference."""
        for name, value in values.items():
            _keep(asking.record, name, value)

    def each(self, name: str, function: Callable[..., Any], cases: Iterable[Any], **options: Any) -> None:
        """One question for each case, ``name[0]`` and so on: a tuple of arguments, or the one argument."""
        for k, case in enumerate(cases):
            self(f"{name}[{k}]", function, *(case if isinstance(case, tuple) else (case,)), **options)

    def gradient(
        self, name: str, function: Callable[..., Any], *args: Any, along: Sequence[Any] | None = None, **options: Any
    ) -> None:
        """Record how large gradients are that pass through ``function``: see `gradient`."""
        self(name, gradient(function, along), *args, **options)

    def compiled(self, name: str, function: Callable[..., Any], *args: Any, **options: Any) -> None:
        """Record what ``function`` gives as training has it: see `compiled`."""
        self(name, compiled(function), *args, **options)

    @contextlib.contextmanager
    def stubbed(self, **known: Any) -> Iterator[None]:
        """While the block runs, names of the notebook mean something ``known``, in place of the student's parts.

        Questions are recorded under the same names as without, and apart from those: the judge looks at either way.
        They wait until it is known that the others have not earned everything.
        """
        with asking.record.stubbed(**known):
            yield

    def both_ways(self, **known: Any) -> Iterator[bool]:
        """Run a loop's body twice: as the notebook is, and `stubbed`. Gives whether it is."""
        yield False
        with self.stubbed(**known):
            yield True


ask = Ask()


def _copied(value: Any) -> Any:
    """``value``, in which arrays are copies."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return type(value)(map(_copied, value)) if type(value) in (list, tuple) else value


def _keep(record: asking.Record, name: str, value: Any) -> None:
    """Record a value, or its parts, each by itself."""
    for key, each in value.named(name) if isinstance(value, Parts) else ((name, value),):
        try:
            record.keep(key, to_array(each))
        except Exception as error:
            record.fail(key, error)
