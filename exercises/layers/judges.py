"""Hidden tests of the lesson ``layers``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice.

Where students draw random numbers, or Keras draws them for them, they are compared with theory. Bounds lie at least
seven standard errors away, so that a right answer fails in fewer than one of 10^11 gradings.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from autograder.judging import CUT, Criterion, Rubric, alike, how_many
from autograder.judging.activations import identity, relu, sigmoid

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _varies(value: Array) -> bool:
    """Whether there are two different finite values."""
    return value.size > 1 and bool(np.isfinite(value).all()) and float(np.ptp(value)) > 1e-6


def _same_number(c: Criterion, key: str, what: str) -> None:
    """One number agrees with the reference. How far off another is would tell the right one."""
    number = c.number(key, what)
    c.expect(bool(np.isclose(number, c.reference(key), rtol=1e-3, atol=1e-6)), f"{what} is another number.")


def _passes(c: Criterion, key: str, what: str) -> None:
    """A gradient passes at all."""
    gradient = c.finite(key, f"the gradient through {what}")
    c.expect(gradient.any(), f"No gradient passes through {what}, so nothing could be trained.", CUT)


def _is_cut(c: Criterion, key: str) -> bool:
    """Whether no gradient passed there, for which another criterion is lost: NumPy in several functions costs once."""
    try:
        return not c.array(key, "the gradient").any()
    except Exception:  # the question had no answer
        return False


def _learnt(c: Criterion, key: str) -> None:
    """What training would change is what was set, all of it and nothing else."""
    weights = c.array(key, "what training changes")
    hint = "Are all weights made with `self.add_weight`, and may training change them?"
    c.expect(alike(weights, c.reference(key)), "Not just the weights that the text names would be trained.", hint)


def _starts(c: Criterion, key: str, shape: tuple[int, ...], fan_in: int, fan_out: int) -> None:
    """Weights start with the standard deviation, the mean and the range of Glorot's uniform distribution."""
    weights = c.array(key, "the weights").astype(np.float64)
    c.expect(weights.shape == shape, f"The weights came with shape {weights.shape}.")
    c.expect(_varies(weights), "The weights start with the same value everywhere.")
    limit = np.sqrt(6 / (fan_in + fan_out))
    std, theory, tolerance = weights.std(), limit / np.sqrt(3), 8 / np.sqrt(2 * weights.size)
    c.expect(abs(std - theory) < tolerance * theory, f"The weights start with a standard deviation of {std:.3g}.")
    c.expect(np.abs(weights).max() < 1.001 * limit, "The weights start with values that are too large.")


def _zero(c: Criterion, key: str) -> None:
    """A bias starts at zero."""
    bias = c.finite(key, "the bias")
    c.expect((bias == 0).all(), "The bias does not start at zero.")


COMPILED_HINT = (
    "Python code runs only once, when the step is compiled. "
    "Keep what changes from step to step in a variable, and assign it in every step."
)
START_HINT = "Compare the initializer of every `add_weight` with what the text asks for."


# Activations and losses ----------------------------------------------------------------------------------------------


def activations(rubric: Rubric) -> None:
    """Each function by itself, and large numbers."""
    with rubric.criterion("leaky", points=1, hint="Try slopes above 1 and below 0 by hand, for x below zero.") as c:
        c.close("leaky", "the leaky ReLU")
        c.differentiable("leaky gradient", "it")
    with rubric.criterion(
        "squashing",
        points=1,
        hint="Compare sigmoid and tanh, and their gradients, with the formulas at x = 0, 1 and -1.",
    ) as c:
        for name, passing, around in zip(SQUASHING, c.cases("moderate gradient"), c.cases("around"), strict=True):
            c.close(name, f"the {name.lower()}")
            c.differentiable(passing, f"the {name.lower()}")
            c.close(around, f"the gradient of the {name.lower()} at 0 and around it", rtol=1e-3, atol=1e-4)
    with rubric.criterion(
        "clip", points=0.5, hint="What becomes of a number below `low`, and of one above `high`?"
    ) as c:
        c.close("clip", "the clipped numbers")
        if not _is_cut(c, "leaky gradient"):
            c.differentiable("clip gradient", "it")
    with rubric.criterion(
        "large numbers",
        points=0.5,
        hint="Is an exponential of a large number computed anywhere, even in a branch that is not chosen?",
    ) as c:
        forms = {name: _form(c, name) for name in SQUASHING}
        moderate = "Begin with moderate numbers: the criteria above."
        c.expect(any(forms.values()), "Neither sigmoid nor tanh is right for moderate numbers.", moderate)
        for extreme, passing, (name, form) in zip(
            c.each("extreme"), c.cases("moderate gradient"), forms.items(), strict=True
        ):
            if form:
                _bears_large_numbers(extreme, name.lower(), form(c.reference("large")))
                if c.array(passing, "the gradient").any():
                    _has_gradient_at_large_numbers(extreme, name.lower(), extreme.reference("gradient"))


SQUASHING = "Sigmoid", "Tanh"


def _form(c: Criterion, name: str) -> Callable[[Array], Array] | None:
    """What a function is for moderate numbers, be it of another steepness or sign, which is paid for elsewhere."""
    answers, inputs = c.arrays(name, f"the {name.lower()}"), c.references("inputs")
    squashing: tuple[Callable[[Array], Array], ...] = (sigmoid, np.tanh)
    forms = [partial(_steeper, function, k) for function in squashing for k in (1, -1, 2, -2, 0.5, -0.5)]
    return next((form for form in forms if all(map(alike, answers, map(form, inputs)))), None)


def _steeper(function: Callable[[Array], Array], k: float, x: Array) -> Array:
    return function(k * x)


def _bears_large_numbers(extreme: Criterion, name: str, expected: Array, hint: str = "") -> None:
    values = extreme.array("values", f"the {name}")
    finite = np.isfinite(values).all()
    extreme.expect(finite, f"The {name} of large numbers has NaN or infinity in it.", hint)
    extreme.expect(alike(values, expected, atol=1e-6), f"The {name} of large numbers is not right.", FLAT_HINT)


def _has_gradient_at_large_numbers(extreme: Criterion, name: str, expected: Array, hint: str = "") -> None:
    gradient = extreme.array("gradient", f"the gradient of the {name}")
    extreme.expect(alike(gradient, expected), f"The gradient of the {name} at large numbers is not right.", hint)


FLAT_HINT = "Do you cut off the input, or add a small number? Then the function does not reach its limits."


def softmax(rubric: Rubric) -> None:
    """The probabilities, and those of large numbers, over whatever axis they sum to 1."""
    with rubric.criterion(
        "probabilities", points=0.5, hint="Over which axis do the probabilities of one example sum to 1?"
    ) as c:
        c.close("probabilities", "the softmax")
        c.differentiable("gradient", "the softmax")
    with rubric.criterion("large numbers", points=0.5, hint=SOFTMAX_HINT) as c:
        answers, inputs = c.arrays("probabilities", "the softmax"), c.references("inputs")
        axes = [axis for axis in _AXES if all(map(alike, answers, (_softmax(x, axis) for x in inputs)))]
        moderate = "Begin with moderate numbers: the criterion above."
        c.expect(axes, "The softmax is not right for moderate numbers, over whatever axis.", moderate)
        extreme, scores, mix = c.of("extreme"), c.reference("scores"), c.reference("mix")
        probabilities = _softmax(scores, axes[0])
        _bears_large_numbers(extreme, "softmax", probabilities, SOFTMAX_HINT)
        if c.array("gradient", "the gradient").any():
            mean = (probabilities * mix).sum(axis=axes[0], keepdims=True)
            _has_gradient_at_large_numbers(extreme, "softmax", probabilities * (mix - mean), SOFTMAX_HINT)


_AXES = -1, 0, 1, None
"""Over which softmax may have been taken; over a wrong one is paid for once."""


