"""Hidden tests of the lesson ``inpainting``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution. What was answered to a question stands under its name; ``judges.py`` decides what it is worth.

Networks may be built in any style: known numbers are put into their variables, which are told apart by their shapes.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import Parts, ask, gradient_sizes, to_array, to_tensor

# What probes share ---------------------------------------------------------------------------------------------------


def _pair(value: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two returned arrays."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise TypeError("two values were expected")
    return to_array(value[0]), to_array(value[1])


def _looked_up(*pairs: tuple[np.ndarray, Any]) -> Callable[[Any], Any]:
    """A function that knows what becomes of these arrays, be they float32 or float64, and of no others."""
    known = {given.astype("float32").tobytes(): result for given, result in pairs}
    return lambda array: known[np.asarray(array).astype("float32").tobytes()]


def _gradients(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """The gradient of a loss at x; zeros where none passes."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    gradients = tape.gradient(value, x) if tf.is_tensor(value) else None
    return np.zeros(tuple(x.shape), "float32") if gradients is None else to_array(gradients)


# Pictures ------------------------------------------------------------------------------------------------------------


def _cut(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Borders and centres of images."""
    middle = slice(images.shape[1] // 4, 3 * images.shape[1] // 4)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def cut(student: Any, rng: np.random.Generator) -> None:
    """Cut bytes of side 8 and numbers of side 12; paste other centres, also into a border with black pixels.

    And what should be refused: 1 for a ValueError, 0 for a result, 2 for another exception. Nothing given is zero but
    the middle of borders, and the black pixels outside.
    """

    def pictures(n: int, side: int) -> np.ndarray:
        return rng.uniform(0.1, 1, (n, side, side, 3)).astype("float32")

    def some_bytes(n: int, side: int) -> np.ndarray:
        return rng.integers(1, 256, (n, side, side, 3)).astype(np.uint8)

    images = [some_bytes(4, 8), pictures(3, 12)]
    borders, centres = [some_bytes(4, 8), pictures(3, 12)], [some_bytes(4, 4), pictures(3, 6)]
    for border in borders:
        quarter = border.shape[1] // 4
        border[:, quarter:-quarter, quarter:-quarter] = 0
    black = borders[0].copy()
    black[:, 0, 1] = 0  # outside of the middle
    shapes = [(2, 8, 12, 3), (2, 6, 6, 3), (2, 12, 8, 3), (2, 9, 9, 3), (2, 8, 8, 3)]  # the last ones fit
    odd = [rng.uniform(0.1, 1, shape).astype("float32") for shape in shapes]
    shapes = [(2, 4, 4, 3), (3, 4, 1, 3), (3, 1, 4, 3), (3, 2, 2, 3), (1, 4, 4, 3), (3, 4, 4, 3)]
    unfit = [rng.uniform(0.1, 1, shape).astype("float32") for shape in shapes]
    whole = np.ones((3, 8, 8, 3), "float32")
    whole[:, 2:6, 2:6] = 0
    ask.each("cut", _cutting, [(student.cut, each) for each in images])
    pastes = zip([*borders, black], [*centres, centres[0]], strict=True)
    ask.each("paste", _pasting, [(student.paste, *each) for each in pastes])
    ask("refused cut", lambda: np.array([_refused(student.cut, each) for each in odd]))
    ask("refused paste", lambda: np.array([_refused(student.paste, whole, each) for each in unfit]))


def _cutting(cut: Callable[..., Any], given: np.ndarray) -> Parts:
    """Both parts, the images before and after, and whether a part is one of the images."""
    images = given.copy()
    found = cut(given)
    border, centre = _pair(found)
    shared = any(np.may_share_memory(np.asarray(part), given) for part in found)
    return Parts(border=border, centre=centre, images=images, after=given, shared=shared)


def _pasting(paste: Callable[..., Any], border: np.ndarray, centre: np.ndarray) -> Parts:
    """The images, and what was given, before and after."""
    before = border.copy(), centre.copy()
    return Parts(pasted=to_array(paste(border, centre)), borders=before[0], centres=before[1], after=border)


def _refused(function: Callable[..., Any], *arrays: np.ndarray) -> int:
    """1 for a ValueError, 0 for a result, 2 for another exception."""
    try:
        function(*arrays)
    except ValueError:
        return 1
    except Exception:
        return 2
    return 0


def rows(student: Any, rng: np.random.Generator) -> None:
    """Borders and centres as rows, and back; no middle is empty, and all numbers differ but those of black pixels.

    Borders are also asked for with a `cut` that is right.
    """
    n, side = int(rng.integers(2, 5)), 4 * int(rng.choice((3, 5)))  # a third of 8 is a quarter, too; that of 16 is 4
    images = rng.permutation(n * side * side * 3).reshape(n, side, side, 3).astype("float32") + 1.25
    images[:, 0, 1] = 0
    centres = rng.permutation(n * side * side * 3 // 4).reshape(n, side // 2, side // 2, 3).astype("float32") + 1.25
    known = rng.permutation(n * side * side * 3 // 4).reshape(n, -1).astype("float32")

    def again() -> Any:
        rows = to_array(student.centre_rows(centres.copy()))
        student.centre_rows(centres[::-1].copy())  # which it need not remember
        return student.centre_images(rows)

    ask.tell(images=images)
    for _ in ask.both_ways(cut=_cut):
        ask("border", student.border_rows, images)
    ask("centre", student.centre_rows, centres)  # judges know the centres from the right rows
    ask("back", student.centre_images, known)
    ask("again", again)


def baseline(student: Any, rng: np.random.Generator) -> None:
    """Borders of very different colours, each with some black pixels that count."""
    borders = (rng.uniform(size=(4, 12, 12, 3)) * rng.uniform(0.2, 1, (4, 1, 1, 3))).astype("float32")
    borders[:, 3:9, 3:9] = 0
    borders[:, :, 11] = 0
    outside = np.ones((12, 12), bool)
    outside[3:9, 3:9] = False
    rows = _looked_up((borders, borders[:, outside].reshape(4, -1)))

    def centre_images(rows: Any) -> np.ndarray:
        """Column by column: right for centres of one colour, and for no others."""
        rows = np.asarray(rows)
        side = int(np.sqrt(rows.shape[1] / 3))
        return rows.reshape(-1, side, side, 3).swapaxes(1, 2)

    for _ in ask.both_ways(border_rows=rows, cut=_cut, centre_images=centre_images):
        ask("means", student.border_mean, borders)


# Measures ------------------------------------------------------------------------------------------------------------


def errors(student: Any, rng: np.random.Generator) -> None:
    """Guesses with the border of the truth, with another border, and with another centre; energies of oblong images."""
    truth = rng.uniform(size=(5, 12, 12, 3)).astype("float32")
    filled = truth.copy()
    sizes = rng.uniform(0.05, 0.6, (5, 1, 1, 1))
    sizes[0] = 0.02  # so near that a number added before the logarithm would show
    filled[:, 3:9, 3:9] += (sizes * rng.uniform(-1, 1, (5, 6, 6, 3))).astype("float32")
    filled = np.clip(filled, 0, 1)
    bordered = rng.uniform(size=(5, 12, 12, 3)).astype("float32")
    bordered[:, 3:9, 3:9] = filled[:, 3:9, 3:9]
    other = truth.copy()
    other[:, 3:9, 3:9] = rng.uniform(size=(5, 6, 6, 3))
    energies = [rng.uniform(size=shape).astype("float32") for shape in ((3, 5, 9, 3), (2, 8, 4, 3))]

    perfect = filled.copy()
    perfect[2] = truth[2]

    def measure(guess: np.ndarray, key: str) -> Any:
        return student.errors(truth.copy(), guess)[key]

    def keys() -> np.ndarray:
        found = student.errors(truth.copy(), filled.copy())
        return np.array([key in found for key in KEYS])

    def in_another_order(centres: Any) -> np.ndarray:  # their means are right
        return np.asarray(centres).reshape(len(centres), -1)[:, ::-1]

    for _ in ask.both_ways(cut=_cut, centre_rows=in_another_order):
        for name, guess in (("plain", filled), ("bordered", bordered), ("other", other)):
            ask.each(name, measure, [(guess, key) for key in KEYS])
        ask("perfect", measure, perfect, "PSNR")
        ask("keys", keys)
    ask.each("energy", student.gradient_energy, energies)


KEYS = "L1", "L2", "PSNR"

WAYS: tuple[Callable[[np.ndarray], np.ndarray], ...] = (
    lambda array: array,
    lambda array: np.append(array, [0, 1]),
    lambda array: 255 * array,
    lambda array: 2 * array - 1,
)
"""Numbers as they are, with one at each end of the range, from 0 to 255, and from -1 to 1."""


def divergence(student: Any, rng: np.random.Generator) -> None:
    """Both ways: with bins that are all full; with many empty ones; with values in a part of [0, 1]; with 0s and 1s.

    Where bins are full there are so many numbers that smoothing hardly counts. Which range the bins divide is asked
    apart: values in a part of the range once more with one number added at each end, and 0s and 1s with 0.001 and 0.999
    in their place, neither of which should count. All else is asked in a few ways, of which one suffices: as it is,
    with a number at each end of the range, and as numbers from 0 to 255 and from -1 to 1.
    """
    full, more = (
        [rng.beta(*rng.uniform(2, 3, 2), (40, 100)), rng.beta(*rng.uniform(0.6, 1.2, 2), 3500)] for _ in range(2)
    )
    part = [rng.uniform(0.1, 0.9, (40, 100)) ** power for power in (1, 0.75)]
    whole = [
        np.concatenate([rng.uniform(0.01, 0.99, 3000) ** power, np.ones(ones), np.zeros(zeros)])
        for power, ones, zeros in ((1, 400, 800), (1.5, 900, 300))
    ]
    apart = [rng.uniform(0.2, 0.7, (3, 20)), rng.uniform(0.4, 0.9, 400)]  # so unlike that the direction counts
    amount = float(rng.uniform(0.2, 0.6))

    def both(one: np.ndarray, other: np.ndarray, **settings: Any) -> Parts:
        there = to_array(student.pixel_divergence(one.copy(), other.copy(), **settings))
        return Parts(there=there, back=to_array(student.pixel_divergence(other, one, **settings)))

    for name, pair, settings in (
        ("full", full, {"bins": 7, "smoothing": 1e-5}),
        ("more", more, {"bins": 5, "smoothing": 1e-5}),
        ("empty", apart, {}),
        ("amount", apart, {"bins": 60, "smoothing": amount}),
    ):
        ask.each(name, both, [tuple(map(way, pair)) for way in WAYS], **settings)
    ask("part", both, *part, bins=4, smoothing=1e-5)
    ask("part with ends", both, *map(WAYS[1], part), bins=4, smoothing=1e-5)
    ask("whole", both, *whole, bins=5, smoothing=1e-5)
    ask("whole with less", both, *(np.clip(array, 0.001, 0.999) for array in whole), bins=5, smoothing=1e-5)


# Networks ------------------------------------------------------------------------------------------------------------


def _put(matrices: Sequence[Any], seed: int) -> None:
    """Put known numbers into matrices, which follow from ``seed``, the shape and how many of that shape came before."""
    before: Counter[tuple[int, ...]] = Counter()
    for matrix in matrices:
        shape = tuple(matrix.shape)
        random = np.random.default_rng([seed, *shape, before[shape]])
        before[shape] += 1
        matrix.assign((1.5 * random.normal(size=shape) / np.sqrt(shape[0])).astype("float32"))


class _Dense:
    """A small network with known matrices; one answers everything while its means and variances are as they were made.

    Its matrices: that with as many columns as outputs comes last, else they come in the order in which they were made.
    """

    def __init__(self, make: Callable[[], Any], x: np.ndarray, outputs: int, seed: int) -> None:
        self.make, self.x, self.outputs, self.seed = make, x, outputs, seed

    @cached_property
    def model(self) -> Any:
        model = self.make()
        model(to_tensor(self.x), training=False)
        _put(self.matrices_of(model), self.seed)
        return model

    def matrices_of(self, model: Any) -> list[Any]:
        matrices = [variable for variable in model.trainable_variables if len(variable.shape) > 1]
        return sorted(matrices, key=lambda matrix: matrix.shape[1] == self.outputs)

    def run(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        return to_array(self.model(to_tensor(x), training=training))

    def layers(self) -> Parts:
        """The shapes of its matrices, how many biases the last layer has, and what it gives at inference."""
        variables = self.model.trainable_variables
        biases = [variable for variable in variables if np.prod(tuple(variable.shape)) == self.outputs]
        shapes = np.array([tuple(matrix.shape) for matrix in self.matrices_of(self.model)])
        return Parts(shapes=shapes, biases=len(biases), output=self.run(self.x))

    def gradients(self, training: bool) -> np.ndarray:
        """How large gradients along its matrices are."""

        def squared() -> Any:
            return keras.ops.square(self.model(to_tensor(self.x), training=training))

        return gradient_sizes(squared, *self.matrices_of(self.model))

    def batches(self, mixed: np.ndarray) -> Parts:
        """What a few rows become by themselves, and all in training: twice, and mixed; and what they become then."""
        kept = [variable for variable in self.model.non_trainable_variables if "float" in str(variable.dtype)]
        alone = self.run(self.x[:3])
        trained = [self.run(batch, training=True) for batch in (self.x, self.x, mixed)]
        return Parts(kept=len(kept), alone=alone, trained=Parts(*trained), later=self.run(self.x))

    def penalised(self) -> float:
        """What it is penalised for, where vectors are no zeros."""
        for variable in self.model.trainable_variables:
            if len(variable.shape) == 1:
                variable.assign(np.full(tuple(variable.shape), 0.7, "float32"))
        self.model(to_tensor(self.x))  # a layer may add its penalty in each call
        return float(sum(to_array(loss).sum() for loss in self.model.losses))


def dense(student: Any, rng: np.random.Generator) -> None:
    """What a small network does with known matrices, at inference and in training, and what it is penalised for."""
    inputs, outputs, units = 11, 5, 8
    # Of few rows a unit may see almost the same numbers, of which normalisation's epsilon is then a part.
    x, other = rng.normal(size=(2, 64, inputs)).astype("float32")
    mixed = np.concatenate([x[:3], 2 * other[3:] + 1])
    penalty, seed = float(rng.uniform(0.1, 0.5)), int(rng.integers(2**32))
    network = _Dense(lambda: student.make_dense(inputs, outputs, units=units, penalty=penalty), x, outputs, seed)
    ask.tell(x=x, mixed=mixed, seed=seed, factor=penalty)
    ask("layers", network.layers)
    ask("gradients", network.gradients, training=False)
    ask("batches", network.batches, mixed)
    ask("gradients in training", network.gradients, training=True)
    ask("penalty", network.penalised)


def losses(student: Any, rng: np.random.Generator) -> None:
    """Both losses for two shapes, for a batch that comes twice, for rows that come twice, and at the edges."""
    cases = [rng.uniform(0.05, 0.95, (2, *shape)) for shape in ((4, 6), (3, 9))]
    close = np.abs(np.array([[0, 1]] * 2) - 10 ** rng.uniform(-5, -3, (2, 2)))  # where 1 and 0 are true
    edges = np.array([[0, 1, 1, 0]] * 2, "float64"), np.array([[0, 1, 0, 1]] * 2, "float64")

    def values(loss: Callable[..., Any], truth: np.ndarray, guess: np.ndarray) -> Parts:
        """As they are, with every row twice, and with rows of twice the length."""
        twice, wide = ([np.concatenate([part, part], axis=axis) for part in (truth, guess)] for axis in (0, 1))
        pairs = {"plain": (truth, guess), "twice": twice, "wide": wide}
        return Parts(**{name: to_array(loss(*map(to_tensor, pair))) for name, pair in pairs.items()})

    def gradients(loss: Callable[..., Any]) -> np.ndarray:
        truth, guess = map(to_tensor, cases[0])
        return _gradients(lambda x: loss(truth, x), guess)

    def edge(truth: np.ndarray, guess: np.ndarray) -> Any:
        return student.cross_entropy(to_tensor(truth), to_tensor(guess))

    truth, guess = edges
    ask.tell(cases=Parts(*(Parts(truth=truth, guess=guess) for truth, guess in cases)))
    for name in ("squared_error", "cross_entropy"):
        ask.each(name, values, [(getattr(student, name), *case) for case in cases])
    ask("edge right", edge, truth[:, :2], guess[:, :2])
    ask("edge wrong", edge, truth[:, 2:], guess[:, 2:])
    ask("edge half", edge, np.full((2, 2), 0.5), np.full((2, 2), 0.5))
    ask("edge near", edge, truth[:, 2:], close)
    ask("squared_error gradients", gradients, student.squared_error)
    ask("cross_entropy gradients", gradients, student.cross_entropy)


def noise_channel(student: Any, rng: np.random.Generator) -> None:
    """What a model of nothing but this makes of pictures and noise; known numbers in all its variables."""
    side, latent = 6, int(rng.choice((4, 5, 7)))
    pictures, others = rng.uniform(1, 2, (2, 3, side, side, 3)).astype("float32")
    z, more = rng.normal(size=(2, 3, latent)).astype("float32")
    share = float(rng.uniform(0.2, 0.4))
    inputs = [keras.Input((side, side, 3)), keras.Input((latent,))]
    seed = int(rng.integers(2**32))

    def joined() -> Parts:
        model = keras.Model(inputs, student.add_noise_channel(*inputs))
        for variable in model.trainable_variables:  # in whatever order they were made
            shape = tuple(variable.shape)
            random = np.random.default_rng([seed, int(np.prod(shape))])
            variable.assign(random.normal(size=shape).astype("float32"))
        values = [to_array(model([to_tensor(pictures), to_tensor(noise)])) for noise in noises]
        numbers = sum(int(np.prod(tuple(variable.shape))) for variable in model.trainable_variables)
        elsewhere = model([to_tensor(others), to_tensor(z)])
        return Parts(values=Parts(*values), other_pictures=elsewhere, numbers=numbers)

    noises = z, more, share * z + (1 - share) * more, 0 * z
    ask.tell(z=np.stack(noises), seed=seed, pictures=pictures, share=share)
    ask("joined", joined)


def _cross_entropy(truth: Any, guess: Any) -> Any:
    """In the place of the student's own: by Keras, kept apart from the logarithm of 0 by another number."""
    each = keras.ops.binary_crossentropy(truth, keras.ops.clip(guess, 1e-6, 1 - 1e-6))
    return keras.ops.mean(keras.ops.sum(each, axis=1))


def gan_losses(student: Any, rng: np.random.Generator) -> None:
    """Each loss for moderate logits, of a perfect guess and of another one, and for large logits; and gradients.

    What asks for losses is asked with a known `cross_entropy`, too, which some may have used again.
    """
    cases = [np.clip(rng.normal(size=(2, n, 1)) * 2, -6, 6) for n in (4, 7)]
    truth, guess = rng.uniform(size=(2, 7, 4, 4, 3))
    weight = float(rng.uniform(2, 6))
    large = to_tensor(rng.uniform(500, 5000, (4, 1)) * np.array([[1], [-1], [1], [-1]]))
    pairs = [tuple(map(to_tensor, case)) for case in cases]
    (real, fake), same, guessed = pairs[0], to_tensor(truth[:4]), to_tensor(guess[:4])
    perfect = [  # whatever is made of its reconstruction does not count
        (logits, *[to_tensor(truth[: len(logits)])] * 2, 1.0) for _, logits in pairs
    ]

    def reconstruction(**settings: Any) -> np.ndarray:
        """The loss without it, and with its weight."""
        losses = (student.generator_loss(fake, same, guessed, amount, **settings) for amount in (0.0, weight))
        return np.array([to_array(loss).reshape(()) for loss in losses])

    def generator_gradients(**settings: Any) -> np.ndarray:
        return _gradients(lambda x: student.generator_loss(x, same, same, 1.0, **settings), fake)

    ask.tell(logits=Parts(*cases), large_logits=large)
    for _ in ask.both_ways(cross_entropy=_cross_entropy):
        ask.each("discriminator", student.discriminator_loss, pairs)
        ask("discriminator gradients", _discriminator_gradients, student, real, fake)
        ask.each("usual", student.generator_loss, perfect)
        ask("usual gradients", generator_gradients)
        ask.each("written", student.generator_loss, perfect, as_written=True)
        ask("written gradients", generator_gradients, as_written=True)
        ask("reconstruction", reconstruction)
        ask("reconstruction written", reconstruction, as_written=True)
        ask(
            "reconstruction gradients",
            lambda: _gradients(lambda x: student.generator_loss(fake, same, x, weight), guessed),
        )
    ask("large", _large_losses, student, large, same)


def _discriminator_gradients(student: Any, real: Any, fake: Any) -> np.ndarray:
    """Those of the loss by the logits of real pictures, and by those of completed ones."""
    by_real = _gradients(lambda x: student.discriminator_loss(x, fake), real)
    return np.stack([by_real, _gradients(lambda x: student.discriminator_loss(real, x), fake)])


def _large_losses(student: Any, large: Any, same: Any) -> Parts:
    """Each loss at large logits, of a perfect guess; and all their gradients."""

    def every() -> list[Any]:
        generator = student.generator_loss
        return [
            student.discriminator_loss(large, -large),
            generator(large, same, same, 1.0),
            generator(large, same, same, 1.0, as_written=True),
        ]

    discriminator, usual, written = map(to_array, every())
    gradients = gradient_sizes(every, large)
    return Parts(discriminator=discriminator, usual=usual, written=written, gradients=gradients)


# Captions ------------------------------------------------------------------------------------------------------------


def tokens(student: Any, rng: np.random.Generator) -> None:
    """Words of sentences with all sorts of signs; vocabularies, large and small; and rows of indices.

    Sentences for the last two are made of words and hyphens, which separate words: a known ``words`` that cuts there
    gives what the right one gives, and nothing of it away. Words are told by their letters.
    """
    made = ["".join(rng.permutation(list("bcdfglmnprst"))[: rng.integers(2, 6)]) for _ in range(40)]
    pool = sorted(dict.fromkeys(made))
    pool = [pool[k] for k in rng.permutation(len(pool))][:14]
    messy = _messy(rng, pool)
    corpus, listed, places = _corpus(rng, pool)
    size = int(rng.integers(6, 10))
    indices = (rng.choice(1998, len(pool) - 3, replace=False) + 2).tolist()
    vocabulary = dict(zip(pool[3:], indices, strict=True))
    known = list(vocabulary)
    small = dict(zip(known, (rng.choice(98, len(known), replace=False) + 2).tolist(), strict=True))  # for any type
    short = [*("-".join(rng.choice(known, k)) for k in (3, 5, 1)), "- -"]
    long = ["-".join(rng.choice(known, k)) for k in (9, 7)]
    strange = ["-".join(rng.permutation([*rng.choice(known, 3), pool[0], pool[2]])) for _ in range(3)]

    def vocabularies() -> Parts:
        found = [student.make_vocabulary(list(corpus), n) for n in (100, size)]
        indices = ([int(vocabulary.get(word, -1)) for word in listed] for vocabulary in found)
        lengths = np.array([len(vocabulary) for vocabulary in found])
        return Parts(lengths=lengths, indices=Parts(*map(np.array, indices)))

    def rows_of(sentences: list[str], indices: dict[str, int], length: int) -> Any:
        return student.encode(list(sentences), dict(indices), length)

    def spelt(sentence: str) -> np.ndarray:
        return np.frombuffer("\n".join(student.words(sentence)).encode("latin-1", "replace"), np.uint8)

    ask.tell(size=size, pool=len(pool), **places)
    ask.each("words", spelt, messy)
    for _ in ask.both_ways(words=_cut_at_hyphens):
        ask("vocabularies", vocabularies)
        ask("short", rows_of, short, vocabulary, 6)
        ask("long", rows_of, long, small, 6)
        ask("strange", rows_of, strange, small, 5)


def _messy(rng: np.random.Generator, pool: list[str]) -> list[str]:
    """Sentences of these words in all sorts of spellings, with all sorts of signs between them."""
    signs = [", ", " ", "! ", "-", ". ", " (", ") ", ' "', "; ", "_", "? ", ": ", "/", "\n", " & ", "*", "\t"]
    between = [signs[k % len(signs)] for k in rng.permutation(21)]  # each of them at least once
    messy = []
    for _ in range(3):
        chosen = [str(word) for word in rng.choice(pool, 6)]
        chosen[0], chosen[2], chosen[4] = chosen[0].capitalize(), chosen[2].upper(), chosen[4] + "'s"
        chosen[1], chosen[3] = chosen[1] + str(rng.integers(2, 10)), chosen[3] + "'"
        chosen.append(str(rng.integers(10, 99)))
        messy.append("".join(word + between.pop() for word in chosen) + ".")
    return messy


def _corpus(rng: np.random.Generator, pool: list[str]) -> tuple[list[str], list[str], dict[str, np.ndarray]]:
    """Sentences in which words occur unequally often; all words; and their places in three orders.

    By how often they occur, in the alphabet, and where they first appear.
    """
    counts = [7, 7, 6, 5, 5, 5, 3, 3, 3, 3, 2, 1, 1, 1][: len(pool)]
    bag = [word for word, count in zip(pool, counts, strict=False) for _ in range(count)]
    corpus = [bag[k] for k in rng.permutation(len(bag))]
    listed = [pool[k] for k in rng.permutation(len(pool))]  # so that nothing follows from where a word stands
    places = {
        "counts": np.array([corpus.count(word) for word in listed]),
        "alphabet": np.array([sorted(pool).index(word) for word in listed]),
        "appearance": np.array([corpus.index(word) for word in listed]),
    }
    return ["-".join(corpus[k : k + 6]) for k in range(0, len(corpus), 6)], listed, places


def _cut_at_hyphens(sentence: str) -> list[str]:
    """In the place of ``words``."""
    return [word for word in sentence.replace(" ", "-").split("-") if word]


def text_encoder(student: Any, rng: np.random.Generator) -> None:
    """Vectors of sentences by encoders with known numbers in all variables: without padding, and with it."""
    size, length, dim = 9, 7, 6
    sentences = rng.integers(1, size, (4, length)).astype("int32")
    sentences[:, 0], sentences[:, -1] = 2, 3  # so that reversing them makes a difference
    sentences[0, 1] = 1  # an unknown word is a word
    sentences[1:] = np.maximum(sentences[1:], 2)
    padded = rng.permutation(sentences)
    padded[:2, 5:] = 0
    padded[2:, 3:] = 0
    seed = int(rng.integers(2**32))

    def put(model: Any) -> None:
        """Numbers that follow from the seed, the shape, and how many of that shape came before."""
        before: Counter[tuple[int, ...]] = Counter()
        for variable in model.trainable_variables:
            shape = tuple(variable.shape)
            random = np.random.default_rng([seed, *shape, before[shape]])
            before[shape] += 1
            variable.assign((0.6 * random.normal(size=shape)).astype("float32"))

    def encode(kind: str) -> Parts:
        tokens = keras.Input((length,), dtype="int32")  # as the players use it
        model = keras.Model(tokens, student.make_text_encoder(size, length, dim, kind)(tokens))
        put(model)
        vectors, of_padded = (model(keras.ops.convert_to_tensor(each)) for each in (sentences, padded))
        return Parts(vectors=vectors, padded=of_padded)

    ask.tell(size=size, dim=dim, seed=seed, sentences=sentences, padded=padded)
    ask("lstm", encode, "lstm")
    ask("simple", encode, "simple")


def join_text(student: Any, rng: np.random.Generator) -> None:
    """What a model of nothing but this makes of maps and vectors."""
    height, width, channels, dim = 3, 4, 5, 6
    maps = rng.normal(size=(3, height, width, channels)).astype("float32")
    text = rng.normal(size=(3, dim)).astype("float32")
    inputs = [keras.Input((height, width, channels)), keras.Input((dim,))]

    def joined() -> Any:
        model = keras.Model(inputs, student.join_text(*inputs))
        return model([to_tensor(maps), to_tensor(text)])

    ask.tell(maps=maps, text=text)
    ask("joined", joined)


def shuffled(student: Any, rng: np.random.Generator) -> None:
    """Rows in other orders, by several seeds; two, three and many of them. A row is told by its numbers."""
    sets = [rng.permutation(n * 4).reshape(n, 4).astype("int32") for n in (2, 3, 5, 9)]
    seeds = rng.choice(1000, 16, replace=False).tolist()

    def order(rows: np.ndarray) -> Parts:
        given = [rows.copy() for _ in seeds]
        orders = [to_array(student.shuffle_captions(each, seed)) for each, seed in zip(given, seeds, strict=True)]
        return Parts(tokens=rows, orders=np.stack(orders), after=np.stack(given))

    ask.each("sets", order, sets)
    ask("again", lambda: np.stack([to_array(student.shuffle_captions(sets[3].copy(), seed)) for seed in seeds]))
