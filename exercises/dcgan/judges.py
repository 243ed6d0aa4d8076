"""Hidden tests of the lesson ``dcgan``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice.

The guidelines for the two players leave many things open (kernel sizes, biases, style), so players are not compared
with the solution's. Each guideline has consequences for what comes out when known numbers are put in, and these are
judged: weights in one place of each filter reach a regular grid of pixels only, if every layer has a stride of 2; a
layer whose weights change their sign is silent behind ReLU; batch normalisation takes back a factor. Such answers are
compared with one another; so each guideline also asks for a player that listens to what goes in, see `_listens`.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from autograder.judging import Criterion, Rubric, alike, steps

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _like(c: Criterion, key: str, what: str, otherwise: str, atol: float = 1e-4) -> None:
    """The answer ``key`` is the reference's; numbers may have axes of length 1 to spare."""
    value, expected = c.array(key, what), c.reference(key)
    if expected.size == 1:
        value, expected = value.reshape(-1), expected.reshape(-1)
    c.expect(value.shape == expected.shape, f"{what} came with shape {value.shape}, which is not the right one.")
    c.expect(alike(value, expected, atol=atol), otherwise)


def _listens(c: Criterion) -> None:
    """Expect a player with known weights to tell two kinds of inputs apart, of which only we know which is which."""
    value, right = c.finite("told", "the output").astype(np.float64), c.reference("told")

    def above(values: Array) -> Array:
        return values > 0.7 * values.min() + 0.3 * values.max()

    c.expect(
        np.ptp(value) > 1e-3 and np.array_equal(above(value), above(right)),
        "The output does not depend on the input, or not as it should with known weights.",
        "Is every layer connected with the next, and are all weights among `trainable_variables`?",
    )


def _layers(answer: Criterion) -> int:
    """How many kernels the player has."""
    return int(answer.number("layers", "the layers with weights"))


# Data ----------------------------------------------------------------------------------------------------------------


def transform(rubric: Rubric) -> None:
    """The range and the channel; the margin; the way back."""
    with rubric.criterion(
        "range", points=1, hint="Which numbers must 0 and 255 become, whatever the batch holds?"
    ) as c:
        _like(c, "plain", "the prepared images", "Grey images without a margin did not become the right numbers.")
    with rubric.criterion(
        "margin",
        points=0.5,
        hint="The margin is background, equally wide on all four sides. Look at rows and at columns.",
    ) as c:
        for key in ("grey", "colour"):
            value, expected = c.array(key, "the images with a margin"), c.reference(key)
            c.expect(value.shape == expected.shape, f"Images with a margin came with shape {value.shape}.")
            edge = expected == -1  # no pixel inside is background
            c.expect((value[edge] == value[0, 0, 0, 0]).all(), "The margin is not of one colour.")
            if not np.allclose(value[~edge], expected[~edge], atol=1e-4):  # the range is asked for elsewhere
                factor, offset = np.polyfit(expected[~edge], value[~edge], 1)
                c.expect(abs(factor) > 1e-3, "Inside the margin nothing can be seen of the images.")
                c.expect(
                    np.allclose(value[~edge], factor * expected[~edge] + offset, atol=1e-2 * abs(factor)),
                    "Inside the margin the images are not those that were given.",
                )
                continue
            c.expect(np.allclose(value[edge], -1, atol=1e-4), "The margin is not background.")
    with rubric.criterion("back", points=0.5, hint="Conversion to bytes cuts off the fraction: round first.") as c:
        c.either(lambda: _bytes(c, *c.cases("bytes")), lambda: _bytes(c, *c.cases("own bytes")))


def _bytes(c: Criterion, key: str, whole: str) -> None:
    """Numbers became the nearest bytes, and the largest one 255."""
    value, expected = c.array(key, "the bytes"), c.reference(key)
    c.expect(value.dtype == np.uint8, f"The result is {value.dtype}, not bytes.", "Which of NumPy's types is a byte?")
    c.expect(value.shape == expected.shape, f"The bytes came with shape {value.shape}.", "The shape stays as it is.")
    c.expect(np.array_equal(value, expected), "Some bytes are not the nearest to the numbers.")
    c.expect(np.array_equal(c.array(whole, "the bytes"), c.reference(whole)), "1 did not become 255.")


# Players -------------------------------------------------------------------------------------------------------------


