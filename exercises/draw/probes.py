"""Hidden tests of the lesson ``draw``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked both ways: as the notebook is, and with something known in
the place of the other part, so that a mistake there costs nothing here. What is known takes the same arguments as the
right part and is otherwise unlike it: it gives nothing away. The model's ``parts`` are always known ones.
"""

import contextlib
import copy
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import Parts, ask, to_array, to_tensor

# What probes share ---------------------------------------------------------------------------------------------------


def _gradients(function: Callable[..., Any], *inputs: Any) -> np.ndarray:
    """How what ``function`` gives changes with all that goes in, one number for each: asked as training asks.

    So it is compiled, for a batch of any size, which NumPy stops: then no numbers come at all. Where no gradient passes
    the numbers are zero.
    """

    def gradients(*inputs: Any) -> Any:
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
        came = tf.function(gradients, input_signature=forms, autograph=False)(*inputs)
    except Exception:
        return np.zeros(0)
    return np.concatenate([to_array(gradient).ravel() for gradient in came])


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


def binarise(student: Any, rng: np.random.Generator) -> None:
    """2,000 copies of an image with a few grey levels, binarised by three generators, one of them used twice."""
    levels = np.concatenate([[0, 255], rng.integers(20, 110, 3), rng.integers(145, 235, 3)])
    levels = rng.permutation(levels).reshape(2, 4)
    images = np.tile(levels.astype(np.uint8), (2000, 1, 1))
    one, other = rng.choice(10_000, 2, replace=False).tolist()

    def draws() -> Parts:
        random = np.random.default_rng(one)
        return Parts(*(to_array(student.binarise(images.copy(), random)) for _ in range(2)))

    ask.tell(levels=levels)
    ask("draws", draws)
    ask("again", student.binarise, images, np.random.default_rng(one))
    ask("other", student.binarise, images, np.random.default_rng(other))


# The error image, and no attention -----------------------------------------------------------------------------------


def error_image(student: Any, rng: np.random.Generator) -> None:
    """Images of ink and paper, and canvases of moderate logits."""
    batch, height, width = _sizes(rng, 2, 4, 6)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    canvas = to_tensor(rng.normal(size=(batch, height, width)) * 2)
    ask("error", student.error_image, x, canvas)
    ask("gradients", _gradients, student.error_image, x, canvas)


def plain(student: Any, rng: np.random.Generator) -> None:
    """Images and errors that differ in every pixel; a layer that is known."""
    batch, height, width, hidden = _sizes(rng, 2, 4, 6, 8)
    x, error = to_tensor(rng.normal(size=(2, batch, height, width)))
    h_dec, layer = to_tensor(rng.normal(size=(batch, hidden))), _layer(rng, hidden, height * width)
    ask("read", student.read_plain, x, error)
    ask("read gradients", _gradients, student.read_plain, x, error)
    ask("write", student.write_plain, h_dec, layer, height, width)
    ask("write gradients", _gradients, lambda h_dec: student.write_plain(h_dec, layer, height, width), h_dec)


def _layer(rng: np.random.Generator, inputs: int, outputs: int) -> Callable[[Any], Any]:
    """A known function of a batch (batch, inputs), affine and then bent a little."""
    W, b = to_tensor(rng.normal(size=(inputs, outputs)) / np.sqrt(inputs)), to_tensor(rng.normal(size=outputs))
    return lambda h: keras.ops.softplus(keras.ops.matmul(h, W) + b) - 0.5


# Attention -----------------------------------------------------------------------------------------------------------


