"""Hidden tests of the lesson ``dcgan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

Players may be built in any style, so nothing is read from their layers. Known numbers are put into their variables,
whichever there are, and what comes out of them shows how they are built: see `_ask_player`.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.networks import Descent
from autograder.inside.probing import Parts, ask, gradient, pair, to_array, to_pair, to_tensor

# Data ----------------------------------------------------------------------------------------------------------------


def transform(student: Any, rng: np.random.Generator) -> None:
    """Grey images with and without a margin, images in colour with one; no pixel at either end of the range.

    The way back is asked with numbers that lie between two bytes; and again with such of the student's own range.
    """
    margin = int(rng.integers(1, 4))
    side = int(rng.integers(6, 10))
    grey, colour = (rng.integers(20, 200, (n, side, side, *c), dtype=np.uint8) for n, c in ((3, ()), (2, (3,))))
    near = rng.uniform(-0.4, 0.4, (2, 5, 5, 3))  # never half way between two bytes, where rounding is a matter of taste
    numbers = ((rng.integers(1, 255, near.shape) + near) / 127.5 - 1).astype("float32")

    def own_range() -> list[np.ndarray]:
        low, high = (to_array(student.prepare(np.full((1, 2, 2), byte, np.uint8), 2)).mean() for byte in (0, 255))
        own = (low + (each + 1) / 2 * (high - low) for each in (numbers, np.ones((1, 2))))
        return [each.astype("float32") for each in own]

    ask("plain", student.prepare, grey, side)
    ask("grey", student.prepare, grey, side + 2 * margin)
    ask("colour", student.prepare, colour, side + 2 * margin)
    ask.each("bytes", student.to_bytes, [numbers, np.ones((1, 2))])
    ask("own bytes", lambda: Parts(*(to_array(student.to_bytes(each)) for each in own_range())))


# Players -------------------------------------------------------------------------------------------------------------


def generator(student: Any, rng: np.random.Generator) -> None:
    """What a generator for side 32 does with known numbers, the shapes of others, and how a broad one starts."""
    # No layer has as many maps as the noise numbers.
    latent, filters = int(rng.integers(8, 10)), int(rng.integers(5, 8))
    z = [rng.uniform(0.5, 1.5, (6, latent)), rng.normal(size=(6, latent)), rng.normal(size=(6, latent))]
    seeds = rng.integers(2**32, size=3)
    sides = _Sides(rng, rng.normal(size=latent))
    subject = _Subject(lambda: student.make_generator(latent, 32, 3, filters), z[0])

    def run_of(model: Any) -> Callable[..., np.ndarray]:
        def run(x: np.ndarray, training: bool = False) -> np.ndarray:
            return to_array(model(to_tensor(x), training=training))

        return run

    def broad() -> Parts:
        model = student.make_generator(48, 16, 3, 24)
        images = model(to_tensor(rng_of(seeds[1]).normal(size=(2, 48))))
        return Parts(shape=np.array(images.shape), **_started(model))

    def reached() -> np.ndarray:
        model = subject()
        run = run_of(model)
        _put(model, seeds[0], spot=True)
        return np.abs(run(z[0][:2]) - run(0 * z[0][:2])).max(axis=(0, 3)) > 1e-6

    def large() -> Parts:  # for smaller sides powers of two are multiples of two
        model = student.make_generator(latent, 64, 3, filters)
        model(to_tensor(z[0][:1]))
        shapes = [tuple(kernel.shape[2:]) for kernel in _kernels(model) if len(kernel.shape) == 4]
        return Parts(maps=max(max(shape) for shape in shapes), last=min(max(shape) for shape in shapes if 3 in shape))

    ask.tell(filters=filters)
    ask("broad", broad)
    ask("shape", lambda: np.array(subject()(to_tensor(z[0])).shape))
    ask("shape of 8", lambda: np.array(student.make_generator(latent, 8, 1, filters)(to_tensor(z[0])).shape))
    ask("reached", reached)
    ask("large", large)
    ask("order", _order, subject, run_of, z[0], seeds[0])
    _ask_player(subject, run_of, z, seeds, lambda model: run_of(model)(sides.put(model, max)))


def _order(subject: "_Subject", run_of: Callable[[Any], Callable[..., np.ndarray]], x: np.ndarray, seed: int) -> Parts:
    """As ``signs`` of `_ask_player`, for ``pairs`` of kernels, and after training.

    Where moving statistics are not those of the start, a batch normalisation behind its ReLU makes numbers of nothing.
    """
    model = subject()
    run = run_of(model)
    _put(model, seed)
    run(x, True)
    nothing, pairs, kernels = run(0 * x), [], _kernels(model)[:8]
    for k, kernel in enumerate(kernels):
        kernel.assign(-kernel)
        for earlier in kernels[:k]:
            earlier.assign(-earlier)
            pairs.append(_part(run(x)))
            earlier.assign(-earlier)
        kernel.assign(-kernel)
    return Parts(nothing=_part(nothing), pairs=Parts(*pairs))


def discriminator(student: Any, rng: np.random.Generator) -> None:
    """What a discriminator for side 32 does with known numbers, and how a broad one starts."""
    filters = int(rng.integers(5, 8))
    x = [np.full((6, 32, 32, 3), rng.uniform(0.8, 1.2)), *(rng.normal(size=(6, 32, 32, 3)) for _ in range(2))]
    seeds = rng.integers(2**32, size=3)
    share = rng.uniform(0.3, 0.7)
    sides, images = _Sides(rng, rng.permutation([1.0, -share, share - 1])), np.ones((32, 32, 1))
    subject = _Subject(lambda: student.make_discriminator(32, 3, filters), x[1])

    def run_of(model: Any) -> Callable[..., np.ndarray]:
        def run(x: np.ndarray, training: bool = False) -> np.ndarray:
            return _logits(model(to_tensor(x), training=training))

        return run

    def broad() -> Parts:
        model = student.make_discriminator(16, 3, 32)
        return Parts(logits=to_pair(model(to_tensor(x[1][:, :16, :16])))["second"], **_started(model))

    def small() -> np.ndarray:
        model = student.make_discriminator(8, 1, filters)
        return to_pair(model(to_tensor(x[1][:, :8, :8, :1])))["second"]

    ask.tell(filters=filters)
    ask("pair", _pair, subject, x[1], seeds[0])
    ask("broad", broad)
    ask("small", small)
    ask("middle", _middle, subject, x[2], seeds[0])
    ask("reached", _reached, subject, x, seeds[0])
    _ask_player(subject, run_of, x, seeds, lambda model: run_of(model)(sides.put(model, min)[:, None, None] * images))


def _pair(subject: "_Subject", x: np.ndarray, seed: int) -> Parts:
    """What D returns, and the ``lowest`` of all logits, also with the sign of the last kernel changed."""
    model = subject()
    _put(model, seed, signs=True)
    came = to_pair(model(to_tensor(x)))
    last = [kernel for kernel in _kernels(model) if tuple(kernel.shape[1:]) == (1,)] or _kernels(model)
    last[-1].assign(-last[-1])
    return Parts(**came, lowest=min(came["second"].min(), to_pair(model(to_tensor(x)))["second"].min()))


def _middle(subject: "_Subject", x: np.ndarray, seed: int) -> float:
    """The mean in training of logits that add up all maps alike.

    Zero if the last thing that happens to these is that they are normalised.
    """
    model = subject()
    _put(model, seed)
    for kernel in _kernels(model):
        if len(kernel.shape) == 2 and kernel.shape[1] == 1:
            kernel.assign(np.full(kernel.shape, 1 / kernel.shape[0], "float32"))
    return float(_logits(model(to_tensor(x), training=True)).mean())


def _reached(subject: "_Subject", x: list[np.ndarray], seed: int) -> Parts:
    """Which ``pixels`` count with a weight in one place of each filter.

    And how much each of the ``places`` does where all numbers are positive, so that no ReLU has a part in it.
    """
    model = subject()
    _put(model, seed, spot=True)
    gradients = []
    for images in (to_tensor(each[:2]) for each in x[1::-1]):
        with tf.GradientTape() as tape:
            tape.watch(images)
            logits = model(images)[1]
        gradients.append(np.abs(to_array(tape.gradient(logits, images))).max(axis=(0, 3)))
    return Parts(pixels=gradients[0] > 1e-9, places=gradients[1])


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


def _started(model: Any) -> dict[str, Any]:
    """How many kernels there are, and a part of each as it starts."""
    kernels = [keras.ops.reshape(kernel, (-1,)) for kernel in _kernels(model)]
    thinned = [to_array(kernel[:: 1 + kernel.shape[0] // 5000]) for kernel in kernels]
    return {"kernels": len(kernels), "start": Parts(*thinned)}


def _ask_player(
    subject: _Subject,
    run_of: Callable[[Any], Callable[..., np.ndarray]],
    x: list[np.ndarray],
    seeds: np.ndarray,
    on_sides: Callable[[Any], np.ndarray],
) -> None:
    """Questions to a player whose layers are not known.

    ``told``: the first layer looks for something, which is in some inputs, and its reverse in the others. All further
    ones give the mean of their maps. What comes out lies higher for the first, whatever else the layers do: so the
    answers are those of a player that got these inputs and these weights.
    """

    def told() -> np.ndarray:
        outputs = on_sides(subject())
        return outputs.reshape(len(outputs), -1).max(axis=1)

    factor = float(rng_of(seeds[2]).uniform(1.5, 2))
    ask.tell(factor=factor)
    ask("told", told)
    ask("signs", _signs, subject, run_of, x[0], seeds[0], factor)
    ask("batches", _batches, subject, run_of, x, seeds[1])


def _signs(
    subject: _Subject, run_of: Callable[[Any], Callable[..., np.ndarray]], x: np.ndarray, seed: int, factor: float
) -> Parts:
    """All weights and inputs are positive; then one kernel after the other changes its sign.

    So what lies behind it meets negative numbers only: ReLU leaves nothing of them, leaky ReLU a share. Then the last
    one is multiplied, which reaches the output's activation in proportion.
    """
    model = subject()
    run = run_of(model)
    _put(model, seed)
    nothing, plus, minus, kernels = run(0 * x), run(x), [], _kernels(model)[:8]
    for kernel in kernels:
        kernel.assign(-kernel)
        minus.append(_part(run(x)))
        kernel.assign(-kernel)
    kernels[-1].assign(factor * kernels[-1])
    values = {"nothing": nothing, "plus": plus, "times": run(x)}
    return Parts(
        minus=Parts(*minus), layers=len(_kernels(model)), **{name: _part(value) for name, value in values.items()}
    )


def _batches(
    subject: _Subject, run_of: Callable[[Any], Callable[..., np.ndarray]], x: list[np.ndarray], seed: int
) -> Parts:
    """Outputs for the same examples in two different batches, in training (twice) and at inference.

    Which of the player's moving statistics have moved by that, and how large they are; and in training outputs with one
    kernel after the other multiplied, which batch normalisation takes back.
    """
    model = subject()
    run = run_of(model)
    _put(model, seed, signs=True, size=3.0)
    mixed = np.concatenate([x[1][:3], 2 * x[2][3:] + 0.5])
    scales = np.concatenate([scale * x[1][:3] for scale in (1.0, 0.1, 0.01)])  # a sigmoid may be full for large ones
    statistics = [variable for variable in model.non_trainable_variables if variable.dtype == "float32"]
    before = [to_array(variable) for variable in statistics]
    values = {"alone": run(x[1][:3]), "together": run(x[1])[:3], "earlier": run(scales)}
    values |= {name: run(x[1], True)[:3] for name in ("trained", "trained_again")}
    values["trained_mixed"] = run(mixed, True)[:3]
    moved = [not np.array_equal(old, to_array(new)) for old, new in zip(before, statistics, strict=True)]
    values["later"] = run(scales)
    scaled = []
    for kernel in _kernels(model):
        value = to_array(kernel)
        kernel.assign(2 * value)
        scaled.append(_part(run(x[1], True)[:3]))
        kernel.assign(value)
    return Parts(
        scaled=Parts(*scaled),
        statistics=np.array(sorted(old.size for old, has in zip(before, moved, strict=True) if has)),
        layers=len(_kernels(model)),
        dense=sum(len(kernel.shape) == 2 for kernel in _kernels(model)),
        **{name: _part(value) for name, value in values.items()},
    )


def _part(value: Any) -> Any:
    """An output, or a part of it that fits into an answer."""
    return value[:, ::3, ::3] if isinstance(value, np.ndarray) and value.ndim == 4 else value


# Losses and the step -------------------------------------------------------------------------------------------------


def losses(student: Any, rng: np.random.Generator) -> None:
    """Each loss for moderate logits, with several degrees of smoothing, and for large ones."""
    cases = [(to_tensor(rng.normal(size=(n, 1)) * 2), to_tensor(rng.normal(size=(n, 1)) * 2)) for n in (4, 7)]
    large = to_tensor(rng.uniform(150, 5000, (4, 1)) * np.array([[1], [-1], [1], [-1]]))
    smooth, fakes = float(rng.uniform(0.15, 0.4)), [fake for _, fake in cases]
    ask.each("hard", student.discriminator_loss, cases, smooth=0.0)
    ask.each("soft", student.discriminator_loss, cases)
    ask.each("more", student.discriminator_loss, cases, smooth=smooth)
    ask.each("generator", student.generator_loss, fakes)
    ask.gradient("hard gradient", student.discriminator_loss, *cases[0], smooth=0.0)
    ask.gradient("generator gradient", student.generator_loss, fakes[0])
    ask("large hard", student.discriminator_loss, large, large[::-1], smooth=0.0)
    ask("large generator", student.generator_loss, large)
    ask.gradient("large generator gradient", student.generator_loss, large)
    ask("large hard gradient", gradient(student.discriminator_loss, along=[large]), large, -large, 0.0)


class _Rows(keras.layers.Layer):
    """One dense layer with known values. In training it subtracts a share of the mean of its batch, unless frozen.

    So does batch normalisation: with ``trainable = False`` it is in inference mode, whatever it is told.
    """

    def __init__(self, weights: np.ndarray, bias: np.ndarray, share: float) -> None:
        super().__init__(name="rows")  # Keras's own name for it would be none that graphs allow
        self.share = share
        self.w = self.add_weight(shape=weights.shape, initializer="zeros")
        self.b = self.add_weight(shape=bias.shape, initializer="zeros")
        self.statistic = self.add_weight(shape=(), initializer="zeros", trainable=False)
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

    def begun(self) -> np.ndarray:
        """The same at the start."""
        return np.concatenate([value.ravel() for value in self.rows.start])


def _game(rng: np.random.Generator, share: float) -> tuple[Any, Any, _Player, _Player]:
    """X, Z, D and G. In training the players take away a ``share`` of the batch's mean, if it is above zero.

    Real examples lie where D does not look: its first step turns it there, and with it the direction in which G moves.
    """
    angle = rng.uniform(0, 2 * np.pi)
    look, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    X = to_tensor(rng.uniform(1.5, 2.5) * aside + 0.5 * rng.normal(size=(7, 2)))
    Z = rng.uniform(-1, 1, (7, 1))
    Z = to_tensor(Z - Z.mean() + rng.uniform(0.5, 0.8))  # a mean of the batch which training takes away
    d = _Player(rng.uniform(0.4, 0.6) * look[:, None], rng.choice([-1, 1], 1) * rng.uniform(0.2, 0.4), share, True)
    g = _Player(rng.uniform(0.4, 0.9, (1, 2)) * rng.choice([-1, 1], (1, 2)), rng.normal(size=2) / 4, share, False)
    return X, Z, d, g


class _Steps:
    """Steps with plain SGD from one start. Both rates are the same, so that it is no matter which moves whom."""

    def __init__(self, rng: np.random.Generator, train_step: Callable[..., Any]) -> None:
        """``train_step`` is asked."""
        self.train_step, self.rate, smooth = train_step, float(rng.uniform(0.7, 1)), float(rng.uniform(0.2, 0.4))
        self.games = [_game(rng, share) for share in (0.0, float(rng.uniform(0.5, 0.9)))]
        self.asked: dict[str, dict[str, Any]] = {
            "both": {"moving": "dg"},
            "only_d": {"moving": "d"},
            "only_g": {"moving": "g"},
            "still": {"moving": ""},
            "smooth": {"moving": "", "smooth": smooth},
            "batches_d": {"moving": "d", "game": 1},  # with players who care for `training`
            "batches_g": {"moving": "g", "game": 1},
            "twice_d": {"moving": "d", "times": 2},  # by optimizers that remember
            "twice_g": {"moving": "g", "times": 2},
        }

    def step(self, moving: str, game: int = 0, times: int = 1, **more: float) -> Parts:
        """Where both players are, and what was returned."""
        X, Z, d, g = self.games[game]
        d.again()
        g.again()
        memory = 0.9 if times > 1 else 0.0
        rates = [self.rate if player in moving else 0.0 for player in "dg"]
        optimizers = [Descent(rate, momentum=memory) for rate in rates]
        for _ in range(times):
            returned = self.train_step(X, Z, d, g, *optimizers, **more)
        answer = {"d": d.values(), "g": g.values()}
        with contextlib.suppress(Exception):  # who returns something else has moved all the same
            answer |= to_pair(returned)
        return Parts(**answer)

    def starts(self) -> dict[str, Parts]:
        """Where the players of both games begin."""
        names = "start", "batches_start"
        return {name: Parts(d=d.begun(), g=g.begun()) for name, (_, _, d, g) in zip(names, self.games, strict=True)}

    def all_with_twins(self) -> Parts:
        """All steps with a D that gives its logits twice."""
        for _, _, d, _ in self.games:
            d.twins = True
        try:
            return Parts(**self.starts(), **{name: self.step(**how) for name, how in self.asked.items()})
        finally:
            for _, _, d, _ in self.games:
                d.twins = False


def train_step(student: Any, rng: np.random.Generator) -> None:
    """One step: both players' rates above zero, only D's, only G's, neither; with players who care for ``training``.

    And two steps by optimizers that remember. All that again with known functions in the place of the losses, and then
    also with a D that gives its logits in the place of probabilities, too.
    """
    width, weight = rng.uniform(0.5, 1.5, 2)
    steps = _Steps(rng, student.train_step)

    def discriminator_loss(real_logits: Any, fake_logits: Any, smooth: float = 0.1) -> Any:
        square = keras.ops.mean(keras.ops.square(fake_logits)) * weight
        return square - (1 + smooth) * keras.ops.mean(keras.ops.tanh(real_logits))

    def generator_loss(fake_logits: Any) -> Any:
        return keras.ops.mean(keras.ops.square(fake_logits - 1) * width)

    ask.tell(**steps.starts())
    for stubbed in ask.both_ways(discriminator_loss=discriminator_loss, generator_loss=generator_loss):
        for name, how in steps.asked.items():
            ask(name, steps.step, **how)
        if stubbed:
            ask("twins", steps.all_with_twins)


# The latent space ----------------------------------------------------------------------------------------------------


def interpolation(student: Any, rng: np.random.Generator) -> None:
    """Ways between vectors of different lengths, nearly opposite ones, equal and parallel ones.

    Of sixty parallel pairs rounding takes the cosine of some above 1, however it is computed from two lengths.
    """
    pairs = [rng.normal(size=(2, 12)) * np.array([[1.0], [scale]]) for scale in (1.0, 2.5)]
    wide = rng.normal(size=12)
    pairs.append(np.stack([wide, -wide + 0.4 * rng.normal(size=12)]))
    same = rng.permutation([3.0 * rng.integers(1, 5), *[0.0] * 11])  # so that its length is a whole number
    factor = float(rng.integers(2, 5))
    steps = int(rng.integers(5, 9))
    rows = 1 + np.abs(rng.normal(size=(60, 5)))

    def straight(z0: Any, z1: Any, steps: int) -> np.ndarray:
        t = np.linspace(0, 1, steps)[:, None]
        return np.asarray(z0) + t * (np.asarray(z1) - z0)

    def parallel(rows: np.ndarray) -> Parts:
        ways = [student.spherical(same, end, steps) for end in (same.copy(), factor * same)]
        return Parts(*ways, [to_array(student.spherical(row, factor * row, 3)) for row in rows])

    ask.tell(pairs=np.stack(pairs), equals=np.stack([same, factor * same]), rows=rows, factor=factor)
    ask.each("straight", student.straight, [(*pair, steps) for pair in pairs])
    ask("three", student.straight, *pairs[0], 3)
    ask.each("spherical", student.spherical, [(*pair, steps) for pair in pairs])
    for _ in ask.both_ways(straight=straight):
        ask("parallel", parallel, rows)


def arithmetic(student: Any, rng: np.random.Generator) -> None:
    """Directions from unsorted scores; shares for a generator and a reader that are known."""
    z, score = rng.normal(size=(40, 5)).astype("float32"), rng.permutation(np.linspace(0.01, 0.99, 40))
    matrix, reading = rng.normal(size=(5, 4)), rng.normal(size=4)
    z_of_faces = rng.normal(size=(60, 5)).astype("float32")
    vectors = rng.normal(size=(3, 5)).astype("float32")
    vectors *= np.sign(vectors @ matrix @ reading)[:, None]  # all of them speak for the attribute

    def g(z: Any, **_: Any) -> Any:
        return to_tensor(np.tanh(to_array(z) @ matrix))

    def reads(images: Any) -> np.ndarray:
        return 1 / (1 + np.exp(-4 * (to_array(images) @ reading)))

    ask.each("vector", student.attribute_vector, [(z, score, n) for n in (1, 3, 11)])
    ask.each("share", student.converted, [(g, reads, z_of_faces, vector) for vector in vectors])


def forgetting(student: Any, rng: np.random.Generator) -> None:
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
    indices = rng.permutation(f)[:3]
    to_silence = rng.uniform(1, 2, (5, 4, 4, f)).astype("float32")  # along no axis are the three indices all

    def silence(maps: np.ndarray, indices: np.ndarray) -> Parts:
        return Parts(maps=to_array(student.silenced(maps, indices)), after=maps)

    ask.tell(number=number, before=to_silence)
    ask("telling", student.telling_maps, maps, has)
    ask("silenced", silence, to_silence, indices)


# What D sees ---------------------------------------------------------------------------------------------------------


def guided(student: Any, rng: np.random.Generator) -> None:
    """Chains of known layers, each for one mistake: where it looks for another, that one has no effect.

    ``response``: one convolution only, and all is positive. The others have a single response, so that it is no matter
    which is taken. ``layers``: all that passes a ReLU is positive, and so is what comes back to it. ``inputs``: no
    gradient is negative, so only the signs of the inputs count, at two ReLUs. ``gradients``: no input is.
    """

    def mixed(*shape: int) -> np.ndarray:
        return rng.normal(size=shape) / 3

    def positive(*shape: int) -> np.ndarray:
        return rng.uniform(0.1, 0.4, shape)

    x, bright = to_tensor(rng.normal(size=(3, 8, 8, 2))), to_tensor(rng.uniform(0.5, 1.5, (3, 8, 8, 2)))
    inputs = [_around_zero(_conv(positive(3, 3, 2, 4)), bright), _leaky()]
    inputs += [_around_zero(_conv(positive(1, 1, 4, 3)), inputs[1](inputs[0](bright))), _leaky()]
    inputs += [_conv(positive(8, 8, 3, 1), padding="valid")]
    gradients = [_conv(positive(3, 3, 2, 4)), _leaky(), _conv(mixed(3, 3, 4, 3), 2, bias=40.0), _leaky()]
    gradients += [_conv(mixed(4, 4, 3, 1), padding="valid")]
    layers = [_conv(mixed(3, 3, 2, 4), 2), _normalisation(rng, 4), _conv(mixed(3, 3, 4, 3)), _normalisation(rng, 3)]
    layers += [_conv(mixed(4, 4, 3, 1), padding="valid", bias=30.0), _leaky()]
    ask("response", student.guided_backpropagation, [_conv(positive(3, 3, 2, 4), 2)], bright, int(rng.integers(1, 4)))
    ask("inputs", student.guided_backpropagation, inputs, bright, 0)
    ask("gradients", student.guided_backpropagation, gradients, bright, 0)
    ask("layers", student.guided_backpropagation, layers, x, 0)


def _conv(values: np.ndarray, strides: int = 1, padding: str = "same", bias: float = 0.0) -> Any:
    """A convolution with these values, (height, width, in, out)."""
    layer = keras.layers.Conv2D(values.shape[-1], values.shape[0], strides, padding)
    layer.build((None, 8, 8, values.shape[2]))
    layer.kernel.assign(values.astype("float32"))
    layer.bias.assign(np.full(values.shape[-1], bias, "float32"))
    return layer


def _around_zero(layer: Any, x: Any) -> Any:
    """A convolution, shifted so that half of what it makes of ``x`` is negative in each map."""
    layer.bias.assign(layer.bias - np.median(to_array(layer(x)), axis=(0, 1, 2)))
    return layer


def _normalisation(rng: np.random.Generator, maps: int) -> Any:
    """A batch normalisation with positive numbers in all its variables."""
    layer = keras.layers.BatchNormalization()
    layer.build((None, 8, 8, maps))
    for variable in layer.weights:
        variable.assign(rng.uniform(0.4, 1.2, maps).astype("float32"))
    return layer


def _leaky() -> Any:
    return keras.layers.LeakyReLU(0.2)


def features(student: Any, rng: np.random.Generator) -> None:
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
    ask("pooled", student.pooled, maps)
    ask("triangle", student.triangle, patches, centres)
    training = rows[:200], labels[:200]
    ask.each("accuracy", student.svm_accuracy, [(*training, rows[tests], each) for each in test_labels])


def neighbours(student: Any, rng: np.random.Generator) -> None:
    """Nearest rows, most of them copies, so that rounding takes some squares below 0; shares for several samples.

    The others lie near one row, whatever is meant by near: distances tell what was meant.
    """
    training = rng.normal(size=(50, 20)) + 3
    images = training[rng.permutation(np.arange(60) % 50)] + 0.2 * rng.normal(size=(60, 20))
    images[12:52] = training[rng.permutation(50)[:40]]
    held_out = rng.gamma(9.0, size=301)
    samples = [rng.gamma(9.0, size=77) * scale for scale in (1.0, 0.45, 0.65)]

    ask.tell(images=images, rows=training)
    ask("nearest", pair(student.nearest), images, training)
    ask.each("share", student.copied_share, [(sample, held_out) for sample in samples])
