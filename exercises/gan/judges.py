"""Hidden tests of the lesson ``gan``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own (the losses on the cross-entropy, say) is right if it agrees with the reference, as the notebook is
or with something known in the place of the other part, so that no mistake is paid for twice.

The student's process can answer what it likes, so nothing that it says about itself earns a point alone: an answer must
follow from inputs that the student could not know, in a way that only somebody who has understood can compute.

Where students draw random numbers, their draws are compared with theory. Bounds lie at least four times sqrt(n) in
terms of Kolmogorov and Smirnov's distance, or eight standard errors, so that a right answer fails in fewer than one of
10^12 gradings.
"""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise

import numpy as np

from autograder.judging import CUT, Criterion, Rubric, alike, steps
from autograder.judging.activations import elu, identity, leaky, relu, sigmoid, silu, softmax, softplus

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _uniform_distance(values: Array) -> float:
    """Kolmogorov and Smirnov's distance of the values from the uniform distribution on [-1, 1]."""
    ordered = np.sort(values.ravel().astype(np.float64))
    expected, steps = np.clip((ordered + 1) / 2, 0, 1), np.arange(ordered.size + 1) / ordered.size
    return float(max((expected - steps[:-1]).max(), (steps[1:] - expected).max()))


def _varies(*arrays: Array) -> bool:
    """Whether there are two different finite values among the arrays."""
    values = np.concatenate([array.ravel().astype(np.float64) for array in arrays])
    return bool(np.isfinite(values).all()) and values.size > 1 and float(np.ptp(values)) > 1e-6


def _draws(c: Criterion, question: str, what: str) -> Iterator[Array]:
    """Each time drawn numbers: several, finite, not all the same."""
    for draw in c.arrays(question, what):
        c.expect(np.isfinite(draw).all(), f"Some values of {what} are NaN or infinite.")
        c.expect(_varies(draw), f"All values of {what} are the same.")
        yield draw


# Data ----------------------------------------------------------------------------------------------------------------


def transform(rubric: Rubric) -> None:
    """Flattening in reading order; scaling to the default range; scaling to another."""
    with rubric.criterion(
        "flatten", points=1, hint="One row per image, and in it the pixels in reading order, nothing else changed."
    ) as c:
        c.close("flat", "the flattened images")
    with rubric.criterion(
        "scale", points=0.5, hint="Which numbers must 0 and 255 become, whatever else the batch holds?"
    ) as c:
        c.close("unit", "the images scaled to the default range")
    with rubric.criterion(
        "range", points=0.5, hint="Follow the pixels 0 and 255 through your formula with low=-1 and high=1."
    ) as c:
        c.either(lambda: _ranges(c), lambda: _ranges_of_own(c))


def _ranges(c: Criterion) -> None:
    """Right in three ranges, of which one holds no whole number."""
    for key, what in (("symmetric", "a range around zero"), ("other", "another range"), ("inside", "a narrow range")):
        c.close(key, f"the images scaled to {what}")


def _ranges_of_own(c: Criterion) -> None:
    """What came for the default range, stretched to another: if it is wrong there, that has been paid for."""
    for key, (low, high), default in (
        ("symmetric", (-1, 1), "unit[1]"),
        ("other", c.reference("other_range"), "unit[2]"),
        ("inside", c.reference("inside_range"), "unit[2]"),
    ):
        unit = c.finite(default, "the images scaled to the default range").astype(np.float64)
        scaled = c.finite(key, "the images scaled to another range")
        c.expect(_varies(unit), "All pixels become the same number.")
        c.expect(alike(scaled, low + (high - low) * unit), "The range does not go from low to high.")