def attention_window(student: Any, rng: np.random.Generator) -> None:
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

    def values(height: int, width: int) -> Parts:
        named = hasattr(student.attention_window(tensor, size, height, width), "stride")
        parts = window(tensor, height, width)
        return Parts(named=float(named), **{name: to_array(part(parts, name)) for name in names})

    def part(parts: Any, name: str) -> Any:
        """With its second axis, if that is missing in the centre, too, which costs there."""
        value, x = map(keras.ops.convert_to_tensor, (getattr(parts, name), parts.x))
        is_missing = name not in ("x", "y") and len(value.shape) == len(x.shape) == 1
        return value[:, None] if is_missing else value

    def of_alike() -> Parts:
        parts = window(to_tensor(alike), 5, 5)
        return Parts(**{name: to_array(part(parts, name)) for name in names[2:]})

    def gradients(name: str) -> np.ndarray:
        return _gradients(lambda raw: part(window(raw, short, long), name), tensor)

    ask.tell(span=4 / (size - 1))
    ask.each("windows", values, [(short, long), (long, short)])
    ask("alike", of_alike)
    ask.each("gradients", gradients, names)


def filter_centres(student: Any, rng: np.random.Generator) -> None:
    """Grids of an odd and of an even number of spots. Judged against theory."""
    batch = int(rng.integers(3, 6))
    centre, stride = rng.uniform(-3, 20, (batch, 1)), rng.uniform(0.3, 5, (batch, 1))
    sizes = (3 + 2 * int(rng.integers(3)), 2 + 2 * int(rng.integers(3)))
    grid = to_tensor(centre), to_tensor(stride)

    def spots(centre: Any, stride: Any) -> Any:
        return student.filter_centres(centre, stride, sizes[0])

    ask.tell(centre=centre, stride=stride)
    ask.each("centres", student.filter_centres, [(*grid, size) for size in sizes])
    ask("mean gradients", _gradients, lambda *grid: keras.ops.mean(spots(*grid), axis=1), *grid)
    ask("distance gradients", _gradients, lambda *grid: spots(*grid)[:, -1] - spots(*grid)[:, 0], *grid)


def filterbank(student: Any, rng: np.random.Generator) -> None:
    """Spots on an axis and about its ends; spots so far outside that every exponential is very small, or zero."""
    batch, size, length = _sizes(rng, 3, 5, 9)
    near = rng.uniform(-1.5, length + 0.5, (batch, size))
    variances = rng.uniform(0.3, 3, (batch, 1))
    side = rng.choice([-1, 1], (batch, size))
    near, variances = to_tensor(near), to_tensor(variances)
    far = to_tensor(side * rng.uniform(45, 60, (batch, size)))
    wide, narrow = (to_tensor(np.full((batch, 1), variance)) for variance in (12.0, 0.5))

    def shares(centres: Any, variance: Any) -> Any:
        filters = student.filterbank(centres, variance, length)
        return filters / keras.ops.sum(filters, axis=-1, keepdims=True)

    def mean_place(variance: float) -> Callable[[Any], Any]:
        """The mean place of the pixels that are seen, with the same weight for all spots."""

        def place(centres: Any) -> Any:
            filters = student.filterbank(centres, keras.ops.full_like(centres[:, :1], variance), length)
            return keras.ops.sum(filters * to_tensor(np.arange(length)), axis=-1)[..., None]

        return place

    ask.tell(length=length, far_side=side)
    ask("near", student.filterbank, near, variances, length)
    ask("far", student.filterbank, far, wide, length)
    ask("farther", student.filterbank, 3 * far, narrow, length)
    ask("near gradients", _gradients, shares, near, variances)
    ask("far gradients", _gradients, mean_place(12.0), far)
    ask("farther gradients", _gradients, mean_place(0.5), 3 * far)


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


def read_attention(student: Any, rng: np.random.Generator) -> None:
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
    rows, columns = slice(corner[1], corner[1] + size), slice(corner[0], corner[0] + size)
    patches = np.concatenate([to_array(part)[:, rows, columns].reshape(batch, -1) for part in (x, error)], axis=1)

    def gradients() -> Parts:
        def read(x: Any, error: Any, *parts: Any) -> Any:
            return student.read_attention(x, error, student.Window(*parts), size)

        found = _gradients(read, x, error, *window)
        return Parts(others=found[:-batch], intensity=found[-batch:])

    flat = [_flat(grey, height, width) for grey in greys]
    ask.tell(gamma=gamma, greys=greys, patches=patches)
    ask("sharp", student.read_attention, x, error, sharp, size)
    for _ in ask.both_ways(**_known_filters(rng)):
        ask("soft", student.read_attention, x, error, window, size)
        ask("flat", student.read_attention, *flat, bright, size)
        ask("gradients", gradients)


