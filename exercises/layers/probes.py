"""Hidden tests of the lesson ``layers``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked both ways: as the notebook is, and with something known in
the place of the other part, so that a mistake there costs nothing here. What the solution builds on gets something
known of the same form that is otherwise unlike it. What only some answers build on, such as an activation, gets what
the library has, which everybody may use. Neither gives anything away.
"""

import itertools
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.probing import Parts, ask, compiled_for, gradient, gradient_sizes, telling, to_array, to_tensor

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


def _start(layer: Any, inputs: Any) -> Parts:
    """The weights of a layer as they start, after a first call."""
    layer(inputs)
    return Parts(W=layer.W, b=layer.b)


def _penalty(layer: Any) -> np.ndarray:
    """The sum of what the layer's last call added to the loss."""
    return to_array(sum(layer.losses))


def _mixed_gradient(function: Callable[[Any], Any], x: Any, mix: np.ndarray) -> np.ndarray:
    """The gradient at x of the outputs, mixed with known weights; zeros if none passes."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        mixed = ops.sum(ops.cast(function(x), "float32") * to_tensor(mix))
    return to_array(tape.gradient(mixed, x, unconnected_gradients="zero"))


def _learnt(layer: Any) -> np.ndarray:
    """The values of all that training would change, from the smallest to the largest."""
    values = [np.ravel(to_array(variable)) for variable in layer.trainable_variables]
    return np.sort(np.concatenate(values)) if values else np.zeros(0)


def _known_penalty(rng: np.random.Generator) -> Callable[[Any, Any], Any]:
    """Of the form of ``l2_penalty``, and unlike it."""
    power = float(rng.uniform(2.5, 3.5))
    return lambda weights, strength: ops.sum(ops.abs(weights) ** power) + 10 * strength


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


class KnownSoftmax(keras.layers.Layer):
    """The library's."""

    def call(self, x: Any) -> Any:
        """Map x (..., classes) to the same shape."""
        return ops.softmax(x)


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


LIBRARY = {
    "Tanh": KnownTanh,
    "Sigmoid": KnownSigmoid,
    "Softmax": KnownSoftmax,
    "Clip": KnownClip,
    "Affine": KnownAffine,
}
"""What an answer may have built on: earlier parts, right."""


# Activations and losses ----------------------------------------------------------------------------------------------


def activations(student: Any, rng: np.random.Generator) -> None:
    """Each on two shapes; sigmoid and tanh also where an exponential overflows, values and gradients.

    And their gradients at exactly 0, where libraries give absolute values none, and around it.
    """
    inputs = _two_shapes(rng)
    slopes = [0.0, float(rng.uniform(0.05, 0.4)), float(rng.uniform(1.5, 3)), float(rng.uniform(-2, -0.5))]
    low = float(rng.uniform(-2, -0.5))
    high = low + float(rng.uniform(0.8, 1.5))
    sizes = rng.uniform([100, 200, 900], [150, 800, 9000])
    large = to_tensor(np.concatenate([sizes, -sizes])[None])
    around = to_tensor(np.concatenate([[0, 0], rng.uniform(-2, 2, 6)])[None])
    mix, mix_around = rng.normal(size=(1, 6)), rng.choice([-1, 1], (1, 8)) * rng.uniform(0.5, 1.5, (1, 8))

    def leaky(slope: float, x: Any) -> Any:
        return student.LeakyReLU(slope)(x)

    def clip(x: Any) -> Any:
        return student.Clip(low, high)(x)

    def around_zero(name: str) -> np.ndarray:
        return _mixed_gradient(getattr(student, name)(), around, mix_around)

    def extreme(name: str) -> Parts:
        return _value_and_gradient(getattr(student, name)(), large, mix)

    ask.tell(inputs=Parts(*inputs), large=large)
    ask.each("leaky", leaky, list(itertools.product(slopes, inputs)))
    ask.gradient("leaky gradient", leaky, slopes[1], inputs[0])
    ask.each("clip", clip, inputs)
    ask.gradient("clip gradient", clip, inputs[0])
    for question in SQUASHING:
        ask.each(question, lambda x, name: getattr(student, name)()(x), [(x, question) for x in inputs])
    ask.each("moderate gradient", lambda name: gradient(getattr(student, name)())(inputs[0]), SQUASHING)
    ask.each("around", around_zero, SQUASHING)
    ask.each("extreme", extreme, SQUASHING)


SQUASHING = "Sigmoid", "Tanh"