def dataset(rubric: Rubric) -> None:
    """Pairs, shuffling, whole epochs, full batches and the count, each by itself, from one stream of batches."""
    with rubric.criterion(
        "pairs",
        points=1,
        hint="Images and labels must be reordered by the same indices, and into new arrays: the caller's stay.",
    ) as c:
        for stream in c.each("stream"):
            drawn, labels = _drawn(stream), stream.array("targets", "the labels")
            c.expect((drawn >= 0).all(), "Some images are none of those given.")
            c.expect(len(drawn) >= 2 * len(stream.reference("labels")), "Fewer than two epochs of examples came.")
            c.expect(labels.shape == drawn.shape, f"{len(drawn)} images came with labels of shape {labels.shape}.")
            right = labels == stream.reference("labels")[drawn]
            c.expect(right.all(), "Images came with the labels of others.")
            for given, kept in (("images", "images_after"), ("labels", "labels_after")):
                after = stream.array(kept, given)
                c.expect(np.array_equal(after, stream.reference(given)), f"The caller's array of {given} was changed.")
    with rubric.criterion(
        "shuffled",
        points=1,
        hint="Look at where the order is drawn: anew for each epoch, the first too, and from the seed if one is given.",
    ) as c:
        for stream in c.each("stream"):
            orders = [np.arange(len(stream.reference("labels"))), *_orders(stream)]
            c.expect(len(orders) > 2, "Fewer than two epochs of examples came.")
            kept = [_neighbours_kept(*pair) for pair in pairwise(orders)]
            # A random order keeps about two pairs of neighbours of 34 or more; half of them is out of its reach.
            c.expect(kept[0] < 0.5, f"In the first epoch {kept[0]:.0%} of neighbours are neighbours as given.")
            c.expect(max(kept) < 0.5, f"From one epoch to the next {max(kept):.0%} of neighbours stay neighbours.")
        _order_follows_seed(c)
        _disturbs_nobody(c.of("bystanders"))
    with rubric.criterion(
        "epochs", points=1, hint="Each example comes once before any comes again, also if a batch reaches over the end."
    ) as c:
        for stream in c.each("stream"):
            orders = _orders(stream)
            c.expect(len(orders) > 1, "Fewer than two epochs of examples came.")
            missing = [len(order) - len(set(order[order >= 0])) for order in orders]
            c.expect(max(missing) == 0, "Within one epoch some of the examples did not come.")
    with rubric.criterion(
        "full batches", points=1, hint="What do you hand out when fewer than batch_size examples of the epoch remain?"
    ) as c:
        for stream in c.each("stream"):
            sizes, asked = _sizes(stream), int(stream.reference("batch_size"))
            other = int((sizes != asked).any(axis=1).sum())
            c.expect(other == 0, f"{other} of {len(sizes)} batches did not hold as many examples as asked for.")
        mixed, asked = c.array("mixed", "batches of several sizes"), c.reference("asked")
        c.expect(
            mixed.shape == (len(asked), 2) and (mixed == asked[:, None]).all(),
            "Asked for batches of several sizes, one data set gave others.",
        )
    with rubric.criterion(
        "counted",
        points=1,
        hint="Count at the moment when the last example of an epoch is handed out, not a batch later.",
    ) as c:
        for stream in c.each("stream"):
            came = np.cumsum(_sizes(stream)[:, 0]) // len(stream.reference("labels"))
            counts = stream.array("completed", "epochs_completed")
            c.expect(counts.shape == came.shape, "epochs_completed is not a number.")
            c.expect(len(came) > 0 and came[-1] > 0, "Not one epoch of examples came.")
            c.expect(np.isfinite(counts).all(), "epochs_completed is not a number.")
            right = counts == came
            c.expect(right.all(), "epochs_completed did not always fit what had been handed out.")


def _order_follows_seed(c: Criterion) -> None:
    """Equal seeds give equal orders, other seeds others, and without a seed every data set has its own."""
    seeds = c.reference("seeds")
    orders = c.arrays("seeded", "an epoch")
    for i, j in combinations(range(len(seeds)), 2):
        same = np.array_equal(orders[i], orders[j])
        if seeds[i] == seeds[j]:
            c.expect(
                same,
                f"Two data sets with the same seed ({seeds[i]}) came in different orders.",
                "Give every data set a generator of its own that begins with its seed, and draw all orders with it.",
            )
        else:
            c.expect(not same, "Two data sets with different seeds came in the same order.")
    # Of 37 examples or more: nobody will ever see the same order twice.
    without = c.arrays("unseeded", "an epoch")
    c.expect(not np.array_equal(*without), "Two data sets without a seed came in the same order.")


def _disturbs_nobody(c: Criterion) -> None:
    """After a data set with a seed, the global generators of NumPy and of Python go on as if there had been none."""
    hint = "Draw with a generator of its own, such as np.random.default_rng(seed): others draw from the global ones."
    for whose in ("NumPy", "Python"):
        c.expect(
            alike(c.array(whose, "a global random generator"), c.reference(whose)),
            f"A data set with a seed changed the state of {whose}'s global generator.",
            hint,
        )
    before, after = c.finite("tensorflow", "the seed of TensorFlow")
    c.expect(before == after, "A data set with a seed changed the seed of TensorFlow.", hint)


def _drawn(stream: Criterion) -> Array:
    """For every image handed out its place in the array given, -1 if it is none of them."""
    rows, given = stream.array("rows", "the images"), stream.reference("images")
    stream.expect(rows.shape[1:] == given.shape[1:], f"The images came as an array of shape {rows.shape}.")
    expected = len(stream.reference("rows"))
    stream.expect(0 < len(rows) <= 2 * expected, f"{len(rows)} images came in all.")
    same = (rows[:, None] == given[None]).all(axis=2)
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def _sizes(stream: Criterion) -> Array:
    """How many images and how many labels came in each batch."""
    sizes = stream.array("sizes", "the batches")
    stream.expect(sizes.shape == stream.reference("sizes").shape, "A batch was not a pair of images and labels.")
    drawn = _drawn(stream)
    stream.expect((sizes >= 0).all() and sizes[:, 0].sum() == len(drawn), "The batches do not add up.")
    different = len(np.unique(drawn[drawn >= 0]))
    stream.expect(different > len(stream.reference("labels")) / 2, "Most of the images given never came.")
    return sizes


def _orders(stream: Criterion) -> list[Array]:
    """What was handed out, cut into whole epochs."""
    drawn, n = _drawn(stream), len(stream.reference("labels"))
    return [drawn[at : at + n] for at in range(0, len(drawn) - n + 1, n)]