def _softmax(x: Array, axis: int | None) -> Array:
    """Of float32 scores, over one axis or over all."""
    powers = np.exp((x - x.max(axis=axis, keepdims=True)).astype(np.float64))
    return powers / powers.sum(axis=axis, keepdims=True)


SOFTMAX_HINT = (
    "Take each example by itself: none of the exponentials of its scores may be infinite, and not all of them may be 0."
)


def losses(rubric: Rubric) -> None:
    """Each loss whatever its mean or sum is taken over; that; outputs of 0 and 1; and the penalty."""
    with rubric.criterion("squared", points=0.5, hint="Square the difference of each output and its target.") as c:
        c.expect(_reduced(c, "squared", _REDUCTIONS), "The squared error is none of these outputs and targets.")
        c.differentiable("squared gradient", "the loss", alike=False)  # sums and means are told apart elsewhere
    with rubric.criterion(
        "binary", points=0.5, hint="Check one output by hand, with target 0, with target 1, and with one between."
    ) as c:
        c.either_way(_some_entropy, c)
    with rubric.criterion(
        "sum and mean", points=1, hint="Sum over all outputs of an example, then take the mean over the examples."
    ) as c:
        c.either_way(_reduced_as_asked)
    with rubric.criterion(
        "outputs of 0 and 1", points=0.5, hint="Which logarithms are taken when an output is exactly 0, or exactly 1?"
    ) as c:
        c.either_way(_sure)
    with rubric.criterion(
        "penalty", points=0.5, hint="Sum the squares of all weights, and multiply the sum by the strength."
    ) as c:
        _same_number(c, "penalty", "the penalty")
        if not _is_cut(c, "squared gradient"):
            c.differentiable("penalty gradient", "the penalty")


def _some_entropy(c: Criterion, as_submitted: Criterion) -> None:
    """The cross-entropy, whatever its mean or sum is taken over."""
    c.expect(_reduced(c, "binary", _REDUCTIONS), "The cross-entropy is none of these outputs and targets.")
    if not _is_cut(as_submitted, "squared gradient"):
        c.differentiable("binary gradient", "the loss", alike=False)  # sums and means are told apart elsewhere


def _reduced_as_asked(c: Criterion) -> None:
    """Those losses that are right for some sum or mean are so for that which was asked for."""
    names = {"squared": "squared error", "binary": "cross-entropy"}
    right = [name for name in names if _reduced(c, name, _REDUCTIONS)]
    c.expect(right, "Neither loss is right for any sum or mean.", "Begin with the criteria above.")
    for name in right:
        is_it = _reduced(c, name, ("right",))
        c.expect(is_it, f"The {names[name]} is not summed and averaged as asked.")


def _sure(c: Criterion) -> None:
    """The cross-entropy of outputs of exactly 0 and 1, right ones and mistakes."""
    loss, expected = c.array("extreme", "the cross-entropy"), c.reference("extreme")
    certain = c.array("certain", "the cross-entropy")
    c.expect(np.isfinite(loss).all() and np.isfinite(certain).all(), "The cross-entropy is not a finite number.")
    c.expect(abs(certain.mean()) < 1e-4, "The cross-entropy of sure and right outputs is not about zero.")
    forms = [expected * factor for factor in (1, 4, 1 / 3, 4 / 3)]  # 4 examples of 3 outputs, reduced in any way
    clipped = any(np.isclose(loss.mean(), form, rtol=0.05) for form in forms)
    if _reduced(c, "binary", _REDUCTIONS):  # another formula is paid for above, but has to be some cost
        c.expect(clipped, "The cross-entropy of outputs of exactly 0 and 1 is not that of outputs clipped to EPSILON.")
    else:
        known = any(_reduced(c, "binary", _REDUCTIONS, formula) for formula in _WRONG_ENTROPIES)
        c.expect(known, "For other outputs it is no cross-entropy.", "Begin with the criteria above.")
    c.expect(abs(loss.mean()) > 3, "Sure mistakes cost hardly anything.")
    gradient = c.array("extreme gradient", "the gradient of the cross-entropy")
    c.expect(np.isfinite(gradient).all(), "The gradient at outputs of exactly 0 and 1 has NaN or infinity in them.")


_REDUCTIONS = ("right", "sum", "mean", "mean over outputs", "sum over the last axis", "one per example")


_WRONG_ENTROPIES: tuple[Callable[[Array, Array], Array], ...] = (
    lambda targets, outputs: -targets * np.log(outputs),
    lambda targets, outputs: -(1 - targets) * np.log(1 - outputs),
    lambda targets, outputs: targets * np.log(outputs) + (1 - targets) * np.log(1 - outputs),
    lambda targets, outputs: (-targets * np.log(outputs) - (1 - targets) * np.log(1 - outputs)) / np.log(2),
    lambda targets, outputs: -outputs * np.log(_clipped(targets)) - (1 - outputs) * np.log(1 - _clipped(targets)),
)
"""What else is taken for a cross-entropy: one of its terms, without the sign, in bits, targets and outputs swapped."""


def _clipped(x: Array) -> Array:
    return np.clip(x, np.float32(1e-7), np.float32(1 - 1e-7))  # as float32 has them, of which the logarithm tells


def _reduced(
    c: Criterion, name: str, ways: tuple[str, ...], formula: Callable[[Array, Array], Array] | None = None
) -> bool:
    """Whether both answers are the reference's loss, or a ``formula``'s, summed or averaged in one of ``ways``."""

    asked = zip(c.arrays(name, "the loss"), c.references(name), c.reference("shapes"), strict=True)
    cases = [(loss, right, *shape) for loss, right, shape in asked]
    if formula is not None:
        given = zip(cases, c.references("targets"), c.references("outputs"), strict=True)
        cases = [
            (loss, formula(target.astype("float32"), output.astype("float32")).sum() / n, n, *sizes)
            for (loss, _, n, *sizes), target, output in given
        ]

    def is_it(way: str, loss: Array, right: Array, n: int, outputs: int, last: int) -> bool:
        if way == "one per example":
            return loss.shape[:1] == (n,) and alike(np.asarray(loss.mean() * loss.size / n), right)
        factors = {"right": 1, "sum": n, "mean": 1 / outputs, "mean over outputs": n / outputs}
        factor = {**factors, "sum over the last axis": last / outputs}[way]
        return alike(loss, np.asarray(right * factor))

    return any(all(is_it(way, *case) for case in cases) for way in ways)


def gradient_check(rubric: Rubric) -> None:
    """The differences; that everything is put back; and the relative error, also of nothing."""
    with rubric.criterion(
        "differences", points=1.5, hint="Which terms of the Taylor series cancel in your difference, and which stay?"
    ) as c:
        for answer, tolerance in ((c.of("wide"), 1e-3), (c.of("usual"), 2e-2)):
            count = answer.number("count", "the gradients")
            c.expect(count == 3, "Three variables did not give three gradients.")
            for case in answer.cases("differences"):
                wrong = np.abs(answer.finite(case, "the differences") - answer.reference(case)) >= tolerance * 5
                c.expect(not wrong.any(), f"The differences of a variable: {how_many(wrong)}")
    with rubric.criterion(
        "put back",
        points=1,
        hint="After adding and subtracting h a number is often not the same, by rounding: keep the original values.",
    ) as c:
        _put_back(c)
    with rubric.criterion(
        "relative error", points=1, hint="Read all entries of a list as one long vector, and take its norm."
    ) as c:
        _same_number(c, "apart", "The relative error")
        _same_number(c, "scaled", "The relative error of gradients of different size")
        _same_number(c, "small", "The relative error of small gradients")
    with rubric.criterion("nothing", points=0.5, hint="What do you divide by if both gradients are zero?") as c:
        apart = c.number("apart", "the relative error")
        c.expect(apart > 0.01, "The relative error of different gradients is zero.")
        _same_number(c, "nothing", "The relative error of zeros and zeros")
        is_right = np.isclose(apart, c.reference("apart"), rtol=1e-5)
        known = is_right or any(np.isclose(apart, each, rtol=1e-5) for each in _other_errors(c))
        c.expect(known, "Of different gradients it is no error.", "Begin with the criterion above.")
        if is_right:
            hint = "Of what size is the difference, and of what size are both together, if only one is zero?"
            error = c.number("one zero", "the relative error")
            c.expect(bool(np.isclose(error, 1.0)), "The relative error of gradients and zeros is another number.", hint)