def softmax(student: Any, rng: np.random.Generator) -> None:
    """Probabilities of rows and of an array of three axes; and of scores of which exponentials overflow or vanish."""
    inputs = _two_shapes(rng)
    levels = np.array([[1000] * 4, [-1000] * 4, [300] * 4, [400, -400, 0, 0]])
    scores = to_tensor(rng.normal(size=(4, 4)) + levels * rng.uniform(1, 2))
    mix = rng.normal(size=(4, 4))

    def probabilities(x: Any) -> Any:
        return student.Softmax()(x)

    ask.tell(inputs=Parts(*inputs), scores=scores, mix=mix)
    ask.each("probabilities", probabilities, inputs)
    ask.gradient("gradient", probabilities, inputs[0])
    ask("extreme", lambda: _value_and_gradient(student.Softmax(), scores, mix))


def _two_shapes(rng: np.random.Generator) -> list[Any]:
    """Moderate numbers in rows, and in an array of three axes."""
    return [to_tensor(2 * rng.normal(size=shape)) for shape in ((5, 6), (2, 3, 4))]


def _value_and_gradient(layer: Any, x: Any, mix: np.ndarray) -> Parts:
    """What a layer makes of x, and the gradient at x of that, mixed with known weights."""
    return Parts(values=layer(x), gradient=_mixed_gradient(layer, x, mix))


def losses(student: Any, rng: np.random.Generator) -> None:
    """Both losses on rows and on images, with soft and hard targets, and where outputs are exactly 0 or 1."""
    shapes = [(5, 3), (3, 2, 4, 1)]
    targets = [rng.integers(0, 2, shapes[0]).astype(float), rng.uniform(0, 1, shapes[1])]
    outputs = [rng.uniform(0.05, 0.95, shape) for shape in shapes]
    hard = rng.permutation([0.0, 1.0] * 6).reshape(4, 3)
    mistaken = np.where(rng.permutation(12).reshape(4, 3) < 5, 1 - hard, hard)
    weights, strength = rng.normal(size=(4, 3)), float(rng.uniform(0.05, 0.9))
    ask.tell(shapes=[[shape[0], np.prod(shape[1:]), shape[-1]] for shape in shapes])
    ask.tell(targets=Parts(*targets), outputs=Parts(*outputs))
    pairs = [(to_tensor(target), to_tensor(output)) for target, output in zip(targets, outputs, strict=True)]
    (target, output), sure, mistakes = pairs[0], to_tensor(hard), to_tensor(mistaken)
    for _ in ask.both_ways(**LIBRARY):
        ask.each("squared", student.squared_error, [(target, 3 * output) for target, output in pairs])
        ask.each("binary", student.binary_cross_entropy, pairs)
        ask("extreme", student.binary_cross_entropy, sure, mistakes)
        ask("certain", student.binary_cross_entropy, sure, sure)
        ask(
            "extreme gradient",
            lambda: _mixed_gradient(lambda at: student.binary_cross_entropy(sure, at), mistakes, np.ones(())),
        )
        ask("penalty", student.l2_penalty, to_tensor(weights), strength)
        ask.gradient("squared gradient", student.squared_error, target, output, along=[output])
        ask.gradient("binary gradient", student.binary_cross_entropy, target, output, along=[output])
        ask.gradient("penalty gradient", student.l2_penalty, output, strength)


def gradient_check(student: Any, rng: np.random.Generator) -> None:
    """Differences of a cubic of three variables, with a wide step and the default one; relative errors of lists.

    The wide step leads from below 1 to above it, where numbers are coarser: stepping back misses the start half the
    time. From numbers far smaller than the step it misses nearly always, in double precision too. In the cubic no entry
    has a bearing on the derivative by another; it has one where all are tied to each other, so there it shows if an
    entry is not put back before the next is moved.
    """
    values = [rng.uniform(0.82, 0.98, shape) for shape in ((6,), (3, 4), ())]
    values[0][4:] *= 1e-3
    cubes = [rng.choice([-1, 1], value.shape) * rng.uniform(0.5, 1, value.shape) for value in values]
    tie = rng.normal(size=6)
    step = float(rng.uniform(0.2, 0.4))
    variables = [_variable(value) for value in values]

    def cubic() -> Any:
        places = [ops.convert_to_tensor(variable) for variable in variables]
        return sum(ops.sum(to_tensor(cube) * x**3) for cube, x in zip(cubes, places, strict=True))

    def tied() -> Any:
        w, m, s = (ops.convert_to_tensor(variable) for variable in variables)
        return cubic() + s * ops.sum(w * to_tensor(tie)) * ops.sum(m)

    def estimated(loss_fn: Callable[[], Any], **options: float) -> Parts:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value.astype("float32"))
        differences = list(student.numerical_gradients(loss_fn, variables, **options))
        after = Parts(*(to_array(variable).copy() for variable in variables))
        return Parts(count=len(differences), differences=Parts(*differences[:3]), after=after)

    ask.tell(start=Parts(*map(to_array, variables)))
    ask("wide", estimated, cubic, step=step)
    ask("usual", estimated, cubic)
    ask("tied", estimated, tied, step=step)
    _ask_relative_errors(student, rng)


