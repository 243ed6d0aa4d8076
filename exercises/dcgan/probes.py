"""Hidden tests of the lesson ``dcgan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

Players may be built in any style, so nothing is read from their layers. Known numbers are put into their variables,
whichever there are, and what comes out of them shows how they are built: see `_player`.
"""

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import (
    Answer,
    ask_each,
    gradient_sizes,
    stubbed,
    to_array,
    to_pair,
    to_tensor,
    with_given,
)

# Data ----------------------------------------------------------------------------------------------------------------


def transform(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Grey images with and without a margin, images in colour with one; no pixel at either end of the range.

    The way back is asked with numbers that lie between two bytes; and again with such of the student's own range.
    """
    margin = int(rng.integers(1, 4))
    side = int(rng.integers(6, 10))
    grey, colour = (rng.integers(20, 200, (n, side, side, *c), dtype=np.uint8) for n, c in ((3, ()), (2, (3,))))
    near = rng.uniform(-0.4, 0.4, (2, 5, 5, 3))  # never half way between two bytes, where rounding is a matter of taste
    numbers = ((rng.integers(1, 255, near.shape) + near) / 127.5 - 1).astype("float32")

    def own_range() -> Answer:
        low, high = (to_array(student.prepare(np.full((1, 2, 2), byte, np.uint8), 2)).mean() for byte in (0, 255))
        own = [low + (each + 1) / 2 * (high - low) for each in (numbers, np.ones((1, 2)))]
        return {f"own_{k}": to_array(student.to_bytes(each.astype("float32"))) for k, each in enumerate(own)}

    yield from ask_each(
        lambda: {"plain": to_array(student.prepare(grey.copy(), side))},
        lambda: {"grey": to_array(student.prepare(grey.copy(), side + 2 * margin))},
        lambda: {"colour": to_array(student.prepare(colour.copy(), side + 2 * margin))},
        lambda: {
            "bytes": to_array(student.to_bytes(numbers.copy())),
            "whole": to_array(student.to_bytes(np.ones((1, 2)))),
        },
        own_range,
    )


# Players -------------------------------------------------------------------------------------------------------------


def generator(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """What a generator for side 32 does with known numbers, the shapes of others, and how a broad one starts.

    ``order``: as ``signs`` in `_player`, for pairs, and after training. Where moving statistics are not those of the
    start, a batch normalisation behind its ReLU makes numbers of nothing.
    """
    latent, filters = (
        int(rng.integers(8, 10)),
        int(rng.integers(5, 8)),
    )  # no layer has as many maps as the noise numbers
    z = [rng.uniform(0.5, 1.5, (6, latent)), rng.normal(size=(6, latent)), rng.normal(size=(6, latent))]
    seeds = rng.integers(2**32, size=3)
    sides = _Sides(rng, rng.normal(size=latent))

    def ask(model: Any) -> Callable[..., np.ndarray]:
        return lambda x, training=False: to_array(model(to_tensor(x), training=training))

    subject = _Subject(lambda: student.make_generator(latent, 32, 3, filters), z[0])

    def broad() -> Answer:
        model = student.make_generator(48, 16, 3, 24)
        return {"shape_0": np.array(model(to_tensor(rng_of(seeds[1]).normal(size=(2, 48)))).shape)} | _started(model)

    def reached() -> Answer:
        model = subject()
        run = ask(model)
        _put(model, seeds[0], spot=True)
        return {"reached": np.abs(run(z[0][:2]) - run(0 * z[0][:2])).max(axis=(0, 3)) > 1e-6}

    def large() -> Answer:  # for smaller sides powers of two are multiples of two
        model = student.make_generator(latent, 64, 3, filters)
        model(to_tensor(z[0][:1]))
        shapes = [tuple(kernel.shape[2:]) for kernel in _kernels(model) if len(kernel.shape) == 4]
        return {"maps": max(max(shape) for shape in shapes), "last": min(max(shape) for shape in shapes if 3 in shape)}

    def order() -> Answer:
        model = subject()
        run = ask(model)
        _put(model, seeds[0])
        run(z[0], True)
        answer = {"nothing": run(0 * z[0])}
        kernels = _kernels(model)[:8]
        for k, kernel in enumerate(kernels):
            kernel.assign(-kernel)
            for j, other in enumerate(kernels[:k]):
                other.assign(-other)
                answer[f"{k}_{j}"] = run(z[0])
                other.assign(-other)
            kernel.assign(-kernel)
        return {f"order_{name}": _some(value) for name, value in answer.items()}

    yield {"filters": filters}
    yield from ask_each(
        broad,
        lambda: {"shape_1": np.array(subject()(to_tensor(z[0])).shape)},
        lambda: {"shape_2": np.array(student.make_generator(latent, 8, 1, filters)(to_tensor(z[0])).shape)},
        reached,
        large,
        order,
        *_player(subject, ask, z, seeds, lambda model: ask(model)(sides.put(model, max))),
    )


def discriminator(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """What a discriminator for side 32 does with known numbers, and how a broad one starts.

    ``lowest``: of all logits, also with the sign of the last kernel changed. ``places``: how much each place
    counts where all numbers are positive, so that no ReLU has a part in it. ``middle``: the mean in training of logits
    that add up all maps alike: zero if the last thing that happens to these is that they are normalised.
    """
    filters = int(rng.integers(5, 8))
    x = [np.full((6, 32, 32, 3), rng.uniform(0.8, 1.2)), *(rng.normal(size=(6, 32, 32, 3)) for _ in range(2))]
    seeds = rng.integers(2**32, size=3)
    share = rng.uniform(0.3, 0.7)
    sides = _Sides(rng, rng.permutation([1.0, -share, share - 1]))

    def ask(model: Any) -> Callable[..., np.ndarray]:
        return lambda x, training=False: _logits(model(to_tensor(x), training=training))

    subject = _Subject(lambda: student.make_discriminator(32, 3, filters), x[1])

    def pair() -> Answer:
        model = subject()
        _put(model, seeds[0], signs=True)
        answer = to_pair(model(to_tensor(x[1])))
        last = [kernel for kernel in _kernels(model) if tuple(kernel.shape[1:]) == (1,)] or _kernels(model)
        last[-1].assign(-last[-1])
        return answer | {"lowest": min(answer["second"].min(), to_pair(model(to_tensor(x[1])))["second"].min())}

    def broad() -> Answer:
        model = student.make_discriminator(16, 3, 32)
        return {"small_16": to_pair(model(to_tensor(x[1][:, :16, :16])))["second"]} | _started(model)

    def small() -> Answer:
        model = student.make_discriminator(8, 1, filters)
        return {"small_8": to_pair(model(to_tensor(x[1][:, :8, :8, :1])))["second"]}

    def middle() -> Answer:
        model = subject()
        _put(model, seeds[0])
        for kernel in _kernels(model):
            if len(kernel.shape) == 2 and kernel.shape[1] == 1:
                kernel.assign(np.full(kernel.shape, 1 / kernel.shape[0], "float32"))
        return {"middle": float(_logits(model(to_tensor(x[2]), training=True)).mean())}

    def reached() -> Answer:
        model = subject()
        _put(model, seeds[0], spot=True)
        slopes = []
        for images in (to_tensor(each[:2]) for each in x[1::-1]):
            with tf.GradientTape() as tape:
                tape.watch(images)
                logits = model(images)[1]
            slopes.append(np.abs(to_array(tape.gradient(logits, images))).max(axis=(0, 3)))
        return {"reached": slopes[0] > 1e-9, "places": slopes[1]}

    yield {"filters": filters}
    images = np.ones((32, 32, 1))
    yield from ask_each(
        pair,
        broad,
        small,
        middle,
        reached,
        *_player(subject, ask, x, seeds, lambda model: ask(model)(sides.put(model, min)[:, None, None] * images)),
    )


class _Sides:
    """Inputs on either side of what the first layer looks for, by which a player is known to listen."""

    def __init__(self, rng: np.random.Generator, look: np.ndarray, count: int = 16) -> None:
        """``look`` (inputs,) are the weights of the first layer, the same for all its maps."""
        along = rng.permutation(np.where(np.arange(count) < rng.integers(5, count - 4), 1, -1)) * rng.uniform(
            1, 1.3, count
        )
        across = rng.normal(size=(count, look.size))
        across -= np.outer(across @ look, look) / (look @ look)
        self.look, self.x = look, across + np.outer(along, look) / (look @ look)

    def put(self, model: Any, inputs: Callable[[Any], int]) -> np.ndarray:
        """Let the first layer look, at one place, and each other one give the mean of its maps; returns the inputs.

        ``inputs`` says of a filter's two numbers of maps, which it gets.
        """
        for kernel in _kernels(model):
            shape = tuple(kernel.shape)
            axes = (0,) if len(shape) == 2 else (2, 3)
            value = np.full(shape, 1 / (shape[0] if len(shape) == 2 else inputs(shape[2:])))
            for axis in axes:
                if shape[axis] == self.look.size:
                    value[:] = self.look.reshape([-1 if k == axis else 1 for k in range(len(shape))])
            if len(shape) == 4:
                place = np.zeros((*shape[:2], 1, 1))
                place[shape[0] // 2, shape[1] // 2] = 1
                value *= place
            kernel.assign(value.astype("float32"))
        return self.x


class _Subject:
    """One of the student's players, made once. Called, it returns the model with all weights as they started."""

    def __init__(self, make: Callable[[], Any], x: np.ndarray) -> None:
        self.make, self.x, self.model = make, x, None

    def __call__(self) -> Any:
        if self.model is None:
            model = self.make()
            model(to_tensor(self.x))  # some make their weights only now
            self.start = [(variable, to_array(variable)) for variable in model.weights]
            self.model = model
        for variable, value in self.start:
            variable.assign(value)
        return self.model


def rng_of(seed: int) -> np.random.Generator:
    """A generator of its own."""
    return np.random.default_rng(seed)


def _logits(value: Any) -> np.ndarray:
    """The logits of a pair, also of one that came in the wrong order."""
    first, second = to_pair(value).values()

    def belongs(logits: np.ndarray, probabilities: np.ndarray) -> bool:
        return logits.shape == probabilities.shape and np.allclose(1 / (1 + np.exp(-logits)), probabilities, atol=1e-5)

    return first if belongs(first, second) and not belongs(second, first) else second


def _kernels(model: Any) -> list[Any]:
    """The weights of dense layers and convolutions: the variables that are no mere row."""
    return [variable for variable in model.trainable_variables if len(variable.shape) > 1]


def _put(model: Any, seed: int, *, spot: bool = False, signs: bool = False, size: float = 1.0) -> None:
    """Put known numbers into all kernels: positive, or of both ``signs``; with ``spot`` into one place of each filter.

    They are small enough that sums stay near the size of what is summed up.
    """
    random = np.random.default_rng(seed)
    for kernel in _kernels(model):
        shape = tuple(kernel.shape)
        value = random.normal(size=shape) if signs else random.uniform(0.5, 1.5, shape)
        fan = np.prod(shape[:-1]) if len(shape) == 2 else shape[0] * shape[1] * shape[2 + (shape[2] < shape[3])] / 2
        value *= size / (np.sqrt(fan) if signs else fan)
        if spot and len(shape) == 4:
            place = np.zeros(shape[:2])
            place[shape[0] // 2, shape[1] // 2] = 1
            value *= 4 * place[:, :, None, None]
        kernel.assign(value.astype("float32"))


def _started(model: Any) -> Answer:
    """The kernels as they start, a part of each."""
    kernels = [keras.ops.reshape(kernel, (-1,)) for kernel in _kernels(model)]
    few = [to_array(kernel[:: 1 + kernel.shape[0] // 5000]) for kernel in kernels]
    return {"kernels": len(kernels)} | {f"start_{k}": kernel for k, kernel in enumerate(few)}


def _player(
    subject: _Subject,
    ask: Callable[[Any], Callable[..., np.ndarray]],
    x: list[np.ndarray],
    seeds: np.ndarray,
    on_sides: Callable[[Any], np.ndarray],
) -> tuple[Callable[[], Answer], ...]:
    """Questions to a player whose layers are not known.

    ``told``: the first layer looks for something, which is in some inputs, and its reverse in the others. All further
    ones give the mean of their maps. What comes out lies higher for the first, whatever else the layers do: so the
    answers are those of a player that got these inputs and these weights.

    ``signs``: all weights and inputs are positive; then one kernel after the other changes its sign, so that what lies
    behind it meets negative numbers only: ReLU leaves nothing of them, leaky ReLU a share. Then the last one is
    multiplied, which reaches the output's activation in proportion.

    ``batches``: outputs for the same examples in two different batches, in training (twice) and in inference; which of
    the player's moving statistics have moved by that, and how large they are; and in training outputs with one kernel
    after the other multiplied, which batch normalisation takes back.
    """
    factor = float(np.random.default_rng(seeds[2]).uniform(1.5, 2))

    def told() -> Answer:
        came = on_sides(subject())
        return {"told": came.reshape(len(came), -1).max(axis=1)}

    def signs() -> Answer:
        model = subject()
        run = ask(model)
        _put(model, seeds[0])
        answer = {"nothing": run(0 * x[0]), "plus": run(x[0]), "factor": factor}
        kernels = _kernels(model)[:8]
        for k, kernel in enumerate(kernels):
            kernel.assign(-kernel)
            answer[f"minus_{k}"] = run(x[0])
            kernel.assign(-kernel)
        kernels[-1].assign(factor * kernels[-1])
        answer["times"] = run(x[0])
        return {name: _some(value) for name, value in answer.items()} | {"layers": len(_kernels(model))}

    def batches() -> Answer:
        model = subject()
        run = ask(model)
        _put(model, seeds[1], signs=True, size=3.0)
        mixed = np.concatenate([x[1][:3], 2 * x[2][3:] + 0.5])
        scales = np.concatenate(
            [scale * x[1][:3] for scale in (1.0, 0.1, 0.01)]
        )  # a sigmoid may be full for large ones
        statistics = [variable for variable in model.non_trainable_variables if variable.dtype == "float32"]
        before = [to_array(variable) for variable in statistics]
        answer = {"alone": run(x[1][:3]), "together": run(x[1])[:3], "earlier": run(scales)}
        answer |= {name: run(x[1], True)[:3] for name in ("trained_alone", "trained_again")}
        answer["trained_mixed"] = run(mixed, True)[:3]
        moved = [not np.array_equal(old, to_array(new)) for old, new in zip(before, statistics, strict=True)]
        answer["later"] = run(scales)
        for k, kernel in enumerate(_kernels(model)):
            value = to_array(kernel)
            kernel.assign(2 * value)
            answer[f"scaled_{k}"] = run(x[1], True)[:3]
            kernel.assign(value)
        sizes = sorted(old.size for old, has in zip(before, moved, strict=True) if has)
        return {name: _some(value) for name, value in answer.items()} | {
            "statistics": np.array(sizes),
            "layers": len(_kernels(model)),
            "dense": sum(len(kernel.shape) == 2 for kernel in _kernels(model)),
        }

    return told, signs, batches


def _some(value: Any) -> Any:
    """An output, or a part of it that fits into an answer."""
    return value[:, ::3, ::3] if isinstance(value, np.ndarray) and value.ndim == 4 else value


# Losses and the step -------------------------------------------------------------------------------------------------


def losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Each loss for moderate logits, with several degrees of smoothing, and for large ones."""
    cases = [(to_tensor(rng.normal(size=(n, 1)) * 2), to_tensor(rng.normal(size=(n, 1)) * 2)) for n in (4, 7)]
    large = to_tensor(rng.uniform(150, 5000, (4, 1)) * np.array([[1], [-1], [1], [-1]]))
    smooth = float(rng.uniform(0.15, 0.4))
    yield from ask_each(
        lambda: {f"hard_{k}": to_array(student.discriminator_loss(*case, smooth=0.0)) for k, case in enumerate(cases)},
        lambda: {f"soft_{k}": to_array(student.discriminator_loss(*case)) for k, case in enumerate(cases)},
        lambda: {
            f"more_{k}": to_array(student.discriminator_loss(*case, smooth=smooth)) for k, case in enumerate(cases)
        },
        lambda: {f"generator_{k}": to_array(student.generator_loss(case[1])) for k, case in enumerate(cases)},
        lambda: {"hard_slopes": gradient_sizes(lambda: student.discriminator_loss(*cases[0], smooth=0.0), *cases[0])},
        lambda: {"generator_slopes": gradient_sizes(lambda: student.generator_loss(cases[0][1]), cases[0][1])},
        lambda: {"large_hard": to_array(student.discriminator_loss(large, large[::-1], smooth=0.0))},
        lambda: {"large_generator": to_array(student.generator_loss(large))},
        lambda: {"large_slopes": gradient_sizes(lambda: student.generator_loss(large), large)},
        lambda: {"large_hard_slopes": gradient_sizes(lambda: student.discriminator_loss(large, -large, 0.0), large)},
    )


class _Rows(keras.layers.Layer):
    """One dense layer with known values. In training it subtracts a share of the mean of its batch, unless frozen.

    So does batch normalisation: with ``trainable = False`` it is in inference, whatever it is told.
    """

    def __init__(self, weights: np.ndarray, bias: np.ndarray, share: float) -> None:
        super().__init__(name="rows")  # Keras's own name for it would be none that graphs allow
        self.share = share
        self.w = self.add_weight(shape=weights.shape, initializer="zeros")
        self.b = self.add_weight(shape=bias.shape, initializer="zeros")
        self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False)
        self.start = [weights.astype("float32"), bias.astype("float32")]
        self.built = True

    def call(self, x: Any, training: bool = False) -> Any:
        """x (batch, inputs) -> (batch, outputs)."""
        if training and self.trainable:
            x = x - self.share * keras.ops.mean(x, axis=0)
        return keras.ops.matmul(keras.ops.tanh(x) if self.share else x, self.w) + self.b


class _Player(keras.Model):
    """A player of one layer; as D it returns a pair. ``twins``: its logits are in the probabilities' place, too."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray, share: float, pair: bool) -> None:
        super().__init__(name="player")
        self.rows, self.pair, self.twins = _Rows(weights, bias, share), pair, False
        self.built = True

    def call(self, x: Any, training: bool = False) -> Any:
        """x (batch, inputs) -> (batch, outputs), or as D probabilities and logits."""
        outputs = self.rows(keras.ops.convert_to_tensor(x), training=training)
        return (outputs if self.twins else keras.ops.sigmoid(outputs), outputs) if self.pair else outputs

    def again(self) -> None:
        """Back to the start."""
        self.trainable = True
        self.rows.w.assign(self.rows.start[0])
        self.rows.b.assign(self.rows.start[1])

    def values(self) -> np.ndarray:
        """All that it learns, in a row."""
        return np.concatenate([to_array(self.rows.w).ravel(), to_array(self.rows.b)])


def train_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Steps with plain SGD from one start: both players' rates above zero, only D's, only G's, neither.

    And two steps by optimizers that remember. All that with players who do not care for ``training``; ``batches_d`` and
    ``batches_g`` with others who do. And again with known functions in the place of the losses, ``given_``, and with a
    D that gives its logits twice, ``twins_``, if that makes any difference. Real examples lie where D does not look:
    its first step turns it there, and with it the direction in which G moves. Both rates are the same, so that it is
    no matter which optimizer moves whom.
    """
    rate = float(rng.uniform(0.7, 1))
    width, weight = rng.uniform(0.5, 1.5, 2)
    smooth = float(rng.uniform(0.2, 0.4))
    games = []
    for share in (0.0, float(rng.uniform(0.5, 0.9))):
        angle = rng.uniform(0, 2 * np.pi)
        look, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        X = to_tensor(rng.uniform(1.5, 2.5) * aside + 0.5 * rng.normal(size=(7, 2)))
        Z = rng.uniform(-1, 1, (7, 1))
        Z = to_tensor(Z - Z.mean() + rng.uniform(0.5, 0.8))  # a mean of the batch which training takes away
        d = _Player(rng.uniform(0.4, 0.6) * look[:, None], rng.choice([-1, 1], 1) * rng.uniform(0.2, 0.4), share, True)
        g = _Player(rng.uniform(0.4, 0.9, (1, 2)) * rng.choice([-1, 1], (1, 2)), rng.normal(size=2) / 4, share, False)
        games.append((X, Z, d, g))

    def discriminator_loss(real_logits: Any, fake_logits: Any, smooth: float = 0.1) -> Any:
        square = keras.ops.mean(keras.ops.square(fake_logits)) * weight
        return square - (1 + smooth) * keras.ops.mean(keras.ops.tanh(real_logits))

    def generator_loss(fake_logits: Any) -> Any:
        return keras.ops.mean(keras.ops.square(fake_logits - 1) * width)

    def step(name: str, moving: str, game: int = 0, times: int = 1, **more: float) -> Answer:
        X, Z, d, g = games[game]
        d.again()
        g.again()
        memory = 0.9 if times > 1 else 0.0
        optimizers = [keras.optimizers.SGD(rate if player in moving else 0.0, momentum=memory) for player in "dg"]
        for _ in range(times):
            returned = student.train_step(X, Z, d, g, *optimizers, **more)
        answer = {f"{name}_d": d.values(), f"{name}_g": g.values()}
        with contextlib.suppress(Exception):  # who returns something else has moved all the same
            answer |= {f"{name}_{place}": value for place, value in to_pair(returned).items()}
        return answer

    questions = (
        lambda: step("both", "dg"),
        lambda: step("only_d", "d"),
        lambda: step("only_g", "g"),
        lambda: step("still", ""),
        lambda: step("smooth", "", smooth=smooth),
        lambda: step("batches_d", "d", game=1),
        lambda: step("batches_g", "g", game=1),
        lambda: step("twice_d", "d", times=2),
        lambda: step("twice_g", "g", times=2),
    )
    known = {"discriminator_loss": discriminator_loss, "generator_loss": generator_loss}

    asked: list[Answer] = [{} for _ in questions]  # with known losses
    indifferent: list[bool] = []  # whether it does not matter to the step what stands in the probabilities' place

    def given(k: int) -> Answer:
        with student.given(**known):
            asked[k] = questions[k]()
        return {f"given_{name}": value for name, value in asked[k].items()}

    def with_twins(question: Callable[[], Answer]) -> Answer:
        for _, _, d, _ in games:
            d.twins = True
        try:
            with student.given(**known):
                return question()
        finally:
            for _, _, d, _ in games:
                d.twins = False

    def twins(k: int) -> Answer:
        answer = asked[k] if any(indifferent) and asked[k] else with_twins(questions[k])
        if k == 0:
            indifferent.append(all(np.array_equal(value, asked[0].get(name)) for name, value in answer.items()))
        return {f"twins_{name}": value for name, value in answer.items()}

    for _, _, d, g in games:
        d.again()
        g.again()
    yield {f"{name}_start_{k}": p.values() for k, (_, _, d, g) in enumerate(games) for name, p in (("d", d), ("g", g))}
    yield from ask_each(
        *questions,
        *(stubbed(partial(given, k)) for k in range(len(questions))),
        *(stubbed(partial(twins, k)) for k in range(len(questions))),
    )


# The latent space ----------------------------------------------------------------------------------------------------


def interpolation(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Ways between vectors of different lengths, nearly opposite ones, equal and parallel ones.

    Of sixty parallel pairs rounding takes the cosine of some above 1, however it is computed from two lengths.
    """
    pairs = [rng.normal(size=(2, 12)) * np.array([[1.0], [scale]]) for scale in (1.0, 2.5)]
    wide = rng.normal(size=12)
    pairs.append(np.stack([wide, -wide + 0.4 * rng.normal(size=12)]))
    same = rng.permutation([3.0 * rng.integers(1, 5), *[0.0] * 11])  # so that its length is a whole number
    factor = float(rng.integers(2, 5))
    steps = int(rng.integers(5, 9))
    many = 1 + np.abs(rng.normal(size=(60, 5)))

    def straight(z0: Any, z1: Any, steps: int) -> np.ndarray:
        t = np.linspace(0, 1, steps)[:, None]
        return np.asarray(z0) + t * (np.asarray(z1) - z0)

    def parallel() -> Answer:
        ways = [student.spherical(same, end, steps) for end in (same.copy(), factor * same)]
        ways.append([to_array(student.spherical(row, factor * row, 3)) for row in many])
        return {f"parallel_{k}": to_array(way) for k, way in enumerate(ways)}

    yield {"pairs": np.stack(pairs), "equals": np.stack([same, factor * same]), "many": many, "factor": factor}
    yield from ask_each(
        lambda: {f"straight_{k}": to_array(student.straight(*pair, steps)) for k, pair in enumerate(pairs)},
        lambda: {"three": to_array(student.straight(*pairs[0], 3))},
        lambda: {f"spherical_{k}": to_array(student.spherical(*pair, steps)) for k, pair in enumerate(pairs)},
        parallel,
        with_given(student, parallel, straight=straight),
    )


def arithmetic(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Directions from unsorted scores; shares for a generator and a reader that are known."""
    z, score = rng.normal(size=(40, 5)).astype("float32"), rng.permutation(np.linspace(0.01, 0.99, 40))
    matrix, reading = rng.normal(size=(5, 4)), rng.normal(size=4)
    many = rng.normal(size=(60, 5)).astype("float32")
    vectors = rng.normal(size=(3, 5)).astype("float32")
    vectors *= np.sign(vectors @ matrix @ reading)[:, None]  # all of them speak for the attribute

    def g(z: Any, **_: Any) -> Any:
        return to_tensor(np.tanh(to_array(z) @ matrix))

    def reads(images: Any) -> np.ndarray:
        return 1 / (1 + np.exp(-4 * (to_array(images) @ reading)))

    yield from ask_each(
        lambda: {f"vector_{n}": to_array(student.attribute_vector(z.copy(), score.copy(), n)) for n in (1, 3, 11)},
        lambda: {f"share_{k}": to_array(student.converted(g, reads, many.copy(), v)) for k, v in enumerate(vectors)},
    )


def forgetting(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Maps of which three speak for an attribute and three against it, on very different scales; silencing some.

    Two of the three have a single bright pixel where the attribute is not; the weakest has the smallest index. The last
    one against is brighter where the attribute is, but only since it shares most of the first one's light: next to that
    one it speaks against, which a regression sees and a comparison of means does not.
    """
    n, f = 160, 9
    has = rng.permutation(np.arange(n) % 2 == 0)
    number = int(rng.integers(2**31))
    planted = rng_of(number).permutation(f)[:6]
    planted[np.argmin(planted[:3])], planted[2] = planted[2], planted[:3].min()
    means = rng.normal(size=(n, f))
    means[:, planted] += has[:, None] * np.array([5.2, 3.4, 1.6, -1.8, -2.0, 1.2])
    means[:, planted[[0, 5]]] *= 0.5  # what is their own
    means[:, planted[[0, 5]]] += has[:, None] * np.array([2.8, 0.4]) + 2 * rng.normal(size=(n, 1))
    means += 4
    maps = means[:, None, None] * rng.uniform(0.5, 1.5, (1, 4, 4, 1)) + 0.05 * rng.normal(size=(n, 4, 4, f))
    maps[:, 1, 2, planted[:2]] += 16 * ~has[:, None]  # 1 of the mean
    scale = 10 ** rng.uniform(-1, 1, f)
    scale[planted[:2]] = 1e-3
    maps = (maps * scale).astype("float32")
    which = rng.permutation(f)[:3]
    few = rng.uniform(1, 2, (3, 4, 4, f)).astype("float32")

    def silence() -> Answer:
        mine = few.copy()
        answer = {"silenced": to_array(student.silenced(mine, which.copy()))}
        return answer | {"after": mine.copy()}

    yield {"number": number, "before": few}
    yield from ask_each(lambda: {"telling": to_array(student.telling_maps(maps.copy(), has.copy()))}, silence)


# What D sees ---------------------------------------------------------------------------------------------------------


def guided(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Chains of known layers, each for one mistake: where it looks for another, that one has no effect.

    ``response``: one convolution only, and all is positive. The others have a single response, so that it is no matter
    which is taken. ``layers``: all that passes a ReLU is positive, and so is what comes back to it. ``inputs``: no
    gradient is negative, so only the signs of the inputs count, at two ReLUs. ``gradients``: no input is.
    """

    def conv(values: np.ndarray, strides: int = 1, padding: str = "same", bias: float = 0.0) -> Any:
        layer = keras.layers.Conv2D(values.shape[-1], values.shape[0], strides, padding)
        layer.build((None, 8, 8, values.shape[2]))
        layer.kernel.assign(values.astype("float32"))
        layer.bias.assign(np.full(values.shape[-1], bias, "float32"))
        return layer

    def normalisation(maps: int) -> Any:
        layer = keras.layers.BatchNormalization()
        layer.build((None, 8, 8, maps))
        for variable in layer.weights:
            variable.assign(rng.uniform(0.4, 1.2, maps).astype("float32"))
        return layer

    def leaky() -> Any:
        return keras.layers.LeakyReLU(0.2)

    def mixed(*shape: int) -> np.ndarray:
        return rng.normal(size=shape) / 3

    def positive(*shape: int) -> np.ndarray:
        return rng.uniform(0.1, 0.4, shape)

    x, bright = rng.normal(size=(3, 8, 8, 2)), rng.uniform(0.5, 1.5, (3, 8, 8, 2))
    chains = {
        "response": [conv(positive(3, 3, 2, 4), 2)],
        "inputs": [
            conv(positive(3, 3, 2, 4), bias=-4.5),  # about what comes out without it
            leaky(),
            conv(positive(1, 1, 4, 3), bias=-0.2),
            leaky(),
            conv(positive(8, 8, 3, 1), padding="valid"),
        ],
        "gradients": [
            conv(positive(3, 3, 2, 4)),
            leaky(),
            conv(mixed(3, 3, 4, 3), 2, bias=20.0),
            leaky(),
            conv(mixed(4, 4, 3, 1), padding="valid"),
        ],
        "layers": [
            conv(mixed(3, 3, 2, 4), 2),
            normalisation(4),
            conv(mixed(3, 3, 4, 3)),
            normalisation(3),
            conv(mixed(4, 4, 3, 1), padding="valid", bias=30.0),
            leaky(),
        ],
    }
    features = {"response": int(rng.integers(1, 4))}

    def ask(name: str) -> Answer:
        images = to_tensor(x if name == "layers" else bright)
        return {name: to_array(student.guided_backpropagation(chains[name], images, features.get(name, 0)))}

    yield from ask_each(*(lambda name=name: ask(name) for name in chains))


def features(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Maps of three sizes; patches near centres and on them; classes that lie apart along a feature that is tiny.

    The accuracy is asked with several sets of test labels, of which few or nearly all are wrong.

    This feature is far from zero, and a few test examples go far out in it: they would spoil a scale of their own.
    """
    maps = [rng.normal(size=(3, side, side, f)).astype("float32") for side, f in ((16, 2), (8, 3), (4, 5))]
    centres = rng.normal(size=(90, 6)) / 3  # so many that rounding takes some square below 0
    patches = np.concatenate([rng.normal(size=(7, 6)) / 3, rng.permutation(centres)])
    labels = rng.integers(0, 3, 400)
    rows = rng.normal(size=(400, 8))
    rows[:, 0] += 7 * labels
    rows[:, 1] -= 7 * (labels == 1)
    far = 200 + np.flatnonzero(labels[200:] == 2)[:3]
    rows[far, 0] *= 1000
    rows *= np.array([1e-3, 1e-3, 1, 1, 1, 1, 50, 1e4])
    rows[:, 0] += 2
    tests = 200 + np.flatnonzero(labels[200:] != 1)  # without the second class: another mean than that of the training
    test_labels = [labels[tests] for _ in range(6)]
    for each in test_labels:
        flipped = rng.permutation(len(tests))[: int(rng.integers(10, len(tests) - 10))]
        each[flipped] = (each[flipped] + 1) % 3
    yield from ask_each(
        lambda: {"pooled": to_array(student.pooled([each.copy() for each in maps]))},
        lambda: {"triangle": to_array(student.triangle(patches.copy(), centres.copy()))},
        lambda: {
            f"accuracy_{k}": to_array(student.svm_accuracy(rows[:200], labels[:200], rows[tests], each))
            for k, each in enumerate(test_labels)
        },
    )


def neighbours(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Nearest rows, most of them copies, so that rounding takes some squares below 0; shares for several samples.

    The others lie near one row, whatever is meant by near: distances tell what was meant.
    """
    training = rng.normal(size=(50, 20)) + 3
    images = training[rng.permutation(np.arange(60) % 50)] + 0.2 * rng.normal(size=(60, 20))
    images[12:52] = training[rng.permutation(50)[:40]]
    held_out = rng.gamma(9.0, size=301)
    samples = [rng.gamma(9.0, size=77) * scale for scale in (1.0, 0.45, 0.65)]

    def pair() -> Answer:
        index, distance = student.nearest(images.copy(), training.copy())
        return {"index": to_array(index), "distance": to_array(distance)}

    yield {"images": images, "rows": training}
    yield from ask_each(
        pair, lambda: {f"share_{k}": to_array(student.copied_share(s, held_out.copy())) for k, s in enumerate(samples)}
    )
