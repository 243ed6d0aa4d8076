"""Hidden tests of the lesson ``gan``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

A part that builds on another of the student's own is asked both ways: as the notebook is, and with something known in
the place of the other part, so that a mistake there costs nothing here. What is known is of the same form as the right
part and otherwise unlike it: it gives nothing away.
"""

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from autograder.inside.networks import (
    STEPS,
    Affine,
    Entangled,
    Match,
    explored,
    full_precision,
    own_gradients,
    pieces,
    started,
)
from autograder.inside.probing import Parts, ask, gradient, pair, to_array, to_tensor

# Data ----------------------------------------------------------------------------------------------------------------


def transform(student: Any, rng: np.random.Generator) -> None:
    """Flatten batches of several sizes (one image among them), and scale to the default and to other ranges.

    One batch holds no pixel at 0 or 255, so that stretching each batch to its own extremes shows.
    """
    batches = [rng.integers(0, 256, (n, 28, 28), dtype=np.uint8) for n in (1, int(rng.integers(3, 7)))]
    dim = rng.integers(20, 200, (2, 28, 28), dtype=np.uint8)
    low = -float(rng.uniform(2, 5))
    high = low + float(rng.uniform(3, 9))
    inside = float(rng.uniform(0.1, 0.4)), float(rng.uniform(0.5, 0.9))  # no whole number is between them
    ask.tell(other_range=[low, high], inside_range=inside)
    ask.each("flat", student.flatten, batches)
    ask.each("unit", student.scale, [*batches, dim])
    ask("symmetric", student.scale, batches[1], -1.0, 1.0)
    ask("other", student.scale, dim, low=low, high=high)
    ask("inside", student.scale, dim, *inside)


def dataset(student: Any, rng: np.random.Generator) -> None:
    """Take four epochs of batches from three data sets; the first two of others, and batches of several sizes.

    Of the three batch sizes one does not divide the number of examples, one does, and one is the whole epoch. Every
    example can be told by its row. Seeds recur, zero among them, while the global generators are used by others, too.
    """
    size, steps = int(rng.integers(7, 11)), int(rng.integers(5, 7))
    whole, rest, a_seed = size * steps, int(rng.integers(2, size - 1)), int(rng.integers(1000))
    cases = []
    for n, batch_size, seed in ((whole + rest, size, a_seed), (whole, size, None), (whole, whole, None)):
        rows = np.stack([rng.permutation(n), *rng.integers(0, 9, (2, n))], axis=1).astype("float32")
        cases.append((student.Dataset, rows, rng.integers(0, 10, n), batch_size, seed))
    seeds = rng.choice(np.arange(1, 1000), 2, replace=False)[[0, 0, 1]].tolist() + [0, 0]
    strangers = rng.integers(2**31, size=1 + len(seeds)).tolist()
    asked = rng.permutation([size - 3, size, size + 2]).tolist()  # together less than an epoch
    _, images, labels, *_ = cases[0]

    def epochs(seed: int | None = None, stranger: int | None = None) -> np.ndarray:
        with _global_generators(stranger):
            data = student.Dataset(images.copy(), labels.copy(), **({} if seed is None else {"seed": seed}))
            first = to_array(data.next_batch(len(images))[0])
            np.random.uniform()  # somebody else's draw
            return np.concatenate([first, to_array(data.next_batch(len(images))[0])])

    def mixed() -> np.ndarray:
        data = student.Dataset(images.copy(), labels.copy())
        return np.array([[len(part) for part in pieces(data.next_batch(size))] for size in asked])

    ask.tell(seeds=seeds, asked=asked)
    ask.each("stream", _stream, cases)
    ask.each("seeded", epochs, list(zip(seeds, strangers[1:], strict=True)))
    ask.each("unseeded", epochs, [(), ()])
    ask("bystanders", _bystanders, lambda: epochs(seeds[0]), strangers[0])
    ask("mixed", mixed)