def _unlike_lists(rng: np.random.Generator) -> list[list[np.ndarray]]:
    """Two lists of gradients, of which no error, by whatever norm, is 1: that one could guess."""

    def is_one(first: np.ndarray, second: np.ndarray, order: float) -> bool:
        sizes = np.linalg.norm(first, order) + np.linalg.norm(second, order)
        return bool(np.linalg.norm(first - second, order) > 0.99 * sizes)

    while True:
        lists = [[rng.normal(size=shape) for shape in ((3,), (2, 4), ())] for _ in range(2)]
        whole = [np.concatenate([np.ravel(each) for each in line]) for line in lists]
        if not any(is_one(*pair, order) for pair in (whole, (lists[0][0], lists[1][0])) for order in (1, np.inf)):
            return lists


def _ask_relative_errors(student: Any, rng: np.random.Generator) -> None:
    """Of unlike lists, of such as one is far larger, of small ones, of zeros, and of one list and zeros."""
    lists = _unlike_lists(rng)
    zeros = [np.zeros(3), np.zeros((2, 2))]
    ask.tell(lists=Parts(*(Parts(*line) for line in lists)))
    ask("apart", student.relative_error, *lists)
    ask("scaled", student.relative_error, lists[0], [1e3 * each for each in lists[0]])
    ask("small", student.relative_error, *([1e-7 * each for each in line] for line in lists))
    ask("nothing", student.relative_error, zeros, zeros)
    ask("one zero", student.relative_error, lists[1], [0 * each for each in lists[1]])


# Affine, backward pass, optimizers, network --------------------------------------------------------------------------


def affine(student: Any, rng: np.random.Generator) -> None:
    """A small layer with known weights, a large one as it starts, and one made again from its configuration."""
    inputs, units = int(rng.integers(3, 6)), int(rng.integers(6, 9))
    x, l2 = to_tensor(rng.normal(size=(4, inputs))), float(rng.uniform(0.1, 0.9))
    W, b = rng.normal(size=(inputs, units)), rng.normal(size=units)
    sizes = rng.integers([60, 110], [70, 130]).tolist()

    def output() -> Parts:
        layer = _built(student.Affine(units), x, W=W, b=b)
        gradient = gradient_sizes(lambda: layer(x), x, layer.W, layer.b)
        return Parts(values=layer(x), gradient=gradient, learnt=_learnt(layer))

    def start() -> Parts:
        return _start(student.Affine(sizes[1]), np.zeros((1, sizes[0]), "float32"))

    def penalty() -> np.ndarray:
        layer = _built(student.Affine(units, l2=l2), x, W=W, b=b)
        layer(x)
        return _penalty(layer)

    def config() -> np.ndarray:
        again = student.Affine.from_config(student.Affine(units, l2=l2).get_config())
        return np.array([again.units, again.l2])

    ask.tell(sizes=sizes)
    for _ in ask.both_ways(l2_penalty=_known_penalty(rng)):
        ask("output", output)
        ask("start", start)
        ask("penalty", penalty)
    ask("config", config)


def backward(student: Any, rng: np.random.Generator) -> None:
    """Two batches of other sizes, and one whose scores are so large that exponentials overflow or vanish."""
    sizes = [(5, 3, 4), (7, 4, 3), (6, 3, 4)]  # examples, inputs, classes
    cases = []
    for (n, inputs, classes), scale in zip(sizes, (1, 1, 300), strict=True):
        x, W, b = rng.normal(size=(n, inputs)), scale * rng.normal(size=(inputs, classes)), rng.normal(size=classes)
        cases.append((to_tensor(x), to_tensor(W), to_tensor(b), rng.integers(0, classes, n).astype("int32")))

    def gradients(*case: Any) -> Parts:
        W, b, x = student.backward_pass(*case)
        return Parts(W=W, b=b, x=x)

    ask.tell(
        **{
            name: Parts(*values)
            for name, values in zip(("x", "W", "b", "labels"), zip(*cases, strict=True), strict=True)
        }
    )
    for _ in ask.both_ways(**LIBRARY):
        ask.each("gradients", gradients, cases)


