"""Hidden tests of the lesson ``layers``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked twice: as the notebook is, and with something known in the
place of the other part, so that a mistake there costs nothing here. What the solution builds on gets something known
of the same form that is otherwise unlike it. What only some answers build on, such as an activation, gets what the
library has, which everybody may use. Neither gives anything away.
"""

import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.probing import Answer, ask_each, gradient_sizes, to_array, to_tensor, with_given

# What probes share ---------------------------------------------------------------------------------------------------


def _variable(array: Any) -> keras.Variable:
    """A float32 variable."""
    return keras.Variable(np.asarray(array).astype("float32"))


def _built(layer: Any, *inputs: Any, **weights: np.ndarray) -> Any:
    """``layer`` after a first call, with known values in those of its weights that it has."""
    layer(*inputs)
    for name, value in weights.items():
        if hasattr(layer, name):
            getattr(layer, name).assign(value.astype("float32"))
    return layer


def _penalty(layer: Any) -> np.ndarray:
    """The sum of what the layer's last call added to the loss."""
    return to_array(sum(layer.losses))


def _slopes(function: Callable[[Any], Any], x: Any, mix: np.ndarray) -> np.ndarray:
    """The gradient at x of the outputs, mixed with known weights; zeros if none passes."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        mixed = ops.sum(ops.cast(function(x), "float32") * to_tensor(mix))
    return to_array(tape.gradient(mixed, x, unconnected_gradients="zero"))


def _learnt(layer: Any) -> np.ndarray:
    """The values of all that training would change, from the smallest to the largest."""
    values = [np.ravel(to_array(variable)) for variable in layer.trainable_variables]
    return np.sort(np.concatenate(values)) if values else np.zeros(0)


class NotCompiled(NotImplementedError):
    """What came when something was compiled: a sentence of its own."""


_KERAS_SAYS = re.compile(r"Exception encountered when calling \S+|Arguments received by .*|\x1b\[[0-9;]*m", re.DOTALL)


def _compiled(function: Callable[..., Any], *inputs: Any) -> Callable[..., Any]:
    """``function`` as training has it: compiled, for a batch of any size, which NumPy and a known size stop."""
    forms = [tf.TensorSpec((None, *value.shape[1:]), "float32") for value in inputs]
    return _telling(tf.function(function, input_signature=forms, autograph=False))


def _telling(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled code that says so when it fails."""

    def call(*inputs: Any) -> Any:
        try:
            return function(*inputs)
        except Exception as error:
            text = f"{type(error).__name__}: {_KERAS_SAYS.sub(' ', str(error)).strip()}"
            raise NotCompiled(f"Compiled for a batch of any size, it stops with {text}") from error

    return call


class KnownTanh(keras.layers.Layer):
    """The library's."""

    def call(self, x: Any) -> Any:
        """Map x to the same shape."""
        return ops.tanh(x)


class KnownSigmoid(keras.layers.Layer):
    """The library's."""

    def call(self, x: Any) -> Any:
        """Map x to the same shape."""
        return ops.sigmoid(x)


class KnownClip(keras.layers.Layer):
    """The library's."""

    def __init__(self, low: float = 0.0, high: float = 1.0, **kwargs: Any) -> None:
        """As in the notebook."""
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x: Any) -> Any:
        """Map x to the same shape."""
        return ops.clip(x, self.low, self.high)


class KnownAffine(keras.layers.Layer):
    """The library's dense layer, with the notebook's names."""

    def __init__(self, units: int, l2: float = 0.0, **kwargs: Any) -> None:
        """As in the notebook."""
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape: Any) -> None:
        """Make W and b."""
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x: Any) -> Any:
        """Map x (batch, inputs) to (batch, units)."""
        return ops.matmul(x, self.W) + self.b


LIBRARY = {"Tanh": KnownTanh, "Sigmoid": KnownSigmoid, "Clip": KnownClip, "Affine": KnownAffine}
"""What an answer may have built on: earlier parts, right."""


# Activations and losses ----------------------------------------------------------------------------------------------