def write_attention(student: Any, rng: np.random.Generator) -> None:
    """Strokes of known patches through soft windows. Their products with images are those of reading (adjoint).

    ``flat``: of patches of one grey each, through one window with several intensities.
    """
    batch, size, height, width = _sizes(rng, 2, 6, 8, 10)  # not the lesson's own 5
    patch = to_tensor(rng.normal(size=(batch, size, size)))
    window = _window(student, rng, batch, height, width)
    bright, gamma = _flat_window(student, rng, window)
    greys = rng.uniform(0.5, 2, FLAT)

    def gradients() -> Parts:
        def write(patch: Any, *parts: Any) -> Any:
            return student.write_attention(patch, student.Window(*parts), height, width)

        found = _gradients(write, patch, *window)
        return Parts(others=found[:-batch], intensity=found[-batch:])

    ask.tell(gamma=gamma, greys=greys)
    for _ in ask.both_ways(**_known_filters(rng)):
        ask("soft", student.write_attention, patch, window, height, width)
        ask("flat", student.write_attention, _flat(greys, size, size), bright, height, width)
        ask("gradients", gradients)


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


def lstm_steps(student: Any, rng: np.random.Generator) -> None:
    """Known cells in the place of LSTMs; the decoder's latent is as long as its state, so that both would fit."""
    batch, features, hidden = _sizes(rng, 2, 4, 6)
    glimpse, z = to_tensor(rng.normal(size=(batch, features))), to_tensor(rng.normal(size=(batch, hidden)))
    h_dec, h, c = to_tensor(rng.normal(size=(3, batch, hidden)))
    encoder, decoder = _Cell(rng, features + hidden, hidden), _Cell(rng, hidden, hidden)

    def step(function: Callable[..., Any], *inputs: Any) -> Parts:
        output, state = _several(function(*inputs), 2)
        new_h, new_c = _several(state, 2)
        return Parts(output=output, h=new_h, c=new_c)

    def encode(glimpse: Any, h_dec: Any, *state: Any) -> Any:
        return student.encoder_step(encoder, glimpse, h_dec, list(state))

    def decode(z: Any, *state: Any) -> Any:
        return student.decoder_step(decoder, z, list(state))

    ask("encoder", step, encode, glimpse, h_dec, h, c)
    ask("encoder gradients", _gradients, encode, glimpse, h_dec, h, c)
    ask("decoder", step, decode, z, h, c)
    ask("decoder gradients", _gradients, decode, z, h, c)


def latent(student: Any, rng: np.random.Generator) -> None:
    """Two known layers; a sample of known noise, of one step and of several at once."""
    batch, hidden, size = _sizes(rng, 2, 4, 6)
    h_enc = to_tensor(rng.normal(size=(batch, hidden)))
    to_mean, to_log_std = _layer(rng, hidden, size), _layer(rng, hidden, size)
    mean, noise = to_tensor(rng.normal(size=(2, batch, size)))
    std = to_tensor(rng.uniform(0.2, 3, (batch, size)))

    def posterior() -> Parts:
        mean, std = _several(student.posterior(h_enc, to_mean, to_log_std), 2)
        return Parts(mean=mean, std=std)

    ask("posterior", posterior)
    ask("posterior gradients", _gradients, lambda h: student.posterior(h, to_mean, to_log_std), h_enc)
    ask("sample", student.sample, mean, std, noise)
    ask("sample gradients", _gradients, student.sample, mean, std, noise)


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


