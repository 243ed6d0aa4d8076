"""Hidden tests of the lesson ``faces``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice.

Where students draw random numbers, their draws are compared with theory: Kolmogorov and Smirnov's distance of soft
labels stays below 2.7 / sqrt(n), a share of flipped labels or of units dropped within six standard errors, and the
correlation of an order with that of the file below 0.4, which is more than four standard errors.
"""

import numpy as np

from autograder.judging import Criterion, Rubric, alike

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _either_way(c: Criterion, key: str, what: str) -> None:
    """As the notebook is, with some room for another epsilon; or with something known in another part's place."""
    c.either(
        lambda: c.close(key, what, rtol=3e-3, atol=3e-3), lambda: c.close(f"given_{key}", what, rtol=1e-3, atol=1e-3)
    )


# Packing -------------------------------------------------------------------------------------------------------------


def _same_pictures(c: Criterion, key: str, what: str, expected: Array) -> None:
    """Pictures that went through JPEG, whoever decoded them: nearly the same on average."""
    pictures = c.array(key, what)
    c.expect(pictures.ndim == 4, f"{what} came as an array of {pictures.ndim} axes.")
    c.expect(len(pictures) == len(expected), f"{what}: {len(pictures)} pictures came, which is not the right number.")
    c.expect(pictures.shape == expected.shape, f"{what}: the shape is {pictures.shape}, which is not the right one.")
    c.expect(pictures.dtype == np.uint8, f"{what}: the numbers are {pictures.dtype}, but should be bytes.")
    away = np.abs(pictures.astype(float) - expected).mean(axis=(1, 2, 3))
    wrong = int((away > 4).sum())
    c.expect(wrong == 0, f"{what}: {wrong} of {len(expected)} pictures are not the ones that belong there.")


def packing(rubric: Rubric) -> None:
    """What is stored, what is stored before an error, what happens to what was stored, and what errors say."""
    with rubric.criterion(
        "content", points=2, hint="Every JPEG of the archive, red first, in the order of the names, not of the archive."
    ) as c:
        _same_pictures(c, "whole", "The whole archive", c.reference("pictures"))
        c.expect(c.number("rows", "The length of the data set") == len(c.reference("pictures")), "There are more rows.")
    with rubric.criterion("count", points=1, hint="With a count, the first so many in the order of the names.") as c:
        count, pictures = int(c.reference("sizes")[0]), c.reference("pictures")
        few = c.array("few", "a part of the archive")
        c.expect(len(few) == count, f"With a count, {len(few)} pictures were stored, which is not that count.")
        c.either(  # whoever takes another order or layout has lost "content" for it already
            lambda: _same_pictures(c, "few", "A part of the archive", pictures[:count]),
            lambda: c.expect(alike(few, c.array("whole", "the whole archive")[:count]), "They are not the first ones."),
        )
    with rubric.criterion(
        "streaming", points=1, hint="After an error, look into the file: what was read before should be stored."
    ) as c:
        _, broken, block, _ = (int(size) for size in c.reference("sizes"))
        stored = c.array("interrupted", "what an interrupted packing stored")
        c.expect(
            broken - block < len(stored) <= broken,
            f"{len(stored)} pictures were stored before the damaged one, number {broken + 1}; the block was {block}.",
        )
    with rubric.criterion(
        "going_on",
        points=1,
        hint="Begin at the attribute `done`, and keep what is stored; rows beyond it do not count.",
    ) as c:
        begun, older = int(c.reference("sizes")[3]), c.reference("older")
        pictures = c.reference("pictures")
        stored = c.array("resumed", "what a second packing stored")
        c.expect(len(stored) == len(pictures), f"After going on, {len(stored)} pictures were stored.")
        kept = np.abs(stored[:begun].astype(float) - older[:begun]).mean() < 4
        c.expect(kept, "What was stored before was read again, or lost.")

        def new(right: Array) -> None:
            away = np.abs(stored[begun:].astype(float) - right[begun:]).mean(axis=(1, 2, 3)).max()
            c.expect(away < 4, "What came after it are not the pictures that were missing.")

        c.either(lambda: new(pictures), lambda: new(c.array("whole", "the whole archive")))
    with rubric.criterion(
        "errors", points=1, hint="A ValueError with the path of the archive in it, whatever is wrong with the archive."
    ) as c:
        told = c.array("told", "what the errors were")
        c.expect(told.shape == c.reference("told").shape, "The errors could not be read.")
        c.array("whole", "a good archive")  # who always raises an error tells nothing
        kinds = ("a file that is cut off", "no JPEG", "a JPEG that is none", "a picture of another size", "damage")
        missed = [kind for kind, yes in zip(kinds, told, strict=True) if not yes]
        c.expect(not missed, f"No ValueError with the archive's path for: {', '.join(missed)}.")


