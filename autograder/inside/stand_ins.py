"""Ordinary code that has understood nothing, for the machine attacker: a lesson's own functions, which return fillings.

Runs in the sandbox, with the solution's notebook around it. What the probe sees of each function or class is of the
right form (pairs, shapes, attributes), and holds zeros, constants, random numbers or the function's own arguments.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.asking import collect
from autograder.inside.probing import Parts, ask

Probe = Callable[[Any, np.random.Generator], Any]

HEARD = 40
"""How many of a probe's inputs are told outside."""
LARGEST = 10_000
"""Bytes of one that is told."""

_noise = np.random.default_rng(7)


def _zeros(value: Any, given: Sequence[Any]) -> Any:  # noqa: ARG001
    return tf.zeros_like(value)


def _ones(value: Any, given: Sequence[Any]) -> Any:  # noqa: ARG001
    return tf.ones_like(value)


def _random(value: Any, given: Sequence[Any]) -> Any:  # noqa: ARG001
    return tf.cast(_noise.uniform(-1, 1, tf.convert_to_tensor(value).shape), value.dtype)


def _echo(value: Any, given: Sequence[Any]) -> Any:
    return given[0] if given else tf.zeros_like(value)


def _last(value: Any, given: Sequence[Any]) -> Any:
    return given[-1] if given else tf.ones_like(value)


def _drawn(value: Any, given: Sequence[Any]) -> Any:
    """From the generator that was passed in, or from one with the seed that was."""
    return tf.cast(given[0].normal(size=tf.convert_to_tensor(value).shape), value.dtype)


def _source(args: Sequence[Any], options: Mapping[str, Any]) -> np.random.Generator:
    generators = (each for each in [*args, *options.values()] if isinstance(each, np.random.Generator))
    seed = options.get("seed")
    return next(generators, None) or np.random.default_rng(seed if isinstance(seed, int) else None)


def _mean(value: Any, given: Sequence[Any]) -> Any:
    """The right shape, and a slope along every argument."""
    return tf.zeros_like(value) + sum(tf.reduce_mean(tf.cast(each, value.dtype)) for each in given)


FILLINGS: Mapping[str, Callable[[Any, Sequence[Any]], Any]] = {
    "zeros": _zeros,
    "ones": _ones,
    "random": _random,
    "echo": _echo,
    "last": _last,
    "mean": _mean,
    "drawn": _drawn,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, keras.Variable | np.ndarray | np.generic | bool | int | float) or tf.is_tensor(value)


def _numbers(values: Any) -> list[Any]:
    """All arrays, tensors and numbers of a structure."""
    if isinstance(values, Mapping):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return [number for value in values for number in _numbers(value)]
    return [values] if _is_number(values) else []


def _changeable(value: Any, depth: int = 4) -> list[Any]:
    """All variables and arrays that can be reached from ``value``."""
    if isinstance(value, keras.Variable | np.ndarray):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    elif isinstance(value, keras.Layer | keras.optimizers.Optimizer):
        value = value.variables
    elif not isinstance(value, list | tuple):
        value = list(getattr(value, "__dict__", {}).values())
    return [found for each in value for found in _changeable(each, depth - 1)] if depth else []


def _files(value: Any) -> list[Path]:
    """All paths of a structure that are no folder's."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [path for each in value for path in _files(each)]
    return [Path(value)] if isinstance(value, str | Path) and not Path(value).is_dir() else []


@contextlib.contextmanager
def _untouched(value: Any) -> Iterator[None]:
    """What the block does to variables, arrays and files is undone: only the form of its result counts."""
    files = {path: path.read_bytes() if path.exists() else None for path in _files(value)}
    before = [
        (each, each.copy() if isinstance(each, np.ndarray) else tf.identity(each.value)) for each in _changeable(value)
    ]
    try:
        yield
    finally:
        for each, old in before:
            if not isinstance(each, np.ndarray):
                each.assign(old)
            elif each.flags.writeable:
                each[...] = old
        for path, content in files.items():
            if content is not None:
                path.write_bytes(content)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


class StandIns:
    """What stands in the place of a notebook's names: everything returned is filled in the same way."""

    def __init__(self, student: Any, names: Sequence[str], filling: str) -> None:
        """``names`` are those that students define; ``filling`` is one of `FILLINGS`."""
        self.student = student
        self.true = {name: getattr(student, name) for name in names}
        self.fill = FILLINGS[filling]
        self.heard: list[np.ndarray] = []

    def names(self) -> dict[str, Any]:
        """A stand-in for every function and class."""
        return {name: self._called(value) for name, value in self.true.items() if callable(value)}

    def _called(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stand_in(*args: Any, **options: Any) -> Any:
            self._hear([*args, *options.values()])
            given = [value for value in _numbers([args, options]) if not isinstance(value, bool)]
            if self.fill is _drawn:
                given = [_source(args, options)]
            try:
                with self.student.stubbed(**self.true), _untouched([args, options]):
                    value = function(*args, **options)
            except Exception:  # who returns zeros does not refuse either
                return self.filled(0.0, given)
            return self.filled(value, given)

        return stand_in

    def filled(self, value: Any, given: Sequence[Any]) -> Any:
        """``value``, a structure of whatever a function returns, with every number in it filled anew."""
        if isinstance(value, Mapping):
            return {key: self.filled(each, given) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.filled(each, given[k:] or given) for k, each in enumerate(value)]
        if isinstance(value, keras.Variable):
            return keras.Variable(self.fill(tf.convert_to_tensor(value), given))
        if _is_number(value):
            filled = self.fill(tf.convert_to_tensor(value), given)
            return filled.numpy() if hasattr(filled, "numpy") and not tf.is_tensor(value) else filled
        if isinstance(value, Iterator):
            return (self.filled(each, given) for each in value)
        value = "" if isinstance(value, str) else value  # the words that a function returned were right ones
        return value if isinstance(value, str | type | None) else _Object(self, value, given)

    def _hear(self, values: Sequence[Any]) -> None:
        for value in _numbers(values):
            if len(self.heard) < HEARD and (hasattr(value, "numpy") or isinstance(value, np.ndarray)):
                array = np.asarray(value)
                if array.nbytes < LARGEST and array.dtype.kind in "biuf":
                    self.heard.append(array.copy())


class _Object:
    """In the place of an object: its methods' results and its attributes, filled."""

    def __init__(self, stand_ins: StandIns, value: Any, given: Sequence[Any]) -> None:
        given = given if stand_ins.fill is _drawn else ()
        self.__dict__.update(_stand_ins=stand_ins, _value=value, _given=given)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._value, name)
        filled = self._stand_ins._called(value) if callable(value) else self._stand_ins.filled(value, self._given)
        self.__dict__[name] = filled
        return filled

    def __call__(self, *args: Any, **options: Any) -> Any:
        return self._stand_ins._called(self._value)(*args, **options)

    def __iter__(self) -> Iterator[Any]:
        return (self._stand_ins.filled(each, self._given) for each in self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __getitem__(self, place: Any) -> Any:
        return self._stand_ins.filled(self._value[place], self._given)


def stood_in(probe: Probe, names: Sequence[str], filling: str) -> Probe:
    """``probe``, put to stand-ins of ``names``; it also tells what they were given: ``heard[0]`` and so on."""

    def stood_in_probe(student: Any, rng: np.random.Generator) -> Iterator[Mapping[str, Any]]:
        stand_ins = StandIns(student, names, filling)
        try:
            with student.stubbed(**stand_ins.names()):
                yield from collect(probe(student, rng))
        finally:
            ask.tell(heard=Parts(*stand_ins.heard))

    return stood_in_probe