def _neighbours_kept(before: Array, after: Array) -> float:
    """The share of examples next to each other in ``before`` that are so, in either order, in ``after``."""
    old, new = ({frozenset(pair) for pair in pairwise(order)} for order in (before, after))
    return len(old & new) / max(1, len(old))


# Networks ------------------------------------------------------------------------------------------------------------


def glorot(rubric: Rubric) -> None:
    """The limit from theory; the distribution and the shape, of matrices that are as wide as some such formula says."""
    with rubric.criterion(
        "limit", points=1, hint="Put your two sizes into the formula by hand; mind which part of it is under the root."
    ) as c:
        for draw, size in zip(_draws(c, "draws", "the matrix"), c.reference("sizes"), strict=True):
            largest, limit = np.abs(draw).max(), np.sqrt(6 / size.sum())
            if not _is_spread_evenly(draw) and abs(draw.std() - limit / np.sqrt(3)) < 0.06 * limit / np.sqrt(3):
                continue  # as wide as asked for; that it is not uniform is the next criterion's
            # Of more than 5000 uniform values one lies in the outermost 2% but for odds of e^-100.
            c.expect(largest <= limit * 1.0001, f"The largest value, {largest:.3g}, is too large for these sizes.")
            c.expect(largest >= limit * 0.98, f"The largest value, {largest:.3g}, is too small for these sizes.")
    with rubric.criterion(
        "uniform",
        points=0.5,
        hint="Draw a histogram of one matrix, then of a second: flat, around zero, and not the same.",
    ) as c:
        for draw in _draws(c, "draws", "the matrix"):
            spread = "The values are not spread evenly between minus and plus their largest."
            c.expect(_is_spread_evenly(draw), spread)
        again = _draws(c, "again", "the matrix")
        c.expect(not np.array_equal(*again), "Two calls without a seed gave the same values.")
        _follows_sizes(c)
    with rubric.criterion(
        "shape", points=0.5, hint="Inputs come first: one row per input, one column per output."
    ) as c:
        for draw, size in zip(_draws(c, "draws", "the matrix"), c.reference("sizes"), strict=True):
            c.expect(draw.shape == tuple(size), f"The matrix came with shape {draw.shape}.")
        _follows_sizes(c)


_LIMITS = (
    lambda fan_in, fan_out: 6 / (fan_in + fan_out),
    lambda fan_in, fan_out: 2 / (fan_in + fan_out),
    lambda fan_in, fan_out: 6 / fan_in,
    lambda fan_in, fan_out: 6 / fan_out,
    lambda fan_in, fan_out: 6 / fan_in + fan_out,
    lambda fan_in, fan_out: (6 / (fan_in + fan_out)) ** 2,
)
"""The square of the limit, and what is taken for it: that is paid for once, with the limit."""


def _follows_sizes(c: Criterion) -> None:
    """Both matrices are as wide as one formula of their sizes says: whoever draws anything at all earns nothing."""
    draws = list(_draws(c, "draws", "the matrix"))

    def by(square: Callable[[float, float], float], share: float) -> bool:
        widths = [np.sqrt(square(*map(float, sizes)) / share) for sizes in c.reference("sizes")]
        return all(abs(draw.std() / width - 1) < 0.07 for draw, width in zip(draws, widths, strict=True))

    # The standard deviation of numbers that are uniform on both sides of zero, or on one.
    c.expect(
        any(by(square, share) for square in _LIMITS for share in (3, 12)),
        "The width of the matrices does not follow from their sizes.",
    )


def _is_spread_evenly(draw: Array) -> bool:
    """Whether the values are uniform between minus and plus their largest."""
    return _uniform_distance(draw / np.abs(draw).max()) < 0.06


def _between_0_and_1(x: Array) -> Array:
    return np.clip(x, 0, 1)


def _halved_tanh(x: Array) -> Array:
    return (np.tanh(x) + 1) / 2


def _sigmoid_of_relu(x: Array) -> Array:
    return sigmoid(relu(x))


Layer = Callable[[Array, Array], Array]
"""What a layer makes of its inputs times its weights, and of its bias."""


def _added(activation: Callable[[Array], Array]) -> Layer:
    """A layer as it should be, with this activation."""
    return lambda products, bias: activation(products + bias)


def _added_late(activation: Callable[[Array], Array]) -> Layer:
    """A layer whose bias comes behind the activation."""
    return lambda products, bias: activation(products) + bias


def _both_ways(*activations: Callable[[Array], Array]) -> tuple[Layer, ...]:
    return *map(_added, activations), *map(_added_late, activations)


_RELU, _SIGMOID = _added(relu), _added(sigmoid)
_HIDDEN = _both_ways(relu, identity, np.tanh, sigmoid, *map(leaky, (0.01, 0.1, 0.2, 0.3)), elu, softplus, silu)
_OUTPUT = _both_ways(sigmoid, identity, np.tanh, softmax, relu, _between_0_and_1, _halved_tanh, _sigmoid_of_relu)
_VARIABLES = ("first weight matrix", "first bias", "second weight matrix", "second bias")