# Reading back --------------------------------------------------------------------------------------------------------


def _order(c: Criterion, name: str) -> Array:
    """The numbers of the pictures in the order in which they came."""
    pictures = c.array(name, "the batches")
    c.expect(pictures.ndim == 4 and pictures.shape[1:] == (2, 3, 3), f"Batches came with the shape {pictures.shape}.")
    numbers = pictures[:, 0, 0, 0].astype(int)
    c.expect((pictures == numbers[:, None, None, None]).all(), "The pixels of the pictures are not what was stored.")
    return numbers


def _every_one_once(c: Criterion, name: str) -> None:
    n = int(c.reference("n"))
    numbers = _order(c, name)
    c.expect(len(numbers) == n, f"Of {n} pictures {len(numbers)} came in an epoch.")
    c.expect(np.array_equal(np.sort(numbers), np.arange(n)), "Some pictures came twice in an epoch, others never.")


def batches(rubric: Rubric) -> None:
    """An epoch, its order, and how it is read."""
    with rubric.criterion(
        "epoch", points=2, hint="Count what comes in an epoch: every picture once, and a smaller batch at the end."
    ) as c:
        for name in ("first", "second"):
            _every_one_once(c, name)
            sizes = c.array(f"{name}_sizes", "the sizes of the batches")
            c.expect(
                alike(sizes, c.reference(f"{name}_sizes")), "The batches do not have the sizes that were asked for."
            )
    with rubric.criterion(
        "order", points=1, hint="A new permutation of all pictures for every epoch, drawn with the generator passed in."
    ) as c:
        n, size = int(c.reference("n")), int(c.reference("size"))
        first, second, again = (_order(c, name) for name in ("first", "second", "again"))
        for numbers in (first, second):
            c.expect(len(numbers) >= 50, "There are not enough pictures to see an order.")
            c.expect(abs(np.corrcoef(numbers, np.arange(len(numbers)))[0, 1]) < 0.4, "The order is that of the file.")
            together = np.mean([np.ptp(numbers[k : k + size]) for k in range(0, len(numbers) - size + 1, size)])
            c.expect(together > 0.5 * n, "Pictures that are neighbours in the file meet in a batch.")
        c.expect(np.array_equal(first, again), "An equal generator gave another order.")
        c.expect(not np.array_equal(first, second), "Two epochs with one generator had the same order.")
    with rubric.criterion(
        "reading", points=1, hint="A data set that never gives more than a batch at once should be enough."
    ) as c:
        strict = c.array("strict", "what came from a data set that hands out one batch at a time, in ascending order")
        c.expect(
            len(strict) > 0.5 * int(c.reference("n")), "Little came from a data set that hands out a batch at most."
        )
        batches = len(c.array("strict_sizes", "the sizes of the batches"))
        c.expect(batches < int(c.reference("n")), "The pictures did not come in batches.")


def scaling(rubric: Rubric) -> None:
    """There, and back."""
    with rubric.criterion("scale", points=1, hint="0 becomes -1 and 255 becomes 1, whether they occur or not.") as c:
        for k in range(3):
            c.close(f"scaled_{k}", "the scaled bytes", atol=1e-4)
    with rubric.criterion("back", points=1, hint="Clip first, then round to the nearest byte.") as c:
        value = c.finite("back", "the bytes")
        c.expect(value.dtype == np.uint8, f"The bytes came as {value.dtype}, not as uint8.")
        value = value.astype(int)
        away = np.abs(value - c.reference("back").astype(int))
        c.expect(away.max() < 2, f"{int((away >= 2).sum())} of {away.size} bytes are far off.")
        c.expect((away > 0).mean() < 0.01, f"{int((away > 0).sum())} of {away.size} bytes are off by one.")


# Networks ------------------------------------------------------------------------------------------------------------


def layer_norm(rubric: Rubric) -> None:
    """Rows, and rows without variance."""
    with rubric.criterion(
        "rows", points=1, hint="Mean and variance are those of one row; then times gain, plus shift."
    ) as c:
        c.close("rows", "the normalised rows", rtol=1e-3, atol=1e-3)
        c.close("rows_epsilon", "the normalised rows with another epsilon", rtol=1e-3, atol=1e-3)
        c.differentiable("slopes", "it")
    with rubric.criterion("flat", points=1, hint="What does epsilon do for a row of equal numbers?") as c:
        value = c.array("flat", "rows of equal numbers")
        c.expect(value.shape == c.reference("flat").shape, f"An array of shape {value.shape} came.")
        c.expect(np.isfinite(value).all(), "Rows of equal numbers give NaN or infinity.")
        c.expect(np.ptp(value, axis=0).max() < 1e-2, "Rows of equal numbers should become alike, but do not.")