def _path(
    make: Callable[[], Any],
    start: Sequence[np.ndarray],
    gradients: Sequence[Sequence[np.ndarray]],
    compiled: bool = False,
    finished: int = 0,
) -> np.ndarray:
    """Where variables (of one shape) are before and after each step: (steps + 1, variables, ...).

    A compiled step is traced once and then run, as in training: what Python counts or NumPy keeps does not move on.
    ``finished`` is how many steps the optimizer takes for finished when it begins.
    """
    optimizer, variables = make(), [_variable(value) for value in start]
    places = [[to_array(variable).copy() for variable in variables]]
    if finished:
        optimizer.build(variables)
        optimizer.iterations.assign(finished)

    def apply(gradients: Any) -> None:
        optimizer.apply(list(gradients), variables)

    if compiled:
        optimizer.build(variables)
    take_step = telling(tf.function(apply, autograph=False)) if compiled else apply
    for step in gradients:
        take_step([to_tensor(gradient) for gradient in step])
        places.append([to_array(variable).copy() for variable in variables])
    return np.array(places)


def momentum(student: Any, rng: np.random.Generator) -> None:
    """Steps of one variable by itself, and of two at a time, along known gradients."""
    rate, share = float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.4, 0.8))
    start, gradients = rng.normal(size=(2, 4)), rng.normal(size=(6, 2, 4))
    new = partial(student.Momentum, rate, momentum=share)
    ask.tell(rate=rate, gradients=gradients)
    ask("alone", _path, new, start[:1], gradients[:, :1])
    ask("both", _path, new, start, gradients)
    ask("compiled", _path, new, start[:1], gradients[:, :1], compiled=True)


def adam(student: Any, rng: np.random.Generator) -> None:
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
    new, with_epsilon = partial(student.Adam, rate, **betas), partial(student.Adam, rate, **betas, epsilon=epsilon)
    ask.tell(rate=rate, gradients=gradients, settings=[*betas.values(), epsilon])
    ask("first", _path, partial(student.Adam, rate), start[:1], steady[:4])
    for question, make, begin, along in (
        ("alone", new, start[:1], gradients[:, :1]),
        ("both", new, start, gradients),
        ("epsilon", with_epsilon, start[:1], steady),
    ):  # from the first step on, and as if there had been 40
        ask.each(question, _path, [(make, begin, along, False, finished) for finished in (0, 40)])
    ask("compiled", _path, new, start[:1], gradients[:4, :1], compiled=True)


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


def network(student: Any, rng: np.random.Generator) -> None:
    """A chain of known layers whose order matters; and one where it does not, made again and saved."""
    amounts = rng.uniform(0.5, 2, 3).tolist()
    moved = rng.normal(size=(2, 3))
    x = to_tensor(rng.normal(size=(4, 3)))

    def called(chain: list[Any], **options: bool) -> Any:
        return student.Network(chain)(x, **options)

    ask("chain", called, [_Shift(amounts[2]), _Square(), _Shift(amounts[0])])
    ask("training", called, [_Square(), _Square(), _Square()], training=True)
    ask("training of one", called, [_Square()], training=True)
    _ask_made_anew(student, amounts[:2], moved)


def _ask_made_anew(student: Any, amounts: list[float], moved: np.ndarray) -> None:
    """The layers of a network that is made again from its configuration, and of one that was changed and saved."""
    form = (4, 3)

    def shifts(kind: Any) -> Any:
        made = kind([_Shift(amount) for amount in amounts])
        made.build(form)
        return made

    def again() -> np.ndarray:
        made = shifts(student.Network)
        again = student.Network.from_config(made.get_config())
        for layer in made.chain:
            layer.shift.assign_add([100.0] * 3)  # if the new network has the old one's layers, this shows
        return _shifts(again.chain, form)

    def described() -> np.ndarray:
        """What the configuration alone says, however the student's `from_config` reads it."""
        made = shifts(student.Network)
        chain = [keras.saving.deserialize_keras_object(each) for each in made.get_config()["chain"]]
        return _shifts([layer for layer in chain if layer not in made.chain], form)

    def saved(kind: Any) -> np.ndarray:
        made = shifts(kind)
        for layer, value in zip(made.chain, moved, strict=True):
            layer.shift.assign(value.astype("float32"))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "network.keras"
            made.save(file)
            return _shifts(keras.models.load_model(file, custom_objects={"Described": kind}).chain, form)

    ask("again", again)
    ask("described", described)
    ask("loaded", lambda: saved(student.Network))
    ask("loaded as described", lambda: saved(_described(student.Network)))


def _shifts(chain: Any, shape: tuple[int, ...]) -> np.ndarray:
    """The weights of layers, which are built if they are not: (layers, features)."""
    for layer in chain:
        if not isinstance(layer, keras.layers.Layer):
            raise TypeError(f"the new network has a {type(layer).__name__} where a layer should be")
        if not layer.built:
            layer.build(shape)
    return np.array([to_array(layer.shift) for layer in chain])