def _found(c: Criterion) -> Array:
    """Which of W1, b1, W2, b2 are in theta; fails if a weight matrix is not."""
    found = c.array("found", "the variables").astype(bool)
    c.expect(found.shape == (4,), "theta is not a list of variables.")
    for k in (0, 2):
        c.expect(found[k], f"theta holds no {_VARIABLES[k]} of the size asked for.")
    return found


def _used(c: Criterion) -> Array:
    """Which of the four are in theta and have any effect."""
    network = c.of("forward")
    found, last = _found(network), _last_output(c)
    moved = network.arrays("moved", "the output")
    return found & np.array([now.shape != last.shape or np.abs(now - last).max(initial=0) > 1e-4 for now in moved])


def _outputs(c: Criterion, hidden: Layer, output: Layer, changed: int | None = None) -> Array:
    """What two such layers give for the known values, one of them changed perhaps.

    Instead of a variable without effect the network has whatever it began with: that is paid for elsewhere. What is
    claimed of it must be such that the output still tells of x.
    """
    values = [value.astype(np.float64) for value in c.references("values")]
    if changed is not None:
        values[changed] = c.references("changed")[changed].astype(np.float64)
    for k, (is_used, held) in enumerate(zip(_used(c), c.of("forward").arrays("began", "the variables"), strict=True)):
        if not is_used:
            began = held.astype(np.float64)
            c.expect(began.shape == values[k].shape, f"The {_VARIABLES[k]} came with shape {began.shape}.")
            usual = 0.5 < began.std() / np.sqrt(2 / sum(began.shape)) < 2 if k in (0, 2) else np.abs(began).max() <= 3
            c.expect(usual, f"The {_VARIABLES[k]} has no effect, and does not begin as that of a network does.")
            values[k] = began
    W1, b1, W2, b2 = values
    return output(hidden(c.reference("x") @ W1, b1) @ W2, b2)


def _pieces(c: Criterion) -> int:
    """How many values forward returned."""
    return int(c.of("forward").number("pieces", "what forward returned"))


def _last_output(c: Criterion) -> Array:
    """The images, or of the discriminator's pair the logits."""
    return c.of("forward").array("outputs[0]" if _pieces(c) == 1 else "outputs[1]", "the output")


def _follows(c: Criterion, output_values: Array, hidden: Layer, output: Layer, changed: int | None = None) -> bool:
    """Whether ``output_values`` is what two such layers make of the known values."""
    expected = _outputs(c, hidden, output, changed)
    return output_values.size == expected.size and alike(output_values.reshape(expected.shape), expected)


def _layers(c: Criterion) -> tuple[Layer, Layer] | None:
    """Two layers that give the last output; None if there are none."""
    output_values = _last_output(c)
    pairs = ((hidden, output) for hidden in _HIDDEN for output in _OUTPUT)
    return next((pair for pair in pairs if _follows(c, output_values, *pair)), None)


def _trains(c: Criterion, right: bool) -> None:
    """A gradient reaches x and all variables that have an effect; of the right size if the outputs are right."""
    used, network = _used(c), c.of("forward")
    if right and used.all():
        network.differentiable("along_x", "the network")
        network.differentiable("gradients", "the network")
        return
    along_x, gradients = (network.finite(key, "the gradients through the network") for key in ("along_x", "gradients"))
    passes = along_x > 0 and (gradients[used] > 0).all()
    c.expect(passes, "No gradient passes through the network, so nothing could be trained.", CUT)


def _variables(rubric: Rubric) -> None:
    """theta lists four variables of the right shapes, and the output follows each, with whatever activations."""
    with rubric.criterion(
        "variables",
        points=1,
        hint="theta lists the very variables that forward computes with: two layers, each with weights and a bias.",
    ) as c:
        c.either_way(_four_variables)


def _four_variables(c: Criterion) -> None:
    start, *_ = c.each("start")
    for network in (c.of("forward"), start):
        for name, is_there in zip(_VARIABLES, _found(network), strict=True):
            c.expect(is_there, f"theta holds no {name} of the size asked for.")
    number = int(start.number("variables", "theta"))
    c.expect(number == 4, f"theta holds {number} variables.")
    for name, is_used in zip(_VARIABLES, _used(c), strict=True):
        c.expect(is_used, f"A change of the {name} in theta did not change the output.")
    layers = _layers(c)
    for k, moved in enumerate(c.of("forward").arrays("moved", "the output")):
        c.expect(
            layers is not None and _follows(c, moved, *layers, changed=k),
            f"The output does not follow the {_VARIABLES[k]} in theta as that of two layers does.",
        )


def _start(rubric: Rubric) -> None:
    """Weights as wide as Glorot's (of either kind), or those that a known glorot_uniform gave; biases zero."""
    with rubric.criterion(
        "start", points=1, hint="How wide should the first weights be for these layer sizes, and what should biases be?"
    ) as c:
        c.either(lambda: _starts_by_glorot(c), lambda: _starts_as_given(c))