def step_noise(student: Any, rng: np.random.Generator) -> None:
    """The noise of two calls with one generator, judged against theory. And with numbers that are dealt."""
    batch, steps, size = (low + int(rng.integers(8)) for low in (70, 6, 20))
    number = int(rng.integers(2**31))
    seed, equal = keras.random.SeedGenerator(number), keras.random.SeedGenerator(number)
    dealer = _Dealer(rng, 2 * batch * steps * size)

    def dealt() -> Parts:
        with dealer.deals():
            return Parts(*(to_array(student.step_noise(batch, steps, size, seed)) for _ in range(2)))

    compiled = tf.function(lambda batch: student.step_noise(batch, steps, size, equal), autograph=False)
    ask.tell(shape=[batch, steps, size])
    ask.each("noise", student.step_noise, [(batch, steps, size, seed)] * 2)
    ask("dealt", dealt)
    ask("again", compiled, tf.constant(batch))


def generation_step(student: Any, rng: np.random.Generator) -> None:
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

    ask("state", lambda: Parts(**dict(zip("hc", state(z, h, c), strict=True))))
    ask("state gradients", _gradients, state, z, h, c)
    ask("canvas", painted, said, canvas)
    ask("canvas gradients", _gradients, painted, said, canvas)


NAMES = "mean", "std", "h_enc", "c_enc", "h_dec", "c_dec", "canvas"
"""What a step returns."""
STARTS = "x", "noise", "canvas", "h_enc", "c_enc", "h_dec", "c_dec"
"""What goes into it."""


def inference_step(student: Any, rng: np.random.Generator) -> None:
    """One step with known parts that are deaf to all but what is looked at, painted, or remembered, one at a time.

    Then what depends on what, by gradients and by changing what goes in. And all of it again with known functions in
    the place of those of earlier blanks: of all of them, and of each, for whoever has written out the others.
    """
    batch, height, width, hidden, size = _sizes(rng, 2, 4, 6, 8, 10)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    states = [to_tensor(rng.normal(size=(batch, hidden))) for _ in range(4)]
    canvas = to_tensor(rng.normal(size=(batch, height, width)))
    moves = [rng.normal(size=value.shape) for value in (x, canvas, *states)]
    known = _known_step(rng)
    own, square = (  # in the second, z is as long as h_dec
        (_Parts(rng, height, width, hidden, n), to_tensor(rng.normal(size=(batch, n)))) for n in (size, hidden)
    )

    def step(parts: Any, x: Any, noise: Any, canvas: Any, *states: Any) -> dict[str, Any]:
        before = student.State(list(states[:2]), list(states[2:]), canvas)
        state, mean, std = _several(student.inference_step(parts, x, noise, before), 3)
        values = mean, std, *_several(state.encoder, 2), *_several(state.decoder, 2), state.canvas
        return dict(zip(NAMES, values, strict=True))

    def returned(parts: Any, noise: Any, *names: str) -> Parts:
        found = step(parts, x, noise, canvas, *states)
        return Parts(**{name: found[name] for name in names})

    for way in ({}, known, *({name: function} for name, function in known.items())):
        parts, noise = square if way else own
        inputs, ways = [x, noise, canvas, *states], [moves[0], to_array(noise) + 1, *moves[1:]]
        with ask.stubbed(**way):
            blind = parts.but(encoder=parts.encoder.but(hears=False, remembers=False))
            blind.decoder = parts.decoder.but(remembers=False)
            steady = blind.but(mean=_deaf(parts.mean), log_deviation=_deaf(parts.log_deviation))
            forgetful = parts.but(encoder=parts.encoder.but(remembers=False))
            remembering = parts.but(encoder=parts.encoder.but(hears=False), decoder=parts.decoder.but(hears=False))
            ask("forgetful", returned, forgetful, noise, "mean", "std")
            ask("steady", returned, steady, noise, "canvas")
            ask("blind", returned, blind, noise, "mean", "std", "canvas")
            ask("remembering", returned, remembering, noise, "h_enc", "c_enc", "h_dec", "c_dec")
            ask("dependence", _dependence, step, parts, inputs, ways)