def _described(network: Any) -> Any:
    """The same network with a known `get_config`, so that a mistake in the student's is paid for once."""

    class Described(network):
        def get_config(self) -> dict[str, Any]:
            chain = [keras.saving.serialize_keras_object(each) for each in self.chain]
            return {**keras.Model.get_config(self), "chain": chain}

    return Described


# Training and inference ----------------------------------------------------------------------------------------------


def dropout(student: Any, rng: np.random.Generator) -> None:
    """Both forms at inference, and twice each in training, compiled too, and of maps.

    What is drawn is judged by theory.

    Another layer with the same seed should draw the same; and NumPy's global generator should not notice any of it.
    """
    rate, x = float(rng.uniform(0.25, 0.38)), rng.uniform(1, 2, (60, 40)).astype("float32")
    maps = rng.uniform(1, 2, (40, 3, 4, 3)).astype("float32")
    seed, other = (int(number) for number in rng.integers(2**31, size=2))
    forms = [{}, {"inverted": False}]

    def infer(form: dict[str, bool]) -> Any:
        return student.Dropout(rate, **form)(to_tensor(x))

    def train(form: dict[str, bool]) -> Parts:
        layer = student.Dropout(rate, seed=seed, **form)
        first, second = (to_array(layer(to_tensor(x), training=True)) for _ in range(2))
        return Parts(first=first, second=second)

    def again(form: dict[str, bool]) -> Parts:
        np.random.seed(other)
        layer = student.Dropout(rate, seed=seed, **form)
        output = to_array(layer(to_tensor(x), training=True))
        return Parts(output=output, numpy=np.random.uniform(size=4))

    def of_maps(form: dict[str, bool]) -> Any:
        return student.Dropout(rate, seed=seed, **form)(to_tensor(maps), training=True)

    def when_compiled(form: dict[str, bool]) -> Parts:
        return _compiled_dropping(student.Dropout(rate, seed=seed, **form), x)

    ask.tell(rate=rate, x=x)
    ask.each("inference", infer, forms)
    ask.each("train", train, forms)
    ask.each("again", again, forms)
    ask.each("maps", of_maps, forms)
    ask.each("compiled", when_compiled, forms)


def _compiled_dropping(layer: Any, x: np.ndarray) -> Parts:
    """What two compiled calls in training leave of x, and one of fewer rows."""
    layer(to_tensor(x), training=True)
    call = compiled_for(lambda x: layer(x, training=True), x)
    first, second, smaller = (to_array(call(to_tensor(rows))) for rows in (x, x, x[:25]))
    return Parts(first=first, second=second, smaller=smaller)


def batch_norm(student: Any, rng: np.random.Generator) -> None:
    """Rows and maps: as it starts, in training with its gradient and its statistics, and at inference with known ones.

    The statistics of rows also after two compiled steps. An epsilon that shows is asked for by itself, everything else
    with one that does not.
    """
    momentum, epsilon = float(rng.uniform(0.55, 0.8)), float(rng.uniform(0.05, 0.2))
    cases, mix = [_normalising_case(rng, shape) for shape in ((7, 3), (3, 4, 5, 2))], rng.normal(size=(7, 3))

    def made(x: Any, known: dict[str, np.ndarray], epsilon: float = 1e-6) -> Any:
        return _built(student.BatchNorm(momentum=momentum, epsilon=epsilon), x, **known)

    def called(x: Any, known: dict[str, np.ndarray], training: bool) -> Parts:
        layer = made(x, known)
        output = to_array(layer(x, training=training))
        return Parts(output=output, mean=layer.moving_mean, variance=layer.moving_variance)

    def with_epsilon(x: Any, known: dict[str, np.ndarray], training: bool) -> Any:
        return made(x, known, epsilon)(x, training=training)

    def compiled_steps(x: Any, known: dict[str, np.ndarray]) -> Parts:
        layer = made(x, known)
        step = compiled_for(lambda x: layer(x, training=True), x)
        step(x), step(x[:5])
        return Parts(mean=layer.moving_mean, variance=layer.moving_variance)

    def mixed_gradient(x: Any, known: dict[str, np.ndarray]) -> np.ndarray:
        layer = made(x, known)
        return _mixed_gradient(lambda at: layer(at, training=True), x, mix)

    ask("start", lambda: _normalising_start(student.BatchNorm(), cases[0][1]))
    ask.each("train", called, cases, training=True)
    ask.each("inference", called, cases, training=False)
    ask.each("train with epsilon", with_epsilon, cases, training=True)
    ask.each("inference with epsilon", with_epsilon, cases, training=False)
    ask("gradient", mixed_gradient, *cases[0])
    ask("compiled", compiled_steps, *cases[0])