def _starts_by_glorot(c: Criterion) -> None:
    """As the notebook is: the standard deviation from theory, in two networks for which it differs."""
    for network, sizes in zip(c.each("start"), c.reference("sizes"), strict=True):
        _found(network)
        for name, weights, shape in zip(_WEIGHTS, _weights(network), pairwise(sizes.tolist()), strict=True):
            c.expect(weights.shape in (shape, shape[::-1]), f"The {name} came with shape {weights.shape}.")
            c.expect(_varies(weights), f"The {name} starts with the same value everywhere, or one not finite.")
            started, theory, tolerance = weights.std(), np.sqrt(2 / sum(shape)), 8 / np.sqrt(2 * weights.size)
            c.expect(
                abs(started - theory) < tolerance * theory,
                f"The {name} starts with a standard deviation of {started:.3g}.",
            )
        _biases_start_at_zero(network)


def _starts_as_given(c: Criterion) -> None:
    """With a known glorot_uniform: the very matrices that it gave."""
    (network,), as_submitted = c.stubbed.each("start"), _weights(c.each("start")[0])
    given = network.references("values")[::2]
    for name, weights, right, own in zip(_WEIGHTS, _weights(network), given, as_submitted, strict=True):
        started = own.std() if own.size else np.nan  # NumPy warns of none
        as_given = alike(weights, right) or alike(weights.T, right)
        c.expect(as_given, f"The {name} starts with a standard deviation of {started:.3g}.")
    _biases_start_at_zero(network)


_WEIGHTS = _VARIABLES[::2]


def _weights(network: Criterion) -> list[Array]:
    return network.arrays("values", "the weights")[::2]


def _biases_start_at_zero(network: Criterion) -> None:
    values = zip(_VARIABLES, network.arrays("values", "the bias"), _found(network), strict=True)
    for name, bias, is_there in list(values)[1::2]:
        network.expect(not is_there or (bias == 0).all(), f"The {name} does not start at zero.")


def generator(rubric: Rubric) -> None:
    """Variables, start, and the two activations, each judged whatever the other is."""
    _variables(rubric)
    _start(rubric)
    with rubric.criterion(
        "hidden",
        points=1,
        hint="Inputs times weights plus bias, then the hidden layer's activation: compare with the text.",
    ) as c:
        c.either_way(_hidden)
    with rubric.criterion(
        "output", points=1, hint="In which range do the scaled images lie, and which activation keeps an output in it?"
    ) as c:
        c.either_way(_image)


def _hidden(c: Criterion) -> None:
    """A hidden layer with ReLU, whatever comes behind it."""
    images, right = c.of("forward").array("outputs[0]", "the images"), _outputs(c, _RELU, _SIGMOID)
    c.expect(
        images.shape == right.shape, f"The images came with shape {images.shape}, which is not (batch, output_dim)."
    )
    c.expect(
        any(_follows(c, images, _RELU, output) for output in _OUTPUT),
        "For known weights the hidden layer does not give what inputs times weights plus bias, and ReLU, give.",
    )
    _trains(c, alike(images, right))


def _image(c: Criterion) -> None:
    """A sigmoid at the end, whatever the hidden layer is."""
    images = c.of("forward").array("outputs[0]", "the images")
    c.expect(_pieces(c) == 1, "forward returned more than the images.")
    c.expect(
        any(_follows(c, images, hidden, _SIGMOID) for hidden in _HIDDEN),
        f"For known weights outputs from {images.min():.3g} to {images.max():.3g} came, which are not a sigmoid's "
        "of hidden values times weights plus bias.",
    )


def discriminator(rubric: Rubric) -> None:
    """Variables, start, the network up to the logits wherever they came, and the pair that was returned."""
    _variables(rubric)
    _start(rubric)
    with rubric.criterion(
        "network", points=1, hint="Inputs times weights plus bias, ReLU, then the same again without an activation."
    ) as c:
        c.either_way(_to_logits)
    with rubric.criterion(
        "pair",
        points=1,
        hint="forward returns two values, each (batch, 1): first the probabilities, then their logits.",
    ) as c:
        c.either_way(_pair)


def _to_logits(c: Criterion) -> None:
    """Two layers with ReLU between them: their logits, or the sigmoid of these, somewhere."""
    logits = _outputs(c, _RELU, _added(identity)).ravel()
    outputs = [c.of("forward").array(name, "the output") for name in ("outputs[0]", "outputs[1]")[: _pieces(c)]]
    c.expect(
        any(alike(output.ravel(), form(logits)) for output in outputs for form in (identity, sigmoid)),
        "For known weights neither value is what two layers with ReLU between them give.",
    )
    answered = np.concatenate([output.ravel() for output in outputs])
    _trains(c, alike(answered, np.concatenate([sigmoid(logits), logits])))


def _pair(c: Criterion) -> None:
    """Probabilities and their logits, of whatever two layers."""
    number = _pieces(c)
    c.expect(number == 2, f"forward returned {number} value(s), not two.")
    probabilities, logits = c.of("forward").arrays("outputs", "the probabilities and the logits")
    shape = (len(c.reference("x")), 1)
    for name, value in (("probabilities", probabilities), ("logits", logits)):
        c.expect(value.shape == shape, f"The {name} came with shape {value.shape}, which is not (batch, 1).")
    c.expect(_varies(logits), "The logits are the same for all examples.")
    c.expect(
        alike(probabilities, sigmoid(logits)),
        "The first value is not the probability that belongs to the second as its logit.",
    )
    c.expect(_layers(c) is not None, "For known weights the second value is not what two layers give.")