def _put_back(c: Criterion) -> None:
    """All variables are as before in the end, and each entry when the next one is moved."""
    for name in ("wide", "usual"):
        along = _points_along(c.of(name))
        c.expect(along, "The differences do not point along the gradient.", "Begin with the criterion above.")
    c.expect(_in_proportion(c), "The differences do not follow from where they are taken.", "See above.")
    for name in ("wide", "usual"):
        kept = map(np.array_equal, c.of(name).arrays("after", "the variables"), c.references("start"))
        c.expect(all(kept), "A variable is not what it was before.")
    if _are_differences(c.of("wide")):  # wrong differences are paid for above
        c.expect(
            _are_differences(c.of("tied")),
            "Entries that were moved before have a bearing on the differences of later ones.",
            "Put each entry back before you move the next one.",
        )


def _are_differences(answer: Criterion) -> bool:
    """Whether these are the reference's."""
    pairs = zip(answer.arrays("differences", "the differences"), answer.references("differences"), strict=True)
    return all(alike(differences, right, atol=5e-3) for differences, right in pairs)


def _other_errors(c: Criterion) -> Iterator[float]:
    """What relative errors with one mistake would be, which costs above: other norms, each variable, absolute ones."""
    lists = c.references("lists[0]"), c.references("lists[1]")
    pairs = [[np.ravel(each) for each in pair] for pair in zip(*lists, strict=True)]
    whole = [np.concatenate(each) for each in zip(*pairs, strict=True)]

    def sizes(pair: list[Array], order: float) -> tuple[float, float, float]:
        one, other = pair
        return tuple(float(np.linalg.norm(each, order)) for each in (one - other, one, other))  # type: ignore[return-value]

    for order in (1, 2, np.inf):
        difference, first, second = sizes(whole, order)
        _, root, other_root = sizes(whole, 2)
        divisors = (first + second, root + other_root, max(first, second), first, second, (first + second) / 2, 1.0)
        yield from (difference / divisor for divisor in divisors)
        errors = [d / (a + b) for d, a, b in (sizes(pair, order) for pair in pairs)]
        yield from (float(np.mean(errors)), sum(errors), errors[0])


def _in_proportion(c: Criterion) -> bool:
    """Whether wide differences are the right ones but for a factor, and for which side of each place they are taken on.

    Signs and factors of the cubic alone, whatever the place, are as much as a third apart. Places near zero are left
    out: there the difference is nearly all step, and what is wrong with that is paid for above.
    """
    wide = c.of("wide")
    differences, right, places = map(
        _row, (wide.arrays("differences", "the differences"), wide.references("differences"), c.references("start"))
    )
    shares = (differences / right)[np.abs(places) > 0.1]
    return bool(np.ptp(shares) < 0.2 * abs(shares.mean()))


def _row(pieces: list[Array]) -> Array:
    return np.concatenate([piece.ravel() for piece in pieces])


def _points_along(answer: Criterion) -> bool:
    """Whether the differences of all variables have the direction of the gradient, either way."""
    differences, right = _row(answer.arrays("differences", "the differences")), _row(answer.references("differences"))
    if differences.shape != right.shape or not np.isfinite(differences).all() or not differences.any():
        return False
    return bool(abs(differences @ right) > 0.8 * np.linalg.norm(differences) * np.linalg.norm(right))


# Affine, backward pass, optimizers, network --------------------------------------------------------------------------


def affine(rubric: Rubric) -> None:
    """The map, the start, the penalty and the configuration."""
    with rubric.criterion("output", points=1, hint="Compute the inputs times W, plus b. Compare the shapes.") as c:
        c.either_way(_affine_output)
    with rubric.criterion("start", points=1, hint=START_HINT) as c:
        inputs, units = (int(size) for size in c.reference("sizes"))
        c.either_way(_layer_starts, (inputs, units), inputs, units)
    with rubric.criterion(
        "penalty", points=1, hint="What is added to the loss in each call, for which weights, and how strongly?"
    ) as c:
        c.either_way(_same_number, "penalty", "What a call adds to the loss")
    with rubric.criterion(
        "configuration", points=1, hint="A layer is made again from get_config alone: is everything in it?"
    ) as c:
        c.close("config", "units and l2 of a layer made again", rtol=1e-6)


def _affine_output(c: Criterion) -> None:
    output = c.of("output")
    output.close("values", "the output for known weights", rtol=1e-3, atol=1e-4)
    output.differentiable("gradient", "the layer")
    _learnt(output, "learnt")


def _layer_starts(c: Criterion, shape: tuple[int, ...], fan_in: int, fan_out: int) -> None:
    """Weights at Glorot's, the bias at zero."""
    _starts(c.of("start"), "W", shape, fan_in, fan_out)
    _zero(c.of("start"), "b")


def backward(rubric: Rubric) -> None:
    """The gradient of the scores; what becomes of it in each of the three gradients; and large scores."""
    with rubric.criterion(
        "scores", points=1, hint="What is the gradient of each score of one example, and what of a mean over the batch?"
    ) as c:
        c.either_way(_scores_gradient)
    for name, points, hint in (
        ("W", 1, "Sum over the examples: each input times the gradient of each score."),
        ("b", 0.5, "Sum the gradient of the scores over the examples."),
        ("x", 1, "An input acts on all scores of its example: sum over the classes, each with its weight."),
    ):
        with rubric.criterion(name, points=points, hint=hint) as c:
            c.either_way(_follows_from_scores, name)
    with rubric.criterion(
        "large scores", points=0.5, hint="Is p computed so that nothing overflows, and is nothing divided by a small p?"
    ) as c:
        c.either_way(_bears_large_scores)


MODERATE, LARGE = (0, 1), (2,)
"""The places of batches whose scores are moderate, and of that whose scores are large."""


def _scores_are_right(c: Criterion) -> bool:
    """Whether at least one of the three gradients is right, so that of the scores must be."""
    return any(_is_gradient(c, name, _errors, MODERATE) for name in _GRADIENTS)


def _scores_gradient(c: Criterion) -> None:
    c.expect(_scores_are_right(c), "None of the three gradients is right.")


def _forms(c: Criterion) -> Sequence[Callable[[Array, Array], Array]]:
    """Which gradients of the scores may be behind the answers: the right one, or if that is nowhere, any known one."""
    return (_errors,) if _scores_are_right(c) else _FORMS


def _follows_from_scores(c: Criterion, name: str) -> None:
    known = any(_is_gradient(c, name, form, MODERATE) for form in _forms(c))
    c.expect(known, f"The gradient of {name} does not follow from that of the scores.")


def _bears_large_scores(c: Criterion) -> None:
    """Whatever follows from a gradient of moderate scores, be it right or not, does so from that of large ones."""
    found = [(name, form) for name in _GRADIENTS for form in _forms(c) if _is_gradient(c, name, form, MODERATE)]
    c.expect(found, "None of the gradients is right for moderate scores.", "Begin with the criteria above.")
    for name, form in found:
        gradient = c.each("gradients")[LARGE[0]].array(name, f"the gradient of {name}")
        c.expect(np.isfinite(gradient).all(), f"For large scores the gradient of {name} has NaN or infinity in it.")
        c.expect(_is_gradient(c, name, form, LARGE), f"For large scores the gradient of {name} is not right.")