def dense_pair(rubric: Rubric) -> None:
    """Each player, with known weights."""
    with rubric.criterion(
        "discriminator",
        points=2,
        hint="Dense, leaky ReLU with slope 0.2, LayerNorm for each width; then one plain number.",
    ) as c:
        _either_way(c, "logits", "D's logits with known weights")
    with rubric.criterion(
        "generator", points=2, hint="The same three for each width; then dense, tanh, and the form of the picture."
    ) as c:
        _either_way(c, "images", "G's pictures with known weights")


def conv_pair(rubric: Rubric) -> None:
    """Each player with known weights, dropout in training, and the start."""
    with rubric.criterion(
        "discriminator",
        points=2,
        hint="Convolution and leaky ReLU for each number of filters; flatten; one plain number.",
    ) as c:
        c.close("logits", "D's logits with known weights", rtol=1e-3, atol=1e-3)
    with rubric.criterion(
        "generator", points=2, hint="Compare the order of the layers with the list, from the dense one to the last."
    ) as c:
        c.close("images_tanh", "G's pictures with known weights", rtol=1e-3, atol=2e-3)
        c.close("images_sigmoid", "G's pictures with known weights and another last activation", rtol=1e-3, atol=2e-3)
        c.close("deeper", "the shape of pictures of size 24 from three numbers of filters")
    with rubric.criterion(
        "dropout", points=1, hint="Dropout after every leaky ReLU, with the rate given, and only with training=True."
    ) as c:
        seen, rate = c.array("in_training", "D's logits in training").ravel(), float(c.reference("rate"))
        c.expect(seen.size == c.reference("in_training").size, "D does not give one number for each picture.")
        in_use = c.array("in_use", "D's logits in use").ravel()
        c.expect(len(in_use) == 2 and np.isclose(*in_use, rtol=1e-4), "Without training, equal pictures differ.")
        silent = np.isin(seen, (0, 0.5))  # one half, if a sigmoid follows, which is no matter here
        dropped = float(silent.mean())
        error = 6 * np.sqrt(rate * (1 - rate) / seen.size)
        c.expect(abs(dropped - rate) < error, f"In training {dropped:.0%} of the last units were dropped.")
        c.expect(np.ptp(seen[~silent]) > 1e-3, "In training nothing is dropped in the first layers.")
    with rubric.criterion("start", points=1, hint="`start` is for every layer with a kernel, in both players.") as c:
        start, value = c.array("start", "the kernels at the start"), float(c.reference("value"))
        c.expect(start.size >= 4, f"{start.size} kernels were found.")
        c.expect(np.allclose(start, value, rtol=1e-4), "Some kernel does not begin with `start`.")


# Labels --------------------------------------------------------------------------------------------------------------


def _labels(c: Criterion, key: str, what: str) -> Array:
    """Finite labels of the right shape."""
    return c.finite(key, what).astype(np.float64)