def parameters(rubric: Rubric) -> None:
    """Two sizes are given by the task, two are the student's choice."""
    with rubric.criterion("image_dim", points=0.25, hint="How many numbers is one flattened image?") as c:
        _size(c, "image_dim", exactly=784)
    with rubric.criterion("decision_dim", points=0.25, hint="How many numbers does D need to say real or fake?") as c:
        _size(c, "decision_dim", exactly=1)
        _images_are_known(c)
    with rubric.criterion("latent_dim", points=0.25, hint="The latent vector is a short summary of an image.") as c:
        size = _size(c, "latent_dim")
        c.expect(size < 784, f"latent_dim is {size}, as large as an image or larger.")
        _images_are_known(c)
    with rubric.criterion("hidden_dim", points=0.25, hint="The size of a layer is a positive whole number.") as c:
        _size(c, "hidden_dim")
        _images_are_known(c)


def _images_are_known(c: Criterion) -> None:
    """The size given for an image is that of one, of one side or of both: any number would do for the other sizes."""
    size = c.array("image_dim", "image_dim")
    c.expect(size.tolist() in (784, 28, [28, 28], [28, 28, 1]), "No size of an image was given beside it.")


def _size(c: Criterion, name: str, exactly: int | None = None) -> int:
    """A positive whole number."""
    value = c.array(name, name)
    c.expect(value.size == 1 and value.dtype.kind in "iu", f"{name} is not a whole number.")
    size = int(value.item())
    c.expect(size > 0, f"{name} is {size}, not positive.")
    c.expect(exactly is None or size == exactly, f"{name} is {size}.")
    return size


def sample_z(rubric: Rubric) -> None:
    """The shape; the distribution, whatever is repeated; and that nothing is repeated."""
    with rubric.criterion("shape", points=0.25, hint="One row per sample, one column per latent dimension.") as c:
        sizes = [*c.reference("large_sizes"), *[c.reference("small_size")] * 3]
        draws = [*_draws(c, "large", "Z"), *_draws(c, "small", "Z")]
        for draw, size in zip(draws, sizes, strict=True):
            c.expect(draw.shape == tuple(size), f"Z came with shape {draw.shape}, which is not (m, n).")
    with rubric.criterion(
        "uniform", points=0.5, hint="Draw a histogram of a large sample: flat from one end of the range to the other?"
    ) as c:
        # If one row or one column is repeated, one of the two samples still has 2500 different values.
        draw = max(_draws(c, "large", "Z"), key=lambda array: len(np.unique(array)))
        low, high = float(draw.min()), float(draw.max())
        c.expect(low >= -1 and high <= 1, f"Values from {low:.3g} to {high:.3g} came.")
        c.expect(_uniform_distance(draw) < 0.08, f"The values, from {low:.3g} to {high:.3g}, are not spread evenly.")
    with rubric.criterion(
        "fresh",
        points=0.25,
        hint="Every entry is drawn by itself, and every call draws anew: where is the generator made?",
    ) as c:
        draws = list(_draws(c, "small", "Z"))
        c.expect(not any(np.array_equal(*pair) for pair in pairwise(draws)), "Two calls gave the same Z.")
        # float32 holds 2^23 values in the range: hardly two of 200 draws fall together.
        different = min(len(np.unique(draw)) / draw.size for draw in draws)
        c.expect(different > 0.4, "Many entries of one Z are the same.")


# Losses --------------------------------------------------------------------------------------------------------------


def cross_entropy(rubric: Rubric) -> None:
    """Right values at moderate logits; one value per logit; values, and gradients, where an exponential overflows.

    Only the second asks for a value per logit, and only the first for the right label: large logits come with both.
    """
    with rubric.criterion(
        "values", points=2, hint="Check one logit by hand, with label 0 and with label 1: which one should cost more?"
    ) as c:
        for value, expected in zip(c.arrays("moderate", "the cross-entropy"), c.references("moderate"), strict=True):
            forms = (expected, expected.mean(), expected.sum(), expected.mean(axis=-1), expected.sum(axis=-1))
            c.expect(
                any(alike(value, form) for form in map(np.asarray, forms)),
                "For moderate logits the values are not the cross-entropy of the labels.",
            )
    with rubric.criterion(
        "elementwise", points=0.5, hint="One value for each logit: averaging is the losses' work."
    ) as c:
        for value, expected in zip(c.arrays("moderate", "the cross-entropy"), c.references("moderate"), strict=True):
            c.expect(value.shape == expected.shape, f"A result of shape {value.shape} came: not one value per logit.")
            c.expect(_varies(value), "All logits got the same value, or one that is not finite.")
        _is_about_logits(c)
    with rubric.criterion(
        "extreme", points=1, hint="Try logits of 200 and -200: does an exponential overflow, or a logarithm meet zero?"
    ) as c:
        _unordered(c, "extreme", "values", averaged=np.mean, atol=1e-2)
    with rubric.criterion(
        "gradients",
        points=0.5,
        hint="The gradient passes through all that was computed, chosen or not, and through tensors only.",
    ) as c:
        c.either(lambda: _large_gradients(c), lambda: _moderate_gradients(c))