def generator(rubric: Rubric) -> None:
    """The shape of images, and each guideline by itself."""
    with rubric.criterion("shape", points=1, hint="How often has 4 to be doubled until it is `side`?") as c:
        _listens(c)
        for answer, key in ((c.of("broad"), "shape"), (c, "shape"), (c, "shape of 8")):
            value = answer.array(key, "the shape of the images")
            right = np.array_equal(value, answer.reference(key))
            c.expect(right, f"Images of shape {tuple(value.tolist())} came.")
        large = c.of("large")
        maps = large.number("maps", "the largest number of maps for side 64")
        expected = large.reference("maps").sum()
        more = "Each layer nearer to the noise has twice as many maps; the largest hidden layer has `filters`."
        c.expect(maps == expected, f"For side 64 the largest number of maps is {maps:.0f}, which is not right.", more)
        last = large.number("last", "the number of maps before the image")
        right = last == large.reference("last").sum()
        c.expect(right, f"The last hidden layer has {last:.0f} maps, not `filters`.", more)
    with rubric.criterion(
        "strided",
        points=1,
        hint="Every doubling is a transposed convolution with stride 2, from maps of 4 × 4 to the image.",
    ) as c:
        _listens(c)
        _reached(c, "reached", "pixels of an image respond")
    with rubric.criterion(
        "batch normalisation",
        points=2,
        hint="Every layer with weights but the last is followed by one, which has to be told when it is in training.",
    ) as c:
        _listens(c)
        batches = c.of("batches")
        _repeats(batches, "images")
        _normalised(batches, int(c.reference("filters")), [1, 1, 2, 2, 4, 4])
        loud = _loud(batches)
        c.expect(loud <= 1, f"In training {loud} layers change the images if their weights are doubled.")
        c.expect(loud == 1, "In training the images do not change if the last layer's weights are doubled.")
    with rubric.criterion(
        "ReLU", points=1, hint="Follow a negative number through your hidden layers: nothing may be left of it."
    ) as c:
        _listens(c)
        signs, order = c.of("signs"), c.of("order")
        nothing, plus = signs.array("nothing", "the images"), signs.array("plus", "the images")
        c.expect(plus.shape == nothing.shape and _far(plus, nothing), "The images do not depend on the noise.")
        layers = _layers(signs)
        minus = signs.arrays("minus", "the images", layers)
        heard = sum(_far(each, nothing) for each in minus)
        c.expect(heard <= 1, f"Behind {heard - 1} hidden layers something is left of negative numbers.")
        c.expect(heard == 1, "The image stays the same if all weights of the last layer change their sign.")
        trained = order.array("nothing", "the images")
        pairs = order.arrays("pairs", "the images", layers * (layers - 1) // 2)
        c.expect(
            not any(_far(each, trained) for each in pairs),
            "Behind a hidden layer something is left of negative numbers, at the start or after a step of training.",
            "Does each hidden layer have a ReLU, and does it come last, behind the batch normalisation?",
        )
    with rubric.criterion(
        "tanh",
        points=1,
        hint="The image is the tanh of what the last convolution gives, and nothing comes after the tanh.",
    ) as c:
        _listens(c)
        factor = float(c.reference("factor"))
        plus = c.of("signs").array("plus", "the images").astype(np.float64)
        c.expect(np.abs(plus).max() < 1, f"The numbers of the images reach {np.abs(plus).max():.3g}.")
        c.expect(np.abs(plus).max() > 1e-4, "The images are empty.")
        times = c.of("signs").array("times", "the images").astype(np.float64)
        c.expect(
            times.shape == plus.shape and np.allclose(times, np.tanh(factor * np.arctanh(plus)), atol=2e-4),
            "The images do not change with the last layer's weights as a tanh does.",
        )
    _few_dense(rubric, "Only the noise is projected by a dense layer; all others are transposed convolutions.")
    _start(rubric, 0.5)


def discriminator(rubric: Rubric) -> None:
    """What it returns, and each guideline by itself."""
    with rubric.criterion(
        "pair",
        points=1,
        hint="The model returns two values, each (batch, 1): first the probabilities, then their logits.",
    ) as c:
        _listens(c)
        returned = c.of("pair")
        probabilities, logits = returned.array("first", "the probabilities"), returned.array("second", "the logits")
        for name, value in (("probabilities", probabilities), ("logits", logits)):
            c.expect(value.shape == (6, 1), f"The {name} of 6 images came with shape {value.shape}.")
        c.expect(np.ptp(logits) > 1e-6, "The logits are the same for all images.")
        c.expect(
            returned.number("lowest", "the lowest logit") < 0,
            "The second value never falls below 0, whatever the weights are, so it is no logit.",
            "A logit is what the dense layer gives, with no activation.",
        )
        c.expect(
            alike(probabilities, 1 / (1 + np.exp(-logits.astype(np.float64)))),
            "The first value is not the probability that belongs to the second as its logit.",
        )
        for side, answer, key in ((16, c.of("broad"), "logits"), (8, c, "small")):
            shape = answer.array(key, "the logits of smaller images").shape
            c.expect(shape == (6, 1), f"For 6 images of side {side} logits came with shape {shape}.")
    with rubric.criterion(
        "strided", points=1, hint="Every halving is a convolution with stride 2, from the image to maps of 4 × 4."
    ) as c:
        _listens(c)
        count = _reached(c.of("reached"), "pixels", "pixels of the images count")
        c.expect(count > 8, f"With one number in each filter {count} pixels of the images count, where 16 should.")
        places = c.of("reached").array("places", "the response").astype(np.float64)
        places = places[places > 1e-9]
        c.expect(
            places.size > 1 and np.ptp(places) > 1e-2 * places.mean(),
            "Every pixel of the last maps counts alike, as with pooling: D cannot tell one from another.",
            "The last maps are flattened, so that the dense layer has a weight for each of their pixels.",
        )
    with rubric.criterion(
        "batch normalisation",
        points=1.5,
        hint="Every convolution but the first is followed by one, which has to be told when it is in training.",
    ) as c:
        _listens(c)
        batches = c.of("batches")
        _repeats(batches, "logits")
        _normalised(batches, int(c.reference("filters")), [2, 2, 4, 4])
        loud, dense = _loud(batches), batches.number("dense", "the dense layers")
        # The first layer, and dense ones that are too many, may do so.
        c.expect(
            loud <= 1 + max(1, dense),
            f"In training {loud} layers change the logits if their weights are doubled.",
        )
        c.expect(loud >= 1, "In training no layer changes the logits if its weights are doubled.")
        c.expect(
            not _fifths(c) or dense > 1 or c.number("middle", "the mean logit") > 0.05,
            "In training the last maps have mean 0: their batch normalisation comes after the leaky ReLU.",
            "In each layer the convolution comes first, then batch normalisation, then leaky ReLU.",
        )
    with rubric.criterion(
        "leaky ReLU", points=1, hint="Follow a negative number through your layers: each leaves a fifth of it."
    ) as c:
        _listens(c)
        nothing, plus = (c.of("signs").array(key, "the logits").astype(np.float64) for key in ("nothing", "plus"))
        c.expect(plus.shape == nothing.shape and _far(plus, nothing, 1e-7), "The logits do not depend on the images.")
        c.expect(_fifths(c), "Not every layer leaves a fifth of a negative number.")
    _few_dense(rubric, "Only the logit comes from a dense layer; all others are convolutions.")
    _start(rubric, 1)


def _fifths(c: Criterion) -> bool:
    """Whether of negative numbers a fifth is left behind each layer but the last, all of it behind that."""
    signs = c.of("signs")
    logits = [signs.array(name, "the logits") for name in ("nothing", "plus")]
    logits += signs.arrays("minus", "the logits", _layers(signs))
    values = [value.astype(np.float64) for value in logits]
    if all(((value > 0) & (value < 1)).all() for value in values):  # a sigmoid too many, which is asked for elsewhere
        values = [np.log(value / (1 - value)) for value in values]
    nothing, plus, *minus = values
    left = [float(np.median((nothing - each) / (plus - nothing))) for each in minus]
    expected = 0.2 ** np.arange(len(left))[::-1]
    # Maxima of pooling, which is asked for elsewhere, become minima where the sign changes: the shares are blurred.
    blurred = int((c.of("reached").array("pixels", "the response") != 0).sum()) > 16
    return np.allclose(np.sort(left), expected, rtol=2e-2) or (blurred and 0 < min(left) < 0.05)


def _repeats(c: Criterion, what: str) -> None:
    """In training the same batch gives the same; else nothing could be said about batches."""
    first, second = c.array("trained", "the output"), c.array("trained_again", "the output")
    c.expect(
        not _far(first, second, 1e-3),
        f"In training the same batch gives other {what} each time.",
        "Is there noise in the model, such as a dropout? The guidelines have none.",
    )


def _far(value: Array, other: Array, atol: float = 1e-5) -> bool:
    """Whether they differ somewhere; NaN differs from everything."""
    return not np.allclose(value, other, rtol=0, atol=atol)


def _reached(c: Criterion, key: str, what: str) -> int:
    """How many pixels have a part in it, with weights in one place of each filter: every eighth each way."""
    reached = c.array(key, "the response")
    c.expect(reached.shape == c.reference(key).shape, "Not a response for every pixel came.")
    count = int((reached != 0).sum())
    c.expect(count > 0, "No pixel responds.")
    c.expect(count <= 16, f"With one number in each filter {count} {what}, more than with a stride of 2 everywhere.")
    return count


def _normalised(c: Criterion, filters: int, widths: list[int]) -> None:
    """In training, and only there, examples depend on their batch; the right layers' statistics have moved."""
    alone, together = c.array("alone", "the output"), c.array("together", "the output")
    same, mixed = c.array("trained", "the output"), c.array("trained_mixed", "the output")
    c.expect(_far(same, mixed), "In training the output for an example does not depend on its batch.")
    c.expect(
        np.allclose(alone, together, rtol=1e-3, atol=1e-4),
        "At inference the output for an example depends on its batch.",
    )
    earlier, later = c.array("earlier", "the output"), c.array("later", "the output")
    c.expect(_far(earlier, later), "Training does not change the statistics that are used at inference.")
    sizes = np.sort(c.array("statistics", "the moving statistics").ravel())
    rest = sizes.tolist()
    for width in widths:
        if width * filters in rest:
            rest.remove(width * filters)
    dense = c.number("dense", "the dense layers") > 1  # superfluous layers, which are asked for elsewhere
    c.expect(
        len(sizes) - len(rest) == len(widths) and (dense or not rest),
        f"{sizes.size // 2} layers are normalised, with {sizes[::2].astype(int).tolist()} maps, not those asked for.",
    )


def _loud(c: Criterion) -> int:
    """How many layers change the output in training if their weights are doubled."""
    before, after = c.array("trained", "the output"), c.arrays("scaled", "the output", _layers(c))
    # Batch normalisation adds a thousandth to variances of about ten: that much of a factor remains.
    return sum(not np.allclose(each, before, rtol=1e-2, atol=1e-2) for each in after)


def _few_dense(rubric: Rubric, hint: str) -> None:
    with rubric.criterion("few dense layers", points=0.5, hint=hint) as c:
        _listens(c)
        dense, layers = int(c.of("batches").number("dense", "the dense layers")), _layers(c.of("batches"))
        plus, nothing = (c.of("signs").array(key, "the output") for key in ("plus", "nothing"))
        c.expect(_far(plus, nothing, 1e-7), "The output is constant.")
        c.expect(dense <= 1, f"{dense} layers are dense.")
        c.expect(layers >= 4, f"Only {layers} layers have weights.")


def _start(rubric: Rubric, points: float) -> None:
    with rubric.criterion(
        "start",
        points=points,
        hint="Draw a histogram of each layer's weights: which shape, mean and standard deviation?",
    ) as c:
        _listens(c)
        kernels = int(c.of("broad").number("kernels", "the layers with weights"))
        c.expect(2 < kernels < 12, f"{kernels} layers have weights.")
        for k, weights in enumerate(c.of("broad").arrays("start", "the weights", kernels)):
            draw = weights.astype(np.float64)
            c.expect(
                np.isfinite(draw).all() and draw.size > 20,
                "Some weights are NaN or infinite, or a layer has hardly any.",
            )
            c.expect(len(np.unique(draw)) > 0.9 * draw.size, "Many weights are the same.")
            std, error = draw.std(), 0.02 / np.sqrt(2 * draw.size)
            # Eight standard errors, for the standard deviation and for the mean.
            c.expect(
                abs(std - 0.02) < 8 * error, f"The weights of layer {k + 1} have the standard deviation {std:.3g}."
            )
            c.expect(abs(draw.mean()) < 12 * error, f"The weights of layer {k + 1} have the mean {draw.mean():.3g}.")
            share = float((np.abs(draw) > 0.04).mean())  # 4.6% of a normal distribution, none of a uniform one
            c.expect(draw.size < 1000 or 0.01 < share < 0.1, "The weights are not normally distributed.")


# Losses and the step -------------------------------------------------------------------------------------------------


def losses(rubric: Rubric) -> None:
    """Each loss, what smoothing adds, gradients, and large logits."""
    with rubric.criterion(
        "discriminator", points=0.5, hint="With smooth=0: one mean over real images, one over fakes, and the two added."
    ) as c:
        for case in c.cases("hard"):
            _like(c, case, "the loss", "For known logits and hard labels the number is not D's loss.")
    with rubric.criterion(
        "smoothing", points=1, hint="Only the real images' label changes, by `smooth`, which is 0.1 by default."
    ) as c:
        for hard, *softened in zip(c.cases("hard"), c.cases("soft"), c.cases("more"), strict=True):
            factors = _of_another_loss(c, hard)
            for key in softened:
                added = c.number(key, "the loss") - c.number(hard, "the loss")
                expected = float(c.reference(key).sum() - c.reference(hard).sum())
                factors = [factor for factor in factors if abs(added - factor * expected) < 1e-3]
            c.expect(len(factors) > 0, "Smoothing does not change the loss as it should.")
    with rubric.criterion("generator", points=0.5, hint="G wants its fakes called real: take the hard label 1.") as c:
        for case in c.cases("generator"):
            _like(c, case, "the loss", "For known logits the number is not G's non-saturating loss.")
    with rubric.criterion("gradients", points=0.5, hint="Compute with `ops` from the logits to the loss.") as c:
        wrong = [_another(c, key) for key in ("hard[0]", "generator[0]")]
        c.expect(
            not all(wrong), "Neither loss is right yet, so its gradients say nothing.", "Correct the losses first."
        )
        for key, whose, is_wrong in zip(("hard gradient", "generator gradient"), ("D", "G"), wrong, strict=True):
            # Another loss, which is asked for above, has other gradients.
            c.differentiable(key, f"the loss of {whose}", alike=not is_wrong)
    with rubric.criterion(
        "stable", points=0.5, hint="Try logits of 200 and -200: does an exponential overflow, or a logarithm get 0?"
    ) as c:
        for key in ("large hard", "large generator"):
            value = c.array(key, "the loss")
            c.expect(
                value.size == 1,
                f"The loss should be one number, not an array of shape {value.shape}.",
                "Is the mean over the batch missing?",
            )
            c.expect(np.isfinite(value).all(), "For large logits the loss is not finite.")
            c.expect(
                abs(value.item()) > 50,
                "For large logits the loss is too small.",
                "A loss grows with the logit: is it limited by something, such as a clipped probability?",
            )
        both = all(_another(c, key) for key in ("large hard", "large generator"))
        c.expect(not both, "For large logits neither loss is right.")
        for key in ("large generator gradient", "large hard gradient"):
            finite = np.isfinite(c.array(key, "the gradients")).all()
            c.expect(finite, "For large logits the loss is finite, but its gradient is not.")


def _another(c: Criterion, key: str) -> bool:
    """Whether a loss is another number than it should be."""
    return not alike(c.array(key, "the loss").reshape(-1), c.reference(key).reshape(-1))


def _of_another_loss(c: Criterion, key: str) -> list[float]:
    """By what smoothing may be multiplied: 1, or what a loss has that is another for hard labels, too.

    That one has been paid for: it is a multiple of the right one, or takes real images for generated ones.
    """
    mine, right = c.number(key, "the loss"), float(c.reference(key).sum())
    if abs(mine - right) < 1e-3:
        return [1.0]
    return [1.0, mine / right, -1.0] if abs(mine) > 0.1 * abs(right) else [1.0, -1.0]


def train_step(rubric: Rubric) -> None:
    """Each player's step, that it moves nothing else, the order, the batches' statistics, what is returned.

    A player that makes another step than it should has been paid for: nothing else is asked of that step. So has who
    takes probabilities for logits: all but the first of the two is then asked with a D that gives logits twice.
    """
    with rubric.criterion(
        "D moves", points=1, hint="D takes one step on its trainable_variables, against the gradient of its own loss."
    ) as c:
        c.either(*(partial(_step, way, _twins(c), "d") for way in c.ways))
    with rubric.criterion(
        "G moves", points=1, hint="G takes one step on its trainable_variables, against the gradient of its own loss."
    ) as c:
        c.either(*(partial(_step, way, _twins(c), "g") for way in c.ways), lambda: _both_with_twins(c))
    for name, points, hint, check in (
        (
            "separate",
            1,
            "Which variables does each optimizer get? D's step leaves G as it is, and G's step leaves D.",
            _separate,
        ),
        ("order", 1, "When G takes its step, which D gives the gradient: the one before or after D's step?", _follows),
        (
            "batch statistics",
            1,
            "In every call both players are told that they are in training. Neither is frozen by `trainable = False`, "
            "which puts batch normalisation into inference mode. Real and generated images are never in one batch.",
            _statistics,
        ),
        ("returned", 0.5, "Return two numbers, D's loss and G's, each from just before the player's step.", _returned),
        ("smooth", 0.5, "`smooth` has to be passed on to the loss of D.", _passed_on),
    ):
        with rubric.criterion(name, points=points, hint=hint) as c:
            twins = _twins(c)
            c.either(*(partial(check, way, c.ways) for way in c.ways), partial(check, twins, [twins]))


def _twins(c: Criterion) -> Criterion:
    """Where D gives logits in the place of probabilities, too, and the losses are known."""
    return c.stubbed.of("twins")


def _both_with_twins(c: Criterion) -> None:
    """With logits in either place both players' steps are right: D has paid for taking the other."""
    c.expect(not any(_right(way, "d") for way in c.ways), "Only G's step takes the wrong output of D.")
    _step(_twins(c), None, "d")
    _step(_twins(c), None, "g")


def _move(way: Criterion, run: str, player: str, right_run: str = "") -> tuple[Array, Array]:
    """How far a player went in one run, and how far the solution's, in the same run or in another."""
    start = way.of("batches_start" if run in RUNS["batches"] else "start").reference(player)
    move = way.of(run).finite(player, "the variables") - start
    return move, way.of(right_run or run).reference(player) - start


def _mover(way: Criterion, player: str) -> str:
    """Whose optimizer moves this player: its own, or the other's if both are swapped, which "separate" is about."""
    d_moves_d, d_moves_g = (_move(way, "only_d", each)[0].any() for each in "dg")
    g_moves_d, g_moves_g = (_move(way, "only_g", each)[0].any() for each in "dg")
    swapped = d_moves_g and g_moves_d and not d_moves_d and not g_moves_g
    return {"d": "g", "g": "d"}[player] if swapped else player


RUNS = {"only": ("only_d", "only_g"), "twice": ("twice_d", "twice_g"), "batches": ("batches_d", "batches_g")}
"""Where only D should move, and where only G."""


def _alone(way: Criterion, player: str, runs: str = "only") -> tuple[Array, Array]:
    """A player's step where only it should move, and the right one."""
    of_d, of_g = RUNS[runs]
    run = {"d": of_d, "g": of_g}
    return _move(way, run[_mover(way, player)], player, run[player])


def _right(way: Criterion, player: str, uphill: bool = False) -> bool:
    """Whether a player makes the right step, or its reverse."""
    move, right = _alone(way, player)
    return steps.near(move, right) or (uphill and steps.near(-move, right))


def _paid(ways: Sequence[Criterion], player: str) -> bool:
    """Whether a player's step is wrong in all of these ways, such as with the student's losses and with known ones."""
    return not any(_right(way, player, True) for way in ways)


def _step(way: Criterion, twins: Criterion | None, player: str) -> None:
    """A player's step, and its second one; ``twins`` says what came of it with logits in either place."""
    name = player.upper()
    move, right = _alone(way, player)
    way.expect(move.any(), f"{name} did not move.")
    way.expect(not steps.near(-move, right), f"{name} moved, but uphill: its loss grows.")
    if not steps.near(move, right):
        way.expect(
            twins is None or not _right(twins, player),
            f"{name} moved, but by the gradient of a loss that takes probabilities for logits.",
            "D returns probabilities and logits, in this order: which of them does the loss want?",
        )
    way.expect(steps.near(move, right), f"{name} moved, but not by one step against the gradient of its loss.")
    twice, right_twice = _alone(way, player, "twice")
    way.expect(
        _far(twice, move, 1e-6),
        f"{name} moves in the first step, but in no further one.",
        f"After the first step, can {name} still learn, and does it still have the same variables?",
    )
    crossed = _move(way, "only_d", "g")[0].any() or _move(way, "only_g", "d")[0].any()
    way.expect(
        crossed or steps.near(twice, right_twice),  # who also moves the other player has paid for that
        f"{name} moves in the first step as it should, but not in the second step of an optimizer that remembers.",
        "Leave the moving to the optimizer: most of them do more than to subtract the gradient times a rate.",
    )


NO_GRADIENT = "Neither D nor G moves along the gradient of its loss."


def _separate(way: Criterion, _: Sequence[Criterion]) -> None:
    way.expect(not _move(way, "only_d", "g")[0].any(), "The step of D's optimizer moved G.")
    way.expect(not _move(way, "only_g", "d")[0].any(), "The step of G's optimizer moved D.")
    way.expect(any(_right(way, player, True) for player in "dg"), NO_GRADIENT)


def _follows(way: Criterion, ways: Sequence[Criterion]) -> None:
    """Where both move, G's step is the one against the moved D; its way up or down is asked elsewhere.

    Where a step is wrong by itself, it is at least another one than the sum of those in which only one player moves.
    """
    at_rest = [not _alone(way, player)[0].any() for player in "dg"]
    way.expect(not all(at_rest), "Neither D nor G moves.")
    paid = [_paid(ways, player) for player in "dg"]
    way.expect(not all(paid), NO_GRADIENT)
    if any(at_rest):
        return
    move, right = _move(way, "both", "g")
    way.expect(move.any(), "G did not move.")
    pushed, alone = (_move(way, run, "g")[0] for run in ("only_d", "only_g"))
    crossed = pushed.any() or _move(way, "only_g", "d")[0].any()
    step_of_d, right_of_d = _alone(way, "d")
    if crossed or steps.near(-step_of_d, right_of_d) or any(paid):
        way.expect(not steps.near(move, pushed + alone), "G's step does not follow the D that D's step leaves.")
    else:
        follows = steps.near(move, right) or steps.near(-move, right)
        way.expect(follows, "G's step does not follow the D that D's step leaves.")


def _statistics(way: Criterion, ways: Sequence[Criterion]) -> None:
    """Each player's step is the solution's, up or down, where its outputs in training depend on the batch."""
    asked = [player for player in "dg" if not _paid(ways, player)]
    way.expect(len(asked) > 0, NO_GRADIENT)
    for player in asked:
        move, right = _alone(way, player, "batches")
        way.expect(
            steps.near(move, right) or steps.near(-move, right),
            f"With players that behave differently in training, {player.upper()} does not move as it should.",
        )


def _returned(way: Criterion, ways: Sequence[Criterion]) -> None:
    """Both losses where nobody moves, and each player's where only that player does."""
    asked = [player for player in "dg" if not _paid(ways, player)] or ["d", "g"]
    place, still = {"d": "first", "g": "second"}, way.of("still")
    for player in "dg":
        still.number(place[player], f"the loss of {player.upper()}")
    for player in asked:
        otherwise = "The returned values are not the losses of D and G for this batch."
        _came_back(still, still, place[player], otherwise)
    run = {"d": "only_d", "g": "only_g"}
    for player in asked:
        came, right = way.of(run[_mover(way, player)]), way.of(run[player])
        _came_back(came, right, place[player], "A returned loss is not that from just before the step.")
    both = way.of("both")
    if "g" in asked and steps.near(*_move(way, "both", "g")):  # G followed the D that had moved: its loss is that
        otherwise = "G's loss is not that from just before its step: D has moved by then."
        _came_back(both, both, "second", otherwise)


def _came_back(came: Criterion, right: Criterion, place: str, otherwise: str) -> None:
    """A loss that was returned in this place is the reference's."""
    returned = came.array(place, "the returned value").reshape(-1)
    came.expect(alike(returned, right.reference(place).reshape(-1)), otherwise)


def _passed_on(way: Criterion, ways: Sequence[Criterion]) -> None:
    """The change of D's loss, in whichever place it came."""
    smooth, still = way.of("smooth"), way.of("still")
    changes = [
        smooth.array(place, "the loss").sum() - still.array(place, "the loss").sum() for place in ("first", "second")
    ]
    expected = float(smooth.reference("first").sum() - still.reference("first").sum())
    way.expect(not all(_paid(ways, player) for player in "dg"), NO_GRADIENT)
    passed_on = any(abs(change - expected) < 2e-5 for change in changes)
    way.expect(passed_on, "Another `smooth` does not change D's loss as it should.")


# The latent space ----------------------------------------------------------------------------------------------------


def interpolation(rubric: Rubric) -> None:
    """Both ways, and the case in which the formula fails."""
    with rubric.criterion(
        "straight", points=1, hint="Put t = 0, 1/2 and 1 into the formula. The steps are even and include both ends."
    ) as c:
        for case in c.cases("straight"):
            _like(c, case, "the way", "The straight way is not the one in even steps between both ends.")
    with rubric.criterion(
        "spherical", points=1.5, hint="The angle depends on the directions of the vectors, not on their lengths."
    ) as c:
        for case, straight, ends in zip(c.cases("spherical"), c.cases("straight"), c.reference("pairs"), strict=True):
            c.either(
                partial(_like, c, case, "the way", "The way is not the one along the sphere.", 1e-3),
                partial(_along_own_arc, c, case, straight, ends),
            )
    with rubric.criterion(
        "parallel",
        points=0.5,
        hint="What is the sine of the angle between a vector and itself, and what does rounding do?",
    ) as c:
        c.either(*(partial(_straight_ways, way) for way in c.ways), lambda: _own_straight_ways(c))


def _along_own_arc(c: Criterion, case: str, straight: str, ends: Array) -> None:
    """Along the sphere, with the steps that the student's straight way takes."""
    _as_steps(c, case, _arc(*ends, _own_steps(c, straight, *ends)))


def _straight_ways(c: Criterion) -> None:
    for case in c.cases("parallel"):
        _like(c, case, "the way", "Between parallel vectors the way is not the straight one.", atol=1e-3)


def _own_straight_ways(c: Criterion) -> None:
    """With the steps that the student's straight way takes."""
    equals, rows, factor = c.reference("equals"), c.reference("rows"), float(c.reference("factor").sum())
    *of_two, of_sixty = c.cases("parallel")
    t = _own_steps(c, "straight[0]", *c.reference("pairs")[0])[:, None]
    for case, end in zip(of_two, equals, strict=True):
        _as_steps(c, case, equals[0] + t * (end - equals[0]))
    t = _own_steps(c, "three", *c.reference("pairs")[0])[:, None]
    _as_steps(c, of_sixty, np.stack([row + t * (factor - 1) * row for row in rows]))


def _own_steps(c: Criterion, key: str, z0: Array, z1: Array) -> Array:
    """The steps of t that the student's straight way takes, be they the right ones, which is asked for elsewhere."""
    way = c.array(key, "the straight way").astype(np.float64)
    c.expect(way.ndim == 2 and way.shape[1:] == z0.shape and len(way) > 1, "The straight way has the wrong shape.")
    t = (way - z0) @ (z1 - z0) / ((z1 - z0) @ (z1 - z0))
    c.expect(not _far(way, z0 + t[:, None] * (z1 - z0), 1e-3), "The straight way is not straight.")
    inside = ((t > 0.05) & (t < 0.95)).any()
    c.expect(
        inside and (np.diff(t) > 0.02).all() and t[0] > -0.01 and t[-1] < 1.01,
        "The straight way does not go step by step from one vector to the other.",
    )
    return t


def _arc(z0: Array, z1: Array, t: Array) -> Array:
    """The spherical way for such t."""
    angle = np.arccos(z0 @ z1 / (np.linalg.norm(z0) * np.linalg.norm(z1)))
    return (np.sin((1 - t) * angle)[:, None] * z0 + np.sin(t * angle)[:, None] * z1) / np.sin(angle)


def _as_steps(c: Criterion, key: str, expected: Array) -> None:
    c.expect(alike(c.array(key, "the way"), expected, atol=1e-3), "The way has other steps than the straight one.")


def arithmetic(rubric: Rubric) -> None:
    """The direction, and the count."""
    with rubric.criterion(
        "direction", points=2, hint="Sort by the score: the mean of the highest minus the mean of the lowest."
    ) as c:
        for case, n in zip(c.cases("vector"), (1, 3, 11), strict=True):
            otherwise = f"With {n} vectors on each side the direction is not the difference of the right means."
            _like(c, case, "the direction", otherwise)
    with rubric.criterion(
        "count", points=2, hint="Which faces do you look at, before and after, and by how many do you divide?"
    ) as c:
        for case in c.cases("share"):
            _like(c, case, "the share", "The share of faces that get the attribute is not the right one.")


def forgetting(rubric: Rubric) -> None:
    """The maps that tell, and silencing without side effect."""
    with rubric.criterion(
        "telling", points=1.5, hint="Standardise the mean of each map; positive weights only, the largest first."
    ) as c:
        found = c.array("telling", "the maps").ravel()
        planted = _planted(c)
        c.expect(found.size > 0, "No map was found.")
        c.expect(len(np.unique(found)) == found.size, "A map was named twice.")
        missing = set(planted[:3].tolist()) - set(found[:5].tolist())
        c.expect(not missing, "Not all maps that speak for the attribute are among the first.")
        c.expect(
            not set(planted[3:5].tolist()) & set(found.tolist()), "Maps that speak against the attribute were named."
        )
        c.expect(
            planted[5] not in found or planted[5] in c.reference("telling"),  # which it hardly ever is
            "A map was named that speaks against the attribute once another one is taken into account.",
            "The weights are those of one regression on all maps together, not of each map by itself.",
        )
        c.expect(found[0] in planted[:2], "The map that tells most does not come first.")
        order = [found.tolist().index(each) for each in planted[:3]]
        c.expect(order[2] > order[0], "The maps do not come in the order of their weights.")
    with rubric.criterion("silenced", points=1, hint="The maps with these indices are zero everywhere, no other.") as c:
        _like(c.of("silenced"), "maps", "the maps", "The maps that are zero are not exactly those with these indices.")
    with rubric.criterion("copy", points=0.5, hint="Whose array do you write into?") as c:
        silenced, before = c.of("silenced").array("maps", "the maps"), c.reference("before")
        after = c.of("silenced").array("after", "the maps")
        c.expect(not _far(after, before), "The caller's maps were changed.")
        c.expect(silenced.shape == before.shape, "The maps came back in another shape.")
        by_indices = any(alike(silenced, np.where(silent, 0, before)) for silent in _silent(c))
        c.expect(by_indices, "What is zero does not follow from the indices, or the rest is not as it was.")


def _silent(c: Criterion) -> list[Array]:
    """What may be silenced: maps with the known indices, be it one, all others, or parts along another axis.

    All but the first cost in "silenced".
    """
    n, height, width, maps = c.reference("before").shape
    indices = np.flatnonzero(~c.of("silenced").reference("maps").any(axis=(0, 1, 2)))
    chosen = np.isin(np.arange(maps), indices)
    rows, columns, images = (np.isin(np.arange(size), indices % size) for size in (height, width, n))
    ones = [np.arange(maps) == k for k in indices]
    axes = chosen, ~chosen, *ones, columns[:, None], rows[:, None, None], images[:, None, None, None]
    return [np.broadcast_to(each, c.reference("before").shape) for each in axes]


def _planted(c: Criterion) -> Array:
    """As the probe has planted them: three maps for the attribute, the weakest last, and three against it."""
    f = c.reference("before").shape[-1]
    planted = np.random.default_rng(int(c.reference("number").sum())).permutation(f)[:6]
    planted[np.argmin(planted[:3])], planted[2] = planted[2], planted[:3].min()
    return planted


# What D sees ---------------------------------------------------------------------------------------------------------


def guided(rubric: Rubric) -> None:
    """Where it starts, the layers without a condition, and the two conditions, each by itself.

    But for the start, a common factor is no matter: it belongs to the start.
    """
    with rubric.criterion(
        "response",
        points=1,
        hint="For each image by itself, begin with the strongest response of the map `feature`, wherever it is.",
    ) as c:
        _like(
            c,
            "response",
            "the result",
            "Through one convolution the result is not the gradient of the strongest response.",
        )
    for name, hint, otherwise in (
        (
            "layers",
            "Go from the last layer to the first; each is called on its own input, as at inference.",
            "Where all signs are positive, the gradient through several layers is not the right one.",
        ),
        (
            "inputs",
            "Where was the input of each ReLU negative? Nothing passes there, whatever its slope.",
            "Where inputs of a ReLU are negative the gradient is not the guided one.",
        ),
        (
            "gradients",
            "Where is the gradient behind each ReLU negative? Nothing passes there.",
            "Where gradients behind a ReLU are negative the gradient is not the guided one.",
        ),
    ):
        with rubric.criterion(name, points=1, hint=hint) as c:
            _in_proportion(c, name, otherwise)


def _in_proportion(c: Criterion, key: str, otherwise: str) -> None:
    """The reference's, but for a factor; images for which nothing came were left out at the start, one at least not."""
    value, expected = c.finite(key, "the result").astype(np.float64), c.reference(key).astype(np.float64)
    with_gradient = np.abs(value).max(axis=(1, 2, 3)) > 0
    c.expect(with_gradient.any(), "No gradient came back.")
    mine, right = (each[with_gradient] / np.linalg.norm(each[with_gradient]) for each in (value, expected))
    c.expect(alike(mine, right, atol=1e-5), otherwise)


def features(rubric: Rubric) -> None:
    """Pooling, the triangle, the classifier."""
    with rubric.criterion(
        "pooled", points=1.5, hint="Take the largest value in each of 16 fields, for each map of every layer by itself."
    ) as c:
        value, expected = c.array("pooled", "the features"), c.reference("pooled")
        c.expect(value.shape == expected.shape, f"Features of shape {value.shape} came.")
        # The order of the features is left open, but the same for all images: columns are compared as a set.
        mine, right = (columns[:, np.lexsort(columns)] for columns in (value, expected))
        c.expect(alike(mine, right), "The features are not the maxima in fields of a 4 × 4 grid.")
    with rubric.criterion(
        "triangle", points=1, hint="For each patch the mean of its distances minus each distance; negative ones are 0."
    ) as c:
        _like(
            c,
            "triangle",
            "the features",
            "For known patches and centres the features are not those of the formula.",
            atol=1e-3,
        )
    with rubric.criterion(
        "classifier",
        points=1.5,
        hint="Standardise by the training set, and count the right answers among the test examples.",
    ) as c:
        for case in c.cases("accuracy"):  # one share alone is soon guessed
            share, expected = c.number(case, "the accuracy"), float(c.reference(case).sum())
            c.expect(0 <= share <= 1, f"The accuracy is {share:.3g}, which is not between 0 and 1.")
            right = abs(share - expected) < 0.021
            c.expect(right, f"The accuracy is {share:.2f}, which is not that of an SVM on such features.")


def neighbours(rubric: Rubric) -> None:
    """Which is nearest, how far it is, and what share is too near."""
    with rubric.criterion(
        "index", points=1, hint="Along which axis do you look for the smallest distance of each image?"
    ) as c:
        _like(
            c.of("nearest"), "first", "the indices", "For some images the index is not that of the nearest neighbour."
        )
    with rubric.criterion(
        "distance",
        points=1,
        hint="The distance is the root of the sum of squares. What may rounding do to the sum for a copy?",
    ) as c:
        nearest, otherwise = c.of("nearest"), "The distances are not those to the nearest neighbours."

        def to_own() -> None:
            """The distances to those that were found, be they the nearest, which is asked for elsewhere."""
            index = nearest.array("first", "the indices").ravel()
            images, rows = c.reference("images"), c.reference("rows")
            if len(index) == len(rows) != len(images):  # for each training image the nearest of the images
                images, rows = rows, images
            c.expect(len(index) == len(images) and index.max() < len(rows), otherwise)
            own = np.linalg.norm(images - rows[index], axis=1)
            c.expect(alike(nearest.array("second", "the distances").ravel(), own, atol=3e-2), otherwise)

        # A copy is at a distance of 0, or in float32 of the root of what rounding leaves of two hundreds.
        c.either(lambda: _like(nearest, "second", "the distances", otherwise, atol=3e-2), to_own)
    with rubric.criterion(
        "share", points=1, hint="Of which distances is it the quantile, and which samples lie below it?"
    ) as c:
        for case in c.cases("share"):
            _like(c, case, "the share", "The share of samples that are too near is not the right one.")