def _stream(
    Dataset: Callable[..., Any], images: np.ndarray, labels: np.ndarray, batch_size: int, seed: int | None
) -> Parts:
    """Four epochs: all rows and labels in the order in which they came, how many in each batch, ``epochs_completed``.

    And the arrays given, before and after.
    """
    before = images.copy(), labels.copy()
    data = Dataset(images, labels, seed=seed)
    rows, targets, sizes, completed = [], [], [], []
    for _ in range(-(-4 * len(images) // batch_size)):
        batch = drawn_images, drawn_labels = pieces(data.next_batch(batch_size))
        rows.append(drawn_images)
        targets.append(drawn_labels)
        sizes.append([len(part) for part in batch])
        completed.append(_number(getattr(data, "epochs_completed", np.nan)))
    return Parts(
        images=before[0],
        labels=before[1],
        batch_size=batch_size,
        images_after=images,
        labels_after=labels,
        rows=np.concatenate(rows),
        targets=np.concatenate(targets),
        sizes=np.array(sizes),
        completed=np.array(completed),
    )


def _number(value: Any) -> float:
    """A student's value as one number, NaN if it is none."""
    array = to_array(value)
    return float(array.item()) if array.size == 1 else np.nan


def _bystanders(use: Callable[[], Any], seed: int) -> Parts:
    """What the global generators draw after ``use``, and TensorFlow's seed before and after it."""
    before = _tensorflow_seed()
    with _global_generators(seed):
        use()
        drawn = np.random.uniform(size=4), np.array([random.random() for _ in range(4)])
    return Parts(NumPy=drawn[0], Python=drawn[1], tensorflow=np.array([before, _tensorflow_seed()]))


@contextlib.contextmanager
def _global_generators(seed: int | None) -> Iterator[None]:
    """NumPy's and Python's global generators begin with this seed, and go on afterwards as if nothing had been."""
    before = np.random.get_state(), random.getstate()
    if seed is not None:
        np.random.seed(seed)
        random.seed(seed)
    try:
        yield
    finally:
        if seed is not None:
            np.random.set_state(before[0])
            random.setstate(before[1])


def _tensorflow_seed() -> int:
    """TensorFlow's global seed."""
    return int(tf.compat.v1.get_seed(1)[0])


# Networks ------------------------------------------------------------------------------------------------------------


def glorot(student: Any, rng: np.random.Generator) -> None:
    """Two large matrices, one wide and one tall, and a small one drawn twice. Judged against theory."""
    sizes = rng.integers([(50, 110), (300, 40)], [(60, 130), (400, 50)]).tolist()
    ask.tell(sizes=sizes)
    ask.each("draws", student.glorot_uniform, map(tuple, sizes))
    ask.each("again", student.glorot_uniform, [(9, 7), (9, 7)])


def generator(student: Any, rng: np.random.Generator) -> None:
    """The generator's variables as they start, and what it makes of known ones."""
    _network(student.Generator, rng, outputs=(int(rng.integers(90, 111)), int(rng.integers(7, 10))))


def discriminator(student: Any, rng: np.random.Generator) -> None:
    """The discriminator's variables as they start, and what it makes of known ones; ``output_dim`` is left out."""
    _network(lambda inputs, hidden, _: student.Discriminator(inputs, hidden), rng, outputs=(1, 1))


def _network(make: Callable[[int, int, int], Any], rng: np.random.Generator, outputs: tuple[int, int]) -> None:
    """Two large networks as they start, a broad one and a deep one; a small one with known values in its variables.

    All sizes of a network differ, so that a variable's shape says which one it is.
    """
    large = int(rng.integers(60, 71)), int(rng.integers(200, 221)), outputs[0]
    wide = int(rng.integers(15, 21)), int(rng.integers(500, 601)), outputs[1]
    small = int(rng.integers(3, 6)), int(rng.integers(11, 17)), outputs[1]
    inputs, hidden, out = small
    x = rng.normal(size=(6, inputs))
    W1, W2 = rng.normal(size=(inputs, hidden)) / np.sqrt(inputs), rng.normal(size=(hidden, out)) / np.sqrt(hidden)
    b1 = rng.normal(size=hidden) / 2
    b2 = -np.median(np.maximum(x @ W1 + b1, 0) @ W2, axis=0)  # half of the logits on either side of zero
    values = [W1, b1, W2, b2]
    changed = [value + np.linspace(0.5, 1, value.size).reshape(value.shape) for value in values]
    start_seed = int(rng.integers(2**32))

    def glorot_uniform(fan_in: int, fan_out: int, seed: int | None = None) -> np.ndarray:  # noqa: ARG001
        return np.random.default_rng([start_seed, fan_in, fan_out]).normal(size=(fan_in, fan_out)).astype("float32")

    def start(*sizes: int) -> Parts:
        with full_precision():
            return started(make(*sizes), sizes)

    def forward() -> Parts:
        with full_precision():
            return explored(make(*small), x, values, changed)

    ask.tell(sizes=[large, wide], x=x, values=Parts(*values), changed=Parts(*changed))
    for stubbed in ask.both_ways(glorot_uniform=glorot_uniform):
        ask.each("start", start, [small] if stubbed else [large, wide])
        ask("forward", forward)


def parameters(student: Any, rng: np.random.Generator) -> None:  # noqa: ARG001
    """The four sizes that the student chose, each by itself."""

    def size(name: str) -> Any:
        return student.model_parameters()[name]

    for name in ("latent_dim", "image_dim", "hidden_dim", "decision_dim"):
        ask(name, size, name)


def sample_z(student: Any, rng: np.random.Generator) -> None:
    """A wide and a tall sample, and a small one drawn three times. Judged against theory."""
    n, small = int(rng.integers(2500, 2700)), (int(rng.integers(20, 30)), int(rng.integers(6, 9)))
    large = [(5, n), (n, 5)]
    ask.tell(large_sizes=large, small_size=small)
    ask.each("large", student.sample_Z, large)
    ask.each("small", student.sample_Z, [small] * 3)


# Losses --------------------------------------------------------------------------------------------------------------


def cross_entropy(student: Any, rng: np.random.Generator) -> None:
    """Moderate logits of two shapes, with hard and soft labels; values and gradients where an exponential overflows.

    The large logits come with either sign and either label, so that the wrong label alone does not show there.
    """
    logits = rng.uniform(-4, 4, (7, 1)), rng.uniform(-4, 4, (5, 3))
    labels = rng.permutation([0, 1, 0, 1, 0, 1, 0])[:, None], rng.uniform(0, 1, (5, 3))
    moderate = [(to_tensor(logit), to_tensor(label)) for logit, label in zip(logits, labels, strict=True)]
    sizes = np.concatenate([rng.uniform(120, 140, 2), rng.uniform(200, 5000, 2), [1e4]])
    large = tuple(to_tensor(grid.reshape(-1, 1)) for grid in np.meshgrid([*sizes, *-sizes], [0.0, 1.0]))

    def gradients(logits: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(logits)
            values = student.sigmoid_cross_entropy(logits, labels)
        gradients = tape.gradient(values, logits)
        if gradients is None:
            raise TypeError("no gradient passes from the logits to the cross-entropy")
        return gradients

    ask.tell(logits=logits[0])
    ask.each("moderate", student.sigmoid_cross_entropy, moderate)
    ask("extreme", student.sigmoid_cross_entropy, *large)
    ask("extreme gradients", gradients, *large)
    ask("moderate gradients", gradients, *moderate[0])


def losses(student: Any, rng: np.random.Generator) -> None:
    """Each loss on four pairs of batches, also with a known function in the place of the cross-entropy.

    In the last pair exponentials overflow and logarithms meet zero, with logits of either sign.
    """
    cases = [
        (to_tensor(rng.uniform(-3, 4, (n, 1))), to_tensor(rng.uniform(-4, 3, (n, 1))))
        for n in (3, 8, int(rng.integers(10, 15)))
    ]
    signs = np.array([[-1], [1], [-1], [1]])
    cases.append(tuple(to_tensor(rng.permutation(signs) * rng.uniform(180, 220, (4, 1))) for _ in range(2)))
    slope, width, step = rng.uniform(0.5, 1.5, 3)

    def sigmoid_cross_entropy(logits: Any, labels: Any) -> Any:
        logits, labels = (ops.cast(ops.convert_to_tensor(value), "float32") for value in (logits, labels))
        bent = ops.tanh(width * logits) + 0.3 * logits  # which still has a slope where logits are large
        return slope * bent + labels * (step + ops.square(logits))

    fakes, sloped = [fake for _, fake in cases], [cases[0], cases[-1]]
    ask.tell(sizes=[len(fake) for fake in fakes])
    for _ in ask.both_ways(sigmoid_cross_entropy=sigmoid_cross_entropy):
        ask.each("discriminator", student.discriminator_loss, cases)
        ask.each("generator", student.generator_loss, fakes)
        ask.each("saturating", student.generator_loss, fakes, saturating=True)
        ask.each("discriminator gradients", gradient(student.discriminator_loss), sloped)
        ask.each("generator gradients", gradient(student.generator_loss), [fake for _, fake in sloped])
        ask.each(
            "saturating gradients", gradient(student.generator_loss), [fake for _, fake in sloped], saturating=True
        )


class _Judge(Affine):
    """A discriminator of one layer."""

    def forward(self, x: Any) -> tuple[Any, Any]:
        """x (batch, inputs) -> probabilities and logits, both (batch, 1)."""
        logits = super().forward(x)
        return ops.sigmoid(logits), logits


def _game(rng: np.random.Generator) -> tuple[Any, Any, _Judge, Affine]:
    """X, Z, D and G, drawn so that one step turns D towards another direction.

    Real examples lie where D does not look: its first step turns it there, and with it the direction in which G moves.
    """
    angle = rng.uniform(0, 2 * np.pi)
    look, aside = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    n = int(rng.integers(5, 9))
    X = to_tensor(rng.uniform(1.5, 2.5) * aside + 0.3 * rng.normal(size=(n, 2)))
    Z = to_tensor(rng.uniform(-1, 1, (n, 1)))
    d = _Judge(rng.uniform(0.4, 0.6) * look[:, None], rng.choice([-1, 1], 1) * rng.uniform(0.2, 0.4))
    return X, Z, d, Affine(rng.normal(size=(1, 2)) / 4, rng.normal(size=2) / 4)


def model_loss(student: Any, rng: np.random.Generator) -> None:
    """Both losses of known networks on two batches, also with known functions in the place of the players' losses."""
    games = [_game(rng) for _ in range(2)]
    width, weight = rng.uniform(0.5, 1.5, 2)

    def discriminator_loss(real_logits: Any, fake_logits: Any) -> Any:
        return ops.std(real_logits) - weight * ops.mean(ops.square(fake_logits))

    def generator_loss(fake_logits: Any, saturating: bool = False) -> Any:
        return ops.mean(ops.tanh(width * fake_logits - 0.5)) + (2 if saturating else 0)

    ask.tell(real=Parts(*(d.forward(X)[0] for X, _, d, _ in games)))
    ask.tell(fake=Parts(*(d.forward(g.forward(Z))[0] for _, Z, d, g in games)))
    for _ in ask.both_ways(discriminator_loss=discriminator_loss, generator_loss=generator_loss):
        ask.each("losses", pair(student.gan_model_loss), games)
        ask("gradients", own_gradients, student.gan_model_loss, *games[0])


def train_step(student: Any, rng: np.random.Generator) -> None:
    """Steps from one start, by SGD with momentum: both players' rates above zero, only D's, only G's, neither.

    With both, whether G's step sees the new D (this G, being linear, moves along the weights of the D that it sees);
    with one, that player's step by itself; with neither, the returned losses can only be those at the start. With the
    others they are to be those from just before a step. All that also with known losses, in another game.
    """
    rates = {"d": float(rng.uniform(1, 1.5)), "g": float(rng.uniform(0.5, 1))}
    momentum = float(rng.uniform(0.5, 0.9))
    games = _game(rng), _game(rng)
    *_, d, g = games[1]
    g.put(rng.normal(size=4))
    known = Entangled(rng, d, g)
    matches = [Match(*game, rates, momentum) for game in games]
    ask.tell(pulls=known.pulls)
    for stubbed in ask.both_ways(gan_model_loss=known):
        match = matches[stubbed]
        ask.tell(start=Parts(**match.start))
        for step, moving in STEPS.items():
            ask(step, match.step, student.train_step, moving)


# Copies --------------------------------------------------------------------------------------------------------------


def nearest(student: Any, rng: np.random.Generator) -> None:
    """Samples that are nearly copies of images of one length, then samples and images that have nothing in common.

    With the copies every measure of what is near finds the same image; with the others each finds its own.
    """
    size = int(rng.integers(10, 14))

    def copies(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
        images = rng.uniform(size=(m, size))
        images /= np.linalg.norm(images, axis=1, keepdims=True)
        return _rows(images[rng.integers(m, size=n)] + rng.normal(scale=0.005, size=(n, size))), _rows(images)

    def others(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
        images = rng.uniform(0.3, 1, (m, 1)) * rng.uniform(size=(m, size))  # some dark, some bright
        return _rows(rng.uniform(0.3, 1, (n, 1)) * rng.uniform(size=(n, size))), _rows(images)

    def found(samples: np.ndarray, images: np.ndarray) -> Parts:
        return Parts(samples=samples, images=images, index=student.nearest(samples.copy(), images.copy()))

    ask.each("copies", found, [copies(31, 40), copies(25, 14)])
    ask.each("others", found, [others(40, 60), others(1, 60)])


def _rows(numbers: np.ndarray) -> np.ndarray:
    """Numbers as the lesson's images are."""
    return numbers.astype("float32")
