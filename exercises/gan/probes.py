"""Hidden tests of the lesson ``gan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked twice: as the notebook is, and with something known in the
place of the other part, so that a mistake there costs nothing here. What is known is of the same form as the right
part and otherwise unlike it: it gives nothing away.
"""

import contextlib
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import Answer, ask_each, gradient_sizes, to_array, to_pair, to_tensor, with_given

# What probes share ---------------------------------------------------------------------------------------------------


def _pieces(value: Any) -> list[np.ndarray]:
    """What a function returned, as one array per returned value."""
    return [to_array(piece) for piece in value] if isinstance(value, tuple | list) else [to_array(value)]


def _number(value: Any) -> float:
    """A student's value as one number, NaN if it is none."""
    array = to_array(value)
    return float(array.item()) if array.size == 1 else np.nan


@contextlib.contextmanager
def _full_precision() -> Iterator[None]:
    """Layers that are made in this block compute in full precision, whatever mixture the notebook has chosen."""
    before = keras.config.dtype_policy()
    if before.compute_dtype != before.variable_dtype:
        keras.config.set_dtype_policy(before.variable_dtype)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


# Data ----------------------------------------------------------------------------------------------------------------


def transform(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Flatten batches of several sizes (one image among them), and scale to the default and to other ranges.

    One batch holds no pixel at 0 or 255, so that stretching each batch to its own extremes shows.
    """
    batches = [rng.integers(0, 256, (n, 28, 28), dtype=np.uint8) for n in (1, int(rng.integers(3, 7)))]
    dim = rng.integers(20, 200, (2, 28, 28), dtype=np.uint8)
    low = -float(rng.uniform(2, 5))
    high = low + float(rng.uniform(3, 9))
    inside = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.5, 0.9))  # no whole number is between them
    yield {"other_range": np.array([low, high]), "inside_range": np.array(inside)}
    yield from ask_each(
        lambda: {f"flat_{k}": to_array(student.flatten(batch.copy())) for k, batch in enumerate(batches)},
        lambda: {f"unit_{k}": to_array(student.scale(batch.copy())) for k, batch in enumerate([*batches, dim])},
        lambda: {
            "symmetric": to_array(student.scale(batches[1].copy(), -1.0, 1.0)),
            "other": to_array(student.scale(dim.copy(), low=low, high=high)),
            "inside": to_array(student.scale(dim.copy(), *inside)),
        },
    )


def dataset(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Take four epochs of batches from three data sets.

    Of the three batch sizes one does not divide the number of examples, one does, and one is the whole epoch. Every
    example can be told by its row. The answer lists all rows and labels in the order in which they came, how many came
    in each batch, ``epochs_completed`` after each batch, and the arrays given, before and after. ``seeded`` holds the
    first two epochs each of data sets with seeds that recur, zero among them, while NumPy's global generator is used by
    others, too; ``unseeded`` those of two without a seed, and ``mixed`` how many examples came where one data set was
    asked for batches of several sizes. ``numpy_after`` and ``python_after`` come from the global generators, seeded
    before a data set is used, and ``tensorflow_seeds`` is TensorFlow's seed before and after.
    """
    size, steps = int(rng.integers(7, 11)), int(rng.integers(5, 7))
    cases = [(size * steps + int(rng.integers(2, size - 1)), size), (size * steps, size), (size * steps, size * steps)]
    inputs = [
        (
            np.stack([rng.permutation(n), rng.integers(0, 9, n), rng.integers(0, 9, n)], axis=1).astype("float32"),
            rng.integers(0, 10, n),
            batch_size,
            seed,
        )
        for (n, batch_size), seed in zip(cases, (int(rng.integers(1000)), None, None), strict=True)
    ]
    seeds = rng.choice(np.arange(1, 1000), 2, replace=False)[[0, 0, 1]].tolist() + [0, 0]
    asked = rng.permutation([size - 3, size, size + 2]).tolist()  # together less than an epoch

    strangers = rng.integers(2**31, size=1 + len(seeds)).tolist()

    def epochs(**options: int) -> np.ndarray:
        images, labels, *_ = inputs[0]
        data = student.Dataset(images.copy(), labels.copy(), **options)
        first = to_array(data.next_batch(len(images))[0])
        np.random.uniform()  # somebody else's draw
        return np.concatenate([first, to_array(data.next_batch(len(images))[0])])

    def seeded(k: int) -> Answer:
        with _global_generators(strangers[k]):
            return {f"seeded_{k}": epochs(seed=seeds[k])}

    def bystanders() -> Answer:
        before = _tensorflow_seed()
        with _global_generators(strangers[-1]):
            epochs(seed=seeds[0])
            numpy_after, python_after = np.random.uniform(size=4), [random.random() for _ in range(4)]
        return {
            "numpy_after": numpy_after,
            "python_after": np.array(python_after),
            "tensorflow_seeds": np.array([before, _tensorflow_seed()]),
        }

    def mixed() -> Answer:
        images, labels, *_ = inputs[0]
        data = student.Dataset(images.copy(), labels.copy())
        return {"mixed": np.array([[len(part) for part in _pieces(data.next_batch(size))] for size in asked])}

    yield from ask_each(
        lambda: {"seeds": np.array(seeds), "asked": np.array(asked)},
        *(lambda k=k, case=case: _epochs(student, k, *case) for k, case in enumerate(inputs)),
        *(lambda k=k: seeded(k) for k in range(len(seeds))),
        lambda: {f"unseeded_{k}": epochs() for k in range(2)},
        bystanders,
        mixed,
    )


@contextlib.contextmanager
def _global_generators(seed: int) -> Iterator[None]:
    """NumPy's and Python's global generators begin with this seed, and go on afterwards as if nothing had been."""
    before = np.random.get_state(), random.getstate()
    np.random.seed(seed)
    random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before[0])
        random.setstate(before[1])


