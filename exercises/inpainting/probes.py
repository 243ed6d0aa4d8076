"""Hidden tests of the lesson ``inpainting``, the asking half: what is put to the student's code.

Every probe is named after its test. ``student`` holds the notebook's names; ``rng`` is seeded alike for student and
solution, so a probe draws all its inputs before it calls any student code. Probes yield what they saw, as arrays and
numbers; ``judges.py`` decides what it is worth.

Networks may be built in any style: known numbers are put into their variables, which are told apart by their shapes.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from autograder.inside.probing import Answer, ask_each, gradient_sizes, to_array, to_tensor, with_given

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


def _slopes(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """The gradient of a loss at x; zeros where none passes."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    slopes = tape.gradient(value, x) if tf.is_tensor(value) else None
    return np.zeros(tuple(x.shape), "float32") if slopes is None else to_array(slopes)


# Pictures ------------------------------------------------------------------------------------------------------------


def _cut(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Borders and centres of images."""
    middle = slice(images.shape[1] // 4, 3 * images.shape[1] // 4)
    borders = images.copy()
    borders[:, middle, middle] = 0
    return borders, images[:, middle, middle].copy()


def cut(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Cut bytes of side 8 and numbers of side 12; paste other centres; and what should be refused.

    Nothing given is zero but the middle of borders. ``refused`` has 1 for a ValueError, 0 for a result, 2 for another
    exception.
    """
    images = [
        rng.integers(1, 256, (4, 8, 8, 3)).astype(np.uint8),
        rng.uniform(0.1, 1, (3, 12, 12, 3)).astype("float32"),
    ]
    borders = [
        rng.integers(1, 256, (4, 8, 8, 3)).astype(np.uint8),
        rng.uniform(0.1, 1, (3, 12, 12, 3)).astype("float32"),
    ]
    centres = [rng.integers(1, 256, (4, 4, 4, 3)).astype(np.uint8), rng.uniform(0.1, 1, (3, 6, 6, 3)).astype("float32")]
    for border in borders:
        quarter = border.shape[1] // 4
        border[:, quarter:-quarter, quarter:-quarter] = 0
    black = borders[0].copy()
    black[:, 0, 1] = 0  # outside of the middle
    shapes = [(2, 8, 12, 3), (2, 6, 6, 3), (2, 12, 8, 3), (2, 9, 9, 3), (2, 8, 8, 3)]  # the last ones fit
    odd = [rng.uniform(0.1, 1, shape).astype("float32") for shape in shapes]
    shapes = [(2, 4, 4, 3), (3, 4, 1, 3), (3, 1, 4, 3), (3, 2, 2, 3), (1, 4, 4, 3), (3, 4, 4, 3)]
    unfit = [rng.uniform(0.1, 1, shape).astype("float32") for shape in shapes]

    def cutting(k: int) -> Answer:
        given = images[k].copy()
        found = student.cut(given)
        border, centre = _pair(found)
        answer = {f"border_{k}": border, f"centre_{k}": centre, f"images_{k}": images[k], f"images_after_{k}": given}
        return answer | {f"shared_{k}": any(np.may_share_memory(np.asarray(part), given) for part in found)}

    def pasting(k: int) -> Answer:
        border, centre = borders[k].copy(), centres[k].copy()
        return {
            f"pasted_{k}": to_array(student.paste(border, centre)),
            f"centres_{k}": centres[k],
            f"borders_{k}": borders[k],
            f"borders_after_{k}": border,
        }

    def black_pasting() -> Answer:
        pasted = to_array(student.paste(black.copy(), centres[0].copy()))
        return {"pasted_black": pasted, "borders_black": black, "centres_black": centres[0]}

    def refused(function: str, *arrays: np.ndarray) -> int:
        try:
            getattr(student, function)(*arrays)
        except ValueError:
            return 1
        except Exception:
            return 2
        return 0

    def odd_cut() -> Answer:
        return {"refused_cut": np.array([refused("cut", array) for array in odd])}

    def odd_paste() -> Answer:
        border = np.ones((3, 8, 8, 3), "float32")
        border[:, 2:6, 2:6] = 0
        return {"refused_paste": np.array([refused("paste", border, centre) for centre in unfit])}

    yield from ask_each(
        *(lambda k=k: cutting(k) for k in range(2)),
        *(lambda k=k: pasting(k) for k in range(2)),
        black_pasting,
        odd_cut,
        odd_paste,
    )


def rows(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Borders and centres as rows, and back; no middle is empty, and all numbers differ but those of black pixels.

    Borders are also asked for with a `cut` that is right.
    """
    n, side = int(rng.integers(2, 5)), 4 * int(rng.choice((3, 5)))  # a third of 8 is a quarter, too; that of 16 is 4
    images = rng.permutation(n * side * side * 3).reshape(n, side, side, 3).astype("float32") + 1.25
    images[:, 0, 1] = 0
    centres = rng.permutation(n * side * side * 3 // 4).reshape(n, side // 2, side // 2, 3).astype("float32") + 1.25
    known = rng.permutation(n * side * side * 3 // 4).reshape(n, -1).astype("float32")

    def border() -> Answer:
        return {"border": to_array(student.border_rows(images.copy())), "images": images}

    def there() -> Answer:
        return {"centre": to_array(student.centre_rows(centres.copy()))}  # judges know the centres from the right rows

    def again() -> Answer:
        rows = to_array(student.centre_rows(centres.copy()))
        student.centre_rows(centres[::-1].copy())  # which it need not remember
        return {"again": to_array(student.centre_images(rows))}

    yield from ask_each(
        border,
        with_given(student, border, cut=_cut),
        there,
        lambda: {"back": to_array(student.centre_images(known.copy()))},
        again,
    )


def baseline(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Borders of very different colours, each with some black pixels that count."""
    borders = (rng.uniform(size=(4, 12, 12, 3)) * rng.uniform(0.2, 1, (4, 1, 1, 3))).astype("float32")
    borders[:, 3:9, 3:9] = 0
    borders[:, :, 11] = 0
    outside = np.ones((12, 12), bool)
    outside[3:9, 3:9] = False
    rows = _looked_up((borders, borders[:, outside].reshape(4, -1)))

    def ask() -> Answer:
        return {"means": to_array(student.border_mean(borders.copy()))}

    def centre_images(rows: Any) -> np.ndarray:
        """Column by column: right for centres of one colour, and for no others."""
        rows = np.asarray(rows)
        side = int(np.sqrt(rows.shape[1] / 3))
        return rows.reshape(-1, side, side, 3).swapaxes(1, 2)

    others = {"border_rows": rows, "cut": _cut, "centre_images": centre_images}
    yield from ask_each(ask, with_given(student, ask, **others))


# Measures ------------------------------------------------------------------------------------------------------------


def errors(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
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

    def of(name: str, guess: np.ndarray, key: str) -> Callable[[], Answer]:
        return lambda: {f"{name}_{key}": to_array(student.errors(truth.copy(), guess.copy())[key])}

    def keys() -> Answer:
        found = student.errors(truth.copy(), filled.copy())
        return {"keys": np.array([key in found for key in ("L1", "L2", "PSNR")])}

    cases = {"plain": filled, "bordered": bordered, "other": other}
    questions = [of(*case, key) for case in cases.items() for key in ("L1", "L2", "PSNR")]
    questions += [of("perfect", perfect, "PSNR"), keys]
    known = {
        "cut": _cut,
        "centre_rows": lambda centres: np.asarray(centres).reshape(len(centres), -1)[:, ::-1],  # their means are right
    }
    yield from ask_each(
        *questions,
        *(with_given(student, question, **known) for question in questions),
        lambda: {f"energy_{k}": to_array(student.gradient_energy(images.copy())) for k, images in enumerate(energies)},
    )


def divergence(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
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
    few = [rng.uniform(0.2, 0.7, (3, 20)), rng.uniform(0.4, 0.9, 400)]  # so unlike that the direction counts
    amount = float(rng.uniform(0.2, 0.6))
    ways: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "": lambda array: array,
        "ends ": lambda array: np.append(array, [0, 1]),
        "bytes ": lambda array: 255 * array,
        "signed ": lambda array: 2 * array - 1,
    }

    def both(name: str, pair: Sequence[np.ndarray], **settings: Any) -> Callable[[], Answer]:
        def ask() -> Answer:
            one, other = pair
            return {
                f"{name}_there": to_array(student.pixel_divergence(one.copy(), other.copy(), **settings)),
                f"{name}_back": to_array(student.pixel_divergence(other.copy(), one.copy(), **settings)),
            }

        return ask

    def each_way(name: str, pair: Sequence[np.ndarray], **settings: Any) -> list[Callable[[], Answer]]:
        return [both(way + name, [put(array) for array in pair], **settings) for way, put in ways.items()]

    yield from ask_each(
        *each_way("full", full, bins=7, smoothing=1e-5),
        *each_way("more", more, bins=5, smoothing=1e-5),
        both("part", part, bins=4, smoothing=1e-5),
        both("part with ends", [np.append(array, [0, 1]) for array in part], bins=4, smoothing=1e-5),
        both("whole", whole, bins=5, smoothing=1e-5),
        both("whole with less", [np.clip(array, 0.001, 0.999) for array in whole], bins=5, smoothing=1e-5),
        *each_way("empty", few),
        *each_way("amount", few, bins=60, smoothing=amount),
    )


# Networks ------------------------------------------------------------------------------------------------------------


def _put(matrices: Sequence[Any], seed: int) -> None:
    """Put known numbers into matrices, which follow from ``seed``, the shape and how many of that shape came before."""
    seen: Counter[tuple[int, ...]] = Counter()
    for matrix in matrices:
        shape = tuple(matrix.shape)
        random = np.random.default_rng([seed, *shape, seen[shape]])
        seen[shape] += 1
        matrix.assign((1.5 * random.normal(size=shape) / np.sqrt(shape[0])).astype("float32"))


def dense(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """What a small network does with known matrices, in use and in training, and what it is penalised for.

    One network answers everything, for as long as its means and variances are as they were made.
    """
    inputs, outputs, units = 11, 5, 8
    # Of few rows a unit may see almost the same numbers, of which normalisation's epsilon is then a part.
    x, other = rng.normal(size=(2, 64, inputs)).astype("float32")
    mixed = np.concatenate([x[:3], 2 * other[3:] + 1])
    penalty, seed = float(rng.uniform(0.1, 0.5)), int(rng.integers(2**32))

    @cache
    def make() -> tuple[Any, list[Any]]:
        """The network, and its matrices: that with as many columns as outputs comes last."""
        model = student.make_dense(inputs, outputs, units=units, penalty=penalty)
        model(to_tensor(x), training=False)
        matrices = [variable for variable in model.trainable_variables if len(variable.shape) > 1]
        matrices.sort(key=lambda matrix: matrix.shape[1] == outputs)  # else in the order in which they were made
        _put(matrices, seed)
        return model, matrices

    def output() -> Answer:
        model, matrices = make()
        biases = [variable for variable in model.trainable_variables if np.prod(tuple(variable.shape)) == outputs]
        return {
            "shapes": np.array([tuple(matrix.shape) for matrix in matrices]),
            "biases": len(biases),
            "output": to_array(model(to_tensor(x), training=False)),
        }

    def slopes(name: str, *, training: bool) -> Answer:
        model, matrices = make()
        return {name: gradient_sizes(lambda: keras.ops.square(model(to_tensor(x), training=training)), *matrices)}

    def batches() -> Answer:
        model, _ = make()
        kept = [variable for variable in model.non_trainable_variables if "float" in str(variable.dtype)]
        return {
            "kept": len(kept),
            "alone": to_array(model(to_tensor(x[:3]), training=False)),
            "trained": to_array(model(to_tensor(x), training=True)),
            "trained_again": to_array(model(to_tensor(x), training=True)),
            "trained_mixed": to_array(model(to_tensor(mixed), training=True)),
            "later": to_array(model(to_tensor(x), training=False)),
        }

    def penalised() -> Answer:
        model, _ = make()
        for variable in model.trainable_variables:
            if len(variable.shape) == 1:
                variable.assign(np.full(tuple(variable.shape), 0.7, "float32"))
        model(to_tensor(x))  # a layer may add its penalty in each call
        return {"penalty": float(sum(to_array(loss).sum() for loss in model.losses))}

    yield {"x": x, "mixed": mixed, "seed": seed, "factor": penalty}
    yield from ask_each(
        output,
        lambda: slopes("slopes", training=False),
        batches,
        lambda: slopes("slopes_in_training", training=True),
        penalised,
    )


def losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Both losses for two shapes, for a batch that comes twice, for rows that come twice, and at the edges."""
    cases = [rng.uniform(0.05, 0.95, (2, *shape)) for shape in ((4, 6), (3, 9))]
    close = np.abs(np.array([[0, 1]] * 2) - 10 ** rng.uniform(-5, -3, (2, 2)))  # where 1 and 0 are true
    edges = np.array([[0, 1, 1, 0]] * 2, "float64"), np.array([[0, 1, 0, 1]] * 2, "float64")

    def of(name: str) -> Callable[[], Answer]:
        def ask() -> Answer:
            function = getattr(student, name)
            answer = {}
            for k, (truth, guess) in enumerate(cases):
                answer[f"{name}_{k}"] = to_array(function(to_tensor(truth), to_tensor(guess)))
                twice, wide = (
                    [to_tensor(np.concatenate([part, part], axis=axis)) for part in (truth, guess)] for axis in (0, 1)
                )
                answer[f"{name}_twice_{k}"] = to_array(function(*twice))
                answer[f"{name}_wide_{k}"] = to_array(function(*wide))
            return answer

        return ask

    def slopes(name: str) -> Callable[[], Answer]:
        truth, guess = map(to_tensor, cases[0])
        return lambda: {f"{name}_slopes": _slopes(lambda x: getattr(student, name)(truth, x), guess)}

    def edge() -> Answer:
        right, wrong = (
            to_array(student.cross_entropy(to_tensor(edges[0][:, part]), to_tensor(edges[1][:, part])))
            for part in (slice(0, 2), slice(2, 4))
        )
        half = to_array(student.cross_entropy(*2 * [to_tensor(np.full((2, 2), 0.5))]))
        return {"edge_right": right, "edge_wrong": wrong, "edge_half": half}

    def near() -> Answer:
        return {"edge_near": to_array(student.cross_entropy(to_tensor(edges[0][:, 2:]), to_tensor(close)))}

    names = "squared_error", "cross_entropy"
    yield {
        f"{name}_{k}": part for k, pair in enumerate(cases) for name, part in zip(("truth", "guess"), pair, strict=True)
    }
    yield from ask_each(*map(of, names), edge, near, *map(slopes, names))


def noise_channel(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """What a model of nothing but this makes of pictures and noise; known numbers in all its variables."""
    side, latent = 6, int(rng.choice((4, 5, 7)))
    pictures, others = rng.uniform(1, 2, (2, 3, side, side, 3)).astype("float32")
    z, more = rng.normal(size=(2, 3, latent)).astype("float32")
    share = float(rng.uniform(0.2, 0.4))
    inputs = [keras.Input((side, side, 3)), keras.Input((latent,))]
    seed = int(rng.integers(2**32))

    def ask() -> Answer:
        model = keras.Model(inputs, student.add_noise_channel(*inputs))
        for variable in model.trainable_variables:  # in whatever order they were made
            shape = tuple(variable.shape)
            random = np.random.default_rng([seed, int(np.prod(shape))])
            variable.assign(random.normal(size=shape).astype("float32"))
        noises = {"joined": z, "other_noise": more, "mixed": share * z + (1 - share) * more, "none": 0 * z}
        answer = {name: to_array(model([to_tensor(pictures), to_tensor(noise)])) for name, noise in noises.items()}
        answer["other_pictures"] = to_array(model([to_tensor(others), to_tensor(z)]))
        numbers = sum(int(np.prod(tuple(variable.shape))) for variable in model.trainable_variables)
        return answer | {"pictures": pictures, "share": share, "numbers": numbers}

    yield {"z": np.stack([z, more, share * z + (1 - share) * more, 0 * z]), "seed": seed}
    yield from ask_each(ask)


def _cross_entropy(truth: Any, guess: Any) -> Any:
    """In the place of the student's own: by Keras, kept apart from the logarithm of 0 by another number."""
    each = keras.ops.binary_crossentropy(truth, keras.ops.clip(guess, 1e-6, 1 - 1e-6))
    return keras.ops.mean(keras.ops.sum(each, axis=1))


def gan_losses(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Each loss for moderate logits, of a perfect guess and of another one, and for large logits; and gradients.

    What asks for losses is asked with a known `cross_entropy`, too, which some may have used again.
    """
    cases = [np.clip(rng.normal(size=(2, n, 1)) * 2, -6, 6) for n in (4, 7)]
    truth, guess = rng.uniform(size=(2, 7, 4, 4, 3))
    weight = float(rng.uniform(2, 6))
    same = to_tensor(truth[:4])
    large = to_tensor(rng.uniform(500, 5000, (4, 1)) * np.array([[1], [-1], [1], [-1]]))

    def generator(fake: np.ndarray, amount: float, guessed: np.ndarray = guess, **settings: Any) -> np.ndarray:
        pictures = to_tensor(truth[: len(fake)]), to_tensor(guessed[: len(fake)])
        return to_array(student.generator_loss(to_tensor(fake), *pictures, amount, **settings))

    def discriminator() -> Answer:
        return {
            f"discriminator_{k}": to_array(student.discriminator_loss(to_tensor(real), to_tensor(fake)))
            for k, (real, fake) in enumerate(cases)
        } | {f"logits_{k}": case for k, case in enumerate(cases)}

    def adversarial(name: str, **settings: Any) -> Callable[[], Answer]:
        """Of a perfect guess, which has no reconstruction: whatever is made of that does not count."""
        return lambda: {f"{name}_{k}": generator(fake, 1.0, truth, **settings) for k, (_, fake) in enumerate(cases)}

    def reconstruction() -> Answer:
        fake = cases[0][1]
        return {
            "without": generator(fake, 0.0),
            "with": generator(fake, weight),
            "without_written": generator(fake, 0.0, as_written=True),
            "with_written": generator(fake, weight, as_written=True),
        }

    def large_ones() -> Answer:
        return {
            "large": to_array(large),
            "large_discriminator": to_array(student.discriminator_loss(large, -large)),
            "large_generator": to_array(student.generator_loss(large, same, same, 1.0)),
            "large_written": to_array(student.generator_loss(large, same, same, 1.0, as_written=True)),
            "large_slopes": gradient_sizes(
                lambda: [
                    student.discriminator_loss(large, -large),
                    student.generator_loss(large, same, same, 1.0),
                    student.generator_loss(large, same, same, 1.0, as_written=True),
                ],
                large,
            ),
        }

    real, fake = map(to_tensor, cases[0])
    slopes = {
        "discriminator": lambda: np.stack(
            [
                _slopes(lambda x: student.discriminator_loss(x, fake), real),
                _slopes(lambda x: student.discriminator_loss(real, x), fake),
            ]
        ),
        "usual": lambda: _slopes(lambda x: student.generator_loss(x, same, same, 1.0), fake),
        "written": lambda: _slopes(lambda x: student.generator_loss(x, same, same, 1.0, as_written=True), fake),
        "reconstruction": lambda: _slopes(
            lambda x: student.generator_loss(fake, same, x, weight), to_tensor(guess[:4])
        ),
    }
    questions = [
        discriminator,
        adversarial("usual"),
        adversarial("written", as_written=True),
        reconstruction,
        *(lambda name=name, ask=ask: {f"slopes_{name}": ask()} for name, ask in slopes.items()),
    ]
    yield from ask_each(
        *questions,
        *(with_given(student, question, cross_entropy=_cross_entropy) for question in questions),
        large_ones,
    )


# Captions ------------------------------------------------------------------------------------------------------------


def tokens(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Words of sentences with all sorts of signs; vocabularies, large and small; and rows of indices.

    Sentences for the last two are made of words and hyphens, which separate words: a known ``words`` that cuts there
    gives what the right one gives, and nothing of it away. Words are told by their letters.
    """
    letters = list("bcdfglmnprst")
    made = ["".join(rng.permutation(letters)[: rng.integers(2, 6)]) for _ in range(40)]
    pool = sorted(dict.fromkeys(made))
    pool = [pool[k] for k in rng.permutation(len(pool))][:14]
    signs = [", ", " ", "! ", "-", ". ", " (", ") ", ' "', "; ", "_", "? ", ": ", "/", "\n", " & ", "*", "\t"]
    between = [signs[k % len(signs)] for k in rng.permutation(21)]  # each of them at least once
    messy = []
    for _ in range(3):
        chosen = [str(word) for word in rng.choice(pool, 6)]
        chosen[0], chosen[2], chosen[4] = chosen[0].capitalize(), chosen[2].upper(), chosen[4] + "'s"
        chosen[1], chosen[3] = chosen[1] + str(rng.integers(2, 10)), chosen[3] + "'"
        chosen.append(str(rng.integers(10, 99)))
        messy.append("".join(word + between.pop() for word in chosen) + ".")
    counts = [7, 7, 6, 5, 5, 5, 3, 3, 3, 3, 2, 1, 1, 1][: len(pool)]
    bag = [word for word, count in zip(pool, counts, strict=False) for _ in range(count)]
    shuffled = [bag[k] for k in rng.permutation(len(bag))]
    corpus = ["-".join(shuffled[k : k + 6]) for k in range(0, len(shuffled), 6)]
    size = int(rng.integers(6, 10))
    indices = (rng.choice(1998, len(pool) - 3, replace=False) + 2).tolist()
    vocabulary = dict(zip(pool[3:], indices, strict=True))
    known = list(vocabulary)
    listed = [pool[k] for k in rng.permutation(len(pool))]  # so that nothing follows from where a word stands
    seen = "-".join(corpus).split("-")
    places = {
        "counts": np.array([seen.count(word) for word in listed]),
        "alphabet": np.array([sorted(pool).index(word) for word in listed]),
        "appearance": np.array([seen.index(word) for word in listed]),
    }
    small = dict(zip(known, (rng.choice(98, len(known), replace=False) + 2).tolist(), strict=True))  # for any type
    short = [*("-".join(rng.choice(known, k)) for k in (3, 5, 1)), "- -"]
    long = ["-".join(rng.choice(known, k)) for k in (9, 7)]
    strange = ["-".join(rng.permutation([*rng.choice(known, 3), pool[0], pool[2]])) for _ in range(3)]

    def vocabularies() -> Answer:
        found = [student.make_vocabulary(list(corpus), n) for n in (100, size)]
        return {
            name: np.array([int(vocabulary.get(word, -1)) for word in listed])
            for name, vocabulary in zip(("all", "some"), found, strict=True)
        } | {"sizes": np.array([len(vocabulary) for vocabulary in found])}

    def rows_of(name: str, sentences: list[str], indices: dict[str, int], length: int) -> Callable[[], Answer]:
        return lambda: {name: to_array(student.encode(list(sentences), dict(indices), length))}

    def cut_at_hyphens(sentence: str) -> list[str]:
        return [word for word in sentence.replace(" ", "-").split("-") if word]

    def spelt(sentence: str) -> np.ndarray:
        return np.frombuffer("\n".join(student.words(sentence)).encode("latin-1", "replace"), np.uint8)

    questions = [
        vocabularies,
        rows_of("short", short, vocabulary, 6),
        rows_of("long", long, small, 6),
        rows_of("strange", strange, small, 5),
    ]
    yield {"size": size, "pool": len(pool), **places}
    yield from ask_each(
        lambda: {f"words_{k}": spelt(sentence) for k, sentence in enumerate(messy)},
        *questions,
        *(with_given(student, question, words=cut_at_hyphens) for question in questions),
    )


def text_encoder(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
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
        seen: Counter[tuple[int, ...]] = Counter()
        for variable in model.trainable_variables:
            shape = tuple(variable.shape)
            random = np.random.default_rng([seed, *shape, seen[shape]])
            seen[shape] += 1
            variable.assign((0.6 * random.normal(size=shape)).astype("float32"))

    def ask(kind: str) -> Answer:
        tokens = keras.Input((length,), dtype="int32")  # as the players use it
        model = keras.Model(tokens, student.make_text_encoder(size, length, dim, kind)(tokens))
        put(model)
        return {
            f"{kind}_vectors": to_array(model(keras.ops.convert_to_tensor(sentences))),
            f"{kind}_padded": to_array(model(keras.ops.convert_to_tensor(padded))),
        }

    yield {"size": size, "dim": dim, "seed": seed, "sentences": sentences, "padded": padded}
    yield from ask_each(lambda: ask("lstm"), lambda: ask("simple"))


def join_text(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """What a model of nothing but this makes of maps and vectors."""
    height, width, channels, dim = 3, 4, 5, 6
    maps = rng.normal(size=(3, height, width, channels)).astype("float32")
    text = rng.normal(size=(3, dim)).astype("float32")
    inputs = [keras.Input((height, width, channels)), keras.Input((dim,))]

    def ask() -> Answer:
        model = keras.Model(inputs, student.join_text(*inputs))
        return {"joined": to_array(model([to_tensor(maps), to_tensor(text)])), "maps": maps, "text": text}

    yield from ask_each(ask)


def shuffled(student: Any, rng: np.random.Generator) -> Iterator[Answer]:
    """Rows in other orders, by several seeds; two, three and many of them. A row is told by its numbers."""
    sets = [rng.permutation(n * 4).reshape(n, 4).astype("int32") for n in (2, 3, 5, 9)]
    seeds = rng.choice(1000, 16, replace=False).tolist()
    yield {f"tokens_{k}": rows for k, rows in enumerate(sets)}

    def order(k: int) -> Answer:
        given = [sets[k].copy() for _ in seeds]
        orders = [to_array(student.shuffle_captions(rows, seed)) for rows, seed in zip(given, seeds, strict=True)]
        return {f"orders_{k}": np.stack(orders), f"after_{k}": np.stack(given)}

    yield from ask_each(
        *(lambda k=k: order(k) for k in range(len(sets))),
        lambda: {"again": np.stack([to_array(student.shuffle_captions(sets[3].copy(), seed)) for seed in seeds])},
    )