def _is_gradient(c: Criterion, name: str, form: Callable[[Array, Array], Array], places: Sequence[int]) -> bool:
    """Whether the gradient of W, b or x follows from this ``form`` of the scores' gradient, in all of these batches."""
    batches = list(zip(*(c.references(each) for each in ("x", "W", "b", "labels")), strict=True))

    def follows(place: int) -> bool:
        x, W, b, labels = batches[place]
        errors = form((x @ W + b).astype(np.float64), labels.astype(int))
        gradient = c.each("gradients")[place].array(name, f"the gradient of {name}")
        return alike(gradient, _GRADIENTS[name](x, W, errors))

    return all(map(follows, places))


_GRADIENTS: dict[str, Callable[[Array, Array, Array], Array]] = {
    "W": lambda x, W, errors: x.T @ errors,
    "b": lambda x, W, errors: errors.sum(axis=0),
    "x": lambda x, W, errors: errors @ W.T,
}
"""From the gradient of the scores."""


def _one_hot(labels: Array, scores: Array) -> Array:
    return (labels[:, None] == np.arange(scores.shape[1])).astype(np.float64)


def _errors(scores: Array, labels: Array) -> Array:
    """The gradient of the scores (batch, classes)."""
    return (_softmax(scores, -1) - _one_hot(labels, scores)) / len(scores)


_FORMS: tuple[Callable[[Array, Array], Array], ...] = (
    _errors,
    lambda scores, labels: -_errors(scores, labels),
    lambda scores, labels: len(scores) * _errors(scores, labels),
    lambda scores, labels: _errors(scores, labels) / scores.shape[1],
    lambda scores, labels: (scores - _one_hot(labels, scores)) / len(scores),
    lambda scores, labels: (_softmax(scores, 0) - _one_hot(labels, scores)) / len(scores),
    lambda scores, labels: (_softmax(scores, -1) - _one_hot(labels - 1, scores)) / len(scores),
    lambda scores, labels: _one_hot(labels, scores) * _errors(scores, labels),
    lambda scores, labels: _softmax(scores, -1) * (1 - _softmax(scores, -1)) * _errors(scores, labels),
    lambda scores, labels: _softmax(scores, -1) / len(scores),
)
"""The gradient of the scores, right, and with a mistake that is paid for: uphill, the sum over the batch, the mean over
classes too, without softmax, softmax over the batch, classes that count from one, the right class alone, the sigmoid's
derivative once more, and without targets.
"""


def _steps(c: Criterion, key: str, from_step: int = 0) -> Array:
    """How far variables went in each step."""
    places = c.array(key, "the variables")
    hint = "Follow the very first step: what do you divide by?"
    c.expect(np.isfinite(places).all(), "The variables become NaN or infinite.", hint)
    return np.diff(c.finite(key, "the variables"), axis=0)[from_step:]


def _right_steps(c: Criterion, key: str, from_step: int = 0) -> Array:
    return np.diff(c.reference(key), axis=0)[from_step:]


def _own_memory(c: Criterion, alone: str = "alone", both_together: str = "both") -> None:
    """Two variables at a time go as the reference's do, or else as the first of them goes by itself."""
    both, right = _steps(c, both_together), _right_steps(c, both_together)
    c.expect(np.abs(both).max(axis=(0, 2)).min() > 1e-6, "One of two variables does not move.")
    plain = -c.reference("rate") * c.reference("gradients")
    c.expect(not alike(both, plain, atol=1e-3), "Every step is the gradient of the moment: nothing is remembered.")
    signs = -c.reference("rate") * np.sign(c.reference("gradients"))
    c.expect(not alike(both, signs), "Every step is the sign of the gradient of the moment: nothing is remembered.")
    own = alike(_steps(c, alone), both[:, :1]) and not alike(both[:, 0], both[:, 1])
    c.expect(
        alike(both, right, atol=1e-3) or own,
        "Two variables at a time do not go where each goes by itself.",
    )


def _proportional(steps: Array, right: Array) -> bool:
    """Whether all steps are the right ones times the same number: their size and sign are asked for elsewhere."""
    share = float((steps * right).sum() / (right * right).sum())
    return abs(share) > 1e-2 and alike(steps / share, right)


def momentum(rubric: Rubric) -> None:
    """One step, the memory, and that each variable has its own."""
    with rubric.criterion(
        "first step", points=1, hint="The velocity is zero at first: where does the first step go?"
    ) as c:
        steps, right = _steps(c, "alone")[0], _right_steps(c, "alone")[0]
        c.expect(not alike(steps, -right), "The first step goes uphill.")
        c.expect(alike(steps, right), "The first step is not one against the gradient.")
    with rubric.criterion(
        "velocity",
        points=1,
        hint="What is left of the velocity after a step, and what is added to it? Is it assigned in every step?",
    ) as c:
        steps, right = _steps(c, "alone", 1), _right_steps(c, "alone", 1)
        delayed = alike(steps[1:], right[:-1]) or alike(steps, _right_steps(c, "alone")[:-1])
        kept = _proportional(steps, right) or delayed  # the first step is paid for above
        c.expect(kept, "Later steps do not have in them what should be left of the velocity.")
        compiled = alike(_steps(c, "compiled"), _steps(c, "alone"))
        hint = COMPILED_HINT
        c.expect(compiled, "Compiled, the steps are others than one by one.", hint)
    with rubric.criterion("own memory", points=1, hint="Which velocity belongs to which variable?") as c:
        _own_memory(c)
        c.expect(
            _remembers_gradients(c), "The steps do not follow from the gradients.", "Begin with the criteria above."
        )


def _remembers_gradients(c: Criterion) -> bool:
    """Whether each step is a sum of gradients so far, with weights that depend on how long ago they were only.

    So it is with every kind of momentum, be it right or not; and some of them are gradients of earlier steps.
    """
    steps, gradients = _steps(c, "alone")[:, 0], c.reference("gradients")[:, 0]  # both (steps, entries)
    n = len(gradients)
    shifted = np.stack([np.concatenate([np.zeros_like(gradients[:k]), gradients[: n - k]]) for k in range(n)], axis=-1)
    columns = shifted.reshape(-1, n)  # (steps · entries, weights)
    weights, *_ = np.linalg.lstsq(columns, steps.ravel(), rcond=None)
    remembers = np.abs(weights[1:]).max() > 1e-2 * np.abs(weights).max()
    return bool(remembers) and alike(columns @ weights, steps.ravel())


def adam(rubric: Rubric) -> None:
    """The bias correction in the first steps, the memories later on, one for each variable, and epsilon."""
    with rubric.criterion(
        "first steps",
        points=1,
        hint="Follow two steps by hand, with the same gradient in both. How large is each step? What is t in each?",
    ) as c:
        _first_steps(c)
        alone = _steps(c, c.cases("alone")[0])
        remembered = not alike(np.abs(alone), np.full(alone.shape, c.reference("rate")))
        c.expect(remembered, "Every step is the sign of the gradient of the moment: nothing is remembered.")
        c.expect(
            alike(_steps(c, "compiled"), alone[:4]), "Compiled, the steps are others than one by one.", COMPILED_HINT
        )
    with rubric.criterion(
        "memories", points=1.5, hint="Of what are the two running means, and which beta belongs to which of them?"
    ) as c:
        _memories(c, _when(c))
    with rubric.criterion(
        "own memory",
        points=0.5,
        hint="Which memories belong to which variable? Does t count only steps, or variables too?",
    ) as c:
        when = _when(c)
        _own_memory(c, c.cases("alone")[when], c.cases("both")[when])
        c.either(lambda: _first_steps(c), lambda: _memories(c, when), lambda: _place_of_epsilon(c, when))
    with rubric.criterion("epsilon", points=1, hint="Where exactly does epsilon stand in the formula?") as c:
        _place_of_epsilon(c, _when(c))