def _tensorflow_seed() -> int:
    """TensorFlow's global seed."""
    return int(tf.compat.v1.get_seed(1)[0])


def _epochs(student: Any, k: int, images: np.ndarray, labels: np.ndarray, batch_size: int, seed: int | None) -> Answer:
    """Four epochs of case ``k``."""
    given_images, given_labels = images.copy(), labels.copy()
    data = student.Dataset(given_images, given_labels, seed=seed)
    rows, targets, sizes, completed = [], [], [], []
    for _ in range(-(-4 * len(images) // batch_size)):
        batch = student_images, student_labels = _pieces(data.next_batch(batch_size))
        rows.append(student_images)
        targets.append(student_labels)
        sizes.append([len(part) for part in batch])
        completed.append(getattr(data, "epochs_completed", np.nan))
    return {
        f"images_{k}": images,
        f"labels_{k}": labels,
        f"images_after_{k}": given_images,
        f"labels_after_{k}": given_labels,
        f"batch_size_{k}": batch_size,
        f"rows_{k}": np.concatenate(rows),
        f"targets_{k}": np.concatenate(targets),
        f"sizes_{k}": np.array(sizes),
        f"completed_{k}": np.array([_number(value) for value in completed]),
    }


# Networks ------------------------------------------------------------------------------------------------------------


def glorot(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Two large matrices, one wide and one tall, and a small one drawn twice. Judged against theory."""
    sizes = rng.integers([(50, 110), (300, 40)], [(60, 130), (400, 50)]).tolist()
    yield {"sizes": np.array(sizes)}
    yield from ask_each(
        lambda: {f"draw_{k}": to_array(student.glorot_uniform(*size)) for k, size in enumerate(sizes)},
        lambda: {f"again_{k}": to_array(student.glorot_uniform(9, 7)) for k in range(2)},
    )


def generator(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """The generator's variables as they start, and what it makes of known ones."""
    yield from _network(student, student.Generator, rng, outputs=(int(rng.integers(90, 111)), int(rng.integers(7, 10))))


def discriminator(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """The discriminator's variables as they start, and what it makes of known ones; ``output_dim`` is left out."""
    yield from _network(student, lambda inputs, hidden, _: student.Discriminator(inputs, hidden), rng, outputs=(1, 1))


def _network(
    student: Any, make: Callable[[int, int, int], Any], rng: np.random.Generator, outputs: tuple[int, int]
) -> Iterator[Answer]:
    """Two large networks as they start, a broad one and a deep one; a small one with known values in its variables.

    All sizes of a network differ, so that a variable's shape says which one it is. ``found`` and ``start_found`` tell
    which of W1, W2, b1, b2 are in theta, ``began`` with which values. Each of them is then changed by itself, to see
    what the output makes of it. ``slopes`` are those along x and along each of the four.
    """
    large = int(rng.integers(60, 71)), int(rng.integers(200, 221)), outputs[0]
    wide = int(rng.integers(15, 21)), int(rng.integers(500, 601)), outputs[1]
    small = int(rng.integers(3, 6)), int(rng.integers(11, 17)), outputs[1]
    inputs, hidden, out = small
    known = {
        "x": rng.normal(size=(6, inputs)),
        "W1": rng.normal(size=(inputs, hidden)) / np.sqrt(inputs),
        "W2": rng.normal(size=(hidden, out)) / np.sqrt(hidden),
        "b1": rng.normal(size=hidden) / 2,
    }
    middle = np.median(np.maximum(known["x"] @ known["W1"] + known["b1"], 0) @ known["W2"], axis=0)
    known["b2"] = -middle  # half of the logits on either side of zero, where every activation shows
    values = [known[name] for name in ("W1", "W2", "b1", "b2")]
    changed = [value + np.linspace(0.5, 1, value.size).reshape(value.shape) for value in values]
    x_large, x_wide = (to_tensor(rng.uniform(size=(6, sizes[0]))) for sizes in (large, wide))
    x_small = to_tensor(known["x"])
    start_seed = int(rng.integers(2**32))

    def start(sizes: tuple[int, int, int], x: Any) -> Answer:
        with _full_precision():
            theta = _theta(make(*sizes), x)
        roles = _roles(theta, *sizes)
        return {
            "variables": len(theta),
            "start_found": np.array([variable is not None for variable in roles]),
            **{f"start_{k}": to_array(variable) for k, variable in enumerate(roles) if variable is not None},
        }

    def glorot_uniform(fan_in: int, fan_out: int, seed: int | None = None) -> np.ndarray:  # noqa: ARG001
        return np.random.default_rng([start_seed, fan_in, fan_out]).normal(size=(fan_in, fan_out)).astype("float32")

    def forward() -> Answer:
        with _full_precision():
            return known_forward()

    def known_forward() -> Answer:
        model = make(*small)
        roles = _roles(_theta(model, x_small), *small)
        there = np.array([variable is not None for variable in roles])
        answer: Answer = {"found": there}
        for k, (variable, value) in enumerate(zip(roles, values, strict=True)):
            answer[f"began_{k}"] = np.zeros(value.shape) if variable is None else _laid_out(variable, value)
            _assign(variable, value)
        pieces = _pieces(model.forward(x_small))
        answer["pieces"] = len(pieces)
        answer |= {f"output_{k}": piece for k, piece in enumerate(pieces[:2])}
        sources = [x_small, *(variable for variable in roles if variable is not None)]
        answer["slopes"] = np.zeros(5)
        answer["slopes"][np.append(True, there)] = gradient_sizes(lambda: model.forward(x_small), *sources)
        for k, variable in enumerate(roles):
            _assign(variable, changed[k])
            answer[f"moved_{k}"] = _pieces(model.forward(x_small))[-1]
            _assign(variable, values[k])
        return answer

    yield {"sizes": np.array(large), "wide_sizes": np.array(wide), **known}
    yield {f"changed_{k}": value for k, value in enumerate(changed)}
    yield from ask_each(
        lambda: start(large, x_large),
        lambda: {f"wide_{name}": value for name, value in start(wide, x_wide).items()},
        forward,
        with_given(student, lambda: start(small, x_small), glorot_uniform=glorot_uniform),
        with_given(student, forward, glorot_uniform=glorot_uniform),
    )


def _theta(model: Any, x: Any) -> list[Any]:
    """The model's variables, after a first call in case its layers are built by that."""
    with contextlib.suppress(Exception):
        model.forward(x)
    return list(model.theta)


def _roles(theta: Sequence[Any], inputs: int, hidden: int, outputs: int) -> list[Any]:
    """W1, W2, b1 and b2 among the variables by shape, None for each that is missing.

    The order of the variables, the axes of a weight matrix and an extra axis of a bias are left open.
    """
    shapes = [tuple(variable.shape) for variable in theta]
    biases = [[(hidden,), (1, hidden), (hidden, 1)], [(outputs,), (1, outputs), (outputs, 1)]]

    def pick(*wanted: Sequence[tuple[int, ...]]) -> list[int | None]:
        free, picked = list(range(len(theta))), []
        for forms in wanted:
            picked.append(next((k for form in forms for k in free if shapes[k] == form), None))
            free = [k for k in free if k != picked[-1]]
        return picked

    rows, columns = [(inputs, hidden), (hidden, outputs)], [(hidden, inputs), (outputs, hidden)]
    layouts = [rows, columns, [rows[0], columns[1]], [columns[0], rows[1]]]
    best = min((pick([first], [second], *biases) for first, second in layouts), key=lambda picked: picked.count(None))
    return [None if k is None else theta[k] for k in best]


def _assign(variable: Any, value: np.ndarray) -> None:
    """Put ``value`` into a variable that may hold it transposed or with an extra axis."""
    if variable is not None:
        shape = tuple(variable.shape)
        variable.assign((value.T if shape == value.T.shape else value.reshape(shape)).astype("float32"))


def _laid_out(variable: Any, value: np.ndarray) -> np.ndarray:
    """What a variable holds, with the axes of ``value``, as `_assign` lays it."""
    array = to_array(variable)
    return array.T if array.shape == value.T.shape else array.reshape(value.shape)


def parameters(student: Any, rng: np.random.Generator) -> Iterator[Answer]:  # noqa: ARG001
    """The four sizes that the student chose, each by itself."""
    names = ("latent_dim", "image_dim", "hidden_dim", "decision_dim")
    chosen = student.model_parameters()
    yield from ask_each(*(lambda name=name: {name: to_array(chosen[name])} for name in names))


def sample_z(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A wide and a tall sample, and a small one drawn three times. Judged against theory."""
    n = int(rng.integers(2500, 2700))
    sizes = [(5, n), (n, 5), *[(int(rng.integers(20, 30)), int(rng.integers(6, 9)))] * 3]
    yield {"sizes": np.array(sizes)}
    yield {f"draw_{k}": to_array(student.sample_Z(*size)) for k, size in enumerate(sizes)}


# Losses --------------------------------------------------------------------------------------------------------------


def cross_entropy(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Moderate logits of two shapes, with hard and with soft labels; values and slopes where an exponential overflows.

    The large logits come with either sign and either label, so that the wrong label alone does not show there.
    """
    logits = [rng.uniform(-4, 4, shape) for shape in ((7, 1), (5, 3))]
    labels = [rng.permutation([0, 1, 0, 1, 0, 1, 0])[:, None], rng.uniform(0, 1, (5, 3))]
    sizes = np.concatenate([rng.uniform(120, 140, 2), rng.uniform(200, 5000, 2), [1e4]])
    large, either = (to_tensor(grid.reshape(-1, 1)) for grid in np.meshgrid([*sizes, *-sizes], [0.0, 1.0]))

    def slopes(logits: Any, labels: Any) -> np.ndarray:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            values = student.sigmoid_cross_entropy(logits, labels)
        slopes = tape.gradient(values, logits)
        if slopes is None:
            raise TypeError("no gradient passes from the logits to the cross-entropy")
        return to_array(slopes)

    yield {"logits_0": logits[0]}
    yield from ask_each(
        lambda: {
            f"moderate_{k}": to_array(student.sigmoid_cross_entropy(to_tensor(logits[k]), to_tensor(labels[k])))
            for k in range(2)
        },
        lambda: {"extreme": to_array(student.sigmoid_cross_entropy(large, either))},
        lambda: {"slopes": slopes(large, either)},
        lambda: {"moderate_slopes": slopes(to_tensor(logits[0]), to_tensor(labels[0]))},
    )


def losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Each loss on four pairs of batches, also with a known function in the place of the cross-entropy.

    In the last pair exponentials overflow and logarithms meet zero, with logits of either sign.
    """
    cases = [
        (to_tensor(rng.uniform(-3, 4, (n, 1))), to_tensor(rng.uniform(-4, 3, (n, 1))))
        for n in (3, 8, int(rng.integers(10, 15)))
    ]
    signs = np.array([[-1], [1], [-1], [1]])
    large = tuple(to_tensor(rng.permutation(signs) * rng.uniform(180, 220, (4, 1))) for _ in range(2))
    cases.append(large)
    sloped = {"slopes": cases[0], "large_slopes": large}
    slope, width, step = rng.uniform(0.5, 1.5, 3)

    def sigmoid_cross_entropy(logits: Any, labels: Any) -> Any:
        logits, labels = (keras.ops.cast(keras.ops.convert_to_tensor(value), "float32") for value in (logits, labels))
        bent = keras.ops.tanh(width * logits) + 0.3 * logits  # which still has a slope where logits are large
        return slope * bent + labels * (step + keras.ops.square(logits))

    questions = (
        lambda: {f"discriminator_{k}": to_array(student.discriminator_loss(*case)) for k, case in enumerate(cases)},
        lambda: {f"generator_{k}": to_array(student.generator_loss(fake)) for k, (_, fake) in enumerate(cases)},
        lambda: {
            f"saturating_{k}": to_array(student.generator_loss(fake, saturating=True))
            for k, (_, fake) in enumerate(cases)
        },
        *(
            lambda name=name, case=case: {
                f"discriminator_{name}": gradient_sizes(lambda: student.discriminator_loss(*case), *case)
            }
            for name, case in sloped.items()
        ),
        *(
            lambda name=name, case=case: {
                f"generator_{name}": gradient_sizes(lambda: student.generator_loss(case[1]), case[1])
            }
            for name, case in sloped.items()
        ),
        *(
            lambda name=name, case=case: {
                f"saturating_{name}": gradient_sizes(lambda: student.generator_loss(case[1], saturating=True), case[1])
            }
            for name, case in sloped.items()
        ),
    )
    yield {"sizes": np.array([len(fake) for _, fake in cases])}
    yield from ask_each(
        *questions,
        *(with_given(student, question, sigmoid_cross_entropy=sigmoid_cross_entropy) for question in questions),
    )


class _Affine:
    """A network of one layer with known values, offering what the notebook's networks offer: theta and forward."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        self.theta = [keras.Variable(weights.astype("float32")), keras.Variable(bias.astype("float32"))]

    def forward(self, x: Any) -> Any:
        """x (batch, inputs) -> (batch, outputs)."""
        weights, bias = self.theta
        return keras.ops.add(keras.ops.matmul(x, weights), bias)

    def values(self) -> np.ndarray:
        """All values of theta in a row."""
        return np.concatenate([to_array(variable).ravel() for variable in self.theta])

    def put(self, values: np.ndarray) -> None:
        """The reverse of `values`."""
        weights, bias = self.theta
        size = values.size - bias.shape[0]
        _assign(weights, values[:size].reshape(weights.shape))
        _assign(bias, values[size:])


class _Judge(_Affine):
    """A discriminator of one layer."""

    def forward(self, x: Any) -> tuple[Any, Any]:
        """x (batch, inputs) -> probabilities and logits, both (batch, 1)."""
        logits = super().forward(x)
        return keras.ops.sigmoid(logits), logits


class _Game:
    """A discriminator, a generator and one batch for both, drawn so that one step turns D towards another direction.

    Real examples lie where D does not look: its first step turns it there, and with it the direction in which G moves.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        angle = rng.uniform(0, 2 * np.pi)
        look, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        n = int(rng.integers(5, 9))
        self.X = to_tensor(rng.uniform(1.5, 2.5) * aside + 0.3 * rng.normal(size=(n, 2)))
        self.Z = to_tensor(rng.uniform(-1, 1, (n, 1)))
        self.d = _Judge(rng.uniform(0.4, 0.6) * look[:, None], rng.choice([-1, 1], 1) * rng.uniform(0.2, 0.4))
        self.g = _Affine(rng.normal(size=(1, 2)) / 4, rng.normal(size=2) / 4)


def model_loss(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both losses of known networks on two batches, also with known functions in the place of the players' losses."""
    games = [_Game(rng) for _ in range(2)]
    width, weight = rng.uniform(0.5, 1.5, 2)

    def discriminator_loss(real_logits: Any, fake_logits: Any) -> Any:
        return keras.ops.std(real_logits) - weight * keras.ops.mean(keras.ops.square(fake_logits))

    def generator_loss(fake_logits: Any, saturating: bool = False) -> Any:
        return keras.ops.mean(keras.ops.tanh(width * fake_logits - 0.5)) + (2 if saturating else 0)

    def ask(k: int) -> Answer:
        game = games[k]
        pair = to_pair(student.gan_model_loss(game.X, game.Z, game.d, game.g))
        return {f"{place}_{k}": value for place, value in pair.items()}

    def slopes() -> Answer:
        game = games[0]

        def both() -> Any:
            return student.gan_model_loss(game.X, game.Z, game.d, game.g)

        return {
            "slopes": np.array(
                [gradient_sizes(lambda k=k: both()[k], *player.theta) for k, player in enumerate((game.d, game.g))]
            )
        }

    yield from (
        {f"{name}_{k}": to_array(game.d.forward(x)[0])}
        for k, game in enumerate(games)
        for name, x in (("real", game.X), ("fake", game.g.forward(game.Z)))
    )
    questions = [*(lambda k=k: ask(k) for k in range(2)), slopes]
    known = {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}
    yield from ask_each(*questions, *(with_given(student, question, **known) for question in questions))


def train_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Steps from one start, by SGD with momentum: both players' rates above zero, only D's, only G's, neither.

    With both, whether G's step sees the new D (this G, being linear, moves along the weights of the D that it sees);
    with one, that player's step by itself; with neither, the returned losses can only be those at the start. With the
    others they are to be those from just before a step. ``memory_d`` and ``memory_g`` are where a second step of one
    player leads, in which its optimizer remembers the first. All that also with a known function in the place of
    ``gan_model_loss``, in which either player's slope hangs on the other, on X and on Z, but not on where it is itself.
    """
    games = [_Game(rng) for _ in range(2)]
    games[1].g.put(rng.normal(size=4))
    rates = {"d": float(rng.uniform(1, 1.5)), "g": float(rng.uniform(0.5, 1))}
    momentum = float(rng.uniform(0.5, 0.9))
    pulls = [to_tensor(rng.normal(size=(3, 4))) for _ in "dg"]

    def gan_model_loss(X: Any, Z: Any, d: Any, g: Any) -> tuple[Any, Any]:
        at_d, at_g = (_row(player) for player in (d, g))
        meet_d, meet_g = (keras.ops.sum(keras.ops.matmul(at_d, pull) * at_g) for pull in pulls)
        x, z = (keras.ops.mean(keras.ops.square(batch)) for batch in (X, Z))
        return (0.3 + 0.1 * x + z) * meet_d, (0.5 + z + 0.2 * x) * meet_g

    def questions(game: _Game) -> list[Callable[[], Answer]]:
        start = {"d": game.d.values(), "g": game.g.values()}
        optimizers = {player: keras.optimizers.SGD(rate, momentum=momentum) for player, rate in rates.items()}
        for optimizer in optimizers.values():  # a compiled step could not do it, and it may be given either player
            optimizer.build([*game.d.theta, *game.g.theta])

        def play() -> Any:
            return student.train_step(game.X, game.Z, game.d, game.g, optimizers["d"], optimizers["g"])

        def step(name: str, moving: str) -> Answer:
            game.d.put(start["d"])
            game.g.put(start["g"])
            for player, optimizer in optimizers.items():
                optimizer.learning_rate = rates[player] if player in moving else 0.0
                for memory in optimizer.momentums:
                    memory.assign(np.zeros(memory.shape))
            returned = play()
            moved = {f"{name}_d": game.d.values(), f"{name}_g": game.g.values()}
            with contextlib.suppress(TypeError):  # whatever came back, the moves count
                moved |= {f"{name}_{place}": value for place, value in to_pair(returned).items()}
            if len(moving) == 1:
                play()
                moved[f"memory_{moving}"] = getattr(game, moving).values()
            return moved

        steps = (("both", "dg"), ("only_d", "d"), ("only_g", "g"), ("still", ""))
        return [lambda name=name, moving=moving: step(name, moving) for name, moving in steps]

    yield from (
        {f"{before}{player}_start": network.values()}
        for before, game in zip(("", "given_"), games, strict=True)
        for player, network in (("d", game.d), ("g", game.g))
    )
    yield {"given_pulls": np.stack([to_array(pull) for pull in pulls])}
    yield from ask_each(
        *questions(games[0]),
        *(with_given(student, question, gan_model_loss=gan_model_loss) for question in questions(games[1])),
    )


def _row(network: Any) -> Any:
    """All variables of a network as one tensor (1, n)."""
    return keras.ops.concatenate([keras.ops.reshape(variable, (1, -1)) for variable in network.theta], axis=1)
