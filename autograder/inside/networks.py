"""Networks for probes: known ones of one layer, a student's with known values in its variables, two in one game."""

import contextlib
import functools
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.probing import Parts, gradient_sizes, to_array, to_pair, to_tensor

__all__ = [
    "STEPS",
    "Affine",
    "Descent",
    "Entangled",
    "Match",
    "assign",
    "explored",
    "full_precision",
    "own_gradients",
    "pieces",
    "roles",
    "started",
    "theta",
]


# A student's network -------------------------------------------------------------------------------------------------


def pieces(value: Any) -> list[np.ndarray]:
    """What a function returned, as one array per returned value."""
    return [to_array(piece) for piece in value] if isinstance(value, tuple | list) else [to_array(value)]


@contextlib.contextmanager
def full_precision() -> Iterator[None]:
    """Layers that are made in this block compute in full precision, whatever mixture the notebook has chosen."""
    before = keras.config.dtype_policy()
    if before.compute_dtype != before.variable_dtype:
        keras.config.set_dtype_policy(before.variable_dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def theta(model: Any, inputs: int) -> list[Any]:
    """The model's variables, after a first call in case its layers are built by that."""
    with contextlib.suppress(Exception):
        model.forward(to_tensor(np.zeros((2, inputs))))
    return list(model.theta)


def roles(variables: Sequence[Any], sizes: Sequence[int]) -> list[Any]:
    """W and b of each layer among the variables, by shape; None for each that is missing.

    ``sizes`` are those of the inputs, the hidden layers and the outputs, all different. The order of the variables, the
    axes of a weight matrix and an extra axis of a bias are left open.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    biases = [[(size,), (1, size), (size, 1)] for size in sizes[1:]]

    def pick(weights: Sequence[tuple[int, ...]]) -> list[int | None]:
        free, picked = list(range(len(variables))), []
        for forms in [*([shape] for shape in weights), *biases]:
            picked.append(next((k for form in forms for k in free if shapes[k] == form), None))
            free = [k for k in free if k != picked[-1]]
        return picked

    best = min(map(pick, _layouts(sizes)), key=lambda picked: picked.count(None))
    layers = zip(best[: len(biases)], best[len(biases) :], strict=True)
    return [None if k is None else variables[k] for layer in layers for k in layer]


def _layouts(sizes: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """The shapes of all weight matrices, each as it is or turned round, at first all alike.

    If there is one output, a turned bias has the form of the next weights: so mixtures come last.
    """
    shapes = list(itertools.pairwise(sizes))
    for turned in sorted(itertools.product((False, True), repeat=len(shapes)), key=lambda each: len(set(each))):
        yield [shape[::-1] if turn else shape for shape, turn in zip(shapes, turned, strict=True)]


def assign(variable: Any, value: np.ndarray) -> None:
    """Put ``value`` into a variable that may hold it transposed or with an extra axis, or be missing."""
    if variable is not None:
        shape = tuple(variable.shape)
        variable.assign((value.T if shape == value.T.shape else value.reshape(shape)).astype("float32"))


def _held(variable: Any, value: np.ndarray) -> np.ndarray:
    """What a variable holds, with the axes of ``value``, as `assign` lays it; zeros if it is missing."""
    if variable is None:
        return np.zeros(value.shape)
    array = to_array(variable)
    return array.T if array.shape == value.T.shape else array.reshape(value.shape)


def started(model: Any, sizes: Sequence[int]) -> Parts:
    """How a network starts: the number of its variables, which of its weights and biases are there, their values."""
    variables = theta(model, sizes[0])
    found = roles(variables, sizes)
    return Parts(
        variables=len(variables),
        found=np.array([variable is not None for variable in found]),
        values=Parts(*(np.zeros(0) if variable is None else to_array(variable) for variable in found)),
    )


def explored(
    model: Any,
    x: np.ndarray,
    values: Sequence[np.ndarray],
    changed: Sequence[np.ndarray],
    taken: Callable[[Any], Sequence[np.ndarray]] = pieces,
) -> Parts:
    """What a network makes of x with known ``values`` in its weights and biases, and with each ``changed`` by itself.

    Also which of them were ``found``, what they held when it ``began``, and the ``gradients`` along them and
    ``along_x``.
    ``taken`` takes apart what ``forward`` returns.
    """
    sizes, inputs = [values[0].shape[0], *map(len, values[1::2])], to_tensor(x)
    variables = roles(theta(model, sizes[0]), sizes)
    found = np.array([variable is not None for variable in variables])
    began = [_held(variable, value) for variable, value in zip(variables, values, strict=True)]

    def forward(*known: np.ndarray) -> Any:
        for variable, value in zip(variables, known, strict=True):
            assign(variable, value)
        return model.forward(inputs)

    outputs = taken(forward(*values))
    there = [variable for variable in variables if variable is not None]
    gradient, *others = gradient_sizes(lambda: model.forward(inputs), inputs, *there)
    gradients = np.zeros(len(values))
    gradients[found] = others
    moved = [taken(forward(*values[:k], other, *values[k + 1 :]))[-1] for k, other in enumerate(changed)]
    return Parts(
        found=found,
        began=Parts(*began),
        pieces=len(outputs),
        outputs=Parts(*outputs[:2]),
        along_x=gradient,
        gradients=gradients,
        moved=Parts(*moved),
    )


# Two known networks in one game --------------------------------------------------------------------------------------


class Affine:
    """A network of one layer with known values, offering what notebooks' networks offer: theta and forward."""

    def __init__(self, weights: Any, bias: Any) -> None:
        """``weights`` (inputs, outputs) and ``bias`` (outputs,)."""
        self.theta = [keras.Variable(np.asarray(value, dtype="float32")) for value in (weights, bias)]

    def forward(self, x: Any) -> Any:
        """Map x (batch, inputs) to (batch, outputs)."""
        weights, bias = (variable.value for variable in self.theta)
        if tf.is_tensor(x) and x.dtype == weights.dtype:  # TensorFlow's own operations take half as long as Keras's
            return tf.matmul(x, weights) + bias
        return ops.add(ops.matmul(x, weights), bias)

    def values(self) -> np.ndarray:
        """All values of theta in a row."""
        return np.concatenate([to_array(variable).ravel() for variable in self.theta])

    def put(self, values: np.ndarray) -> None:
        """The reverse of `values`."""
        weights, bias = self.theta
        size = values.size - bias.shape[0]
        _put(weights, values[:size].reshape(weights.shape))
        _put(bias, values[size:])

    def row(self) -> Any:
        """The same as one tensor (1, n)."""
        return ops.concatenate([ops.reshape(variable, (1, -1)) for variable in self.theta], axis=1)


def own_gradients(losses: Callable[..., Any], X: Any, Z: Any, d: Any, g: Any, *more: Any, **options: Any) -> Parts:
    """How large the gradients of D's loss are along what D learns, ``first``, and those of G's along what G learns."""

    def gradients(place: int, player: Any) -> np.ndarray:
        return gradient_sizes(lambda: losses(X, Z, d, g, *more, **options)[place], *player.theta)

    return Parts(first=gradients(0, d), second=gradients(1, g))


class Entangled:
    """Two players' losses, in which either's gradient hangs on where the other is, on X and on Z, but not on itself."""

    def __init__(self, rng: np.random.Generator, d: Affine, g: Affine) -> None:
        """For players of these sizes. D is put where its own step turns it far: what follows that step shows.

        That is nearly at right angles to its gradient, and not far out.
        """
        self.pulls = rng.normal(size=(2, d.values().size, g.values().size))
        gradient = self.pulls[0] @ g.values()
        aside = d.values() - (d.values() @ gradient) / (gradient @ gradient) * gradient
        d.put(aside * np.linalg.norm(gradient) / (3 * np.linalg.norm(aside)) + 0.1 * gradient)

    def __call__(self, X: Any, Z: Any, d: Affine, g: Affine) -> tuple[Any, Any]:
        """D's loss and G's."""
        meet_d, meet_g = (ops.sum(ops.matmul(d.row(), to_tensor(pull)) * g.row()) for pull in self.pulls)
        x, z = (ops.mean(ops.square(batch)) for batch in (X, Z))
        return (0.3 + 0.1 * x + z) * meet_d, (0.5 + z + 0.2 * x) * meet_g


class Descent(keras.optimizers.SGD):
    """Keras's SGD, with momentum or without; one operation moves a variable, and its memory with it.

    Keras's own takes ten, each of them sent through what distributes a training over machines.
    """

    def _backend_update_step(
        self, grads: Sequence[Any], trainable_variables: Sequence[Any], learning_rate: Any
    ) -> None:
        for gradient, variable in zip(grads, trainable_variables, strict=True):
            self.update_step(gradient, variable, learning_rate)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move ``variable``; called by Keras."""
        kind, moved = variable.dtype, _resource(variable)
        gradient, rate, momentum = (tf.cast(value, kind) for value in (gradient, learning_rate, self.momentum))
        if not self.momentum:
            tf.raw_ops.ResourceApplyGradientDescent(var=moved, alpha=rate, delta=gradient)
            return
        memory = _resource(self.momentums[self._get_variable_index(variable)])
        tf.raw_ops.ResourceApplyKerasMomentum(var=moved, accum=memory, lr=rate, grad=gradient, momentum=momentum)


def _resource(variable: Any) -> Any:
    """What TensorFlow's operations on variables take, of Keras's variable or its own."""
    return (variable.value if isinstance(variable, keras.Variable) else variable).handle


def _put(variable: keras.Variable, value: np.ndarray) -> None:
    """Assign ``value`` of the variable's own shape; Keras's way there is five times as long."""
    kind = variable.value.dtype
    tf.raw_ops.AssignVariableOp(resource=_resource(variable), value=tf.constant(value, kind))


STEPS = {"both": "dg", "only_d": "d", "only_g": "g", "still": ""}
"""Steps of a `Match`, and who moves in each. `autograder.judging.steps` judges them by these names."""


class Match:
    """One batch, two players and their optimizers, SGD with momentum, for steps from one start."""

    def __init__(self, X: Any, Z: Any, d: Affine, g: Affine, rates: Mapping[str, float], momentum: float) -> None:
        """``rates`` are those of "d" and of "g"."""
        self.X, self.Z, self.d, self.g = X, Z, d, g
        self.players, self.rates, self.momentum = {"d": d, "g": g}, rates, momentum
        self.start = {name: player.values() for name, player in self.players.items()}

    @functools.cached_property
    def optimizers(self) -> dict[str, Descent]:
        """That of each player, built: a compiled step could not do it, and it may be given either player."""
        made = {name: Descent(rate, momentum=self.momentum) for name, rate in self.rates.items()}
        for optimizer in made.values():
            optimizer.build([*self.d.theta, *self.g.theta])
        return made

    def prepare(self, moving: str) -> None:
        """Both players at their start, those who do not move at rates of zero, and optimizers that remember nothing."""
        for name, player in self.players.items():
            player.put(self.start[name])
            self.optimizers[name].learning_rate = self.rates[name] if name in moving else 0.0
            for memory in self.optimizers[name].momentums:
                _put(memory, np.zeros(memory.shape))

    def play(self, train_step: Callable[..., Any], *more: Any) -> Any:
        """One step; what it returned."""
        return train_step(self.X, self.Z, self.d, self.g, *self.optimizers.values(), *more)

    def step(self, train_step: Callable[..., Any], moving: str, *more: Any) -> Parts:
        """Where one step leads both players, what it returned, and where ``again`` the only one who moves.

        In a second step its optimizer remembers the first.
        """
        self.prepare(moving)
        returned = self.play(train_step, *more)
        came: dict[str, Any] = self.values()
        with contextlib.suppress(TypeError):  # whatever came back, the moves count
            came |= to_pair(returned)
        if len(moving) == 1:
            self.play(train_step, *more)
            came["again"] = self.players[moving].values()
        return Parts(**came)

    def values(self) -> dict[str, np.ndarray]:
        """Where both are."""
        return {name: player.values() for name, player in self.players.items()}