def _when(c: Criterion) -> int:
    """Which steps tell: those from the beginning, or the late ones if a division by zero there spoils all others."""
    return 0 if np.isfinite(c.array(c.cases("alone")[0], "the variables")).all() else 1


def _first_steps(c: Criterion) -> None:
    """Against one gradient, of the right size, up or down."""
    steps, right = _steps(c, "first"), _right_steps(c, "first")
    c.expect(alike(steps, right) or alike(steps, -right), "The first steps have not the right size.")


def _memories(c: Criterion, when: int) -> None:
    """The steps when there is nothing left to correct, but for a factor of a wrong correction, which is paid for."""
    key = c.cases("alone")[when]
    steps, right = _steps(c, key, 10), _right_steps(c, key, 10)
    c.expect(not alike(steps, -right), "Adam goes uphill.")
    beta_1, beta_2, _ = c.reference("settings")
    factors = [m / v for m in (1, 1 / (1 - beta_1)) for v in (1, 1 / np.sqrt(1 - beta_2))]
    seems = any(alike(steps, right * factor, atol=5e-4) for factor in factors)
    c.expect(seems, "After many steps they do not go where the formulas lead.")


def _place_of_epsilon(c: Criterion, when: int) -> None:
    """With a large epsilon; wrong corrections and signs are paid for elsewhere."""
    steps, gradient = _steps(c, c.cases("epsilon")[when], 10), c.reference("gradients")[:1, :1]
    beta_1, beta_2, epsilon = c.reference("settings")
    ways = [
        sign * c.reference("rate") * m * gradient / (v * np.abs(gradient) + epsilon)
        for sign in (-1, 1)
        for m in (1, 1 / (1 - beta_1))
        for v in (1, 1 / np.sqrt(1 - beta_2))
    ]
    fits = any(alike(steps, np.broadcast_to(way, steps.shape), atol=5e-4) for way in ways)
    c.expect(fits, "With a large epsilon the steps have not the right size.")


def network(rubric: Rubric) -> None:
    """The chain, in training too; and the network that is made again, from its configuration and from a file."""
    with rubric.criterion(
        "chain", points=1, hint="Follow one input through three layers: what does each layer get?"
    ) as c:
        c.close("chain", "the output of three layers", rtol=1e-3)
    with rubric.criterion("training", points=0.5, hint="Are the layers told whether they are in training?") as c:
        if alike(c.array("chain", "the output of three layers"), c.reference("chain")):
            c.close("training", "the output in training", rtol=1e-3)
        c.close("training of one", "the output of a single layer in training", rtol=1e-3)
    with rubric.criterion(
        "configuration",
        points=1,
        hint="Is everything in it plain data, and does it describe every layer?",
    ) as c:
        c.either(
            lambda: _same_layers(c, "again", "again", "made again from its configuration"),
            lambda: _same_layers(c, "described", "again", "that its configuration describes"),
        )
    with rubric.criterion(
        "saved", points=1.5, hint="Save a network, load it, compare: which layers and weights does the new one have?"
    ) as c:
        which = "that was saved and loaded"
        c.either(
            lambda: _same_layers(c, "loaded", "loaded", which),
            lambda: _same_layers(c, "loaded as described", "loaded", which),
        )


def _same_layers(c: Criterion, key: str, right: str, which: str) -> None:
    """The layers of a network made anew are as many as they were, and have the right weights."""
    weights, expected = c.array(key, "the new network's layers"), c.reference(right)
    c.expect(
        weights.shape == expected.shape, f"A network {which} has {len(weights)} layers, which is not the right number."
    )
    c.expect(alike(weights, expected), f"The layers of a network {which} have other weights.")


# Training and inference ----------------------------------------------------------------------------------------------


FORMS = ("inverted", "plain")


def dropout(rubric: Rubric) -> None:
    """At inference; what is left in training; how much is dropped; and that each number is drawn by itself."""
    with rubric.criterion(
        "at inference", points=1, hint="Look at the table: what becomes of x at inference, in either form?"
    ) as c:
        for case, name in zip(c.cases("inference"), FORMS, strict=True):
            c.close(case, f"the output of {name} dropout at inference")
    with rubric.criterion(
        "in training", points=1, hint="Look at the table: by what is a number multiplied if it is not dropped?"
    ) as c:
        x, rate = c.reference("x"), c.reference("rate")
        factors = [1 / (1 - rate), 1.0]
        if _swapped(c):  # which is paid for above
            factors = factors[::-1]
        for train, name, factor in zip(c.each("train"), FORMS, factors, strict=True):
            output = _dropped(train, "first", name, x)
            left = output != 0
            c.expect(
                np.allclose(output[left], (factor * x)[left], rtol=1e-3),
                f"In training of {name} dropout a number that is not dropped becomes another than it should.",
            )
    with rubric.criterion("share", points=1, hint="Which share of the numbers is dropped: `rate`, or 1 - `rate`?") as c:
        rate, x = float(c.reference("rate")), c.reference("x")
        for train, name in zip(c.each("train"), FORMS, strict=True):
            mask = _dropped(train, "first", name, x) == 0
            share = float(np.mean(mask))
            draws = math.prod(len(np.unique(mask, axis=axis)) for axis in range(2))  # fewer if some are shared
            bound = 7 * np.sqrt(rate * (1 - rate) / draws)
            c.expect(abs(share - rate) < bound, f"In training {share:.0%} were dropped.")
    with rubric.criterion(
        "fresh",
        points=1,
        hint="Draw one random number for each number of the input, and draw anew in every call, compiled or not.",
    ) as c:
        for place in range(len(FORMS)):
            _draws_anew(c, place)


def _swapped(c: Criterion) -> bool:
    """Whether at inference each form is what the other should be."""
    return all(map(alike, c.arrays("inference", "the output of dropout at inference"), c.references("inference")[::-1]))


def _draws_anew(c: Criterion, place: int) -> None:
    """Two calls drop different numbers, each by itself; and so do calls of the compiled layer.

    Another layer with the same seed drops the same; and NumPy's global generator is left alone.
    """
    name, x = FORMS[place], c.reference("x")
    train, compiled, again = (c.each(question)[place] for question in ("train", "compiled", "again"))
    for answer, what in ((train, "Two calls"), (compiled, "Two calls of the compiled layer")):
        first, second = (_dropped(answer, key, name, x) == 0 for key in ("first", "second"))
        c.expect(not np.array_equal(first, second), f"{what} dropped the same numbers.")
        rows, columns = (len(np.unique(first, axis=axis)) / first.shape[axis] for axis in range(2))
        c.expect(rows > 0.9, "The same places were dropped in several examples.")
        c.expect(columns > 0.9, "Several numbers of an example were dropped together.")
    smaller, right = _dropped(compiled, "smaller", name, x), compiled.reference("smaller")
    c.expect(smaller.shape == right.shape, f"A smaller batch came from the compiled layer with shape {smaller.shape}.")
    case = c.cases("maps")[place]
    maps = _dropped(c, case, name) == 0
    c.expect(maps.shape == c.reference(case).shape, f"Maps came with shape {maps.shape}.")
    maps = maps.reshape(len(maps), -1)
    apart = min(len(np.unique(maps, axis=axis)) / maps.shape[axis] for axis in range(2))
    c.expect(apart > 0.75, "In maps several numbers were dropped together: whole places, or whole channels.")
    c.expect(
        np.array_equal(again.array("output", "the output in training"), train.array("first", "the output in training")),
        "Another layer with the same seed dropped other numbers.",
        "Which generator do the random numbers come from, and what does its seed do?",
    )
    c.expect(
        alike(again.array("numpy", "NumPy's numbers"), again.reference("numpy")),
        "The layer changes NumPy's global generator.",
        "Who else draws from that generator?",
    )