def activations(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Each on two shapes; sigmoid, tanh and softmax also where an exponential overflows, values and slopes.

    And the slopes of sigmoid and tanh at exactly 0, where libraries give absolute values none, and around it.
    """
    inputs = [to_tensor(2 * rng.normal(size=shape)) for shape in ((5, 6), (2, 3, 4))]
    slopes = [0.0, float(rng.uniform(0.05, 0.4)), float(rng.uniform(1.5, 3)), float(rng.uniform(-2, -0.5))]
    low = float(rng.uniform(-2, -0.5))
    high = low + float(rng.uniform(0.8, 1.5))
    sizes = rng.uniform([100, 200, 900], [150, 800, 9000])
    large = to_tensor(np.concatenate([sizes, -sizes])[None])
    levels = np.array([[1000] * 4, [-1000] * 4, [300] * 4, [400, -400, 0, 0]])
    scores = to_tensor(rng.normal(size=(4, 4)) + levels * rng.uniform(1, 2))
    mixes = {"large": rng.normal(size=(1, 6)), "scores": rng.normal(size=(4, 4))}
    around = to_tensor(np.concatenate([[0, 0], rng.uniform(-2, 2, 6)])[None])
    mixes["around"] = rng.choice([-1, 1], (1, 8)) * rng.uniform(0.5, 1.5, (1, 8))
    extremes = {"sigmoid": ("Sigmoid", large, "large"), "tanh": ("Tanh", large, "large")}
    extremes |= {"softmax": ("Softmax", scores, "scores")}

    def extreme(name: str) -> Answer:
        layer, x, mix = extremes[name]
        function = getattr(student, layer)()
        return {f"extreme_{name}": to_array(function(x)), f"slopes_{name}": _slopes(function, x, mixes[mix])}

    def passing(name: str) -> Answer:
        layer = getattr(student, extremes[name][0])()
        return {f"{name}_slopes": gradient_sizes(lambda: layer(inputs[0]), inputs[0])}

    yield from ask_each(
        lambda: {
            f"leaky_{k}_{i}": to_array(student.LeakyReLU(slope)(x))
            for k, slope in enumerate(slopes)
            for i, x in enumerate(inputs)
        },
        lambda: {"leaky_slopes": gradient_sizes(lambda: student.LeakyReLU(slopes[1])(inputs[0]), inputs[0])},
        lambda: {"clip_slopes": gradient_sizes(lambda: student.Clip(low, high)(inputs[0]), inputs[0])},
        lambda: {f"clip_{i}": to_array(student.Clip(low, high)(x)) for i, x in enumerate(inputs)},
        lambda: {f"sigmoid_{i}": to_array(student.Sigmoid()(x)) for i, x in enumerate(inputs)},
        lambda: {f"tanh_{i}": to_array(student.Tanh()(x)) for i, x in enumerate(inputs)},
        lambda: {f"softmax_{i}": to_array(student.Softmax()(x)) for i, x in enumerate(inputs)},
        *(lambda name=name: passing(name) for name in extremes),
        lambda: {"around_sigmoid": _slopes(student.Sigmoid(), around, mixes["around"])},
        lambda: {"around_tanh": _slopes(student.Tanh(), around, mixes["around"])},
        *(lambda name=name: extreme(name) for name in extremes),
    )


def losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both losses on rows and on images, with soft and hard targets, and where outputs are exactly 0 or 1."""
    shapes = [(5, 3), (3, 2, 4, 1)]
    targets = [rng.integers(0, 2, shapes[0]).astype(float), rng.uniform(0, 1, shapes[1])]
    outputs = [rng.uniform(0.05, 0.95, shape) for shape in shapes]
    hard = rng.permutation([0.0, 1.0] * 6).reshape(4, 3)
    mistaken = np.where(rng.permutation(12).reshape(4, 3) < 5, 1 - hard, hard)
    weights, strength = rng.normal(size=(4, 3)), float(rng.uniform(0.05, 0.9))
    yield {"shapes": np.array([[shape[0], np.prod(shape[1:]), shape[-1]] for shape in shapes])}
    yield {f"targets_{k}": value for k, value in enumerate(targets)}
    yield {f"outputs_{k}": value for k, value in enumerate(outputs)}
    target, output = to_tensor(targets[0]), to_tensor(outputs[0])
    passing = {
        "squared": ("squared_error", lambda loss: loss(target, output), output),
        "binary": ("binary_cross_entropy", lambda loss: loss(target, output), output),
        "penalty": ("l2_penalty", lambda loss: loss(output, strength), output),
    }

    def slopes(name: str, ask: Callable[[Any], Any], source: Any) -> np.ndarray:
        return gradient_sizes(lambda: ask(getattr(student, name)), source)

    def sure() -> Answer:
        target, output = to_tensor(hard), to_tensor(mistaken)
        return {"extreme_slopes": _slopes(lambda at: student.binary_cross_entropy(target, at), output, np.ones(()))}

    questions = (
        lambda: {
            f"squared_{k}": to_array(student.squared_error(to_tensor(targets[k]), to_tensor(3 * outputs[k])))
            for k in range(2)
        },
        lambda: {
            f"binary_{k}": to_array(student.binary_cross_entropy(to_tensor(targets[k]), to_tensor(outputs[k])))
            for k in range(2)
        },
        lambda: {
            "extreme": to_array(student.binary_cross_entropy(to_tensor(hard), to_tensor(mistaken))),
            "certain": to_array(student.binary_cross_entropy(to_tensor(hard), to_tensor(hard))),
        },
        sure,
        lambda: {"penalty": to_array(student.l2_penalty(to_tensor(weights), strength))},
        *(lambda name=name, given=given: {f"{name}_slopes": slopes(*given)} for name, given in passing.items()),
    )
    yield from ask_each(*questions, *(with_given(student, question, **LIBRARY) for question in questions))


def gradient_check(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Differences of a cubic of three variables, with a wide step and the default one; relative errors of lists.

    The wide step leads from below 1 to above it, where numbers are coarser: stepping back misses the start half the
    time. From numbers far smaller than the step it misses nearly always, in double precision too. In the cubic no entry
    has a bearing on the slope of another; it has one where all are tied to each other, so there it shows if an entry is
    not put back before the next is moved.
    """
    values = [rng.uniform(0.82, 0.98, shape) for shape in ((6,), (3, 4), ())]
    values[0][4:] *= 1e-3
    cubes = [rng.choice([-1, 1], value.shape) * rng.uniform(0.5, 1, value.shape) for value in values]
    tie = rng.normal(size=6)
    step = float(rng.uniform(0.2, 0.4))
    variables = [_variable(value) for value in values]
    lists = [[rng.normal(size=shape) for shape in ((3,), (2, 4), ())] for _ in range(2)]
    far = [1e3 * each for each in lists[0]]
    small = [[1e-7 * each for each in gradients] for gradients in lists]
    zeros = [np.zeros(3), np.zeros((2, 2))]

    def cubic() -> Any:
        places = [ops.convert_to_tensor(variable) for variable in variables]
        return sum(ops.sum(to_tensor(cube) * x**3) for cube, x in zip(cubes, places, strict=True))

    def tied() -> Any:
        w, m, s = (ops.convert_to_tensor(variable) for variable in variables)
        return cubic() + s * ops.sum(w * to_tensor(tie)) * ops.sum(m)

    def differences(name: str, loss_fn: Callable[[], Any], **options: float) -> Answer:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value.astype("float32"))
        slopes = list(student.numerical_gradients(loss_fn, variables, **options))
        return {
            f"{name}_count": len(slopes),
            **{f"{name}_{k}": to_array(slope) for k, slope in enumerate(slopes[:3])},
            **{f"{name}_after_{k}": to_array(variable).copy() for k, variable in enumerate(variables)},
        }

    yield {f"start_{k}": to_array(variable).copy() for k, variable in enumerate(variables)}
    yield {f"list_{which}_{k}": value for which, line in enumerate(lists) for k, value in enumerate(line)}
    yield from ask_each(
        lambda: differences("wide", cubic, step=step),
        lambda: differences("usual", cubic),
        lambda: differences("tied", tied, step=step),
        lambda: {
            "apart": to_array(student.relative_error(*lists)),
            "scaled": to_array(student.relative_error(lists[0], far)),
            "small": to_array(student.relative_error(*small)),
            "nothing": to_array(student.relative_error(zeros, [each.copy() for each in zeros])),
            "one_zero": to_array(student.relative_error(lists[1], [0 * each for each in lists[1]])),
        },
    )


# Affine, optimizers, network -----------------------------------------------------------------------------------------


def affine(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A small layer with known weights, a large one as it starts, and one made again from its configuration."""
    inputs, units = int(rng.integers(3, 6)), int(rng.integers(6, 9))
    x, l2 = to_tensor(rng.normal(size=(4, inputs))), float(rng.uniform(0.1, 0.9))
    W, b = rng.normal(size=(inputs, units)), rng.normal(size=units)
    sizes = rng.integers([60, 110], [70, 130]).tolist()
    power = float(rng.uniform(2.5, 3.5))

    def l2_penalty(weights: Any, strength: Any) -> Any:
        return ops.sum(ops.abs(weights) ** power) + 10 * strength

    def penalty() -> Answer:
        layer = _built(student.Affine(units, l2=l2), x, W=W, b=b)
        layer(x)
        return {"penalty": _penalty(layer)}

    def start() -> Answer:
        layer = _built(student.Affine(sizes[1]), np.zeros((1, sizes[0]), "float32"))
        return {"start_W": to_array(layer.W), "start_b": to_array(layer.b)}

    def config() -> Answer:
        again = student.Affine.from_config(student.Affine(units, l2=l2).get_config())
        return {"config": np.array([again.units, again.l2])}

    def output() -> Answer:
        layer = _built(student.Affine(units), x, W=W, b=b)
        sizes = gradient_sizes(lambda: layer(x), x, layer.W, layer.b)
        return {"output": to_array(layer(x)), "slopes": sizes, "learnt": _learnt(layer)}

    questions = output, start, penalty
    yield {"sizes": np.array(sizes)}
    yield from ask_each(
        *questions, config, *(with_given(student, question, l2_penalty=l2_penalty) for question in questions)
    )


def _path(
    optimizer: Any,
    start: Sequence[np.ndarray],
    gradients: Sequence[Sequence[np.ndarray]],
    compiled: bool = False,
    finished: int = 0,
) -> np.ndarray:
    """Where variables (of one shape) are before and after each step: (steps + 1, variables, ...).

    A compiled step is traced once and then run, as in training: what Python counts or NumPy keeps does not move on.
    ``finished`` is how many steps the optimizer takes for finished when it begins.
    """
    variables = [_variable(value) for value in start]
    places = [[to_array(variable).copy() for variable in variables]]
    if finished:
        optimizer.build(variables)
        optimizer.iterations.assign(finished)

    def apply(gradients: Any) -> None:
        optimizer.apply(list(gradients), variables)

    if compiled:
        optimizer.build(variables)
    take_step = _telling(tf.function(apply, autograph=False)) if compiled else apply
    for step in gradients:
        take_step([to_tensor(gradient) for gradient in step])
        places.append([to_array(variable).copy() for variable in variables])
    return np.array(places)


def momentum(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Steps of one variable by itself, and of two at a time, along known gradients."""
    rate, share = float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.4, 0.8))
    start, gradients = rng.normal(size=(2, 4)), rng.normal(size=(6, 2, 4))
    yield {"rate": rate, "gradients": gradients}
    yield from ask_each(
        lambda: {"alone": _path(student.Momentum(rate, momentum=share), start[:1], gradients[:, :1])},
        lambda: {"both": _path(student.Momentum(rate, momentum=share), start, gradients)},
        lambda: {"compiled": _path(student.Momentum(rate, momentum=share), start[:1], gradients[:, :1], compiled=True)},
    )


def adam(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Steps against one gradient, then with short memories, of two variables at a time, compiled; a large epsilon.

    Against a gradient that stays as it is, both means are right whatever the betas, once they are corrected: only the
    correction shows, and where epsilon stands. Who divides by zero in the very first step is asked the rest of it late,
    when nothing is left to be corrected.
    """
    rate = float(rng.uniform(0.05, 0.3))
    betas = {"beta_1": float(rng.uniform(0.15, 0.22)), "beta_2": float(rng.uniform(0.42, 0.5))}
    start = rng.normal(size=(2, 3))
    scales = np.exp(rng.uniform(-1.5, 1.5, (1, 2, 3)))  # none so small that the usual epsilon would show
    gradients = rng.choice([-1, 1], (14, 2, 3)) * rng.uniform(0.3, 2, (14, 2, 3)) * scales
    epsilon = float(rng.uniform(0.3, 0.6))
    steady = np.repeat(gradients[:1, :1], 14, axis=0)
    yield {"rate": rate, "gradients": gradients, "settings": np.array([*betas.values(), epsilon])}

    def steps(before: str, finished: int) -> Iterator[Callable[[], Answer]]:
        alone, epsilons = (start[:1], gradients[:, :1]), {**betas, "epsilon": epsilon}
        yield lambda: {f"{before}alone": _path(student.Adam(rate, **betas), *alone, finished=finished)}
        yield lambda: {f"{before}both": _path(student.Adam(rate, **betas), start, gradients, finished=finished)}
        yield lambda: {f"{before}epsilon": _path(student.Adam(rate, **epsilons), start[:1], steady, finished=finished)}

    yield from ask_each(
        lambda: {"first": _path(student.Adam(rate), start[:1], steady[:4])},
        *steps("", 0),
        *steps("late_", 40),
        lambda: {"compiled": _path(student.Adam(rate, **betas), start[:1], gradients[:4, :1], compiled=True)},
    )


@keras.saving.register_keras_serializable("probe")
class _Shift(keras.layers.Layer):
    """Adds a weight that starts at ``amount``."""

    def __init__(self, amount: float, **kwargs: Any) -> None:
        super().__init__(**{"name": f"shift_{amount}", **kwargs})  # graphs refuse the usual one, which begins with _
        self.amount = amount

    def build(self, input_shape: Any) -> None:
        constant = keras.initializers.Constant(self.amount)
        self.shift = self.add_weight(shape=input_shape[-1:], initializer=constant, name="shift")

    def call(self, x: Any) -> Any:
        return x + self.shift

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "amount": self.amount}


@keras.saving.register_keras_serializable("probe")
class _Square(keras.layers.Layer):
    """Squares, and in training turns the sign."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"name": f"square_{id(self)}", **kwargs})  # see above; no two in a network are named alike

    def call(self, x: Any, training: bool = False) -> Any:
        return -ops.square(x) if training else ops.square(x)


def network(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A chain of known layers whose order matters; and one where it does not, made again and saved."""
    amounts = rng.uniform(0.5, 2, 3).tolist()
    moved = rng.normal(size=(2, 3))
    x = to_tensor(rng.normal(size=(4, 3)))

    def shifts(kind: Any) -> Any:
        made = kind([_Shift(amounts[0]), _Shift(amounts[1])])
        made.build(tuple(x.shape))
        return made

    def weights(chain: Any) -> np.ndarray:
        for layer in chain:
            if not isinstance(layer, keras.layers.Layer):
                raise TypeError(f"the new network has a {type(layer).__name__} where a layer should be")
            if not layer.built:
                layer.build(tuple(x.shape))
        return np.array([to_array(layer.shift) for layer in chain])

    def config() -> Answer:
        made = shifts(student.Network)
        again = student.Network.from_config(made.get_config())
        for layer in made.chain:
            layer.shift.assign_add([100.0] * 3)  # if the new network has the old one's layers, this shows
        return {"again": weights(again.chain)}

    def described() -> Answer:
        """What the configuration alone says, however the student's `from_config` reads it."""
        made = shifts(student.Network)
        chain = [keras.saving.deserialize_keras_object(each) for each in made.get_config()["chain"]]
        return {"described": weights([layer for layer in chain if layer not in made.chain])}

    def saved(kind: Any) -> np.ndarray:
        made = shifts(kind)
        for layer, value in zip(made.chain, moved, strict=True):
            layer.shift.assign(value.astype("float32"))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "network.keras"
            made.save(file)
            return weights(keras.models.load_model(file, custom_objects={"Described": kind}).chain)

    def saved_as_described() -> Answer:
        """The same with a known `get_config`, so that a mistake in the student's is paid for once."""

        class Described(student.Network):
            def get_config(self) -> dict[str, Any]:
                chain = [keras.saving.serialize_keras_object(each) for each in self.chain]
                return {**keras.Model.get_config(self), "chain": chain}

        return {"given_loaded": saved(Described)}

    yield from ask_each(
        lambda: {"chain": to_array(student.Network([_Shift(amounts[2]), _Square(), _Shift(amounts[0])])(x))},
        lambda: {"training": to_array(student.Network([_Square(), _Square(), _Square()])(x, training=True))},
        lambda: {"training_of_one": to_array(student.Network([_Square()])(x, training=True))},
        config,
        described,
        lambda: {"loaded": saved(student.Network)},
        saved_as_described,
    )


# Training and use ----------------------------------------------------------------------------------------------------


def dropout(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both forms in use, and twice each in training, compiled too, and of maps. What is drawn is judged by theory.

    Another layer with the same seed should draw the same; and NumPy's global generator should not notice any of it.
    """
    rate, x = float(rng.uniform(0.25, 0.38)), rng.uniform(1, 2, (60, 40)).astype("float32")
    maps = rng.uniform(1, 2, (40, 3, 4, 3)).astype("float32")
    seed, other = (int(number) for number in rng.integers(2**31, size=2))
    forms = {"inverted": {}, "plain": {"inverted": False}}
    yield {"rate": rate, "x": x}

    def use(name: str) -> Answer:
        return {f"use_{name}": to_array(student.Dropout(rate, **forms[name])(to_tensor(x)))}

    def train(name: str) -> Answer:
        layer = student.Dropout(rate, seed=seed, **forms[name])
        return {f"train_{name}_{k}": to_array(layer(to_tensor(x), training=True)) for k in range(2)}

    def again(name: str) -> Answer:
        np.random.seed(other)
        layer = student.Dropout(rate, seed=seed, **forms[name])
        output = to_array(layer(to_tensor(x), training=True))
        return {f"again_{name}": output, f"global_{name}": np.random.uniform(size=4)}

    def of_maps(name: str) -> Answer:
        layer = student.Dropout(rate, seed=seed, **forms[name])
        return {f"maps_{name}_0": to_array(layer(to_tensor(maps), training=True))}

    def compiled(name: str) -> Answer:
        layer = student.Dropout(rate, seed=seed, **forms[name])
        layer(to_tensor(x), training=True)
        call = _compiled(lambda x: layer(x, training=True), x)
        return {f"compiled_{name}_{k}": to_array(call(to_tensor(rows))) for k, rows in enumerate((x, x, x[:25]))}

    asked = use, train, again, of_maps, compiled
    yield from ask_each(*(lambda name=name, ask=ask: ask(name) for ask in asked for name in forms))


def batch_norm(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Rows and maps: as it starts, in training with its gradient and its statistics, and in use with known ones.

    The statistics of rows also after two compiled steps. An epsilon that shows is asked for by itself, everything else
    with one that does not.
    """
    momentum, epsilon = float(rng.uniform(0.55, 0.8)), float(rng.uniform(0.05, 0.2))
    options = {"momentum": momentum, "epsilon": 1e-6}
    cases = {}
    for name, shape in (("rows", (7, 3)), ("maps", (3, 4, 5, 2))):
        x = rng.normal(rng.normal(size=shape[-1]), rng.uniform(0.5, 2, shape[-1]), shape)
        known = {weight: rng.normal(size=shape[-1]) for weight in ("gamma", "beta", "moving_mean")}
        known["moving_variance"] = rng.uniform(0.5, 2, shape[-1])
        cases[name] = to_tensor(x), known, rng.normal(size=shape)

    def start() -> Answer:
        layer = student.BatchNorm()
        layer.build((None, 3))
        begin = np.array([to_array(getattr(layer, name)) for name in cases["rows"][1]])
        for name, value in cases["rows"][1].items():
            getattr(layer, name).assign(value)
        return {"start": begin, "learnt": np.array([to_array(variable) for variable in layer.trainable_variables])}

    def train(name: str) -> Answer:
        x, known, _ = cases[name]
        layer = _built(student.BatchNorm(**options), x, **known)
        output = to_array(layer(x, training=True))
        return {f"train_{name}": output, **statistics(name, layer)}

    def statistics(name: str, layer: Any) -> Answer:
        return {
            f"mean_{name}": to_array(layer.moving_mean).copy(),
            f"variance_{name}": to_array(layer.moving_variance).copy(),
        }

    def compiled() -> Answer:
        x, known, _ = cases["rows"]
        layer = _built(student.BatchNorm(**options), x, **known)
        step = _compiled(lambda x: layer(x, training=True), x)
        step(x)
        step(x[:5])
        return {f"compiled_{key}": value for key, value in statistics("rows", layer).items()}

    def use(name: str) -> Answer:
        x, known, _ = cases[name]
        layer = _built(student.BatchNorm(**options), x, **known)
        answer = {f"use_{name}": to_array(layer(x, training=False))}
        return answer | {f"kept_{key}": value for key, value in statistics(name, layer).items()}

    def with_epsilon(name: str, training: bool) -> Answer:
        x, known, _ = cases[name]
        layer = _built(student.BatchNorm(momentum=momentum, epsilon=epsilon), x, **known)
        return {f"epsilon_{'train' if training else 'use'}_{name}": to_array(layer(x, training=training))}

    def slopes(name: str) -> Answer:
        x, known, mix = cases[name]
        layer = _built(student.BatchNorm(**options), x, **known)
        return {f"slopes_{name}": _slopes(lambda at: layer(at, training=True), x, mix)}

    yield from ask_each(
        start,
        *(lambda name=name, ask=ask: ask(name) for name in cases for ask in (train, use, slopes)),
        *(lambda name=name, when=when: with_epsilon(name, when) for name in cases for when in (True, False)),
        compiled,
    )


# Feeding -------------------------------------------------------------------------------------------------------------


def feeding(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A cache asked for batches in turn and at random; a stream read while it is made, and one that breaks."""
    batches = rng.normal(size=(7, 3, 2))
    capacity, ahead = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    orders = [np.tile(rng.permutation(7), 2), rng.integers(0, 7, 20)]
    items, broken_at = rng.choice(np.arange(100, 10_000), 40, replace=False), int(rng.integers(5, 9))  # none is guessed
    aheads, secrets = rng.choice(np.arange(2, 13), 3, replace=False).tolist(), rng.integers(100, 900, 3).tolist()

    def cache(k: int, capacity: int) -> Answer:
        loaded: list[int] = []

        def load(number: Any) -> np.ndarray:
            loaded.append(int(number))
            return batches[number].copy()

        get = student.cached(load, capacity)
        came = [to_array(get(int(number))) for number in orders[k]]
        return {f"came_{k}": np.array(came), f"loaded_{k}": np.array(loaded)}

    def order() -> Answer:
        return {
            "ordered": np.array(list(student.prefetched(iter(items.tolist()), ahead))),
            "single": np.array(list(student.prefetched(items[:3].tolist(), 7))),
            "arrays": np.array(list(student.prefetched((batch.copy() for batch in batches), 2))),
        }

    def working_ahead() -> Answer:
        """What each of three streams makes while its first item is in use.

        The second item has a number in it that is known only once the first is in use, so that nothing passes for
        work done meanwhile.
        """
        answer: Answer = {}
        for k, (ahead, secret) in enumerate(zip(aheads, secrets, strict=True)):
            in_use, made, known = threading.Event(), [], [0]
            end = time.monotonic() + 1.5

            def source(in_use: Any = in_use, made: list[int] = made, known: list[int] = known) -> Iterator[int]:
                for place, item in enumerate(items.tolist()):
                    if place == 1:
                        in_use.wait(timeout=1.5)
                    made.append(item + known[0])
                    yield item

            stream = iter(student.prefetched(source(), ahead))
            first = next(stream)
            known[0] = secret
            in_use.set()
            while len(made) < ahead + 1 and time.monotonic() < end:
                time.sleep(0.005)
            time.sleep(0.05)
            answer |= {f"first_{k}": first, f"made_{k}": np.array(made), f"in_turn_{k}": items + secret}
        return answer

    def breaking() -> Answer:
        def source() -> Iterator[int]:
            yield from items[:broken_at].tolist()
            raise OSError("the disk is gone")

        came, failed = [], False
        try:
            for item in student.prefetched(source(), ahead):
                came.append(item)
        except OSError:
            failed = True
        return {"broken": np.array(came, int), "failed": failed}

    yield {"aheads": np.array(aheads)}
    yield from ask_each(lambda: cache(0, capacity), lambda: cache(1, capacity), order, breaking, working_ahead)


# Images --------------------------------------------------------------------------------------------------------------


def patches(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Windows of several sizes on images that are not square; two also compiled, for any number of images.

    And on square ones, for who takes the width to be the height.
    """
    height, width = int(rng.integers(6, 8)), int(rng.integers(8, 10))
    x = to_tensor(rng.normal(size=(2, height, width, 2)))
    odd, even = (to_tensor(rng.normal(size=(1, *shape, 1))) for shape in ((7, 9), (6, 8)))
    jump = int(rng.integers(2, 4))
    cases = {
        "valid_0": (x, 3),
        "valid_1": (x, 2),
        "stride_0": (x, 3, jump),
        "stride_1": (x, 2, 5 - jump, "valid"),
        "same_0": (x, 3, 1, "same"),
        "same_1": (odd, 3, 2, "same"),
        "same_2": (even, 1, 3, "same"),  # nothing is missing: the last window ends before the image does
        "uneven_0": (x, 2, 1, "same"),
        "uneven_1": (even, 3, 2, "same"),
        "uneven_2": (x, 4, 1, "same"),
    }
    squares = {f"square_{key}": (x[:, :, : x.shape[1]], *case) for key, (x, *case) in cases.items()}

    def compiled(x: Any, *options: Any) -> np.ndarray:
        return to_array(_compiled(lambda x: student.patches(x, 3, *options), x)(x))

    def compiled_same(before: str, x: Any) -> Answer:
        """With a margin as it comes if not even windows without one can be compiled, which is asked by itself."""
        try:
            compiled(x)
        except Exception:
            return {f"{before}compiled_same": to_array(student.patches(x, 3, 1, "same"))}
        return {f"{before}compiled_same": compiled(x, 1, "same")}

    yield from ask_each(
        *(
            lambda key=key, case=case: {key: to_array(student.patches(*case))}
            for key, case in (cases | squares).items()
        ),
        lambda: {"slopes": gradient_sizes(lambda: student.patches(x, 3), x)},
        lambda: {"compiled": compiled(x)},
        lambda: compiled_same("", x),
        lambda: compiled_same("square_", x[:, :, :height]),
    )


def _known_patches(rng: np.random.Generator) -> Callable[..., Any]:
    """Something of the form of ``patches``: always two rows of three places, which hold no window of the image.

    Every entry of a window is another pixel's, in no order, times a number above zero, so that what is below zero stays
    there: a mistake in what is done with the windows shows as it would with those of the image.
    """
    corners = rng.permutation([(row, column) for row in range(5) for column in range(7)]).tolist()
    factors = rng.uniform(0.7, 1.4, 25)

    def patches(x: Any, size: int, stride: int = 1, padding: str = "valid") -> Any:
        x = ops.convert_to_tensor(x)
        seen = [x[:, row : row + 2, column : column + 3] for row, column in corners[: size * size]]
        scale = to_tensor(factors[: size * size, None] * (1 + 0.3 * stride + (0.7 if padding == "same" else 0)))
        return ops.stack(seen, axis=3) * scale

    return patches


def convolution(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Layers with known weights and several settings; the penalty; how a large layer starts."""
    channels, filters = int(rng.integers(2, 4)), int(rng.integers(4, 6))
    x = to_tensor(rng.normal(size=(2, 6, 9, channels)))
    weights = {size: rng.normal(size=(size, size, channels, filters)) / 2 for size in (2, 3)}
    even = {size: np.full(W.shape, rng.uniform(0.3, 0.7)) for size, W in weights.items()}
    b, l2 = rng.normal(size=filters), float(rng.uniform(0.1, 0.9))
    sizes = rng.integers([11, 31], [14, 36]).tolist()
    known, power = _known_patches(rng), float(rng.uniform(2.5, 3.5))

    def output(name: str, size: int, *options: Any) -> Answer:
        layer = _built(student.Convolution(filters, size, *options), x, W=weights[size], b=b)
        return {name: to_array(layer(x)), "learnt": _learnt(layer)}

    def settings(name: str, size: int, *options: Any) -> Answer:
        """With weights that are all alike, and no bias: which belongs to which pixel and filter is asked elsewhere."""
        layer = _built(student.Convolution(filters, size, *options), x, W=even[size], b=0 * b)
        return {name: to_array(layer(x))}

    def slopes() -> Answer:
        layer = _built(student.Convolution(filters, 3), x, W=weights[3], b=b)
        return {"slopes": gradient_sizes(lambda: layer(x), x, layer.W, layer.b)}

    def compiled() -> Answer:
        layer = _built(student.Convolution(filters, 3), x, W=weights[3], b=b)
        return {"compiled": to_array(_compiled(layer, x)(x))}

    def l2_penalty(weights: Any, strength: Any) -> Any:
        return ops.sum(ops.abs(weights) ** power) + 10 * strength

    def penalty() -> Answer:
        layer = _built(student.Convolution(filters, 3, l2=l2), x, W=weights[3], b=b)
        layer(x)
        return {"penalty": _penalty(layer)}

    def start() -> Answer:
        layer = _built(student.Convolution(sizes[1], 3), np.zeros((1, 6, 9, sizes[0]), "float32"))
        return {"start_W": to_array(layer.W), "start_b": to_array(layer.b)}

    questions = (
        lambda: output("output_0", 3),
        lambda: output("output_1", 2),
        slopes,
        compiled,
        lambda: settings("settings_0", 2, 2),
        lambda: settings("settings_1", 3, 1, "same"),
        lambda: settings("settings_2", 3, 2, "same"),
    )
    yield {"sizes": np.array(sizes)}
    yield from ask_each(
        *questions,
        penalty,
        start,
        *(with_given(student, question, patches=known, l2_penalty=l2_penalty) for question in (*questions, penalty)),
        with_given(student, start, patches=known, l2_penalty=l2_penalty),
    )


def pooling(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Windows side by side, with a rest, and windows that overlap or leave gaps; some of numbers below zero only."""
    x, below = to_tensor(rng.normal(size=(2, 7, 9, 3))), to_tensor(-rng.uniform(1, 2, (2, 6, 9, 2)))
    known = _known_patches(rng)

    def pooled(name: str, x: Any, **options: int) -> Answer:
        return {name: to_array(student.MaxPooling(**options)(x))}

    def compiled() -> Answer:
        layer = _built(student.MaxPooling(size=2), x)
        return {"compiled": to_array(_compiled(layer, x)(x))}

    questions = (
        lambda: pooled("windows_0", x, size=2),
        lambda: pooled("windows_1", below, size=3),
        lambda: {"slopes": gradient_sizes(lambda: student.MaxPooling(size=2)(x), x)},
        compiled,
        lambda: pooled("stride_0", x, size=3, stride=2),
        lambda: pooled("stride_1", below, size=2, stride=1),
        lambda: pooled("stride_2", x, size=2, stride=3),
    )
    yield {"x": to_array(x), "below": to_array(below)}
    yield from ask_each(*questions, *(with_given(student, question, patches=known) for question in questions))


def latent_channel(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Colour images and grey ones, neither square, with known weights, compiled too."""
    cases = []
    for height, width, channels, n in ((3, 5, 3, 4), (4, 2, 1, 3)):
        x, z = to_tensor(rng.normal(size=(3, height, width, channels))), to_tensor(rng.normal(size=(3, n)))
        cases.append((x, z, rng.normal(size=(n, height * width)), rng.normal(size=height * width)))

    def ask(k: int) -> Answer:
        x, z, W, b = cases[k]
        layer = _built(student.LatentChannel(), (x, z), W=W, b=b)
        sizes = gradient_sizes(lambda: layer((x, z)), z)
        return {f"output_{k}": to_array(layer((x, z))), f"slopes_{k}": sizes, f"learnt_{k}": _learnt(layer)}

    def start() -> Answer:
        images, latents = np.zeros((1, *side, 1), "float32"), np.zeros((1, n), "float32")
        layer = _built(student.LatentChannel(), (images, latents))
        return {"start_W": to_array(layer.W), "start_b": to_array(layer.b)}

    def compiled() -> Answer:
        x, z, W, b = cases[0]
        layer = _built(student.LatentChannel(), (x, z), W=W, b=b)
        return {"compiled_0": to_array(_compiled(lambda x, z: layer((x, z)), x, z)(x, z))}

    n, *side = rng.integers([60, 9, 10], [70, 11, 12]).tolist()
    questions = (*(lambda k=k: ask(k) for k in range(2)), start, compiled)
    yield {f"x_{k}": to_array(case[0]) for k, case in enumerate(cases)} | {"sizes": np.array([n, side[0] * side[1]])}
    yield from ask_each(*questions, *(with_given(student, question, **LIBRARY) for question in questions))


# Sequences -----------------------------------------------------------------------------------------------------------


def _cell(cell: Any, x: Any, states: list[Any], weights: dict[str, np.ndarray]) -> Answer:
    """The output and the states after one step of a cell with known weights."""
    cell.build(tuple(x.shape))
    for name, value in weights.items():
        if hasattr(cell, name):
            getattr(cell, name).assign(value.astype("float32"))
    output, new_states = cell(x, states)
    if not isinstance(new_states, list | tuple):
        new_states = [new_states]
    answer = {f"state_{k}": to_array(state) for k, state in enumerate(new_states[:2])}
    answer["slopes"] = gradient_sizes(lambda: cell(x, states)[0], x, *states)
    return {"output": to_array(output), "states": len(new_states), "learnt": _learnt(cell), **answer}


def _compiled_cell(cell: Any, x: Any, states: list[Any], weights: dict[str, np.ndarray]) -> Answer:
    """The output of the same step, compiled."""
    _cell(cell, x, states, weights)
    step = _compiled(lambda x, *states: cell(x, list(states))[0], x, *states)
    return {"compiled": to_array(step(x, *states))}


def _large_cell(cell: Any, inputs: int) -> Answer:
    """The weights of a cell as they start."""
    cell.build((None, inputs))
    return {f"start_{name}": to_array(getattr(cell, name)) for name in ("W", "U", "b")}


def recurrent(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """One step with known weights; masks of sequences with single zeros in them; how a large cell starts.

    Among the real steps are some with a zero, some below zero, some that sum to zero, and some very small ones.
    """
    inputs, units = int(rng.integers(3, 5)), int(rng.integers(5, 7))
    weights = {"W": rng.normal(size=(inputs, units)), "U": rng.normal(size=(units, units)), "b": rng.normal(size=units)}
    x, h = to_tensor(rng.normal(size=(4, inputs))), to_tensor(rng.uniform(-1, 1, (4, units)))
    steps = rng.choice([-1, 1], (5, 6, 3)) * rng.integers(32, 65, (5, 6, 3)) / 64  # whose sums are exact
    steps[0, :, 1] = 0
    steps[1] = -np.abs(steps[1])
    steps[2, :, 2] = -steps[2, :, 0] - steps[2, :, 1]
    steps[3, :, :2] = 0
    steps[4] /= 2**14
    lengths = rng.permutation([2, 3, 4, 5, 6])
    steps *= (np.arange(6) < lengths[:, None])[..., None]
    sizes = rng.integers([50, 80], [60, 90]).tolist()

    def compiled_mask() -> Answer:
        mask = _compiled(lambda x: student.Mask().compute_mask(x), steps)
        return {"compiled_mask": to_array(mask(to_tensor(steps)))}

    questions = (
        lambda: _cell(student.SimpleCell(units), x, [h], weights),
        lambda: _large_cell(student.SimpleCell(sizes[1]), sizes[0]),
        lambda: _compiled_cell(student.SimpleCell(units), x, [h], weights),
    )
    yield {**weights, "x": to_array(x), "h": to_array(h), "sizes": np.array(sizes)}
    yield from ask_each(
        lambda: {"mask": to_array(student.Mask().compute_mask(to_tensor(steps)))},
        *questions,
        *(with_given(student, question, **LIBRARY) for question in questions),
        compiled_mask,
    )


def lstm(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """One step with known weights, and how a large cell starts."""
    inputs, units = int(rng.integers(3, 5)), int(rng.integers(5, 7))
    known = {
        "W": rng.normal(size=(inputs, 4 * units)) / 2,
        "U": rng.normal(size=(units, 4 * units)) / 2,
        "b": rng.normal(size=4 * units),
        "x": rng.normal(size=(6, inputs)),
        "h": rng.uniform(-1, 1, (6, units)),
        "c": rng.normal(size=(6, units)),
    }
    sizes = rng.integers([50, 40], [60, 50]).tolist()
    states = [to_tensor(known["h"]), to_tensor(known["c"])]
    weights = {name: known[name] for name in ("W", "U", "b")}
    x = to_tensor(known["x"])
    questions = (
        lambda: _cell(student.LSTMCell(units), x, states, weights),
        lambda: _large_cell(student.LSTMCell(sizes[1]), sizes[0]),
        lambda: _compiled_cell(student.LSTMCell(units), x, states, weights),
    )
    yield {**known, "sizes": np.array(sizes)}
    yield from ask_each(*questions, *(with_given(student, question, **LIBRARY) for question in questions))