def labels(rubric: Rubric) -> None:
    """The two distributions, and where the randomness comes from."""
    with rubric.criterion(
        "soften", points=1, hint="Draw a histogram of softened ones, and one of softened zeros: where is each uniform?"
    ) as c:
        soft, hard, amount = _labels(c, "soft", "the soft labels"), c.reference("hard"), float(c.reference("amount"))
        for label, moved in ((0, soft[hard == 0]), (1, 1 - soft[hard == 1])):
            share = np.sort(moved / amount)
            c.expect(share[0] > -1e-4 and share[-1] < 1 + 1e-4, f"Softened, a {label} leaves its interval.")
            distance = np.abs(share - (np.arange(share.size) + 0.5) / share.size).max()
            c.expect(distance < 0.07, f"Softened, a {label} is not uniform in its interval.")
    with rubric.criterion(
        "flip", points=1, hint="A flipped label is 1 - label; every label decides by itself, with this probability."
    ) as c:
        share = float(c.reference("share"))
        for key, before in (("flipped", "hard"), ("flipped_between", "between")):
            after, known = _labels(c, key, "the flipped labels"), c.reference(before).astype(np.float64)
            turned = np.isclose(after, 1 - known, atol=1e-5)
            c.expect((turned | np.isclose(after, known, atol=1e-5)).all(), "Some labels are neither kept nor turned.")
            error = 6 * np.sqrt(share * (1 - share) / known.size)
            c.expect(abs(turned.mean() - share) < error, f"{turned.mean():.1%} of the labels were flipped.")
            for label in np.unique(known) if before == "hard" else []:
                c.expect(
                    0.5 * share < turned[known == label].mean() < 1.5 * share, "Only one sort of labels is flipped."
                )
            places = np.flatnonzero(turned.ravel()) / known.size
            away = np.abs(places - (np.arange(places.size) + 0.5) / places.size).max()
            c.expect(away < 2.3 / np.sqrt(places.size), "The flipped labels all lie together.")
    with rubric.criterion(
        "generator", points=1, hint="All randomness comes from the generator passed in; the labels passed in stay."
    ) as c:
        for name in ("soft", "flipped"):
            once, again = _labels(c, name, "the labels"), _labels(c, f"{name}_again", "the labels, again,")
            c.expect(alike(once, again), "Generators in equal states gave different labels.")
            first, second = _labels(c, f"{name}_first", "the labels"), _labels(c, f"{name}_second", "the labels")
            c.expect(name != "soft" or not alike(first, c.reference("hard")), "No label has been softened.")
            whole = np.ptp(np.abs(first - c.reference("hard"))) < 1e-5  # all labels moved alike: lost already
            c.expect(whole or not np.array_equal(first, second), "Two calls with one generator gave the same labels.")
        c.expect(alike(_labels(c, "kept", "the labels passed in"), c.reference("hard")), "They changed.")


# Numbers -------------------------------------------------------------------------------------------------------------


def _number(c: Criterion, key: str, what: str) -> None:
    value = c.number(key, what)
    c.expect(abs(value - float(c.reference(key))) < 1e-4, f"{what} is {value:.3f}, which is not right.")


def numbers(rubric: Rubric) -> None:
    """Both shares, and what lies on the border."""
    for name, hint in (
        ("precision", "In how many real balls a generated picture lies does not matter, if there is one."),
        ("coverage", "Here it is the balls that are counted, and they are those of the real pictures."),
    ):
        with rubric.criterion(name, points=1, hint=hint) as c:
            for i in range(5):
                _number(c, f"{name}_{i}", f"The {name}")
    with rubric.criterion("border", points=1, hint="What lies exactly on the border is inside.") as c:
        c.either(lambda: _number(c, "precision_5", "The precision"), lambda: _number(c, "coverage_5", "The coverage"))


def overlaps(rubric: Rubric) -> None:
    """Where the kernel is larger than the stride, and where it is smaller."""
    with rubric.criterion(
        "overlapping", points=1, hint="Write down for three inputs which outputs each reaches, and count."
    ) as c:
        for name in ("dividing", "uneven"):
            for k in range(3):
                c.close(f"{name}_{k}", "the counts")
    with rubric.criterion(
        "gaps", points=1, hint="A stride larger than the kernel leaves outputs that nobody reaches."
    ) as c:
        for k in range(3):
            c.close(f"gaps_{k}", "the counts")


def checkerboard(rubric: Rubric) -> None:
    """The share, and what does not come out even."""
    with rubric.criterion(
        "share",
        points=2,
        hint="Variance of the mean patterns over variance of the pictures, each summed over pictures.",
    ) as c:
        for k in range(3):
            _share(c, f"whole_{k}")
    with rubric.criterion(
        "cut", points=1, hint="Rows and columns beyond the last multiple of the stride are cut off, from both sums."
    ) as c:
        for k in range(3):
            _share(c, f"cut_{k}")


def _share(c: Criterion, key: str) -> None:
    value, right = c.number(key, "The share"), float(c.reference(key))
    c.expect(abs(value - right) < 1e-3 * right, f"The share is {value:.4g}, which is not right.")


# Walks ---------------------------------------------------------------------------------------------------------------


def walks(rubric: Rubric) -> None:
    """The block, the arc, and where the arc is a line."""
    with rubric.criterion("block", points=1, hint="From the first places to the last: how many places are there?") as c:
        for k in range(3):
            c.close(f"block_{k}", "the moving ones")
    with rubric.criterion(
        "arc", points=1, hint="The angle is that of the directions, whatever the lengths; both ends belong to the walk."
    ) as c:
        for k in range(4):
            c.close(f"arc_{k}", "the arc", rtol=1e-3, atol=1e-4)
    with rubric.criterion(
        "straight", points=1, hint="What is the sine of the angle between equal directions, and what does rounding do?"
    ) as c:
        for k in range(3):
            c.close(f"straight_{k}", "the walk between equal directions", rtol=1e-3, atol=1e-4)