def _large_gradients(c: Criterion) -> None:
    _unordered(c, "extreme gradients", "gradients", averaged=lambda gradients: gradients / gradients.size, atol=1e-5)


def _moderate_gradients(c: Criterion) -> None:
    """Where the values at large logits are wrong, which is paid for: the gradients at moderate ones."""
    answered, right = c.array("extreme", "the values at large logits"), c.reference("extreme")
    c.expect(
        not alike(answered, right, atol=1e-2), "For large logits the gradients are not those of the cross-entropy."
    )
    c.expect(
        alike(c.finite("moderate gradients", "the gradients"), c.reference("moderate gradients")),
        "Gradients are wrong.",
    )


def _is_about_logits(c: Criterion) -> None:
    """At least a third of the values are what one label or the other costs; which one has been paid for."""
    value, logits = c.finite("moderate[0]", "the cross-entropy"), c.reference("logits")
    costs = [np.isclose(value, np.logaddexp(0, sign * logits), rtol=1e-3, atol=1e-4) for sign in (1, -1)]
    c.expect(np.mean(costs[0] | costs[1]) > 0.33, "Hardly a value is what a label of 0 or of 1 costs.")


def _unordered(c: Criterion, key: str, what: str, averaged: Callable[[Array], Array], atol: float) -> None:
    """For large logits: finite, and the right ones in whatever order, of the cross-entropy or of its mean."""
    value, expected = c.array(key, f"the {what} at large logits"), c.reference(key).astype(np.float64)
    bad = int(value.size - np.isfinite(value).sum())
    c.expect(bad == 0, f"For large logits {bad} of {value.size} {what} are NaN or infinite.")
    c.expect(
        any(
            alike(np.sort(value, axis=None), np.sort(form, axis=None), atol=atol)
            for form in (expected, averaged(expected), expected.sum())
        ),
        f"For large logits the {what} are finite, but not those of the cross-entropy.",
    )


def losses(rubric: Rubric) -> None:
    """Each loss against the reference."""
    with rubric.criterion(
        "discriminator",
        points=2,
        hint="D wants real examples called real and fakes called fake: one mean for each, and the two added.",
    ) as c:
        c.either_way(_losses, "discriminator")
    with rubric.criterion(
        "non-saturating", points=1, hint="G wants its fakes called real: which label does the cross-entropy get then?"
    ) as c:
        c.either_way(_losses, "generator")
    with rubric.criterion(
        "saturating",
        points=1,
        hint="Here G minimises the mean of log(1 - D(G(z))): write that as a cross-entropy first.",
    ) as c:
        c.either_way(_losses, "saturating")


def _losses(c: Criterion, name: str) -> None:
    """All four cases agree with the reference; the gradient passes. What D's loss has paid for is no matter here."""
    slips = set() if name == "discriminator" else _slips(c)
    asked, factors = c.cases(name), c.reference("sizes") if "sums" in slips else np.ones(4)
    for case, factor in list(zip(asked, factors, strict=True))[: 3 if "large" in slips else 4]:
        what = "the loss at large logits" if case == asked[-1] else "the loss"
        answered = c.array(case, what).mean() if "each" in slips else c.number(case, what)
        right = factor * c.reference(case).reshape(())
        c.expect(alike(np.array(answered), right), "For known logits the loss is not the one asked for.")
    if "cut" not in slips:
        for case in c.cases(f"{name} gradients")[: 1 if "large" in slips else 2]:
            c.differentiable(case, "the loss", alike=not slips & {"sums", "each"})


def _slips(c: Criterion) -> set[str]:
    """What is wrong with D's loss that G's may have, too: sums, one for each example, large logits, cut gradients."""
    try:
        answered = c.arrays("discriminator", "D's loss")
        gradients = c.array("discriminator gradients[0]", "its gradients")
    except Exception:  # a question had no answer
        return set()
    right, sizes = [each.reshape(()) for each in c.references("discriminator")], c.reference("sizes")
    means = [np.asarray(each.mean()) for each in answered]
    found = set() if gradients.any() else {"cut"}
    if all(each.shape == () for each in answered) and all(map(alike, means[:3], sizes[:3] * right[:3])):
        found.add("sums")
    elif all(map(alike, means[:3], right[:3])):
        found |= {"each"} if any(each.size > 1 for each in answered) else set()
        found |= set() if alike(means[3], right[3]) else {"large"}
    return found


def model_loss(rubric: Rubric) -> None:
    """D's loss and G's loss, in whichever place they came, and that they came as asked."""
    with rubric.criterion(
        "D_loss", points=1, hint="Which logits does D give for X, and which for what G makes of Z? D's loss needs both."
    ) as c:
        c.either_way(_holds_loss, "For known networks neither is D's loss.", ("first", "first"), ("second", "first"))
    with rubric.criterion(
        "G_loss",
        points=1,
        hint="G's loss sees nothing but D's logits for what G makes of Z; take the non-saturating one.",
    ) as c:
        otherwise = "For known networks neither value is the non-saturating loss of G."
        c.either(
            lambda: c.either_way(_holds_loss, otherwise, ("first", "second"), ("second", "second")),
            lambda: _takes_probabilities(c),
        )
    with rubric.criterion("pair", points=2, hint="The function returns two losses, D's first and G's second.") as c:
        otherwise = "Neither did D's loss come first nor G's second."
        c.either(
            lambda: c.either_way(_holds_loss, otherwise, ("first", "first"), ("second", "second")),
            lambda: _takes_probabilities(c),
        )
        c.either_way(_losses_differentiable)