def _dropped(c: Criterion, key: str, name: str, x: Array | None = None) -> Array:
    """An output in training: some numbers dropped, some not, and those left in proportion to ``x``."""
    output = c.finite(key, "the output in training")
    c.expect(0 < np.mean(output == 0) < 1, f"In training of {name} dropout {np.mean(output == 0):.0%} were dropped.")
    if x is not None:
        factors = (output / x[: len(output)])[output != 0]
        kept = bool(np.ptp(factors) < 1e-2 * np.abs(factors).max())
        c.expect(kept, "In training numbers that are not dropped change, each in another way.")
    return output


def batch_norm(rubric: Rubric) -> None:
    """The start; rows and maps in training; the running statistics; at inference; and the gradient."""
    with rubric.criterion(
        "start", points=0.5, hint="Which of the four begin at one, which at zero, and which does training move?"
    ) as c:
        start = c.of("start")
        start.close("values", "the four weights as they start")
        learnt, right = (
            np.sort(read, axis=0) for read in (start.array("learnt", "the weights"), start.reference("learnt"))
        )
        c.expect(alike(learnt, right), "gamma and beta should be trainable, the running statistics not.")
    with rubric.criterion(
        "rows", points=1, hint="Compute mean and variance of one column by hand, then follow the formula."
    ) as c:
        rows, _ = c.each("train")
        rows.close("output", "the output for rows in training", rtol=1e-3, atol=1e-4)
        large, right = c.finite(ROWS_WITH_EPSILON, "the output for rows"), c.reference(ROWS_WITH_EPSILON)
        what = "The output for rows in training with a large epsilon"
        c.expect(alike(large, right), f"{what} is not right.", EPSILON_HINT)
    with rubric.criterion("maps", points=1, hint="A feature of a map is a channel: which axes are averaged?") as c:
        rows, maps = c.each("train")
        maps.close("output", "the output for maps in training", rtol=1e-3, atol=1e-4)
        _, key = c.cases("train with epsilon")
        _epsilon(c, key, "The output for maps in training with a large epsilon")
        for name in ("mean", "variance"):
            _maps_move(rows, maps, name)
    with rubric.criterion(
        "running statistics",
        points=1.5,
        hint="Which share of the old value stays, and of which variance? Are both assigned, and in training only?",
    ) as c:
        _running_statistics(c)
    with rubric.criterion(
        "at inference", points=1, hint="Which mean and variance normalise when training is over?"
    ) as c:
        for inference in c.each("inference"):
            inference.close("output", "the output at inference")
        for case in c.cases("inference with epsilon"):
            _epsilon(c, case, "The output at inference with a large epsilon")
    with rubric.criterion(
        "gradient", points=1, hint="Mean and variance depend on the batch, so the gradient passes through them too."
    ) as c:
        _passes(c, "gradient", "the layer in training")
        c.close("gradient", "the gradient in training")


def _running_statistics(c: Criterion) -> None:
    """They move as asked in training, compiled too, and stay at inference."""
    trained, inference = c.each("train")[0], c.each("inference")[0]
    for name in ("mean", "variance"):
        trained.close(name, f"the running {name} after a step", rtol=1e-3)
        c.of("compiled").close(name, f"the running {name} after two compiled steps", rtol=1e-3)
        kept = alike(inference.array(name, f"the running {name}"), inference.reference(name))
        c.expect(kept, f"The running {name} moves at inference.")


ROWS_WITH_EPSILON = "train with epsilon[0]"


def _epsilon(c: Criterion, key: str, what: str) -> None:
    """A large epsilon stands where it should, or does not for rows in training either, which is paid for there."""

    def rows_are_wrong() -> None:
        wrong = not alike(c.array(ROWS_WITH_EPSILON, "the output for rows"), c.reference(ROWS_WITH_EPSILON))
        c.expect(wrong, f"{what} did not come.")

    def is_right() -> None:
        c.expect(alike(c.array(key, what), c.reference(key)), f"{what} is not right.", EPSILON_HINT)

    c.either(is_right, rows_are_wrong)


EPSILON_HINT = "Where exactly does epsilon stand in the formula, in training and at inference?"


def _maps_move(rows: Criterion, maps: Criterion, name: str) -> None:
    """A running statistic of maps is right after a step, or that of rows is not, which is paid for there."""

    def rows_are_wrong() -> None:
        wrong = not alike(rows.array(name, f"the running {name}"), rows.reference(name))
        rows.expect(wrong, f"The running {name} of maps did not come.")

    maps.either(lambda: maps.close(name, f"the running {name} of maps after a step", rtol=1e-3), rows_are_wrong)


# Images --------------------------------------------------------------------------------------------------------------


def patches(rubric: Rubric) -> None:
    """Plain windows, with a stride, with a margin, and with an uneven one. The order in a window counts only once."""
    with rubric.criterion(
        "valid",
        points=1,
        hint="Look at one window: row by row, with the channels last. Does it work if the size of the batch is None?",
    ) as c:
        c.close("valid", "the windows")
        c.close("compiled", "the windows when compiled for a batch of any size")
        c.differentiable("gradient", "them")
    with rubric.criterion("stride", points=1, hint="How many windows fit, and where does each begin?") as c:
        _same_windows(c, c.cases("stride"))
    with rubric.criterion(
        "same",
        points=1,
        hint="How many rows should come out, and how many pixels are missing? May the size of the batch be None?",
    ) as c:
        plain, *with_stride = c.cases("same")
        _same_windows(c, [plain, "compiled same"], with_stride)
    with rubric.criterion(
        "uneven", points=1, hint="If an odd number of rows is missing, on which side is the extra one?"
    ) as c:
        first, with_stride, last = c.cases("uneven")
        _same_windows(c, [first, last], [with_stride])


def _same_windows(c: Criterion, keys: list[str], with_stride: Sequence[str] = ()) -> None:
    """The windows of the reference, in whatever order each lists what it sees.

    If the number of windows costs `valid`: on square images, or without the last row and column. And without a stride,
    if the windows with one cost `stride`.
    """

    def on(images: Criterion, lost: int) -> None:
        _windows_are_right(images, keys, lost)
        c.either(lambda: _windows_are_right(images, with_stride, lost), lambda: without_a_stride(images, lost))

    def without_a_stride(images: Criterion, lost: int) -> None:
        right = all(_windows_are(images, key, lost) for key in images.cases("stride"))
        c.expect(not right, "A window does not see what it should.")

    def otherwise(images: Criterion, lost: int) -> None:
        places, right = (read[0].shape[1:3] for read in (c.arrays("valid", "the windows"), c.references("valid")))
        c.expect(places != right, "A window does not see what it should.")
        on(images, lost)

    c.either(lambda: on(c, 0), lambda: otherwise(c.of("square"), 0), lambda: otherwise(c, 1))


def _windows_are_right(images: Criterion, keys: Sequence[str], lost: int) -> None:
    """As many as there should be, but for so many rows and columns at the end, and each sees what it should."""
    for key in keys:
        windows, right = images.array(key, "the windows"), images.reference(key)
        rows, columns = (n - lost for n in right.shape[1:3])
        images.expect(
            windows.shape[:3] == (len(right), rows, columns) and windows.size == right[:, :rows, :columns].size,
            f"There are {' × '.join(map(str, windows.shape[1:3]))} windows, or they do not see as much as they should.",
        )
        images.expect(_windows_are(images, key, lost), "A window does not see what it should.")


def _windows_are(images: Criterion, key: str, lost: int) -> bool:
    """Whether these are the reference's windows, but for so many rows and columns at the end."""
    windows, right = images.array(key, "the windows"), images.reference(key)
    right = right[:, : right.shape[1] - lost, : right.shape[2] - lost]
    if windows.shape[:3] != right.shape[:3] or windows.size != right.size:
        return False
    windows, right = (np.sort(each.reshape(*right.shape[:3], -1), axis=-1) for each in (windows, right))
    return alike(windows, right)