def _normalising_case(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Any, dict[str, np.ndarray]]:
    """Numbers of this shape, and the four weights of a layer for them."""
    n = shape[-1]
    x = rng.normal(rng.normal(size=n), rng.uniform(0.5, 2, n), shape)
    known = {weight: rng.normal(size=n) for weight in ("gamma", "beta", "moving_mean")}
    return to_tensor(x), {**known, "moving_variance": rng.uniform(0.5, 2, n)}


def _normalising_start(layer: Any, known: dict[str, np.ndarray]) -> Parts:
    """The four weights as they start; and known values, of those that training would change."""
    layer.build((None, 3))
    start = np.array([to_array(getattr(layer, name)) for name in known])
    for name, value in known.items():
        getattr(layer, name).assign(value)
    return Parts(values=start, learnt=np.array([to_array(variable) for variable in layer.trainable_variables]))


# Images --------------------------------------------------------------------------------------------------------------


def patches(student: Any, rng: np.random.Generator) -> None:
    """Windows of several sizes on images that are not square; two also compiled, for any number of images.

    And on square ones, for who takes the width to be the height.
    """
    height, width = int(rng.integers(6, 8)), int(rng.integers(8, 10))
    x = to_tensor(rng.normal(size=(2, height, width, 2)))
    odd, even = (to_tensor(rng.normal(size=(1, *shape, 1))) for shape in ((7, 9), (6, 8)))
    jump = int(rng.integers(2, 4))
    compiled = partial(_compiled_patches, student)
    groups = {
        "valid": [(x, 3), (x, 2)],
        "stride": [(x, 3, jump), (x, 2, 5 - jump, "valid")],
        "same": [(x, 3, 1, "same"), (odd, 3, 2, "same"), (even, 1, 3, "same")],
        # In the last one nothing is missing: the last window ends before the image does.
        "uneven": [(x, 2, 1, "same"), (even, 3, 2, "same"), (x, 4, 1, "same")],
    }
    for name, cases in groups.items():
        ask.each(name, student.patches, cases)
        ask.each(SQUARE + name, student.patches, [(x[:, :, : x.shape[1]], *case) for x, *case in cases])
    ask.gradient("gradient", student.patches, x, 3)
    ask("compiled", compiled, x)
    ask("compiled same", _compiled_same, student, x)
    ask(SQUARE + "compiled same", _compiled_same, student, x[:, :, :height])


SQUARE = "square."
"""What is asked of square images stands under the same names, as parts of this."""


def _compiled_patches(student: Any, x: Any, *options: Any) -> np.ndarray:
    return to_array(compiled_for(lambda x: student.patches(x, 3, *options), x)(x))


def _compiled_same(student: Any, x: Any) -> Any:
    """With a margin as it comes if not even windows without one can be compiled, which is asked by itself."""
    try:
        _compiled_patches(student, x)
    except Exception:
        return student.patches(x, 3, 1, "same")
    return _compiled_patches(student, x, 1, "same")


def _known_patches(rng: np.random.Generator) -> Callable[..., Any]:
    """Something of the form of ``patches``: always two rows of three places, which hold no window of the image.

    Every entry of a window is another pixel's, in no order, times a number above zero, so that what is below zero stays
    there: a mistake in what is done with the windows shows as it would with those of the image.
    """
    corners = rng.permutation([(row, column) for row in range(5) for column in range(7)]).tolist()
    factors = rng.uniform(0.7, 1.4, 25)

    def patches(x: Any, size: int, stride: int = 1, padding: str = "valid") -> Any:
        x = ops.convert_to_tensor(x)
        slices = [x[:, row : row + 2, column : column + 3] for row, column in corners[: size * size]]
        scale = to_tensor(factors[: size * size, None] * (1 + 0.3 * stride + (0.7 if padding == "same" else 0)))
        return ops.stack(slices, axis=3) * scale

    return patches