def _takes_probabilities(c: Criterion) -> None:
    """D's loss first and G's second, but both of probabilities in the place of logits: D's loss has paid for that."""
    for game, real, fake in zip(c.each("losses"), c.references("real"), c.references("fake"), strict=True):
        D_loss, G_loss = softplus(-real).mean() + softplus(fake).mean(), softplus(-fake).mean()
        for place, loss in (("first", D_loss), ("second", G_loss)):
            answered = np.array(game.number(place, f"the {place} loss"))
            c.expect(alike(answered, np.asarray(loss)), "The losses are not those of probabilities either.")


def _losses_differentiable(c: Criterion) -> None:
    """Gradients pass, and if both losses are right, they have the right sizes."""
    game, *_ = c.each("losses")
    right = all(
        alike(game.array(place, "the loss").squeeze(), game.reference(place).squeeze()) for place in ("first", "second")
    )
    for place in ("first", "second"):
        c.of("gradients").differentiable(place, "the losses", alike=right)


def _holds_loss(c: Criterion, otherwise: str, *places: tuple[str, str]) -> None:
    """In one of ``places``, pairs of where it came and where it belongs, a loss of the reference came."""

    def came(place: str, right: str) -> bool:
        return all(
            alike(game.array(place, f"the {place} loss").squeeze(), game.reference(right).squeeze())
            for game in c.each("losses")
        )

    c.expect(any(came(*pair) for pair in places), otherwise)


def train_step(rubric: Rubric) -> None:
    """Each player's step by itself, that it moves nothing else, that G's sees the new D, and what is returned."""
    with rubric.criterion(
        "D moves", points=1, hint="D takes one step on d.theta, against the gradient of its own loss."
    ) as c:
        c.either_way(steps.expect_step, "d")
    with rubric.criterion(
        "G moves", points=1, hint="G takes one step on g.theta, against the gradient of its own loss."
    ) as c:
        c.either_way(steps.expect_step, "g")
    with rubric.criterion(
        "separate", points=1, hint="Which variables does each optimizer get? D's step leaves G as it is, G's leaves D."
    ) as c:
        c.either_way(steps.expect_own_moves_only)
    with rubric.criterion(
        "order", points=1, hint="When G takes its step, which D gives the gradient: the one before or after D's step?"
    ) as c:
        c.either(lambda: _follows_new_d(c), lambda: steps.expect_new_d_followed(c.stubbed))
    with rubric.criterion(
        "returned", points=1, hint="Return two numbers, D's loss and G's, each from just before its player's step."
    ) as c:
        c.either_way(steps.expect_losses_from_before)


def _follows_new_d(c: Criterion) -> None:
    """As the notebook is: G, being linear, moves along the weights of the D that it sees, and that is the moved one."""
    moves = steps.second_move(c).reshape(-1, 2)
    after = c.of("both")
    c.expect(
        any(steps.along(moves, d[:2]) for d in (after.finite("d", "D"), after.reference("d"))),
        "G's step does not follow the D that D's step leaves.",
    )
    steps.expect_gradient(c)


# Copies --------------------------------------------------------------------------------------------------------------


def nearest(rubric: Rubric) -> None:
    """One image for each sample, by whatever measure; and the one at the smallest Euclidean distance."""
    with rubric.criterion(
        "for each sample",
        points=1,
        hint="Each sample gets the index of an image. Along which axis do you look, for the smallest or the largest?",
    ) as c:
        _expect_nearest(c, "copies", "Some samples are nearly copies of an image, and not its index came.")
    with rubric.criterion(
        "Euclidean",
        points=1,
        hint="Add up squares of differences. Multiplied out: which of the three terms differ from image to image?",
    ) as c:
        _expect_nearest(c, "others", "Some samples are nearer to another image than to the one whose index came.")


def _expect_nearest(c: Criterion, question: str, otherwise: str) -> None:
    """Every index is that of an image at the smallest distance, to rounding."""
    for case in c.each(question):
        samples, images = (case.reference(rows).astype(np.float64) for rows in ("samples", "images"))
        index = case.array("index", "the indices")
        c.expect(index.shape == (len(samples),), f"For {len(samples)} samples came indices of shape {index.shape}.")
        c.expect(np.isin(index, np.arange(len(images))).all(), "Some indices are those of no image.")
        squares = ((samples[:, None] - images) ** 2).sum(axis=2)  # (n, m)
        found = squares[np.arange(len(samples)), index.astype(int)]
        c.expect(np.allclose(found, squares.min(axis=1), rtol=1e-4, atol=1e-5), otherwise)
