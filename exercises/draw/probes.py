"""Hidden tests of the lesson ``draw``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked twice: as the notebook is, and with something known in the
place of the other part, so that a mistake there costs nothing here. What is known takes the same arguments as the right
part and is otherwise unlike it: it gives nothing away. The parts of the model (``parts``) are always known ones.
"""

import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import Answer, ask_each, stubbed, to_array, to_tensor, with_given

# What probes share ---------------------------------------------------------------------------------------------------


def _slopes(function: Callable[..., Any], *inputs: Any) -> np.ndarray:
    """How what ``function`` gives changes with all that goes in, one number for each: asked as training asks.

    So it is compiled, for a batch of any size, which NumPy stops: then no numbers come at all. Where no gradient passes
    the numbers are zero.
    """

    def slopes(*inputs: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = [keras.ops.cast(each, "float32") for each in tf.nest.flatten(function(*inputs))]
            outputs = [each if each.shape.rank else each[None] for each in outputs]
            total = sum(
                keras.ops.sum(each * keras.ops.cos(keras.ops.arange(keras.ops.shape(each)[-1], dtype="float32")))
                for each in outputs
            )
        return tape.gradient(total, inputs, unconnected_gradients="zero")

    forms = [tf.TensorSpec((None, *value.shape[1:]), "float32") for value in inputs]
    try:
        came = tf.function(slopes, input_signature=forms, autograph=False)(*inputs)
    except Exception:
        return np.zeros(0)
    return np.concatenate([to_array(slope).ravel() for slope in came])


def _several(value: Any, count: int) -> list[Any]:
    """What a function returned, taken apart."""
    if not isinstance(value, tuple | list) or len(value) != count:
        came = len(value) if isinstance(value, tuple | list) else 1
        raise TypeError(f"{count} values were expected, {came} came")
    return list(value)


def _sizes(rng: np.random.Generator, *lowest: int) -> list[int]:
    """Sizes from each of ``lowest`` to one more; with lowest ones that are two apart, all differ."""
    return [low + int(rng.integers(2)) for low in lowest]


# Data ----------------------------------------------------------------------------------------------------------------


def binarise(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """2,000 copies of an image with a few grey levels, binarised by three generators, one of them used twice."""
    levels = np.concatenate([[0, 255], rng.integers(20, 110, 3), rng.integers(145, 235, 3)])
    levels = rng.permutation(levels).reshape(2, 4)
    images = np.tile(levels.astype(np.uint8), (2000, 1, 1))
    one, other = rng.choice(10_000, 2, replace=False).tolist()
    yield {"levels": levels}

    def draws() -> Answer:
        random = np.random.default_rng(one)
        first, second = (to_array(student.binarise(images.copy(), random)) for _ in range(2))
        return {"first": first, "second": second}

    yield from ask_each(
        draws,
        lambda: {"again": to_array(student.binarise(images.copy(), np.random.default_rng(one)))},
        lambda: {"other": to_array(student.binarise(images.copy(), np.random.default_rng(other)))},
    )


# The error image, and no attention -----------------------------------------------------------------------------------


def error_image(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Images of ink and paper, and canvases of moderate logits."""
    batch, height, width = _sizes(rng, 2, 4, 6)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    canvas = to_tensor(rng.normal(size=(batch, height, width)) * 2)
    yield from ask_each(
        lambda: {"error": to_array(student.error_image(x, canvas))},
        lambda: {"slopes": _slopes(student.error_image, x, canvas)},
    )


def plain(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Images and errors that differ in every pixel; a layer that is known."""
    batch, height, width, hidden = _sizes(rng, 2, 4, 6, 8)
    x, error = to_tensor(rng.normal(size=(2, batch, height, width)))
    h_dec, layer = to_tensor(rng.normal(size=(batch, hidden))), _layer(rng, hidden, height * width)
    yield from ask_each(
        lambda: {"read": to_array(student.read_plain(x, error))},
        lambda: {"write": to_array(student.write_plain(h_dec, layer, height, width))},
        lambda: {"read_slopes": _slopes(student.read_plain, x, error)},
        lambda: {"write_slopes": _slopes(lambda h_dec: student.write_plain(h_dec, layer, height, width), h_dec)},
    )


def _layer(rng: np.random.Generator, inputs: int, outputs: int) -> Callable[[Any], Any]:
    """A known function of a batch (batch, inputs), affine and then bent a little."""
    W, b = to_tensor(rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)), to_tensor(rng.normal(size=outputs))
    return lambda h: keras.ops.softplus(keras.ops.matmul(h, W) + b) - 0.5


# Attention -----------------------------------------------------------------------------------------------------------


def attention_window(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """A few outputs of the layer, zeros among them, on an image that is wide and on one that is high.

    ``alike``: with the same outputs for stride, variance and intensity, so that one function in all three is seen.
    """
    raw = rng.normal(size=(5, 5))
    raw[0] = 0
    tensor = to_tensor(raw)
    alike = rng.permutation(np.linspace(-1, 1, 6))[:, None] * np.array([[0, 0, 1, 1, 1]])
    names = ("x", "y", "stride", "variance", "intensity")
    short, long, size = (low + int(rng.integers(4)) for low in (7, 13, 3))

    def window(raw: Any, height: int, width: int) -> Any:
        answer = student.attention_window(raw, size, height, width)
        return answer if hasattr(answer, "stride") else student.Window(*_several(answer, 5))

    def values(k: int, height: int, width: int) -> Answer:
        answer = student.attention_window(to_tensor(raw), size, height, width)
        named = {f"named_{k}": float(hasattr(answer, "stride"))}
        parts = window(to_tensor(raw), height, width)
        centre = {f"{name}_{k}": to_array(getattr(parts, name)) for name in names[:2]}
        return named | centre | {f"{name}_{k}": to_array(part(parts, name)) for name in names[2:]}

    def part(parts: Any, name: str) -> Any:
        """With its second axis, if that is missing in the centre, too, which costs there."""
        value, x = map(keras.ops.convert_to_tensor, (getattr(parts, name), parts.x))
        return value[:, None] if len(value.shape) == len(x.shape) == 1 else value

    def of_alike() -> Answer:
        parts = window(to_tensor(alike), 5, 5)
        return {f"{name}_alike": to_array(part(parts, name)) for name in names[2:]}

    yield {"span": 4 / (size - 1)}
    yield from ask_each(
        lambda: values(0, short, long),
        lambda: values(1, long, short),
        of_alike,
        *(
            lambda name=name: {f"{name}_slopes": _slopes(lambda raw: part(window(raw, short, long), name), tensor)}
            for name in names
        ),
    )


def filter_centres(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Grids of an odd and of an even number of spots. Judged against theory."""
    batch = int(rng.integers(3, 6))
    centre, stride = rng.uniform(-3, 20, (batch, 1)), rng.uniform(0.3, 5, (batch, 1))
    sizes = (3 + 2 * int(rng.integers(3)), 2 + 2 * int(rng.integers(3)))
    grid = to_tensor(centre), to_tensor(stride)

    def spots(centre: Any, stride: Any) -> Any:
        return student.filter_centres(centre, stride, sizes[0])

    yield {"centre": centre, "stride": stride}
    yield from ask_each(
        *(
            lambda k=k, size=size: {
                f"centres_{k}": to_array(student.filter_centres(to_tensor(centre), to_tensor(stride), size))
            }
            for k, size in enumerate(sizes)
        ),
        lambda: {"mean_slopes": _slopes(lambda *grid: keras.ops.mean(spots(*grid), axis=1), *grid)},
        lambda: {"distance_slopes": _slopes(lambda *grid: spots(*grid)[:, -1] - spots(*grid)[:, 0], *grid)},
    )


def filterbank(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Spots on an axis and about its ends; spots so far outside that every exponential is very small, or zero."""
    batch, size, length = _sizes(rng, 3, 5, 9)
    near = rng.uniform(-1.5, length + 0.5, (batch, size))
    variances = rng.uniform(0.3, 3, (batch, 1))
    side = rng.choice([-1, 1], (batch, size))
    far = side * rng.uniform(45, 60, (batch, size))

    def shares(centres: Any, variance: Any) -> Any:
        filters = student.filterbank(centres, variance, length)
        return filters / keras.ops.sum(filters, axis=-1, keepdims=True)

    def seen(centres: Any) -> Any:  # the mean place of the pixels that are seen, with the same weight for all spots
        filters = student.filterbank(centres, keras.ops.full_like(centres[:, :1], 12.0), length)
        return keras.ops.sum(filters * to_tensor(np.arange(length)), axis=-1)[..., None]

    def seen_from_farther(centres: Any) -> Any:
        filters = student.filterbank(centres, keras.ops.full_like(centres[:, :1], 0.5), length)
        return keras.ops.sum(filters * to_tensor(np.arange(length)), axis=-1)[..., None]

    yield {"length": length, "far_side": side}
    yield from ask_each(
        lambda: {"near": to_array(student.filterbank(to_tensor(near), to_tensor(variances), length))},
        lambda: {"far": to_array(student.filterbank(to_tensor(far), to_tensor(np.full((batch, 1), 12.0)), length))},
        lambda: {
            "farther": to_array(student.filterbank(to_tensor(3 * far), to_tensor(np.full((batch, 1), 0.5)), length))
        },
        lambda: {"near_slopes": _slopes(shares, to_tensor(near), to_tensor(variances))},
        lambda: {"far_slopes": _slopes(seen, to_tensor(far))},
        lambda: {"farther_slopes": _slopes(seen_from_farther, to_tensor(3 * far))},
    )


def _known_filters(rng: np.random.Generator) -> dict[str, Any]:
    """Something that takes the arguments of `filter_centres` and `filterbank`, and gives no filter at all."""
    a, b, c = rng.uniform(0.3, 1, 3)

    def filter_centres(centre: Any, stride: Any, size: int) -> Any:
        return a * centre + stride * to_tensor(np.cos(np.arange(size) + b))

    def filterbank(centres: Any, variance: Any, length: int) -> Any:
        return keras.ops.sin(centres[:, :, None] * to_tensor(c + np.arange(length) % 3)) + 0.2 * variance[:, :, None]

    return {"filter_centres": filter_centres, "filterbank": filterbank}


def _window(student: Any, rng: np.random.Generator, batch: int, height: int, width: int) -> Any:
    """A Window for each image, with an intensity of 1."""
    low, high = (0.0, 0.0, 0.5, 0.3), (width - 1.0, height - 1.0, 2.0, 1.5)
    parts = rng.uniform(low, high, (batch, 1, 4)).transpose(2, 0, 1)
    return student.Window(*map(to_tensor, parts), to_tensor(np.ones((batch, 1))))


FLAT = 6
"""Images, or patches, that are of one grey each."""


def _flat_window(student: Any, rng: np.random.Generator, window: Any) -> tuple[Any, np.ndarray]:
    """The first image's Window for several, with other intensities, and those (FLAT, 1)."""
    gamma = rng.uniform(1.5, 3, (FLAT, 1)) ** rng.choice([-1, 1], (FLAT, 1))
    parts = (to_tensor(np.full((FLAT, 1), to_array(part)[0, 0])) for part in window[:4])
    return student.Window(*parts, to_tensor(gamma)), gamma


def _flat(greys: np.ndarray, height: int, width: int) -> Any:
    """Images (FLAT, height, width) of these greys."""
    return to_tensor(np.broadcast_to(greys[:, None, None], (FLAT, height, width)))


def read_attention(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Glimpses through soft windows; and through one so sharp that it reads back the pixels themselves.

    ``flat``: of images and errors of one grey each, through one window with several intensities.
    """
    batch, size, height, width = _sizes(rng, 2, 6, 8, 10)  # not the lesson's own 5
    x, error = to_tensor(rng.normal(size=(2, batch, height, width)))
    window = _window(student, rng, batch, height, width)
    bright, gamma = _flat_window(student, rng, window)
    greys = rng.uniform(0.5, 2, (2, FLAT))
    corner = rng.integers(0, [width - size + 1, height - size + 1])  # column and row of the patch's first pixel
    middle = corner + (size - 1) / 2
    sharp = student.Window(*(to_tensor(np.full((batch, 1), value)) for value in (*middle, 1, 1e-3, 1)))
    known = _known_filters(rng)
    rows, columns = slice(corner[1], corner[1] + size), slice(corner[0], corner[0] + size)
    patches = np.concatenate([to_array(part)[:, rows, columns].reshape(batch, -1) for part in (x, error)], axis=1)

    def ask(name: str, through: Any) -> Callable[[], Answer]:
        return lambda: {name: to_array(student.read_attention(x, error, through, size))}

    def flat() -> Answer:
        images = [_flat(grey, height, width) for grey in greys]
        return {"flat": to_array(student.read_attention(*images, bright, size))}

    def slopes() -> Answer:
        all_slopes = _slopes(
            lambda x, error, *parts: student.read_attention(x, error, student.Window(*parts), size), x, error, *window
        )
        return {"slopes": all_slopes[:-batch], "by_intensity": all_slopes[-batch:]}

    yield {"gamma": gamma, "greys": greys, "patches": patches}
    yield from ask_each(
        ask("sharp", sharp),
        ask("soft", window),
        flat,
        slopes,
        *(with_given(student, question, **known) for question in (ask("soft", window), flat, slopes)),
    )


def write_attention(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Strokes of known patches through soft windows. Their products with images are those of reading (adjoint).

    ``flat``: of patches of one grey each, through one window with several intensities.
    """
    batch, size, height, width = _sizes(rng, 2, 6, 8, 10)  # not the lesson's own 5
    patch = to_tensor(rng.normal(size=(batch, size, size)))
    window = _window(student, rng, batch, height, width)
    bright, gamma = _flat_window(student, rng, window)
    greys = rng.uniform(0.5, 2, FLAT)
    known = _known_filters(rng)

    def soft() -> Answer:
        return {"soft": to_array(student.write_attention(patch, window, height, width))}

    def flat() -> Answer:
        return {"flat": to_array(student.write_attention(_flat(greys, size, size), bright, height, width))}

    def slopes() -> Answer:
        all_slopes = _slopes(
            lambda patch, *parts: student.write_attention(patch, student.Window(*parts), height, width), patch, *window
        )
        return {"slopes": all_slopes[:-batch], "by_intensity": all_slopes[-batch:]}

    questions = (soft, flat, slopes)
    yield {"gamma": gamma, "greys": greys}
    yield from ask_each(*questions, *(with_given(student, question, **known) for question in questions))


# The networks --------------------------------------------------------------------------------------------------------


class _Cell:
    """A known recurrent cell: h and a memory c, both of which it changes. It can be deaf to its inputs or its state."""

    def __init__(self, rng: np.random.Generator, inputs: int, hidden: int) -> None:
        self.W = to_tensor(rng.normal(size=(inputs, hidden)) / np.sqrt(inputs))
        self.U = to_tensor(rng.normal(size=(hidden, hidden)) / np.sqrt(hidden))
        self.b = to_tensor(rng.normal(size=hidden))
        self.hears = self.remembers = True

    def __call__(self, inputs: Any, states: Any, **_: Any) -> tuple[Any, list[Any]]:
        h, c = (float(self.remembers) * each for each in states)
        c = 0.7 * c + keras.ops.tanh(keras.ops.matmul(float(self.hears) * inputs, self.W) + self.b)
        h = keras.ops.sin(c + keras.ops.matmul(h, self.U))
        return h, [h, c]

    def but(self, *, hears: bool = True, remembers: bool = True) -> "_Cell":
        """The same cell, deaf to what is said."""
        cell = copy.copy(self)
        cell.hears, cell.remembers = hears, remembers
        return cell


class _Parts:
    """Known parts of a model, smooth functions of all that they get. Sizes: of the images and of the states."""

    def __init__(self, rng: np.random.Generator, height: int, width: int, hidden: int, latent: int) -> None:
        pixels, features = height * width, 6
        self.height, self.width, self.hidden = height, width, hidden
        self.n_latent = self.latent = latent
        self.V = [to_tensor(rng.normal(size=(n, features)) / np.sqrt(n)) for n in (pixels, pixels, hidden)]
        self.encoder, self.decoder = _Cell(rng, features + hidden, hidden), _Cell(rng, latent, hidden)
        self.mean, self.log_deviation = _layer(rng, hidden, latent), _layer(rng, hidden, latent)
        self.stroke = _layer(rng, hidden, pixels)

    def read(self, x: Any, error: Any, h_dec: Any) -> Any:
        flat = (keras.ops.reshape(x, (x.shape[0], -1)), keras.ops.reshape(error, (error.shape[0], -1)), h_dec)
        return keras.ops.tanh(sum(keras.ops.matmul(part, V) for part, V in zip(flat, self.V, strict=True)))

    def encode(self, glimpse: Any, h_dec: Any, state: Any) -> tuple[Any, list[Any]]:
        return self.encoder(keras.ops.concatenate([glimpse, h_dec], axis=-1), state)

    def decode(self, z: Any, state: Any) -> tuple[Any, list[Any]]:
        return self.decoder(z, state)

    def write(self, h_dec: Any) -> Any:
        return keras.ops.reshape(self.stroke(h_dec), (-1, self.height, self.width))

    def but(self, **parts: Any) -> "_Parts":
        """The same parts, some of them replaced."""
        other = copy.copy(self)
        vars(other).update(parts)
        return other


def lstm_steps(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Known cells in the place of LSTMs; the decoder's latent is as long as its state, so that both would fit."""
    batch, features, hidden = _sizes(rng, 2, 4, 6)
    glimpse, z = to_tensor(rng.normal(size=(batch, features))), to_tensor(rng.normal(size=(batch, hidden)))
    h_dec, h, c = to_tensor(rng.normal(size=(3, batch, hidden)))
    encoder, decoder = _Cell(rng, features + hidden, hidden), _Cell(rng, hidden, hidden)

    def step(name: str, answer: Any) -> Answer:
        output, state = _several(answer, 2)
        new_h, new_c = _several(state, 2)
        return {f"{name}_output": to_array(output), f"{name}_h": to_array(new_h), f"{name}_c": to_array(new_c)}

    yield from ask_each(
        lambda: step("encoder", student.encoder_step(encoder, glimpse, h_dec, [h, c])),
        lambda: step("decoder", student.decoder_step(decoder, z, [h, c])),
        lambda: {
            "encoder_slopes": _slopes(lambda *a: student.encoder_step(encoder, *a[:2], [*a[2:]]), glimpse, h_dec, h, c)
        },
        lambda: {"decoder_slopes": _slopes(lambda z, *state: student.decoder_step(decoder, z, [*state]), z, h, c)},
    )


def latent(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Two known layers; a sample of known noise, of one step and of several at once."""
    batch, hidden, size = _sizes(rng, 2, 4, 6)
    h_enc = to_tensor(rng.normal(size=(batch, hidden)))
    to_mean, to_log_deviation = _layer(rng, hidden, size), _layer(rng, hidden, size)
    mean, noise = to_tensor(rng.normal(size=(2, batch, size)))
    deviation = to_tensor(rng.uniform(0.2, 3, (batch, size)))

    def posterior() -> Answer:
        answer = _several(student.posterior(h_enc, to_mean, to_log_deviation), 2)
        return {"mean": to_array(answer[0]), "deviation": to_array(answer[1])}

    yield from ask_each(
        posterior,
        lambda: {"sample": to_array(student.sample(mean, deviation, noise))},
        lambda: {"posterior_slopes": _slopes(lambda h: student.posterior(h, to_mean, to_log_deviation), h_enc)},
        lambda: {"sample_slopes": _slopes(student.sample, mean, deviation, noise)},
    )


class _Dealer:
    """In the place of Keras's random numbers: deals those of a known sequence, whichever distribution is asked for."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        self.numbers, self.dealt = rng.normal(size=count), 0

    def __call__(self, shape: Any, *_: Any, **__: Any) -> Any:
        count = int(np.prod(shape))
        self.dealt += count
        return to_tensor(self.numbers[self.dealt - count : self.dealt].reshape(shape))

    @contextlib.contextmanager
    def deals(self) -> Iterator[None]:
        """While the block runs, it deals in the place of `keras.random`, from the start of the sequence."""
        self.dealt = 0
        before = {name: getattr(keras.random, name) for name in ("normal", "truncated_normal", "uniform")}
        for name in before:
            setattr(keras.random, name, self)
        try:
            yield
        finally:
            for name, function in before.items():
                setattr(keras.random, name, function)


def step_noise(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """The noise of two calls with one generator, judged against theory. And with numbers that are dealt."""
    batch, steps, size = (low + int(rng.integers(8)) for low in (70, 6, 20))
    number = int(rng.integers(2**31))
    seed, equal = keras.random.SeedGenerator(number), keras.random.SeedGenerator(number)
    dealer = _Dealer(rng, 2 * batch * steps * size)

    def dealt() -> Answer:
        with dealer.deals():
            return {f"dealt_{k}": to_array(student.step_noise(batch, steps, size, seed)) for k in range(2)}

    yield {"shape": np.array([batch, steps, size])}
    for k in range(2):
        yield {f"noise_{k}": to_array(student.step_noise(batch, steps, size, seed))}
    compiled = tf.function(lambda batch: student.step_noise(batch, steps, size, equal), autograph=False)
    yield from ask_each(dealt, lambda: {"again": to_array(compiled(tf.constant(batch)))})


def generation_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """One step with known parts; the canvas with a decoder that says what was drawn here, whatever it gets.

    But for what it said itself: who decodes that once more, and paints it, hears something else.
    """
    batch, height, width, hidden, size = _sizes(rng, 2, 4, 6, 8, 10)
    parts = _Parts(rng, height, width, hidden, size)
    z, h, c, said, other = (to_tensor(rng.normal(size=(batch, n))) for n in (size, *[hidden] * 4))
    canvas = to_tensor(rng.normal(size=(batch, height, width)))

    def state(z: Any, h: Any, c: Any) -> list[Any]:
        return _several(_several(student.generation_step(parts, z, [h, c], canvas), 2)[0], 2)

    def painted(said: Any, canvas: Any) -> Any:
        def decoder(_: Any, state: Any) -> tuple[Any, list[Any]]:
            h = other if state[0] is said else said
            return h, [h, other]

        saying = parts.but(decoder=decoder)
        return _several(student.generation_step(saying, z, [h, c], canvas), 2)[1]

    yield from ask_each(
        lambda: dict(zip(("h", "c"), map(to_array, state(z, h, c)), strict=True)),
        lambda: {"canvas": to_array(painted(said, canvas))},
        lambda: {"state_slopes": _slopes(state, z, h, c)},
        lambda: {"canvas_slopes": _slopes(painted, said, canvas)},
    )


def inference_step(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """One step with known parts that are deaf to all but what is looked at, painted, or remembered, one at a time.

    Then what depends on what, by gradients and by changing what goes in. And all of it again with known functions in
    the place of those of earlier blanks: of all of them, and of each, for whoever has written out the others.
    """
    batch, height, width, hidden, size = _sizes(rng, 2, 4, 6, 8, 10)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    states = [to_tensor(rng.normal(size=(batch, hidden))) for _ in range(4)]
    canvas = to_tensor(rng.normal(size=(batch, height, width)))
    starts = ("x", "noise", "canvas", "h_enc", "c_enc", "h_dec", "c_dec")
    moves = [rng.normal(size=value.shape) for value in (x, canvas, *states)]
    a, b, c = rng.uniform(0.4, 0.9, 3)
    known = {
        "error_image": lambda x, canvas: keras.ops.cos(a * canvas) - 0.5 * x,
        "posterior": lambda h, to_mean, to_log_deviation: (b * to_mean(h), keras.ops.softplus(to_log_deviation(h))),
        "sample": lambda mean, deviation, noise: c * mean - keras.ops.sin(deviation * noise),
        "generation_step": lambda parts, z, state, canvas: (parts.decode(a * z, state)[1], b * canvas - parts.write(z)),
    }
    own, square = (  # in the second, z is as long as h_dec
        (_Parts(rng, height, width, hidden, n), to_tensor(rng.normal(size=(batch, n)))) for n in (size, hidden)
    )
    names = ("mean", "deviation", "h_enc", "c_enc", "h_dec", "c_dec", "canvas")

    def step(parts: Any, x: Any, noise: Any, canvas: Any, *states: Any) -> list[Any]:
        before = student.State(list(states[:2]), list(states[2:]), canvas)
        state, mean, deviation = _several(student.inference_step(parts, x, noise, before), 3)
        return [mean, deviation, *_several(state.encoder, 2), *_several(state.decoder, 2), state.canvas]

    def ask(parts: Any, noise: Any, **wanted: str) -> Answer:
        """What a step gives, of that only ``wanted``, under these names."""
        found = dict(zip(names, step(parts, x, noise, canvas, *states), strict=True))
        return {name: to_array(found[key]) for name, key in wanted.items()}

    def slopes(parts: Any, noise: Any) -> Answer:
        inputs = dict(zip(starts, (x, noise, canvas, *states), strict=True))
        ways = dict(zip(starts, (moves[0], to_array(noise) + 1, *moves[1:]), strict=True))
        sources = list(inputs.values())

        def weighted(*inputs: Any) -> list[Any]:
            outputs = dict(zip(names, step(parts, *inputs), strict=True))
            chosen = [outputs[name] for name in ("mean", "deviation", "h_dec", "canvas")]
            return [each * to_tensor(np.cos(np.arange(each.shape[-1]))) for each in chosen]

        with tf.GradientTape(persistent=True) as tape:
            tape.watch(sources)
            totals = [keras.ops.sum(each) for each in weighted(*sources)]
        by = [tape.gradient(total, sources, unconnected_gradients="zero") for total in totals]

        # all that is changed, there and back, side by side in one large batch
        steps = 0.01 * np.kron(np.eye(len(starts)), [1, -1])  # (inputs, changes)
        changed = [
            to_tensor(np.concatenate([to_array(value) + h * ways[name] for h in steps[k]]))
            for k, (name, value) in enumerate(inputs.items())
        ]
        sums = [to_array(each).astype("float64").reshape(len(starts), 2, -1).sum(axis=2) for each in weighted(*changed)]
        return {
            "by": np.array(
                [[np.sum(to_array(s) * way) for s, way in zip(each, ways.values(), strict=True)] for each in by]
            ),
            "of": np.array([(each[:, 0] - each[:, 1]) / 0.02 for each in sums]),  # (outputs, inputs), as the other
        }

    def questions(parts: Any, noise: Any) -> list[Callable[[], Answer]]:
        blind = parts.but(encoder=parts.encoder.but(hears=False, remembers=False))
        blind.decoder = parts.decoder.but(remembers=False)
        steady = blind.but(mean=_deaf(parts.mean), log_deviation=_deaf(parts.log_deviation))
        forgetful = parts.but(encoder=parts.encoder.but(remembers=False))
        remembering = parts.but(encoder=parts.encoder.but(hears=False), decoder=parts.decoder.but(hears=False))
        return [
            lambda: ask(forgetful, noise, mean="mean", deviation="deviation"),
            lambda: ask(steady, noise, steady_canvas="canvas"),
            lambda: ask(blind, noise, blind_mean="mean", blind_deviation="deviation", blind_canvas="canvas"),
            lambda: ask(remembering, noise, h_enc="h_enc", c_enc="c_enc", h_dec="h_dec", c_dec="c_dec"),
            lambda: slopes(parts, noise),
        ]

    yield from ask_each(
        *questions(*own),
        *(with_given(student, each, **known) for each in questions(*square)),
        *(
            _given_as(student, f"given_{name}_", each, **{name: function})
            for name, function in known.items()
            for each in questions(*square)
        ),
    )


def _deaf(layer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A layer that says the same whatever it gets."""
    return lambda h: layer(0.0 * h)


def _given_as(student: Any, prefix: str, question: Callable[[], Answer], **names: Any) -> Callable[[], Answer]:
    """As `with_given`, but with a ``prefix`` of its own before the names of the answers."""

    def ask() -> Answer:
        with student.given(**names):
            return {f"{prefix}{name}": value for name, value in question().items()}

    return stubbed(ask)


# Losses --------------------------------------------------------------------------------------------------------------


def reconstruction_loss(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Moderate logits; logits that an exponential cannot bear, and twice as large: of some images all that is wrong."""
    batch, height, width = _sizes(rng, 2, 4, 6)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    ink, right = np.tile(np.array([[0, 1, 0], [1, 0, 1]]), (10, 1, 1)), _coins(rng, 10)[:, None, None]
    large = np.where(ink == right, 1, -1) * rng.uniform(120, 5000, ink.shape)
    ink = to_tensor(ink)
    canvas = to_tensor(2 * rng.normal(size=(batch, height, width)))
    yield {"x": to_array(x), "logits": to_array(canvas)}
    yield from ask_each(
        lambda: {"moderate": to_array(student.reconstruction_loss(x, canvas))},
        lambda: {"large": to_array(student.reconstruction_loss(ink, to_tensor(large)))},
        lambda: {"twice": to_array(student.reconstruction_loss(ink, to_tensor(2 * large)))},
        lambda: {"slopes": _slopes(student.reconstruction_loss, x, canvas)[np.size(x) :]},
        lambda: {"large_slopes": _slopes(lambda canvas: student.reconstruction_loss(ink, canvas), to_tensor(large))},
    )


def _coins(rng: np.random.Generator, count: int) -> np.ndarray:
    """Zeros and ones, some of either."""
    return rng.permutation(np.arange(count) < rng.integers(3, count - 2)).astype(int)


def latent_loss(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Means and deviations; and some images with those of the prior, of which theory says what they cost."""
    batch, steps, size = _sizes(rng, 3, 5, 7)
    mean, deviation = rng.normal(size=(batch, steps, size)), rng.uniform(0.1, 3, (batch, steps, size))
    free = _coins(rng, 10)[:, None, None]
    some, others = rng.normal(size=(10, steps, size)), rng.uniform(0.1, 3, (10, steps, size))
    prior = to_tensor(np.where(free, 0, some)), to_tensor(np.where(free, 1, others))
    yield {"means": to_array(prior[0]), "deviations": to_array(prior[1])}
    yield from ask_each(
        lambda: {"prior": to_array(student.latent_loss(*prior))},
        lambda: {"nats": to_array(student.latent_loss(to_tensor(mean), to_tensor(deviation)))},
        lambda: {"slopes": _slopes(student.latent_loss, to_tensor(mean), to_tensor(deviation))},
    )


def importance(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Weights of known samples, also with a known loss of the pixels and another sample; bounds near zero and far away.

    The other sample has the same density under Q as the right one has, so that it does not matter how that is computed.
    """
    batch, steps, size, height, width = _sizes(rng, 2, 4, 6, 8, 10)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    canvas = to_tensor(rng.normal(size=(batch, height, width)))
    mean, noise = to_tensor(rng.normal(size=(2, batch, steps, size)))
    deviation = to_tensor(rng.uniform(0.2, 2, (batch, steps, size)))
    near = rng.normal(size=(3, 4 + int(rng.integers(4))))
    far = rng.uniform(-900, -300, (4, 1)) + 2 * rng.normal(size=(4, 3 + int(rng.integers(4))))

    def reconstruction_loss(x: Any, canvas: Any) -> Any:
        return keras.ops.sum(keras.ops.abs(x - 0.3 * canvas), axis=(1, 2))

    known = {
        "reconstruction_loss": reconstruction_loss,
        "sample": lambda mean, deviation, noise: mean - deviation * noise,
    }

    def weight() -> Answer:
        return {"weight": to_array(student.log_weight(x, canvas, mean, deviation, noise))}

    yield from ask_each(
        weight,
        with_given(student, weight, **known),
        *(_given_as(student, f"given_{name}_", weight, **{name: function}) for name, function in known.items()),
        *(
            lambda k=k, logs=logs: {f"bound_{k}": to_array(student.importance_bound(to_tensor(logs)))}
            for k, logs in enumerate((near, far))
        ),
    )


def generate(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """The messages that a painter got, also with numbers that are dealt; and what is made of known canvases.

    All that again with known noise.
    """
    count, steps, size = (low + int(rng.integers(4)) for low in (60, 4, 12))
    canvases, states = 2 * rng.normal(size=(count, steps, 2, 3)), rng.normal(size=(count, steps, size))
    a, b = rng.uniform(0.5, 0.9, 2)
    dealer = _Dealer(rng, count * steps * size)
    seed = int(rng.integers(2**31))

    class Painter:
        """Paints the same, whatever its messages say; remembers these, and knows its numbers."""

        def __init__(self) -> None:
            self.steps, self.latent, self.hidden, self.messages, self.painted = steps, size, size, [], 0

        def paint(self, z: Any) -> tuple[Any, Any]:
            self.messages.append(z)
            rows = np.arange(self.painted, self.painted + len(z)) % count
            self.painted += len(z)
            return to_tensor(canvases[rows]), to_tensor(states[rows])

        def told(self) -> np.ndarray:
            """All messages of a call; only once if it was told the same more than once."""
            messages, self.messages = [to_array(z) for z in self.messages], []
            return messages[-1] if len(messages[-1]) == count else np.concatenate(messages)

    def step_noise(batch: int, steps: int, latent: int, seed: Any) -> Any:
        return a * keras.random.uniform((batch, steps, latent), seed=seed) ** 2 + b

    def painted() -> Answer:
        images, h_dec = _several(student.generate(Painter(), count, keras.random.SeedGenerator(seed)), 2)
        return {"images": to_array(images), "h_dec": to_array(h_dec)}

    def messages() -> Answer:
        generator, answer, painter = keras.random.SeedGenerator(seed), {}, Painter()
        for key in ("z", "another"):
            student.generate(painter, count, generator)
            answer[key] = painter.told()
        student.generate(painter, count, keras.random.SeedGenerator(seed))
        return answer | {"again": painter.told()}

    def dealt() -> Answer:
        painter = Painter()
        with dealer.deals():
            student.generate(painter, count, keras.random.SeedGenerator(seed))
        return {"dealt": painter.told()}

    yield {"shape": np.array([count, steps, size])}
    yield from ask_each(
        painted,
        messages,
        dealt,
        with_given(student, painted, step_noise=step_noise),
        with_given(student, messages, step_noise=step_noise),
    )