def convolution(rubric: Rubric) -> None:
    """The sum over a window; stride and padding; the penalty; and the start."""
    with rubric.criterion(
        "output",
        points=1.5,
        hint="Which entry of W belongs to which pixel and channel? Does it work if the size of the batch is None?",
    ) as c:
        c.either_way(_convolved)
    with rubric.criterion("settings", points=1, hint="Are stride and padding handed on to the windows?") as c:
        c.either_way(Criterion.close, "settings", "the output with a stride or with padding")
    with rubric.criterion(
        "penalty", points=0.5, hint="What is added to the loss in each call, for which weights, and how strongly?"
    ) as c:
        c.either_way(_same_number, "penalty", "What a call adds to the loss")
    with rubric.criterion("start", points=1, hint=START_HINT) as c:
        channels, filters = (int(size) for size in c.reference("sizes"))
        c.either_way(_layer_starts, (3, 3, channels, filters), 9 * channels, 9 * filters)


def _convolved(c: Criterion) -> None:
    for output in c.each("output"):
        output.close("values", "the output for known weights")
        _learnt(output, "learnt")
    c.close("compiled", "the output when compiled for a batch of any size")
    c.differentiable("gradient", "the layer")


def pooling(rubric: Rubric) -> None:
    """The largest of windows side by side, and of others."""
    with rubric.criterion(
        "windows", points=1, hint="Which numbers of one channel does the window see, and which of them is the largest?"
    ) as c:
        c.either_way(_pooled)
    with rubric.criterion("stride", points=1, hint="How far does the window jump if a stride is given?") as c:
        c.either(
            lambda: c.either_way(Criterion.close, "stride", "the largest numbers with a stride"),
            lambda: _other_pooling(c),
        )


def _pooled(c: Criterion) -> None:
    c.close("windows", "the largest numbers")
    c.close("compiled", "the largest numbers when compiled for a batch of any size")
    c.differentiable("gradient", "the layer")


def _other_pooling(c: Criterion) -> None:
    """Windows with a stride give what something else than the largest number would be, which is paid for elsewhere."""
    ways: tuple[Callable[[Array], Array], ...] = (
        lambda windows: windows.mean(axis=(3, 4)),
        lambda windows: windows.min(axis=(3, 4)),
        lambda windows: windows.sum(axis=(3, 4)),
        lambda windows: np.maximum(windows.max(axis=(3, 4)), 0),
        lambda windows: np.abs(windows).max(axis=(3, 4)),
        lambda windows: windows.reshape(*windows.shape[:3], -1, windows.shape[-1]).max(axis=-1),  # over the channels
        lambda windows: windows.max(axis=(3, 4, 5)),  # over both
    )
    cases = list(zip(c.cases("stride"), (("x", 3, 2), ("below", 2, 1), ("x", 2, 3)), strict=True))

    def is_it(way: Callable[[Array], Array], margin: bool) -> bool:
        return all(
            alike(c.array(key, "the numbers"), way(_windows(c.reference(x), size, stride, margin)))
            for key, (x, size, stride) in cases
        )

    found = any(
        is_it(way, margin) for way in (*ways, lambda windows: windows.max(axis=(3, 4))) for margin in (False, True)
    )
    c.expect(found, "With a stride not the largest numbers came.")