def _known_step(rng: np.random.Generator) -> dict[str, Callable[..., Any]]:
    """Known functions in the place of those that a step may be made of."""
    a, b, c = rng.uniform(0.4, 0.9, 3)
    return {
        "error_image": lambda x, canvas: keras.ops.cos(a * canvas) - 0.5 * x,
        "posterior": lambda h, to_mean, to_log_std: (b * to_mean(h), keras.ops.softplus(to_log_std(h))),
        "sample": lambda mean, std, noise: c * mean - keras.ops.sin(std * noise),
        "generation_step": lambda parts, z, state, canvas: (parts.decode(a * z, state)[1], b * canvas - parts.write(z)),
    }


def _dependence(step: Callable[..., dict[str, Any]], parts: Any, inputs: list[Any], ways: list[np.ndarray]) -> Parts:
    """How four outputs change with each input, on its way: ``by`` gradients, and by small changes ``of`` it."""

    def weighted(*inputs: Any) -> list[Any]:
        outputs = step(parts, *inputs)
        chosen = [outputs[name] for name in ("mean", "std", "h_dec", "canvas")]
        return [each * to_tensor(np.cos(np.arange(each.shape[-1]))) for each in chosen]

    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        totals = [keras.ops.sum(each) for each in weighted(*inputs)]
    by = [tape.gradient(total, inputs, unconnected_gradients="zero") for total in totals]

    # all that is changed, there and back, side by side in one large batch
    steps = 0.01 * np.kron(np.eye(len(STARTS)), [1, -1])  # (inputs, changes)
    changed = [
        to_tensor(np.concatenate([to_array(value) + h * way for h in line]))
        for value, way, line in zip(inputs, ways, steps, strict=True)
    ]
    sums = [to_array(each).astype("float64").reshape(len(STARTS), 2, -1).sum(axis=2) for each in weighted(*changed)]
    return Parts(
        by=np.array([[np.sum(to_array(s) * way) for s, way in zip(each, ways, strict=True)] for each in by]),
        of=np.array([(each[:, 0] - each[:, 1]) / 0.02 for each in sums]),  # (outputs, inputs), as the other
    )