def convolution(student: Any, rng: np.random.Generator) -> None:
    """Layers with known weights and several settings; the penalty; how a large layer starts."""
    channels, filters = int(rng.integers(2, 4)), int(rng.integers(4, 6))
    x = to_tensor(rng.normal(size=(2, 6, 9, channels)))
    weights = {size: rng.normal(size=(size, size, channels, filters)) / 2 for size in (2, 3)}
    even = {size: np.full(W.shape, rng.uniform(0.3, 0.7)) for size, W in weights.items()}
    b, l2 = rng.normal(size=filters), float(rng.uniform(0.1, 0.9))
    sizes = rng.integers([11, 31], [14, 36]).tolist()

    def known(size: int, **options: float) -> Any:
        return _built(student.Convolution(filters, size, **options), x, W=weights[size], b=b)

    def output(size: int) -> Parts:
        layer = known(size)
        return Parts(values=layer(x), learnt=_learnt(layer))

    def settings(size: int, *options: Any) -> Any:
        """With weights that are all alike, and no bias: which belongs to which pixel and filter is asked elsewhere."""
        return _built(student.Convolution(filters, size, *options), x, W=even[size], b=0 * b)(x)

    def passing() -> np.ndarray:
        layer = known(3)
        return gradient_sizes(lambda: layer(x), x, layer.W, layer.b)

    def penalty() -> np.ndarray:
        layer = known(3, l2=l2)
        layer(x)
        return _penalty(layer)

    def start() -> Parts:
        return _start(student.Convolution(sizes[1], 3), np.zeros((1, 6, 9, sizes[0]), "float32"))

    ask.tell(sizes=sizes)
    for _ in ask.both_ways(patches=_known_patches(rng), l2_penalty=_known_penalty(rng)):
        ask.each("output", output, [3, 2])
        ask("gradient", passing)
        ask("compiled", lambda: compiled_for(known(3), x)(x))
        ask.each("settings", settings, [(2, 2), (3, 1, "same"), (3, 2, "same")])
        ask("penalty", penalty)
        ask("start", start)


def pooling(student: Any, rng: np.random.Generator) -> None:
    """Windows side by side, with a rest, and windows that overlap or leave gaps; some of numbers below zero only."""
    x, below = to_tensor(rng.normal(size=(2, 7, 9, 3))), to_tensor(-rng.uniform(1, 2, (2, 6, 9, 2)))

    def pooled(x: Any, **options: int) -> Any:
        return student.MaxPooling(**options)(x)

    def jumping(x: Any, size: int, stride: int) -> Any:
        return student.MaxPooling(size=size, stride=stride)(x)

    def compiled() -> Any:
        return compiled_for(_built(student.MaxPooling(size=2), x), x)(x)

    ask.tell(x=x, below=below)
    for _ in ask.both_ways(patches=_known_patches(rng)):
        ask.each("windows", lambda x, size: pooled(x, size=size), [(x, 2), (below, 3)])
        ask.gradient("gradient", pooled, x, size=2)
        ask("compiled", compiled)
        ask.each("stride", jumping, [(x, 3, 2), (below, 2, 1), (x, 2, 3)])


def latent_channel(student: Any, rng: np.random.Generator) -> None:
    """Colour images and grey ones, neither square, with known weights, compiled too."""
    cases = []
    for height, width, channels, n in ((3, 5, 3, 4), (4, 2, 1, 3)):
        x, z = to_tensor(rng.normal(size=(3, height, width, channels))), to_tensor(rng.normal(size=(3, n)))
        cases.append((x, z, rng.normal(size=(n, height * width)), rng.normal(size=height * width)))

    def output(x: Any, z: Any, W: np.ndarray, b: np.ndarray) -> Parts:
        layer = _built(student.LatentChannel(), (x, z), W=W, b=b)
        gradient = gradient_sizes(lambda: layer((x, z)), z)
        return Parts(values=layer((x, z)), gradient=gradient, learnt=_learnt(layer))

    def start() -> Parts:
        return _start(student.LatentChannel(), (np.zeros((1, *side, 1), "float32"), np.zeros((1, n), "float32")))

    def compiled(x: Any, z: Any, W: np.ndarray, b: np.ndarray) -> Any:
        layer = _built(student.LatentChannel(), (x, z), W=W, b=b)
        return compiled_for(lambda x, z: layer((x, z)), x, z)(x, z)

    n, *side = rng.integers([60, 9, 10], [70, 11, 12]).tolist()
    ask.tell(images=Parts(*(case[0] for case in cases)), sizes=[n, side[0] * side[1]])
    for _ in ask.both_ways(**LIBRARY):
        ask.each("output", output, cases)
        ask("start", start)
        ask("compiled", compiled, *cases[0])


# Sequences -----------------------------------------------------------------------------------------------------------


def _step(make: Callable[[], Any], x: Any, states: list[Any], weights: dict[str, np.ndarray]) -> Parts:
    """The output and the states after one step of a cell with known weights."""
    cell = _known_cell(make, x, weights)
    output, new_states = cell(x, states)
    if not isinstance(new_states, list | tuple):
        new_states = [new_states]
    gradient = gradient_sizes(lambda: cell(x, states)[0], x, *states)
    came = Parts(*new_states[:2])
    return Parts(output=output, states=came, number=len(new_states), gradient=gradient, learnt=_learnt(cell))


def _known_cell(make: Callable[[], Any], x: Any, weights: dict[str, np.ndarray]) -> Any:
    cell = make()
    cell.build(tuple(x.shape))
    for name, value in weights.items():
        if hasattr(cell, name):
            getattr(cell, name).assign(value.astype("float32"))
    return cell