def _windows(x: Array, size: int, stride: int, margin: bool = False) -> Array:
    """What a window sees: (batch, rows, columns, size, size, channels); with a margin of zeros, as in `same`."""
    if margin:
        missing = [max((math.ceil(n / stride) - 1) * stride + size - n, 0) for n in x.shape[1:3]]
        x = np.pad(x, [(0, 0), *((n // 2, n - n // 2) for n in missing), (0, 0)])
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return np.moveaxis(windows, 3, -1)


def latent_channel(rubric: Rubric) -> None:
    """The plane in the last channel, how its weights start, and the image unchanged, wherever it is."""
    with rubric.criterion(
        "plane", points=1, hint="Fill the plane row by row, one for each example, and put it behind the image."
    ) as c:
        c.either_way(_plane)
    with rubric.criterion("start", points=0.5, hint=START_HINT) as c:
        n, pixels = (int(size) for size in c.reference("sizes"))
        c.either_way(_layer_starts, (n, pixels), n, pixels)
    with rubric.criterion("image", points=0.5, hint="The image should come out as it went in.") as c:
        c.either_way(_images_unchanged)


def _plane(c: Criterion) -> None:
    """The last channel, and that it is learnt."""
    for answer, key in (*((output, "values") for output in c.each("output")), (c, "compiled")):
        output, right = _image(answer, key), answer.reference(key)
        c.expect(alike(output[..., -1], right[..., -1]), "The last channel is not the plane of the latent vector.")
    for output in c.each("output"):
        output.differentiable("gradient", "the layer", alike=False)  # other channels are asked for below
        _learnt(output, "learnt")


def _images_unchanged(c: Criterion) -> None:
    for answer, x in zip(c.each("output"), c.references("images"), strict=True):
        output, channels = _image(answer, "values"), x.shape[-1]
        c.expect(
            any(alike(part, x) for part in (output[..., :channels], output[..., -channels:])),
            "The channels of the image are not there, or not as they were.",
        )
        came = output.shape[-1]
        c.expect(came == channels + 1, f"An image of {channels} channels came with {came}.")


def _image(answer: Criterion, key: str) -> Array:
    """An output with the height and width of the image."""
    output, right = answer.array(key, "the output"), answer.reference(key)
    answer.expect(output.ndim == 4 and output.shape[:3] == right.shape[:3], f"Images of shape {output.shape} came.")
    return output


# Sequences -----------------------------------------------------------------------------------------------------------


def recurrent(rubric: Rubric) -> None:
    """One step, the state that it hands on, the start, and the mask."""
    with rubric.criterion(
        "step", points=1.5, hint="Which three terms are added before the tanh? Follow one step by hand."
    ) as c:
        c.either_way(_simple_step)
    with rubric.criterion("state", points=1, hint="What does the next step get as its h?") as c:
        c.either_way(_simple_state)
    with rubric.criterion("mask", points=1, hint="Which of these steps are filling: (0, 1), (-1, -1), (1, -1)?") as c:
        mask, right = c.array("mask", "the mask"), c.reference("mask")
        c.expect(mask.shape == right.shape, f"The mask came with shape {mask.shape}, not (batch, time).")
        wrong = mask.astype(bool) != right.astype(bool)
        c.expect(not wrong.any(), f"The mask: {how_many(wrong)}")
        mask = c.array("compiled mask", "the mask of compiled code")
        c.expect(alike(mask.astype(float), right.astype(float)), "Compiled, the mask is another one.")
    with rubric.criterion("start", points=0.5, hint=START_HINT) as c:
        inputs, units = (int(size) for size in c.reference("sizes"))
        c.either_way(_simple_cell_starts, inputs, units)


def _simple_step(c: Criterion) -> None:
    step = c.of("step")
    step.close("output", "the output of a step", rtol=1e-3, atol=1e-4)
    step.differentiable("gradient", "the step")
    _learnt(step, "learnt")
    c.close("compiled", "the output of a compiled step", rtol=1e-3, atol=1e-4)


def _simple_state(c: Criterion) -> None:
    """The new h, of a step that is right or of one with a mistake that has been paid for; and no other state."""
    step = c.of("step")
    (state,), output = _states(c), step.finite("output", "the output")
    c.expect(not alike(state, c.reference("h")), "The state that is handed on is the one that came.")
    right = step.references("states")[0]
    handed_on = alike(state, right) or (alike(state, output) and _is_some_step(c, output))
    c.expect(handed_on, "The state is not the new h.")
    c.expect(step.number("number", "the states") == 1, "Not one state came, but several.")


def _simple_cell_starts(c: Criterion, inputs: int, units: int) -> None:
    _layer_starts(c, (inputs, units), inputs, units)
    _orthogonal(c.of("start"), "U", (units, units))


def _is_some_step(c: Criterion, output: Array) -> bool:
    """Whether an output is that of a recurrent step with at most one mistake in its sum and one in its activation."""
    W, U, b, x, h = (c.reference(name) for name in ("W", "U", "b", "x", "h"))
    sums = (x @ W + h @ U + b, x @ W + h @ U, x @ W + b, x @ W + h @ U.T + b)
    activations: tuple[Callable[[Array], Array], ...] = (np.tanh, sigmoid, identity, relu)
    bias_behind = np.tanh(x @ W + h @ U) + b
    return alike(output, bias_behind) or any(alike(output, made(each)) for each in sums for made in activations)


def _orthogonal(c: Criterion, key: str, shape: tuple[int, int]) -> None:
    """The rows are of length 1 and at right angles; or those of each of the square matrices side by side are."""
    U = c.array(key, "the recurrent weights").astype(np.float64)
    c.expect(U.shape == shape, f"The recurrent weights came with shape {U.shape}.")

    def is_orthogonal(matrix: Array) -> bool:
        return alike(matrix @ matrix.T, np.eye(len(matrix)), atol=1e-3)

    squares = np.split(U, shape[1] // shape[0], axis=1)
    c.expect(is_orthogonal(U) or all(map(is_orthogonal, squares)), "The recurrent weights do not start orthogonal.")


def _gates(c: Criterion) -> list[Array]:
    """The sigmoids of the four sums at the known step, and of those of units that take turns; the fourth shows."""
    W, U, b, x, h = (c.reference(name) for name in ("W", "U", "b", "x", "h"))
    gates = sigmoid(x @ W + h @ U + b)
    return [*np.split(gates, 4, axis=1), *(gates[:, k::4] for k in range(4))]


def _states(c: Criterion) -> list[Array]:
    """The states that came."""
    step = c.of("step")
    return [step.finite(case, "the states") for case in step.cases("states")]


def _right_state(c: Criterion, place: int) -> Array:
    return c.of("step").references("states")[place]


def _has_new_carry(c: Criterion) -> bool:
    return any(alike(state, _right_state(c, 1)) for state in _states(c))


def lstm(rubric: Rubric) -> None:
    """The carry, the output that follows from it, the states in their order, and the start."""
    with rubric.criterion(
        "carry",
        points=1.5,
        hint="Which quarter of the sums is which gate, and which of them goes through tanh? What is kept of c?",
    ) as c:
        c.either_way(_carry)
    with rubric.criterion("output", points=1.5, hint="What does the output gate let through of the new c?") as c:
        c.either_way(_shown)
    with rubric.criterion("states", points=1, hint="Which two states go on to the next step, in which order?") as c:
        c.either_way(_handed_on)
    with rubric.criterion(
        "start",
        points=1,
        hint="Look at the initializers of W and U. Which of the four parts of the bias does not begin at zero?",
    ) as c:
        c.either_way(_lstm_starts)


def _carry(c: Criterion) -> None:
    c.expect(_has_new_carry(c), "The new c is not among the states.")


def _shown(c: Criterion) -> None:
    """The output is the output gate's share of the new c, whatever that is; gates in another order are paid for."""
    step, gates = c.of("step"), _gates(c)
    output = step.finite("output", "the output")
    c.expect(_varies(output), "The output is the same number everywhere.")
    gates = gates[3:4] if _has_new_carry(c) else gates
    c.expect(
        any(alike(output, gate * np.tanh(carry)) for gate in gates for carry in _states(c)),
        "The output does not follow from the new c by the output gate.",
    )
    step.differentiable("gradient", "the step", alike=False)  # of whatever c came
    _learnt(step, "learnt")
    c.expect(alike(c.array("compiled", "the compiled output"), output), "Compiled, the output is another one.")


def _handed_on(c: Criterion) -> None:
    """Both new states, h first."""
    (h, carry), output = _states(c), c.of("step").finite("output", "the output")
    c.expect(not alike(h, c.reference("h")), "The h that is handed on is the one that came.")
    c.expect(not alike(h, carry), "Both states are the same.")
    c.expect(alike(h, output) or alike(h, _right_state(c, 0)), "The first state is not the output.")
    shown = any(alike(output, gate * np.tanh(carry)) for gate in _gates(c))  # the wrong gate is paid for above
    c.expect(shown or alike(carry, _right_state(c, 1)), "The second state is not the new c.")
    c.expect(c.of("step").number("number", "the states") == 2, "Not two states came.")


def _lstm_starts(c: Criterion) -> None:
    """The weights and the bias start as asked."""
    inputs, units = (int(size) for size in c.reference("sizes"))
    start = c.of("start")
    c.either(  # one matrix, or four side by side
        lambda: _starts(start, "W", (inputs, 4 * units), inputs, 4 * units),
        lambda: _starts(start, "W", (inputs, 4 * units), inputs, units),
    )
    _orthogonal(start, "U", (units, 4 * units))
    bias, right = start.finite("b", "the bias"), start.reference("b")
    c.expect(alike(bias, right), "The bias does not start as it should.")


# Feeding -------------------------------------------------------------------------------------------------------------


def feeding(rubric: Rubric) -> None:
    """The cache; the order of a stream and its end; that it works ahead, within bounds; and errors."""
    with rubric.criterion(
        "cache", points=1.5, hint="Follow the batches 1, 2, 3, 1, 2, 3 through a cache for two: which are loaded?"
    ) as c:
        for cache in c.each("cache"):
            cache.close("came", "the batches that came")
            loaded, right = cache.array("loaded", "the batches loaded"), cache.reference("loaded")
            requests = len(cache.reference("came"))
            c.expect(np.array_equal(loaded, right), f"For {requests} requests {len(loaded)} batches were loaded.")
    with rubric.criterion(
        "order", points=0.5, hint="All items should come, in their order, and then the stream should end."
    ) as c:
        c.close("ordered", "the items that came")
        c.close("single", "the items of a short stream")
        c.close("arrays", "the items of a stream of arrays")
    with rubric.criterion(
        "ahead", points=1.5, hint="While somebody works on the first item, who makes the second one, and how many more?"
    ) as c:
        for stream, ahead in zip(c.each("ahead"), c.reference("aheads"), strict=True):
            made, right = stream.array("made", "the items made"), stream.reference("in_turn")
            count = len(made)
            rationale = f"While the first item was in use, {count} were made; ahead was {ahead}."
            c.expect(ahead <= count <= ahead + 2, rationale)
            c.expect(np.array_equal(made[1:], right[1:count]), "The next item was made before the first was in use.")
            first = stream.number("first", "the first item") == stream.reference("first")
            c.expect(first, "The first item is another one.")
    with rubric.criterion(
        "errors",
        points=0.5,
        hint="What becomes of an exception in the thread, and of the items that were made before it?",
    ) as c:
        broken = c.of("broken")
        items, right = broken.array("items", "the items"), broken.reference("items")
        c.expect(broken.array("failed", "the exception"), "A broken stream raised no exception.")
        c.expect(np.array_equal(items, right[: len(items)]), "Before the exception other items came than were made.")
        c.expect(
            len(items) == len(right) or _too_early(c),  # which is paid for above
            f"Before the exception {len(items)} items came, not all that could be made.",
        )


def _too_early(c: Criterion) -> bool:
    """Whether items were made before the first one was handed out, or without a bound."""
    for stream, ahead in zip(c.each("ahead"), c.reference("aheads"), strict=True):
        made, right = stream.array("made", "the items made"), stream.reference("in_turn")
        if len(made) > ahead + 2 or not np.array_equal(made[1:], right[1 : len(made)]):
            return True
    return False