def _deaf(layer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A layer that says the same whatever it gets."""
    return lambda h: layer(0.0 * h)


# Losses --------------------------------------------------------------------------------------------------------------


def reconstruction_loss(student: Any, rng: np.random.Generator) -> None:
    """Moderate logits; logits that an exponential cannot bear, and twice as large: of some images all that is wrong."""
    batch, height, width = _sizes(rng, 2, 4, 6)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    ink, right = np.tile(np.array([[0, 1, 0], [1, 0, 1]]), (10, 1, 1)), _coins(rng, 10)[:, None, None]
    large = np.where(ink == right, 1, -1) * rng.uniform(120, 5000, ink.shape)
    ink = to_tensor(ink)
    canvas = to_tensor(2 * rng.normal(size=(batch, height, width)))
    large = to_tensor(large)
    ask.tell(x=x, logits=canvas)
    ask("moderate", student.reconstruction_loss, x, canvas)
    ask("large", student.reconstruction_loss, ink, large)
    ask("twice", student.reconstruction_loss, ink, 2 * large)
    ask("gradients", lambda: _gradients(student.reconstruction_loss, x, canvas)[np.size(x) :])
    ask("large gradients", _gradients, lambda canvas: student.reconstruction_loss(ink, canvas), large)


def _coins(rng: np.random.Generator, count: int) -> np.ndarray:
    """Zeros and ones, some of either."""
    return rng.permutation(np.arange(count) < rng.integers(3, count - 2)).astype(int)


def latent_loss(student: Any, rng: np.random.Generator) -> None:
    """Means and standard deviations; and some images with those of the prior, of which theory says what they cost."""
    batch, steps, size = _sizes(rng, 3, 5, 7)
    mean = to_tensor(rng.normal(size=(batch, steps, size)))
    std = to_tensor(rng.uniform(0.1, 3, (batch, steps, size)))
    free = _coins(rng, 10)[:, None, None]
    means, stds = rng.normal(size=(10, steps, size)), rng.uniform(0.1, 3, (10, steps, size))
    prior = to_tensor(np.where(free, 0, means)), to_tensor(np.where(free, 1, stds))
    ask.tell(means=prior[0], stds=prior[1])
    ask("prior", student.latent_loss, *prior)
    ask("nats", student.latent_loss, mean, std)
    ask("gradients", _gradients, student.latent_loss, mean, std)


def importance(student: Any, rng: np.random.Generator) -> None:
    """Weights of known samples, also with a known loss of the pixels and another sample; bounds near zero and far away.

    The other sample has the same density under Q as the right one has, so that it does not matter how that is computed.
    """
    batch, steps, size, height, width = _sizes(rng, 2, 4, 6, 8, 10)
    x = to_tensor(rng.integers(0, 2, (batch, height, width)))
    canvas = to_tensor(rng.normal(size=(batch, height, width)))
    mean, noise = to_tensor(rng.normal(size=(2, batch, steps, size)))
    std = to_tensor(rng.uniform(0.2, 2, (batch, steps, size)))
    near = rng.normal(size=(3, 4 + int(rng.integers(4))))
    far = rng.uniform(-900, -300, (4, 1)) + 2 * rng.normal(size=(4, 3 + int(rng.integers(4))))

    def reconstruction_loss(x: Any, canvas: Any) -> Any:
        return keras.ops.sum(keras.ops.abs(x - 0.3 * canvas), axis=(1, 2))

    known = {
        "reconstruction_loss": reconstruction_loss,
        "sample": lambda mean, std, noise: mean - std * noise,
    }

    for way in ({}, known, *({name: function} for name, function in known.items())):
        with ask.stubbed(**way):
            ask("weight", student.log_weight, x, canvas, mean, std, noise)
    ask.each("bound", student.importance_bound, [to_tensor(near), to_tensor(far)])


class _Painter:
    """Paints the same, whatever its messages say; remembers these, and knows its numbers."""

    def __init__(self, canvases: np.ndarray, states: np.ndarray) -> None:
        """``canvases`` (count, steps, height, width) and ``states`` (count, steps, size)."""
        self.canvases, self.states = canvases, states
        self.count, self.steps, self.latent = states.shape
        self.hidden, self.messages, self.painted = self.latent, [], 0

    def paint(self, z: Any) -> tuple[Any, Any]:
        self.messages.append(z)
        rows = np.arange(self.painted, self.painted + len(z)) % self.count
        self.painted += len(z)
        return to_tensor(self.canvases[rows]), to_tensor(self.states[rows])

    def told(self) -> np.ndarray:
        """All messages; only once if it was told the same more than once."""
        messages = [to_array(z) for z in self.messages]
        return messages[-1] if len(messages[-1]) == self.count else np.concatenate(messages)


def generate(student: Any, rng: np.random.Generator) -> None:
    """The messages that a painter got, also with numbers that are dealt; and what is made of known canvases.

    All that again with known noise.
    """
    count, steps, size = (low + int(rng.integers(4)) for low in (60, 4, 12))
    canvases, states = 2 * rng.normal(size=(count, steps, 2, 3)), rng.normal(size=(count, steps, size))
    a, b = rng.uniform(0.5, 0.9, 2)
    dealer = _Dealer(rng, count * steps * size)
    seed = int(rng.integers(2**31))

    def step_noise(batch: int, steps: int, latent: int, seed: Any) -> Any:
        return a * keras.random.uniform((batch, steps, latent), seed=seed) ** 2 + b

    def new() -> Any:
        return keras.random.SeedGenerator(seed)

    def painted() -> Parts:
        images, h_dec = _several(student.generate(_Painter(canvases, states), count, new()), 2)
        return Parts(images=images, h_dec=h_dec)

    def told(generator: Any) -> np.ndarray:
        painter = _Painter(canvases, states)
        student.generate(painter, count, generator)
        return painter.told()

    def messages() -> Parts:
        generator = new()
        return Parts(z=told(generator), another=told(generator), again=told(new()))

    def dealt() -> np.ndarray:
        with dealer.deals():
            return told(new())

    ask.tell(shape=[count, steps, size])
    for _ in ask.both_ways(step_noise=step_noise):
        ask("painted", painted)
        ask("messages", messages)
    ask("dealt", dealt)