def _compiled_step(make: Callable[[], Any], x: Any, states: list[Any], weights: dict[str, np.ndarray]) -> Any:
    """The output of the same step, compiled."""
    cell = _known_cell(make, x, weights)
    cell(x, states)
    return compiled_for(lambda x, *states: cell(x, list(states))[0], x, *states)(x, *states)


def _large_cell(make: Callable[[], Any], inputs: int) -> Parts:
    """The weights of a cell as they start."""
    cell = make()
    cell.build((None, inputs))
    return Parts(W=cell.W, U=cell.U, b=cell.b)


def recurrent(student: Any, rng: np.random.Generator) -> None:
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

    def mask(x: Any) -> Any:
        return student.Mask().compute_mask(x)

    small, large = partial(student.SimpleCell, units), partial(student.SimpleCell, sizes[1])
    ask.tell(**weights, x=x, h=h, sizes=sizes)
    ask("mask", mask, to_tensor(steps))
    ask("compiled mask", compiled_for(mask, steps), to_tensor(steps))
    for _ in ask.both_ways(**LIBRARY):
        ask("step", _step, small, x, [h], weights)
        ask("start", _large_cell, large, sizes[0])
        ask("compiled", _compiled_step, small, x, [h], weights)


def lstm(student: Any, rng: np.random.Generator) -> None:
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
    small, large = partial(student.LSTMCell, units), partial(student.LSTMCell, sizes[1])
    ask.tell(**known, sizes=sizes)
    for _ in ask.both_ways(**LIBRARY):
        ask("step", _step, small, x, states, weights)
        ask("start", _large_cell, large, sizes[0])
        ask("compiled", _compiled_step, small, x, states, weights)


# Feeding -------------------------------------------------------------------------------------------------------------


def feeding(student: Any, rng: np.random.Generator) -> None:
    """A cache asked for batches in turn and at random; a stream read while it is made, and one that breaks."""
    batches = rng.normal(size=(7, 3, 2))
    capacity, ahead = int(rng.integers(2, 5)), int(rng.integers(3, 6))
    orders = [np.tile(rng.permutation(7), 2), rng.integers(0, 7, 20)]
    items, broken_at = rng.choice(np.arange(100, 10_000), 40, replace=False), int(rng.integers(5, 9))  # none is guessed
    aheads, secrets = rng.choice(np.arange(2, 13), 3, replace=False).tolist(), rng.integers(100, 900, 3).tolist()

    def cache(order: np.ndarray) -> Parts:
        loaded: list[int] = []

        def load(number: Any) -> np.ndarray:
            loaded.append(int(number))
            return batches[number].copy()

        get = student.cached(load, capacity)
        came = [to_array(get(int(number))) for number in order]
        return Parts(came=np.array(came), loaded=np.array(loaded))

    def streamed(stream: Any, ahead: int) -> np.ndarray:
        return np.array(list(student.prefetched(stream, ahead)))

    ask.tell(aheads=aheads)
    ask.each("cache", cache, orders)
    ask("ordered", streamed, iter(items.tolist()), ahead)
    ask("single", streamed, items[:3].tolist(), 7)
    ask("arrays", streamed, (batch.copy() for batch in batches), 2)
    ask("broken", _broken, student.prefetched, items[:broken_at].tolist(), ahead)
    streams = zip(aheads, secrets, strict=True)
    ask("ahead", lambda: Parts(*(_working_ahead(student.prefetched, items, *each) for each in streams)))


def _broken(prefetched: Callable[..., Any], items: list[int], ahead: int) -> Parts:
    """What comes of a stream that breaks after these items, and whether its exception does."""

    def source() -> Iterator[int]:
        yield from items
        raise OSError("the disk is gone")

    came, failed = [], False
    try:
        for item in prefetched(source(), ahead):
            came.append(item)
    except OSError:
        failed = True
    return Parts(items=np.array(came, int), failed=failed)


def _working_ahead(prefetched: Callable[..., Any], items: np.ndarray, ahead: int, secret: int) -> Parts:
    """What a stream makes while its first item is in use.

    The second item has a number in it that is known only once the first is in use, so that nothing passes for work
    done meanwhile.
    """
    in_use, made, known = threading.Event(), [], [0]
    end = time.monotonic() + 1.5

    def source() -> Iterator[int]:
        for place, item in enumerate(items.tolist()):
            if place == 1:
                in_use.wait(timeout=1.5)
            made.append(item + known[0])
            yield item

    stream = iter(prefetched(source(), ahead))
    first = next(stream)
    known[0] = secret
    in_use.set()
    while len(made) < ahead + 1 and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(0.05)
    return Parts(first=first, made=np.array(made), in_turn=items + secret)
