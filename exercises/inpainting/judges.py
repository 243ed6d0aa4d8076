"""Hidden tests of the lesson ``inpainting``, the judging half: what an answer is worth.

Inputs are taken from the reference, never from the answer. Whatever can be asked apart from a mistake that another
criterion looks at is asked so: sums or means, both directions of a divergence, any number of layers.
"""

import numpy as np

from autograder.judging import Criterion, Rubric, alike

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _alike(value: Array, expected: Array, atol: float = 1e-5) -> bool:
    """The same shape and numbers, but for what float32 leaves."""
    return alike(value, expected, rtol=1e-4, atol=atol)


def _one_of(c: Criterion, key: str, what: str, otherwise: str, *expected: Array, rtol: float = 1e-3) -> None:
    """The answer is one number, and one of those expected."""
    value = c.number(key, what)
    c.expect(any(np.isclose(value, float(each), rtol=rtol, atol=1e-6) for each in expected), otherwise)


# Pictures ------------------------------------------------------------------------------------------------------------


def _hole(side: int) -> Array:
    """Which pixels are in the middle, bool (side, side)."""
    inside = np.zeros((side, side), bool)
    inside[side // 4 : 3 * side // 4, side // 4 : 3 * side // 4] = True
    return inside


def cut(rubric: Rubric) -> None:
    """Each part, what must stay as it was, and what is refused."""
    with rubric.criterion(
        "centres", points=1, hint="Which rows and columns has the square of half the side in the middle?"
    ) as c:
        for k in range(2):
            value, expected = c.array(f"centre_{k}", "the centres"), c.reference(f"centre_{k}")
            c.expect(value.shape == expected.shape, f"Centres of shape {value.shape} came.")
            c.expect(np.array_equal(value, expected), "The centres are not what stands in the middle.")
    with rubric.criterion(
        "borders", points=1, hint="Zero in the middle, and outside of it the same numbers, to the last bit."
    ) as c:
        for k in range(2):
            value, expected = c.array(f"border_{k}", "the borders"), c.reference(f"border_{k}")
            c.expect(value.shape == expected.shape, f"Borders of shape {value.shape} came.")
            inside = _hole(expected.shape[1])
            c.expect(not value[:, inside].any(), "The middle of the borders is not empty.")
            c.expect(
                np.array_equal(value[:, ~inside], expected[:, ~inside]), "Outside of the middle something has changed."
            )
    with rubric.criterion(
        "pasted", points=1, hint="Each centre goes into the border of its own picture, and changes nothing else."
    ) as c:
        for k in (0, 1, "black"):
            value, expected = c.array(f"pasted_{k}", "the images"), c.reference(f"pasted_{k}")
            c.expect(value.shape == expected.shape, f"Images of shape {value.shape} came.")
            inside = _hole(expected.shape[1])
            c.expect(np.array_equal(value[:, ~inside], expected[:, ~inside]), "The border is not as it was.")
            c.expect(np.array_equal(value[:, inside], expected[:, inside]), "In the middle are not the right centres.")
    with rubric.criterion(
        "kept", points=0.5, hint="Work on copies: the arrays belong to the caller. And keep their type."
    ) as c:
        for k, kind in enumerate((np.uint8, np.float32)):
            for name in ("border", "centre", "pasted"):
                value = c.array(f"{name}_{k}", f"what {name} should be")
                c.expect(value.size > 0 and value.dtype == kind, f"{np.dtype(kind)} went in, {value.dtype} came out.")
            for name in ("images", "borders"):
                after = c.array(f"{name}_after_{k}", f"the {name} afterwards")
                c.expect(np.array_equal(after, c.reference(f"{name}_{k}")), f"The {name} were changed.")
            c.expect(not c.array(f"shared_{k}", "what cut gives").any(), "What came is a part of the images, no copy.")
    with rubric.criterion(
        "refused", points=0.5, hint="Compare shapes before you cut or paste; NumPy broadcasts what does not fit."
    ) as c:
        for name, key in (("cut", "refused_cut"), ("paste", "refused_paste")):
            c.array(f"{'border' if name == 'cut' else 'pasted'}_0", f"what {name} gives where all fits")
            seen = c.array(key, "what was refused")
            right = c.reference(key)
            count = int((seen != right)[right == 1].sum())
            c.expect(count == 0, f"{count} of {(right == 1).sum()} unfit shapes were not refused by {name}.")
            c.expect(np.array_equal(seen, right), f"What fits was refused by {name}.")


def rows(rubric: Rubric) -> None:
    """Borders, centres, and the way back from rows, be they as asked or as the student's own."""
    with rubric.criterion(
        "border", points=1.5, hint="All pixels outside of the middle, row by row; the middle may hold anything."
    ) as c:
        value, expected = c.array("border", "the rows"), c.reference("border")
        c.expect(value.shape == expected.shape, f"Rows of shape {value.shape} came.")
        c.expect(
            np.array_equal(np.sort(value, axis=1), np.sort(expected, axis=1)),
            "The rows do not hold the numbers outside of the middle.",
        )
        c.expect(np.array_equal(value, expected), "The rows hold the right numbers in another order.")
    with rubric.criterion("centre", points=1, hint="Row by row, pixel by pixel, red first: one picture in a row.") as c:
        value, expected = c.array("centre", "the rows"), c.reference("centre")
        c.expect(value.shape == expected.shape, f"Rows of shape {value.shape} came.")
        c.expect(np.array_equal(value, expected), "The rows do not hold the centres in the order that was asked for.")
    with rubric.criterion("back", points=0.5, hint="What was the order on the way there? And how long is a side?") as c:

        def known() -> None:
            c.expect(
                np.array_equal(c.array("back", "the centres"), c.reference("back")), "Rows become no right centres."
            )

        def own() -> None:
            value, centres = c.array("centre", "the rows"), c.reference("centres")
            flat = centres.reshape(len(centres), -1)
            c.expect(np.array_equal(np.sort(value, axis=1), np.sort(flat, axis=1)), "Rows became no right centres.")
            c.expect(np.array_equal(c.array("again", "the centres"), centres), "Rows became no right centres.")

        c.either(known, own)


def baseline(rubric: Rubric) -> None:
    """Whose mean, and of which pixels."""
    with rubric.criterion(
        "own colour", points=1, hint="Every picture and every channel has a mean of its own; along which axes?"
    ) as c:

        def own(before: str) -> None:
            value, expected = c.array(f"{before}means", "the centres"), c.reference("means")
            c.expect(value.shape == expected.shape, f"Centres of shape {value.shape} came.")
            c.expect(np.ptp(value, axis=(1, 2)).max() < 1e-5, "A centre has several colours.")
            ratio = value[:, 0, 0] / expected[:, 0, 0]
            c.expect(np.ptp(ratio) < 1e-3 and ratio.min() > 0.1, "The colours are not those of the borders.")

        c.either_way(own)
    with rubric.criterion(
        "outside only", points=1, hint="The zeros in the middle are no part of the border: how many pixels are left?"
    ) as c:

        def outside(before: str) -> None:
            value, expected = c.array(f"{before}means", "the centres"), c.reference("means")
            c.expect(np.ptp(value) > 0, "All centres are the same.")
            c.expect(
                np.isclose(value.mean(), expected.mean(), rtol=1e-3),
                "On average the colours are not as bright as borders.",
            )

        c.either_way(outside)


# Measures ------------------------------------------------------------------------------------------------------------


def errors(rubric: Rubric) -> None:
    """Each number, of the centre or, which is asked for elsewhere, of the whole; for each picture or on average."""
    for key, hint in (
        ("L1", "The mean of the absolute differences."),
        ("L2", "The mean of the squared differences, without a root."),
        ("PSNR", "Ten times the decimal logarithm of 1 / L2, of each picture by itself."),
    ):
        with rubric.criterion(key, points=0.5, hint=hint) as c:

            def right(before: str, c: Criterion = c, key: str = key) -> None:
                for case in ("plain", "other"):
                    value = c.array(f"{before}{case}_{key}", key).astype(np.float64).ravel()
                    expected = c.reference(f"{case}_{key}").astype(np.float64)
                    # The border being right, the whole picture has a quarter of the error.
                    whole = expected + 10 * np.log10(4) if key == "PSNR" else expected / 4
                    forms = [form for each in (expected, whole) for form in (each, each.mean(keepdims=True))]
                    c.expect(any(_alike(value, form) for form in forms), f"For known pictures it is not the {key}.")

            c.either_way(right)
    with rubric.criterion("per picture", points=0.5, hint="An array (n,): over which axes is the mean taken?") as c:

        def each(before: str) -> None:
            for key in ("L1", "L2", "PSNR"):
                value = c.array(f"{before}plain_{key}", key)
                c.expect(value.shape == (5,), f"For 5 pictures, {key} came with shape {value.shape}.")
                c.expect(len(np.unique(value)) == 5, f"Different pictures have the same {key}.")

        c.either_way(each)
    with rubric.criterion("centre only", points=1, hint="The border was given: cut the middle out of both.") as c:

        def centre(before: str) -> None:
            for key in ("L1", "L2", "PSNR"):
                plain, bordered, other = (
                    c.array(f"{before}{case}_{key}", key) for case in ("plain", "bordered", "other")
                )
                c.expect(_alike(bordered, plain), f"With another border, {key} is another one.")
                c.expect(not _alike(other, plain), f"With another centre, {key} is the same.")

        c.either_way(centre)
    with rubric.criterion(
        "gradient energy", points=1, hint="Two means of squared differences, to the right and below, added."
    ) as c:
        for k in range(2):
            _one_of(
                c,
                f"energy_{k}",
                "the gradient energy",
                "For known images it is not the gradient energy.",
                c.reference(f"energy_{k}"),
            )


def divergence(rubric: Rubric) -> None:
    """The value where smoothing and bins hardly count; the direction; empty bins; the range of the bins."""
    with rubric.criterion(
        "value", points=1.5, hint="Shares, not counts: each histogram by its own sum. Then p log(p/q), added up."
    ) as c:
        _either_direction(c, "full", "Where all bins are full, it is not the divergence.")
    with rubric.criterion("direction", points=1, hint="What is true stands before the bars, and before the log.") as c:
        there, back = (c.number(f"full_{way}", "the divergence") for way in ("there", "back"))
        right = float(c.reference("full_there") - c.reference("full_back"))
        c.expect(abs(there - back) > 0.2 * abs(right), "It is the same in both directions.")
        c.expect((there > back) == (right > 0), "It is the divergence in the other direction.")
    with rubric.criterion(
        "empty bins", points=1, hint="`smoothing` is added to every bin of both histograms, before dividing by the sum."
    ) as c:
        unit = sum(c.number(f"full_{way}", "the divergence") / c.reference(f"full_{way}") for way in ("there", "back"))
        unit = 1 / np.log(2) if np.isclose(unit / 2, 1 / np.log(2), rtol=1e-2) else 1.0  # asked for elsewhere
        for name in ("empty", "amount"):
            _either_direction(c, name, "Where many bins are empty, it is not the smoothed divergence.", 2e-2, unit)
    with rubric.criterion(
        "range", points=0.5, hint="From 0 to 1 whatever values occur, and 1 belongs to the last bin."
    ) as c:
        for name, same in (("part", "part with ends"), ("whole", "whole with less")):
            for way in ("there", "back"):
                value, other = (c.number(f"{each}_{way}", "the divergence") for each in (name, same))
                c.expect(value != c.number(f"full_{way}", "the divergence"), "It is always the same.")
                c.expect(
                    np.isclose(value, other, rtol=3e-2),
                    "A single number at either end, or 0.999 in the place of 1, makes it another divergence.",
                )


def _either_direction(c: Criterion, name: str, otherwise: str, rtol: float = 5e-3, unit: float = 1.0) -> None:
    """Right in one of the directions, there and back; with ``unit`` for 1 if another logarithm was taken."""
    seen = np.array([c.number(f"{name}_{way}", "the divergence") for way in ("there", "back")])
    right = np.array([float(c.reference(f"{name}_{way}")) for way in ("there", "back")])
    c.expect(
        np.allclose(seen, unit * right, rtol=rtol, atol=1e-5) or np.allclose(seen, unit * right[::-1], rtol=rtol),
        otherwise,
    )


# Networks ------------------------------------------------------------------------------------------------------------


def dense(rubric: Rubric) -> None:
    """How many layers and how broad; the activations, of however many; batch normalisation; the penalty."""
    with rubric.criterion("layers", points=1, hint="Three hidden layers of `units`, and then one for the centre.") as c:
        count = int(c.number("kernels", "the weight matrices"))
        c.expect(count == 4, f"There are {count} weight matrices.")
        shapes = _shapes(c, count)
        c.expect(shapes == _RIGHT_SHAPES, f"The weight matrices have the shapes {shapes}.")
        c.expect(c.number("biases", "the biases") > 0, "The last layer has no bias.")
    with rubric.criterion("output", points=1.5, hint="ReLU after every hidden layer, a sigmoid at the end.") as c:
        output = c.array("output", "the guesses")
        count = min(int(c.number("kernels", "the weight matrices")), 8)
        right = c.reference("output") if _shapes(c, count) == _RIGHT_SHAPES else _through(c, count)
        c.expect(_alike(output, right, 5e-3), "For known weights the guesses are not what these layers give.")
        for key in ("slopes", "slopes_in_training"):
            slopes = c.array(key, "the gradients of the weight matrices")
            c.expect((slopes > 1e-6).all(), f"No gradient reaches {(slopes <= 1e-6).sum()} of the weight matrices.")
        if _shapes(c, count) == _RIGHT_SHAPES:
            c.close("slopes", "the gradients of the weight matrices", rtol=0.05)  # of whatever epsilon
    with rubric.criterion(
        "batch normalisation",
        points=1.5,
        hint="One for each hidden layer and none behind the sigmoid's; it must hear whether it is in training.",
    ) as c:
        one, other = c.array("trained", "the guesses"), c.array("trained_mixed", "the guesses")
        again = c.array("trained_again", "the guesses")
        c.expect(_alike(one, again, 1e-4), "In training the same batch gives two outputs: does a layer draw numbers?")
        c.expect(not np.allclose(one, other, atol=1e-4), "In training a guess does not depend on its batch.")
        alone = c.array("alone", "the guesses")
        c.expect(_alike(alone, c.array("together", "the guesses"), 1e-4), "In use a guess depends on its batch.")
        c.expect(not _alike(c.array("later", "the guesses"), alone, 1e-4), "Training does not move what is used later.")
        far, near = (np.abs(each - one).max() for each in (alone, c.array("settled", "the guesses")))
        c.expect(near < 0.3 * far, "After 40 batches what is used later is far from them: is `momentum` 0.9?")
        kept, count = (int(c.number(key, "the variables")) for key in ("kept", "matrices"))
        c.expect(
            kept == 2 * (count - 1), f"{count - 1} hidden layers keep {kept} means and variances: a pair for each."
        )
        loud = [not np.allclose(c.array(f"scaled_{k}", "the guesses"), one, atol=3e-2) for k in range(min(count, 8))]
        c.expect(sum(loud) == 1 and loud[-1], f"In training {sum(loud)} layers are not normalised.")
    with rubric.criterion(
        "penalty", points=1, hint="The factor times the sum of all squared entries, of all weight matrices, only."
    ) as c:
        count = int(c.number("penalised", "the weight matrices"))
        total = sum((c.array(f"penalised_{k}", "a matrix").astype(np.float64) ** 2).sum() for k in range(min(count, 8)))
        expected = float(c.reference("factor")) * total
        seen = c.number("penalty", "the penalty")
        c.expect(seen > 0, "There is no penalty.")
        c.expect(np.isclose(seen, expected, rtol=1e-3), f"The penalty is {seen / expected:.3g} times that asked for.")


_RIGHT_SHAPES = [(11, 8), (8, 8), (8, 8), (8, 5)]


def _shapes(c: Criterion, count: int) -> list[tuple[int, ...]]:
    return [c.array(f"kernel_{k}", "a weight matrix").shape for k in range(count)]


def _through(c: Criterion, count: int) -> Array:
    """The guesses with the matrices that there are: other shapes or another number of them cost elsewhere."""
    x = c.reference("x").astype(np.float64)
    for k in range(count):
        x = np.maximum(x, 0) @ c.array(f"kernel_{k}", "a matrix") if k else x @ c.array("kernel_0", "a matrix")
    return 1 / (1 + np.exp(-x))


def losses(rubric: Rubric) -> None:
    """Each loss up to a factor; that they are sums over a centre and means over the batch; and the edges."""
    for name, points, hint in (
        ("squared_error", 1, "Square the difference of truth and guess."),
        ("cross_entropy", 1.5, "The truth stands before the logarithm, the guess in it; there are two terms."),
    ):
        with rubric.criterion(name.replace("_", " "), points=points, hint=hint) as c:
            for k, (batch, numbers) in enumerate(((4, 6), (3, 9))):
                value = c.array(f"{name}_{k}", "the loss").astype(np.float64).mean()
                expected = float(c.reference(f"{name}_{k}"))
                forms = (expected, expected / numbers, expected * batch, expected / batch)
                c.expect(
                    any(np.isclose(value, form, rtol=1e-3) for form in forms), "For known rows it is not the loss."
                )
            slopes = c.finite(f"{name}_slopes", "the gradient")
            c.expect(np.abs(slopes).min(initial=1) > 1e-6, "The loss has no gradient with respect to the guess.")
            factors = slopes / c.reference(f"{name}_slopes")
            c.expect(np.allclose(factors, factors.mean(), rtol=1e-2), "The gradient is not that of the loss.")
    with rubric.criterion(
        "summed", points=1, hint="Twice as many rows leave the loss as it is; rows twice as long double it."
    ) as c:
        for name in ("squared_error", "cross_entropy"):
            for k in range(2):
                value = c.number(f"{name}_{k}", "the loss")
                c.expect(value != 0, "The loss is 0.")
                twice, wide = (c.number(f"{name}_{which}_{k}", "the loss") for which in ("twice", "wide"))
                c.expect(np.isclose(twice, value, rtol=1e-3), "The loss is no mean over the batch.")
                c.expect(np.isclose(wide, 2 * value, rtol=1e-3), "The loss is no sum over the numbers of a centre.")
    with rubric.criterion("edges", points=0.5, hint="What is the logarithm of 0, and what is 0 times that?") as c:
        right, wrong, half = (c.array(f"edge_{name}", "the loss").mean() for name in ("right", "wrong", "half"))
        c.expect(np.isfinite(right) and np.isfinite(wrong), "For guesses of 0 and 1 the loss is not finite.")
        c.expect(
            abs(right) < 1e-3 and wrong > 15 * half > 0,
            "For guesses of 0 and 1 the loss is not that of guesses close to it.",
        )


def noise_channel(rubric: Rubric) -> None:
    """Where the pictures are, that there is noise, and what becomes of it."""
    with rubric.criterion("pictures", points=1, hint="The three channels of the picture come first, as they are.") as c:
        joined, pictures = c.array("joined", "what came"), c.reference("pictures")
        c.expect(joined.shape == c.reference("joined").shape, f"Pictures of shape {joined.shape} came.")
        c.expect(_alike(joined[..., :3], pictures), "The first three channels are not those of the pictures.")
    with rubric.criterion("noise", points=1, hint="What the fourth channel holds depends on z, and on z only.") as c:
        noise, other = _noise(c, "joined"), _noise(c, "other_noise")
        c.expect(not np.allclose(noise, other, atol=1e-4), "Other noise makes no difference.")
        c.expect(np.allclose(noise, _noise(c, "other_pictures"), atol=1e-4), "The noise depends on the pictures.")
        c.expect(np.ptp(noise, axis=1).min() > 1e-4, "The noise is the same number everywhere in a picture.")
    with rubric.criterion(
        "affine", points=1, hint="Weights and a bias, one row for each pixel, and nothing behind them."
    ) as c:
        seen, right = (
            np.sort(_noise(c, "joined"), axis=1),
            np.sort(c.reference("joined")[..., 3].reshape(3, -1), axis=1),
        )
        c.expect(
            _alike(seen, right, 1e-4), "For known weights the noise is not an affine map of z, one for each pixel."
        )


def _noise(c: Criterion, key: str) -> Array:
    """The channel that is not one of the picture's, wherever it is: (batch, pixels)."""
    joined = c.array(key, "what came")
    c.expect(joined.ndim == 4 and joined.shape[3] == 4, f"Pictures of shape {joined.shape} came.")
    pictures = c.reference("pictures")
    channel = 0 if _alike(c.array("joined", "what came")[..., 1:], pictures) else 3
    return joined[..., channel].reshape(len(joined), -1)


def gan_losses(rubric: Rubric) -> None:
    """Each loss without a reconstruction; what that adds; and large logits."""
    with rubric.criterion(
        "discriminator", points=1, hint="One mean over real pictures, label 1; one over completed ones, label 0; added."
    ) as c:
        _losses(c, "discriminator")
    with rubric.criterion("usual", points=1, hint="With weight 0: G wants its pictures called real.") as c:
        _losses(c, "usual")
    with rubric.criterion("as written", points=0.5, hint="With weight 0: the mean of log(1 - D). Mind its sign.") as c:
        _losses(c, "written")
    with rubric.criterion(
        "reconstruction", points=1, hint="The weight times the mean of all absolute differences, added to either loss."
    ) as c:
        expected = float(c.reference("with") - c.reference("without"))

        def added(end: str) -> None:
            seen = c.number(f"with{end}", "the loss") - c.number(f"without{end}", "the loss")
            c.expect(np.isclose(seen, expected, rtol=1e-3), "The reconstruction does not add what it should.")

        added("")
        added("_written")
        _has_slopes(c, "reconstruction")
    with rubric.criterion(
        "stable", points=0.5, hint="Try logits of 200: does something overflow, or meet log(0)?"
    ) as c:
        for key in ("large_discriminator", "large_generator", "large_written"):
            value = c.array(key, "the loss")
            c.expect(value.size == 1, f"The loss should be one number, not an array of shape {value.shape}.")
            c.expect(np.isfinite(value).all(), "For large logits the loss is not finite.")
            c.expect(abs(value.item()) > 100, "For large logits the loss is far too small.")
        finite = np.isfinite(c.array("large_slopes", "the gradients")).all()
        c.expect(finite, "For large logits the losses are finite, but not their gradients.")


def _losses(c: Criterion, name: str) -> None:
    for k in range(2):
        value, expected = c.number(f"{name}_{k}", "the loss"), float(c.reference(f"{name}_{k}"))
        c.expect(np.isclose(value, expected, rtol=1e-3, atol=1e-5), "For known logits it is not the loss asked for.")
    _has_slopes(c, name)


def _has_slopes(c: Criterion, name: str) -> None:
    slopes = c.array(f"slopes_{name}", "the gradient")
    c.expect(np.abs(slopes).min(initial=1) > 0, "The loss has no gradient, so nothing could be trained with it.")
    c.close(f"slopes_{name}", "the gradient", rtol=1e-2, atol=1e-6)


# Captions ------------------------------------------------------------------------------------------------------------


def tokens(rubric: Rubric) -> None:
    """Words; the vocabulary's order and indices; and what becomes of strange words, short and long sentences."""
    with rubric.criterion("words", points=1, hint="Lower case; letters, digits and apostrophes; nothing empty.") as c:
        for k in range(3):
            value = c.array(f"words_{k}", "the words")
            c.expect(np.array_equal(value, c.reference(f"words_{k}")), "A sentence has other words than these.")
    with rubric.criterion(
        "frequent first", points=1, hint="Sort by how often a word occurs, and by the alphabet where that is the same."
    ) as c:

        def order(before: str) -> None:
            for name in ("all", "some"):
                value, expected = c.array(f"{before}{name}", "the indices"), c.reference(f"{before}{name}")
                seen, right = ([k for k in np.argsort(v) if v[k] >= 0] for v in (value, expected))
                shorter = min(len(seen), len(right))
                c.expect(shorter > 2, "The vocabulary has hardly any word of the sentences.")
                c.expect(seen[:shorter] == right[:shorter], "The words do not come in the order that was asked for.")

        c.either_way(order)
    with rubric.criterion(
        "indices", points=1, hint="From 2 to size - 1, each once: two are kept for padding and unknown words."
    ) as c:

        def indices(before: str) -> None:
            for name, size in (("all", 100), ("some", int(c.reference("size")))):
                value = c.array(f"{before}{name}", "the indices")
                present = sorted(value[value >= 0].astype(int).tolist())
                count = min(size - 2, int(c.reference("pool")))
                c.expect(present == list(range(2, 2 + count)), f"For size {size} the indices are {present}.")
            sizes, right = c.array(f"{before}sizes", "the sizes"), c.reference("sizes")
            c.expect(np.array_equal(sizes, right), "There are more entries than words: neither 0 nor 1 is in it.")

        c.either_way(indices)
    for name, key, points, hint in (
        ("unknown", "strange", 0.5, "Words that the vocabulary does not have are 1, and keep their places."),
        ("padded", "short", 1, "Zeros behind the end, until the row has its length."),
        ("cut off", "long", 0.5, "Of a long sentence the first words stay."),
    ):
        with rubric.criterion(name, points=points, hint=hint) as c:

            def same(before: str, c: Criterion = c, key: str = key) -> None:
                value, expected = c.array(f"{before}{key}", "the tokens"), c.reference(f"{before}{key}")
                c.expect(value.shape == expected.shape, f"Tokens of shape {value.shape} came.")
                c.expect(np.array_equal(value, expected), "The tokens are not the right ones.")
                c.expect(key != "short" or value.dtype.kind in "iu", f"Indices are integers, and {value.dtype} came.")

            c.either_way(same)


def text_encoder(rubric: Rubric) -> None:
    """The last state, of whichever layer; which layer; order; and padding."""
    with rubric.criterion(
        "state", points=1, hint="One vector for each word, and the recurrent layer's last state: nothing behind it."
    ) as c:
        for kind in ("lstm", "simple"):
            value = c.array(f"{kind}_vectors", "the vectors")
            c.expect(value.shape == (4, int(c.reference("dim"))), f"Vectors of shape {value.shape} came.")
            c.expect(
                any(_alike(value, c.reference(f"{each}_vectors"), 1e-4) for each in ("lstm", "simple")),
                "For known weights the vectors are not the last state.",
            )
    with rubric.criterion("kinds", points=1, hint="What does `kind` decide, and how many gates has an LSTM?") as c:
        for kind in ("lstm", "simple"):
            widths = c.array(f"{kind}_widths", "the variables")
            c.expect(
                np.array_equal(widths, c.reference(f"{kind}_widths")),
                f"The variables for '{kind}' have {widths.tolist()} columns.",
            )
    with rubric.criterion(
        "order", points=0.5, hint="Words are read one after the other: their order must matter."
    ) as c:
        for kind in ("lstm", "simple"):
            value, other = c.array(f"{kind}_vectors", "the vectors"), c.array(f"{kind}_reversed", "the vectors")
            c.expect(value.shape == other.shape, "Two sets of sentences have vectors of two shapes.")
            c.expect(
                np.abs(value - other).max(axis=-1).min() > 1e-3, "A sentence and its reverse have the same vector."
            )
    with rubric.criterion("padding", points=1.5, hint="Who tells the recurrent layer which tokens are no words?") as c:
        for kind in ("lstm", "simple"):
            value, padded = c.array(f"{kind}_vectors", "the vectors"), c.array(f"{kind}_padded", "the vectors")
            c.expect(np.ptp(value, axis=0).max() > 1e-3, "All sentences have the same vector.")
            value = np.concatenate([value[:2], c.array(f"{kind}_short", "the vectors")])
            c.expect(_alike(padded, value, 1e-4), "A sentence with zeros behind it has another vector.")


def join_text(rubric: Rubric) -> None:
    """Vectors everywhere, maps as they were, wherever they stand; and where they stand."""
    with rubric.criterion(
        "everywhere", points=1, hint="All numbers of the vector at each place, of its own example."
    ) as c:
        joined, text = c.array("joined", "what came"), c.reference("text")
        dim = text.shape[1]
        c.expect(joined.ndim == 4 and joined.shape[3] > dim, f"Maps of shape {joined.shape} came.")
        wanted = np.broadcast_to(text[:, None, None], (*joined.shape[:3], dim))
        c.expect(
            _alike(joined[..., :dim], wanted) or _alike(joined[..., -dim:], wanted), "The vector is not at every place."
        )
    with rubric.criterion("maps", points=0.5, hint="The channels that were there stay as they are.") as c:
        joined, maps = c.array("joined", "what came"), c.reference("maps")
        channels = maps.shape[3]
        c.expect(
            _alike(joined[..., :channels], maps) or _alike(joined[..., -channels:], maps), "The maps are not as before."
        )
    with rubric.criterion("order", points=0.5, hint="(batch, h, w, channels + dim): first the maps.") as c:
        joined, expected = c.array("joined", "what came"), c.reference("joined")
        c.expect(joined.shape == expected.shape, f"Maps of shape {joined.shape} came.")
        channels = c.reference("maps").shape[3]
        first, last = (joined[..., :channels], joined[..., -channels:])
        c.expect(not _alike(last, c.reference("maps")) and np.ptp(first, axis=(1, 2)).max() > 1e-3, _TEXT_FIRST)


_TEXT_FIRST = "The maps do not come first."


def shuffled(rubric: Rubric) -> None:
    """All rows are there; none is where it was; and chance decides, but the seed decides chance."""
    with rubric.criterion("rows", points=0.5, hint="Every row comes once, whole: no other and none twice.") as c:
        for k in range(4):
            tokens = sorted(c.reference(f"tokens_{k}").tolist())
            for order in c.array(f"orders_{k}", "the tokens"):
                c.expect(sorted(order.tolist()) == tokens, "Rows are missing, doubled or torn apart.")
            after = c.array(f"after_{k}", "the tokens that were passed in")
            c.expect(np.array_equal(after, c.reference(f"after_{k}")), "The tokens that were passed in were changed.")
    with rubric.criterion("elsewhere", points=1, hint="No picture may keep its own caption, whatever the seed.") as c:
        for k in range(4):
            tokens, orders = c.reference(f"tokens_{k}"), c.array(f"orders_{k}", "the tokens")
            c.expect(orders.shape[1:] == tokens.shape, f"Tokens of shape {orders.shape[1:]} came.")
            c.expect(np.isin(orders, tokens).all(), "Rows came that were not given.")
            kept = int((orders == tokens).all(axis=2).sum())
            c.expect(kept == 0, f"{kept} of {orders.shape[0] * orders.shape[1]} rows are where they were.")
    with rubric.criterion(
        "by lot", points=0.5, hint="The seed decides: the same again, another one with another."
    ) as c:
        orders = c.array("orders_3", "the tokens")
        c.expect(np.array_equal(orders, c.array("again", "the tokens")), "The same seed gave two orders.")
        different = len({order.tobytes() for order in orders})
        c.expect(different >= 14, f"Sixteen seeds gave {different} orders.")
