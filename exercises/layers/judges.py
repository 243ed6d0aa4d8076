"""Hidden tests of the lesson ``layers``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice.

Where students draw random numbers, or Keras draws them for them, they are compared with theory. Bounds lie at least
seven standard errors away, so that a right answer fails in fewer than one of 10^11 gradings.
"""

import math
from collections.abc import Callable, Iterator

import numpy as np

from autograder.judging import CUT, GIVEN, Criterion, Rubric, alike, how_many

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _varies(value: Array) -> bool:
    """Whether there are two different finite values."""
    return value.size > 1 and bool(np.isfinite(value).all()) and float(np.ptp(value)) > 1e-6


def _all_close(c: Criterion, before: str, keys: tuple[str, ...], what: str) -> None:
    """All of these answers agree with the reference, as nearly as the visible checks ask for."""
    for key in keys:
        c.close(f"{before}{key}", what, rtol=1e-4, atol=1e-5)


def _same_number(c: Criterion, key: str, what: str) -> None:
    """One number agrees with the reference. How far off another is would tell the right one."""
    seen = c.number(key, what)
    c.expect(bool(np.isclose(seen, c.reference(key), rtol=1e-3, atol=1e-6)), f"{what} is another number.")


def _passes(c: Criterion, key: str, what: str) -> None:
    """A gradient passes at all."""
    slopes = c.finite(key, f"the gradient through {what}")
    c.expect(slopes.any(), f"No gradient passes through {what}, so nothing could be trained.", CUT)


def _is_cut(c: Criterion, key: str) -> bool:
    """Whether no gradient passed there, for which another criterion is lost: NumPy in several functions costs once."""
    try:
        return not c.array(key, "the slopes").any()
    except Exception:  # the question had no answer
        return False


def _learnt(c: Criterion, key: str) -> None:
    """What training would change is what was set, all of it and nothing else."""
    seen = c.array(key, "what training changes")
    hint = "Are all weights made with `self.add_weight`, and may training change them?"
    c.expect(alike(seen, c.reference(key)), "Not just the weights that the text names would be trained.", hint)


def _starts(c: Criterion, key: str, shape: tuple[int, ...], fan_in: int, fan_out: int) -> None:
    """Weights start with the deviation, the mean and the range of Glorot's uniform distribution."""
    weights = c.array(key, "the weights").astype(np.float64)
    c.expect(weights.shape == shape, f"The weights came with shape {weights.shape}.")
    c.expect(_varies(weights), "The weights start with the same value everywhere.")
    limit = np.sqrt(6 / (fan_in + fan_out))
    seen, theory, tolerance = weights.std(), limit / np.sqrt(3), 8 / np.sqrt(2 * weights.size)
    c.expect(abs(seen - theory) < tolerance * theory, f"The weights start with a standard deviation of {seen:.3g}.")
    c.expect(np.abs(weights).max() < 1.001 * limit, "The weights start with values that are too large.")


def _zero(c: Criterion, key: str) -> None:
    """A bias starts at zero."""
    bias = c.finite(key, "the bias")
    c.expect((bias == 0).all(), "The bias does not start at zero.")


COMPILED_HINT = (
    "What does Python do only once, when the step is compiled, and what is a variable that is assigned in every step?"
)
START_HINT = "With which distribution should weights begin, and at which value biases? See the initializers."


# Activations and losses ----------------------------------------------------------------------------------------------


def activations(rubric: Rubric) -> None:
    """Each function by itself, and large numbers."""
    with rubric.criterion("leaky", points=1, hint="Try slopes above 1 and below 0 by hand, for x below zero.") as c:
        _all_close(c, "", tuple(f"leaky_{k}_{i}" for k in range(4) for i in range(2)), "the leaky ReLU")
        c.differentiable("leaky_slopes", "it")
    with rubric.criterion(
        "squashing", points=1, hint="Compare sigmoid and tanh, and their slopes, with the formulas at x = 0, 1 and -1."
    ) as c:
        for name in ("sigmoid", "tanh"):
            _all_close(c, "", tuple(f"{name}_{i}" for i in range(2)), f"the {name}")
            c.differentiable(f"{name}_slopes", f"the {name}")
            c.close(f"around_{name}", f"the slopes of the {name} at 0 and around it", rtol=1e-3, atol=1e-4)
    with rubric.criterion(
        "softmax", points=1, hint="Over which axis do the probabilities of one example sum to 1?"
    ) as c:
        _all_close(c, "", ("softmax_0", "softmax_1"), "the softmax")
        c.differentiable("softmax_slopes", "the softmax")
    with rubric.criterion("clip", points=0.5, hint="What becomes of a number below low, and of one above high?") as c:
        _all_close(c, "", ("clip_0", "clip_1"), "the clipped numbers")
        if not _is_cut(c, "leaky_slopes"):
            c.differentiable("clip_slopes", "it")
    with rubric.criterion(
        "large numbers",
        points=0.5,
        hint="Is an exponential of a large number computed anywhere, even in a branch that is not chosen?",
    ) as c:
        right = [name for name in ("sigmoid", "tanh", "softmax") if _is_right(c, name)]
        moderate = "Begin with moderate numbers: the criteria above."
        c.expect(right, "None of sigmoid, tanh and softmax is right for moderate numbers.", moderate)
        for name in right:
            hint = SOFTMAX_HINT if name == "softmax" else ""
            seen, expected = c.array(f"extreme_{name}", f"the {name}"), c.reference(f"extreme_{name}")
            c.expect(np.isfinite(seen).all(), f"The {name} of large numbers has NaN or infinity in it.", hint)
            c.expect(alike(seen, expected, atol=1e-6), f"The {name} of large numbers is not right.", FLAT_HINT)
            if c.array(f"{name}_slopes", f"the slopes of the {name}").any():
                seen, expected = c.array(f"slopes_{name}", f"the slopes of the {name}"), c.reference(f"slopes_{name}")
                c.expect(alike(seen, expected), f"The slopes of the {name} at large numbers are not right.", hint)


FLAT_HINT = "Is something cut off, or added, that shows where the function has reached its limit?"
SOFTMAX_HINT = (
    "Take each example by itself: of the exponentials of its scores none may be infinite, and not all of them may be 0."
)


def _is_right(c: Criterion, name: str) -> bool:
    """Whether a function is right for moderate numbers."""
    return all(alike(c.array(f"{name}_{i}", f"the {name}"), c.reference(f"{name}_{i}")) for i in range(2))


def losses(rubric: Rubric) -> None:
    """Each loss whatever its mean or sum is taken over; that; outputs of 0 and 1; and the penalty."""
    with rubric.criterion("squared", points=0.5, hint="Squares of differences, of all outputs.") as c:
        c.expect(_reduced(c, "squared", _REDUCTIONS), "The squared error is none of these outputs and targets.")
        c.differentiable("squared_slopes", "the loss", alike=False)  # sums and means are told apart elsewhere
    with rubric.criterion(
        "binary", points=0.5, hint="Check one output by hand, with target 0, with target 1, and with one between."
    ) as c:

        def right(before: str) -> None:
            is_one = _reduced(c, f"{before}binary", _REDUCTIONS)
            c.expect(is_one, "The cross-entropy is none of these outputs and targets.")
            if not _is_cut(c, "squared_slopes"):
                c.differentiable(f"{before}binary_slopes", "the loss", alike=False)  # see above

        c.either_prefix(right)
    with rubric.criterion(
        "sum and mean", points=1, hint="Sum over what belongs to one example, mean over the examples: one number."
    ) as c:

        def as_asked(before: str) -> None:
            names = {"squared": "squared error", "binary": "cross-entropy"}
            right = [name for name in names if _reduced(c, f"{before}{name}", _REDUCTIONS)]
            c.expect(right, "Neither loss is right for any sum or mean.", "Begin with the criteria above.")
            for name in right:
                is_it = _reduced(c, f"{before}{name}", ("right",))
                c.expect(is_it, f"The {names[name]} is not summed and averaged as asked.")

        c.either_prefix(as_asked)
    with rubric.criterion(
        "outputs of 0 and 1", points=0.5, hint="Which logarithms are taken when an output is exactly 0, or exactly 1?"
    ) as c:
        c.either_prefix(lambda before: _sure(c, before))
    with rubric.criterion("penalty", points=0.5, hint="All squares, summed, times the strength.") as c:
        _same_number(c, "penalty", "the penalty")
        if not _is_cut(c, "squared_slopes"):
            c.differentiable("penalty_slopes", "the penalty")


def _sure(c: Criterion, before: str) -> None:
    """The cross-entropy of outputs of exactly 0 and 1, right ones and mistakes."""
    seen, expected = c.array(f"{before}extreme", "the cross-entropy"), c.reference("extreme")
    certain = c.array(f"{before}certain", "the cross-entropy")
    c.expect(np.isfinite(seen).all() and np.isfinite(certain).all(), "The cross-entropy is not a finite number.")
    c.expect(abs(certain.mean()) < 1e-4, "The cross-entropy of sure and right outputs is not about zero.")
    forms = [expected * factor for factor in (1, 4, 1 / 3, 4 / 3)]  # 4 examples of 3 outputs, reduced in any way
    clipped = any(np.isclose(seen.mean(), form, rtol=0.05) for form in forms)
    if _reduced(c, f"{before}binary", _REDUCTIONS):  # another formula is paid for above, but has to be some cost
        c.expect(clipped, "The cross-entropy of outputs of exactly 0 and 1 is not that of outputs clipped to EPSILON.")
    else:
        known = any(_reduced(c, f"{before}binary", _REDUCTIONS, formula) for formula in _WRONG_ENTROPIES)
        c.expect(known, "For other outputs it is no cross-entropy.", "Begin with the criteria above.")
    c.expect(abs(seen.mean()) > 3, "Sure mistakes cost hardly anything.")
    slopes = c.array(f"{before}extreme_slopes", "the slopes of the cross-entropy")
    c.expect(np.isfinite(slopes).all(), "The slopes at outputs of exactly 0 and 1 have NaN or infinity in them.")


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

    def is_it(k: int, way: str) -> bool:
        seen, right = c.array(f"{name}_{k}", "the loss"), c.reference(f"{name.removeprefix(GIVEN)}_{k}")
        n, outputs, last = c.reference("shapes")[k]
        if formula is not None:
            right = (
                formula(*(c.reference(f"{which}_{k}").astype("float32") for which in ("targets", "outputs"))).sum() / n
            )
        if way == "one per example":
            return seen.shape[:1] == (n,) and alike(np.asarray(seen.mean() * seen.size / n), right)
        factors = {"right": 1, "sum": n, "mean": 1 / outputs, "mean over outputs": n / outputs}
        factor = {**factors, "sum over the last axis": last / outputs}[way]
        return alike(seen, np.asarray(right * factor))

    return any(all(is_it(k, way) for k in range(2)) for way in ways)


def gradient_check(rubric: Rubric) -> None:
    """The differences; that everything is put back; and the relative error, also of nothing."""
    with rubric.criterion(
        "differences", points=1.5, hint="Which terms of the Taylor series cancel in your difference, and which stay?"
    ) as c:
        for name, tolerance in (("wide", 1e-3), ("usual", 2e-2)):
            c.expect(c.number(f"{name}_count", "the gradients") == 3, "Three variables did not give three gradients.")
            for k in range(3):
                seen = c.finite(f"{name}_{k}", "the differences")
                wrong = np.abs(seen - c.reference(f"{name}_{k}")) >= tolerance * 5
                c.expect(not wrong.any(), f"The differences of a variable: {how_many(wrong)}")
    with rubric.criterion(
        "put back", points=1, hint="A number plus h minus h is not always that number: keep the original values."
    ) as c:
        for name in ("wide", "usual"):
            along = _points_along(c, name)
            c.expect(along, "The differences do not point along the gradient.", "Begin with the criterion above.")
        c.expect(_in_proportion(c), "The differences do not follow from where they are taken.", "See above.")
        for name in ("wide", "usual"):
            for k in range(3):
                after = c.array(f"{name}_after_{k}", "the variables")
                c.expect(np.array_equal(after, c.reference(f"start_{k}")), "A variable is not what it was before.")
        if all(alike(c.array(f"wide_{k}", "the differences"), c.reference(f"wide_{k}"), atol=5e-3) for k in range(3)):
            for k in range(3):  # wrong differences are paid for above
                seen = c.array(f"tied_{k}", "the differences")
                c.expect(
                    alike(seen, c.reference(f"tied_{k}"), atol=5e-3),
                    "Entries that were moved before have a bearing on the differences of later ones.",
                    "Put each entry back before you move the next one.",
                )
    with rubric.criterion(
        "relative error", points=1, hint="All entries of a list are one long vector, with one norm."
    ) as c:
        _same_number(c, "apart", "The relative error")
        _same_number(c, "scaled", "The relative error of gradients of different size")
        _same_number(c, "small", "The relative error of small gradients")
    with rubric.criterion("nothing", points=0.5, hint="What do you divide by if both gradients are zero?") as c:
        apart = c.number("apart", "the relative error")
        c.expect(apart > 0.01, "The relative error of different gradients is zero.")
        _same_number(c, "nothing", "The relative error of zeros and zeros")
        is_right = np.isclose(apart, c.reference("apart"), rtol=1e-3)
        known = is_right or any(np.isclose(apart, each, rtol=1e-5) for each in _other_errors(c))
        c.expect(known, "Of different gradients it is no error.", "Begin with the criterion above.")
        if is_right:
            hint = "Of what size is the difference, and of what size are both together, if only one is zero?"
            seen = c.number("one_zero", "the relative error")
            c.expect(bool(np.isclose(seen, 1.0)), "The relative error of gradients and zeros is another number.", hint)


def _other_errors(c: Criterion) -> Iterator[float]:
    """What relative errors with one mistake would be, which costs above: other norms, each variable, absolute ones."""
    pairs = [[np.ravel(c.reference(f"list_{which}_{k}")) for which in range(2)] for k in range(3)]
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
    seen, right, places = (
        np.concatenate([read(k).ravel() for k in range(3)])
        for read in (
            lambda k: c.array(f"wide_{k}", "the differences"),
            lambda k: c.reference(f"wide_{k}"),
            lambda k: c.reference(f"start_{k}"),
        )
    )
    shares = (seen / right)[np.abs(places) > 0.1]
    return bool(np.ptp(shares) < 0.2 * abs(shares.mean()))


def _points_along(c: Criterion, name: str) -> bool:
    """Whether the differences of all variables have the direction of the gradient, either way."""
    seen, right = (
        np.concatenate([read(k).ravel() for k in range(3)])
        for read in (lambda k: c.array(f"{name}_{k}", "the differences"), lambda k: c.reference(f"{name}_{k}"))
    )
    if seen.shape != right.shape or not np.isfinite(seen).all() or not seen.any():
        return False
    return bool(abs(seen @ right) > 0.8 * np.linalg.norm(seen) * np.linalg.norm(right))


# Affine, optimizers, network -----------------------------------------------------------------------------------------


def affine(rubric: Rubric) -> None:
    """The map, the start, the penalty and the configuration."""
    with rubric.criterion("output", points=1, hint="Inputs times W, plus b: compare the shapes.") as c:

        def right(before: str) -> None:
            c.close(f"{before}output", "the output for known weights", rtol=1e-3, atol=1e-4)
            c.differentiable(f"{before}slopes", "the layer")
            _learnt(c, f"{before}learnt")

        c.either_prefix(right)
    with rubric.criterion("start", points=1, hint=START_HINT) as c:
        inputs, units = (int(size) for size in c.reference("sizes"))

        def starts(before: str) -> None:
            _starts(c, f"{before}start_W", (inputs, units), inputs, units)
            _zero(c, f"{before}start_b")

        c.either_prefix(starts)
    with rubric.criterion(
        "penalty", points=1, hint="What is added to the loss in each call, for which weights, and how strongly?"
    ) as c:
        c.either_prefix(lambda before: _same_number(c, f"{before}penalty", "What a call adds to the loss"))
    with rubric.criterion(
        "configuration", points=1, hint="A layer is made again from get_config alone: is everything in it?"
    ) as c:
        c.close("config", "units and l2 of a layer made again", rtol=1e-6)


def _steps(c: Criterion, key: str, from_step: int = 0) -> Array:
    """How far variables went in each step."""
    places = c.array(key, "the variables")
    hint = "Follow the very first step: what do you divide by?"
    c.expect(np.isfinite(places).all(), "The variables become NaN or infinite.", hint)
    return np.diff(c.finite(key, "the variables"), axis=0)[from_step:]


def _right_steps(c: Criterion, key: str, from_step: int = 0) -> Array:
    return np.diff(c.reference(key), axis=0)[from_step:]


def _own_memory(c: Criterion, before: str = "") -> None:
    """Two variables at a time go as the reference's do, or else as the first of them goes by itself."""
    both, right = _steps(c, f"{before}both"), _right_steps(c, f"{before}both")
    c.expect(np.abs(both).max(axis=(0, 2)).min() > 1e-6, "One of two variables does not move.")
    plain = -c.reference("rate") * c.reference("gradients")
    c.expect(not alike(both, plain, atol=1e-3), "Every step is the gradient of the moment: nothing is remembered.")
    signs = -c.reference("rate") * np.sign(c.reference("gradients"))
    c.expect(not alike(both, signs), "Every step is the sign of the gradient of the moment: nothing is remembered.")
    alone, other = _steps(c, f"{before}alone"), both[:, :1]
    own = alike(alone, other) and not alike(both[:, 0], both[:, 1])
    c.expect(
        alike(both, right, atol=1e-3) or own,
        "Two variables at a time do not go where each goes by itself.",
    )


def _proportional(seen: Array, right: Array) -> bool:
    """Whether all steps are the right ones times the same number: their size and sign are asked for elsewhere."""
    share = float((seen * right).sum() / (right * right).sum())
    return abs(share) > 1e-2 and alike(seen / share, right)


def momentum(rubric: Rubric) -> None:
    """One step, the memory, and that each variable has its own."""
    with rubric.criterion("first step", points=1, hint="Without a velocity yet, where does the first step go?") as c:
        seen, right = _steps(c, "alone")[0], _right_steps(c, "alone")[0]
        c.expect(not alike(seen, -right), "The first step goes uphill.")
        c.expect(alike(seen, right), "The first step is not one against the gradient.")
    with rubric.criterion(
        "velocity",
        points=1,
        hint="What is left of the velocity after a step, and what is added to it? Is it a variable that is assigned?",
    ) as c:
        seen, right = _steps(c, "alone", 1), _right_steps(c, "alone", 1)
        delayed = alike(seen[1:], right[:-1]) or alike(seen, _right_steps(c, "alone")[:-1])
        kept = _proportional(seen, right) or delayed  # the first step is paid for above
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
    seen, gradients = _steps(c, "alone")[:, 0], c.reference("gradients")[:, 0]  # both (steps, entries)
    n = len(gradients)
    shifted = np.stack([np.concatenate([np.zeros_like(gradients[:k]), gradients[: n - k]]) for k in range(n)], axis=-1)
    columns = shifted.reshape(-1, n)  # (steps · entries, weights)
    weights, *_ = np.linalg.lstsq(columns, seen.ravel(), rcond=None)
    remembers = np.abs(weights[1:]).max() > 1e-2 * np.abs(weights).max()
    return bool(remembers) and alike(columns @ weights, seen.ravel())


def adam(rubric: Rubric) -> None:
    """The bias correction in the first steps, the memories later on, one for each variable, and epsilon."""
    with rubric.criterion(
        "first steps",
        points=1,
        hint="Against a gradient that stays as it is: how large is the first step, how large the second? What is t?",
    ) as c:
        _first_steps(c)
        alone = _steps(c, "alone")
        remembered = not alike(np.abs(alone), np.full(alone.shape, c.reference("rate")))
        c.expect(remembered, "Every step is the sign of the gradient of the moment: nothing is remembered.")
        c.expect(
            alike(_steps(c, "compiled"), alone[:4]), "Compiled, the steps are others than one by one.", COMPILED_HINT
        )
    with rubric.criterion(
        "memories", points=1.5, hint="Two running means: of what, and which beta belongs to which?"
    ) as c:
        _memories(c, _when(c))
    with rubric.criterion(
        "own memory", points=0.5, hint="Which memories belong to which variable? Does t count steps, or variables too?"
    ) as c:
        before = _when(c)
        _own_memory(c, before)
        c.either(lambda: _first_steps(c), lambda: _memories(c, before), lambda: _place_of_epsilon(c, before))
    with rubric.criterion("epsilon", points=1, hint="Where exactly does epsilon stand in the formula?") as c:
        _place_of_epsilon(c, _when(c))


def _when(c: Criterion) -> str:
    """Which steps tell: those from the beginning, or the late ones if a division by zero there spoils all others."""
    return "" if np.isfinite(c.array("alone", "the variables")).all() else "late_"


def _first_steps(c: Criterion) -> None:
    """Against one gradient, of the right size, up or down."""
    seen, right = _steps(c, "first"), _right_steps(c, "first")
    c.expect(alike(seen, right) or alike(seen, -right), "The first steps have not the right size.")


def _memories(c: Criterion, before: str) -> None:
    """The steps when there is nothing left to correct, but for a factor of a wrong correction, which is paid for."""
    seen, right = _steps(c, f"{before}alone", 10), _right_steps(c, f"{before}alone", 10)
    c.expect(not alike(seen, -right), "Adam goes uphill.")
    beta_1, beta_2, _ = c.reference("settings")
    factors = [m / v for m in (1, 1 / (1 - beta_1)) for v in (1, 1 / np.sqrt(1 - beta_2))]
    seems = any(alike(seen, right * factor, atol=5e-4) for factor in factors)
    c.expect(seems, "After many steps they do not go where the formulas lead.")


def _place_of_epsilon(c: Criterion, before: str) -> None:
    """With a large epsilon; wrong corrections and signs are paid for elsewhere."""
    seen, slope = _steps(c, f"{before}epsilon", 10), c.reference("gradients")[:1, :1]
    beta_1, beta_2, epsilon = c.reference("settings")
    ways = [
        sign * c.reference("rate") * m * slope / (v * np.abs(slope) + epsilon)
        for sign in (-1, 1)
        for m in (1, 1 / (1 - beta_1))
        for v in (1, 1 / np.sqrt(1 - beta_2))
    ]
    fits = any(alike(seen, np.broadcast_to(way, seen.shape), atol=5e-4) for way in ways)
    c.expect(fits, "With a large epsilon the steps have not the right size.")


def network(rubric: Rubric) -> None:
    """The chain, in training too; and the network that is made again, from its configuration and from a file."""
    with rubric.criterion("chain", points=1, hint="Follow one input through three layers: who gets what?") as c:
        c.close("chain", "the output of three layers", rtol=1e-3)
    with rubric.criterion("training", points=0.5, hint="Are the layers told whether the network is trained?") as c:
        one = "training_of_one"
        if alike(c.array("chain", "the output of three layers"), c.reference("chain")):
            c.close("training", "the output in training", rtol=1e-3)
        c.close(one, "the output of a single layer in training", rtol=1e-3)
    with rubric.criterion(
        "configuration",
        points=1,
        hint="Is all in it plain data, and would it make new layers of the same kind, in the same number?",
    ) as c:
        c.either(
            lambda: _same_layers(c, "again", "again", "made again from its configuration"),
            lambda: _same_layers(c, "described", "again", "that its configuration describes"),
        )
    with rubric.criterion(
        "saved", points=1.5, hint="Save a network, load it, compare: which layers and weights does the new one have?"
    ) as c:
        c.either_prefix(lambda before: _same_layers(c, f"{before}loaded", "loaded", "that was saved and loaded"))


def _same_layers(c: Criterion, key: str, right: str, which: str) -> None:
    """The layers of a network made anew are as many as they were, and have the right weights."""
    seen, expected = c.array(key, "the new network's layers"), c.reference(right)
    c.expect(seen.shape == expected.shape, f"A network {which} has {len(seen)} layers, which is not the right number.")
    c.expect(alike(seen, expected), f"The layers of a network {which} have other weights.")


# Training and use ----------------------------------------------------------------------------------------------------


FORMS = ("inverted", "plain")


def dropout(rubric: Rubric) -> None:
    """In use; what is left in training; how much is dropped; and that each number is drawn by itself, each time."""
    with rubric.criterion("in use", points=1, hint="Look at the table: what becomes of x in use, in either form?") as c:
        for name in FORMS:
            c.close(f"use_{name}", f"the output of {name} dropout in use")
    with rubric.criterion(
        "in training", points=1, hint="Look at the table: by what is a number multiplied that is not dropped?"
    ) as c:
        x, rate = c.reference("x"), c.reference("rate")
        factors = {"inverted": 1 / (1 - rate), "plain": 1.0}
        if _swapped(c):  # which is paid for above
            factors = {"inverted": 1.0, "plain": 1 / (1 - rate)}
        for name, factor in factors.items():
            seen = _dropped(c, name)
            left = seen != 0
            c.expect(
                np.allclose(seen[left], (factor * x)[left], rtol=1e-3),
                f"In training of {name} dropout a number that is not dropped becomes another than it should.",
            )
    with rubric.criterion("share", points=1, hint="Which share is dropped: the rate, or the rest?") as c:
        rate = float(c.reference("rate"))
        for name in FORMS:
            mask = _dropped(c, name) == 0
            share = float(np.mean(mask))
            draws = math.prod(len(np.unique(mask, axis=axis)) for axis in range(2))  # fewer if some are shared
            bound = 7 * np.sqrt(rate * (1 - rate) / draws)
            c.expect(abs(share - rate) < bound, f"In training {share:.0%} were dropped.")
    with rubric.criterion(
        "fresh",
        points=1,
        hint="Every number of every example is drawn by itself, and every call draws anew, compiled and for any batch.",
    ) as c:
        for name in FORMS:
            _draws_anew(c, name)


def _swapped(c: Criterion) -> bool:
    """Whether in use each form is what the other should be."""
    uses = {name: c.array(f"use_{name}", f"the output of {name} dropout in use") for name in FORMS}
    return all(alike(uses[name], c.reference(f"use_{other}")) for name, other in (FORMS, FORMS[::-1]))


def _draws_anew(c: Criterion, name: str) -> None:
    """Two calls drop different numbers, each by itself; and so do calls of the compiled layer.

    Another layer with the same seed drops the same; and NumPy's global generator is left alone.
    """
    for before, what in (("train", "Two calls"), ("compiled", "Two calls of the compiled layer")):
        first, second = (_dropped(c, name, k, before) == 0 for k in range(2))
        c.expect(not np.array_equal(first, second), f"{what} dropped the same numbers.")
        rows, columns = (len(np.unique(first, axis=axis)) / first.shape[axis] for axis in range(2))
        c.expect(rows > 0.9, "The same places were dropped in several examples.")
        c.expect(columns > 0.9, "Several numbers of an example were dropped together.")
    smaller, right = _dropped(c, name, 2, "compiled"), c.reference(f"compiled_{name}_2")
    c.expect(smaller.shape == right.shape, f"A smaller batch came from the compiled layer with shape {smaller.shape}.")
    maps = _dropped(c, name, 0, "maps") == 0
    c.expect(maps.shape == c.reference(f"maps_{name}_0").shape, f"Maps came with shape {maps.shape}.")
    maps = maps.reshape(len(maps), -1)
    apart = min(len(np.unique(maps, axis=axis)) / maps.shape[axis] for axis in range(2))
    c.expect(apart > 0.75, "In maps several numbers were dropped together: whole places, or whole channels.")
    again = c.array(f"again_{name}", "the output in training")
    hint = "Which generator do the random numbers come from, and what does its seed do?"
    c.expect(
        np.array_equal(again, c.array(f"train_{name}_0", "the output in training")),
        "Another layer with the same seed dropped other numbers.",
        hint,
    )
    c.expect(
        alike(c.array(f"global_{name}", "NumPy's numbers"), c.reference(f"global_{name}")),
        "The layer changes NumPy's global generator.",
        "Who else draws from that generator?",
    )


def _dropped(c: Criterion, name: str, k: int = 0, before: str = "train") -> Array:
    """An output in training: some numbers dropped, some not."""
    seen = c.finite(f"{before}_{name}_{k}", "the output in training")
    c.expect(0 < np.mean(seen == 0) < 1, f"In training of {name} dropout {np.mean(seen == 0):.0%} were dropped.")
    if before != "maps":
        factors = (seen / c.reference("x")[: len(seen)])[seen != 0]
        kept = bool(np.ptp(factors) < 1e-2 * np.abs(factors).max())
        c.expect(kept, "In training numbers that are not dropped change, each in another way.")
    return seen


def batch_norm(rubric: Rubric) -> None:
    """The start; rows and maps in training; the running statistics; in use; and the gradient."""
    with rubric.criterion(
        "start", points=0.5, hint="Which of the four begin at one, which at zero, and which does training move?"
    ) as c:
        c.close("start", "the four weights as they start")
        learnt, right = (np.sort(read, axis=0) for read in (c.array("learnt", "the weights"), c.reference("learnt")))
        c.expect(alike(learnt, right), "gamma and beta should be trainable, the running statistics not.")
    with rubric.criterion(
        "rows", points=1, hint="Compute mean and variance of one column by hand, then follow the formula."
    ) as c:
        c.close("train_rows", "the output for rows in training", rtol=1e-3, atol=1e-4)
        large, right = c.finite("epsilon_train_rows", "the output for rows"), c.reference("epsilon_train_rows")
        what = "The output for rows in training with a large epsilon"
        c.expect(alike(large, right), f"{what} is not right.", EPSILON_HINT)
    with rubric.criterion("maps", points=1, hint="A feature of a map is a channel: which axes are averaged?") as c:
        c.close("train_maps", "the output for maps in training", rtol=1e-3, atol=1e-4)
        _epsilon(c, "epsilon_train_maps", "The output for maps in training with a large epsilon")
        for name in ("mean", "variance"):
            _maps_move(c, name)
    with rubric.criterion(
        "running statistics",
        points=1.5,
        hint="What stays, what is new, of which variance, when do they move, and are they assigned when compiled?",
    ) as c:
        for name in ("mean", "variance"):
            c.close(f"{name}_rows", f"the running {name} after a step", rtol=1e-3)
            c.close(f"compiled_{name}_rows", f"the running {name} after two compiled steps", rtol=1e-3)
            before = c.reference(f"kept_{name}_rows")
            c.expect(
                alike(c.array(f"kept_{name}_rows", f"the running {name}"), before), f"The running {name} moves in use."
            )
    with rubric.criterion("in use", points=1, hint="Which mean and variance normalise when training is over?") as c:
        _all_close(c, "", ("use_rows", "use_maps"), "the output in use")
        for name in ("rows", "maps"):
            _epsilon(c, f"epsilon_use_{name}", "The output in use with a large epsilon")
    with rubric.criterion(
        "gradient", points=1, hint="Mean and variance are functions of the batch: the gradient passes through them too."
    ) as c:
        _passes(c, "slopes_rows", "the layer in training")
        _all_close(c, "", ("slopes_rows",), "the gradient in training")


def _epsilon(c: Criterion, key: str, what: str) -> None:
    """A large epsilon stands where it should, or does not for rows in training either, which is paid for there."""

    def rows_are_wrong() -> None:
        rows = "epsilon_train_rows"
        wrong = not alike(c.array(rows, "the output for rows"), c.reference(rows))
        c.expect(wrong, f"{what} did not come.")

    def is_right() -> None:
        c.expect(alike(c.array(key, what), c.reference(key)), f"{what} is not right.", EPSILON_HINT)

    c.either(is_right, rows_are_wrong)


EPSILON_HINT = "Where exactly does epsilon stand in the formula, in training and in use?"


def _maps_move(c: Criterion, name: str) -> None:
    """A running statistic of maps is right after a step, or that of rows is not, which is paid for there."""

    def rows_are_wrong() -> None:
        wrong = not alike(c.array(f"{name}_rows", f"the running {name}"), c.reference(f"{name}_rows"))
        c.expect(wrong, f"The running {name} of maps did not come.")

    c.either(lambda: c.close(f"{name}_maps", f"the running {name} of maps after a step", rtol=1e-3), rows_are_wrong)


# Feeding -------------------------------------------------------------------------------------------------------------


def feeding(rubric: Rubric) -> None:
    """The cache; the order of a stream and its end; that it works ahead, within bounds; and errors."""
    with rubric.criterion(
        "cache", points=1.5, hint="Follow the batches 1, 2, 3, 1, 2, 3 through a cache for two: which are loaded?"
    ) as c:
        for k in range(2):
            c.close(f"came_{k}", "the batches that came")
            seen, right = c.array(f"loaded_{k}", "the batches loaded"), c.reference(f"loaded_{k}")
            asked = len(c.reference(f"came_{k}"))
            c.expect(np.array_equal(seen, right), f"For {asked} requests {len(seen)} batches were loaded.")
    with rubric.criterion("order", points=0.5, hint="All items come, in their order, and then the stream ends.") as c:
        c.close("ordered", "the items that came")
        c.close("single", "the items of a short stream")
        c.close("arrays", "the items of a stream of arrays")
    with rubric.criterion(
        "ahead", points=1.5, hint="While the first item is in use, who makes the second, and how many more?"
    ) as c:
        for k, ahead in enumerate(c.reference("aheads")):
            made, right = c.array(f"made_{k}", "the items made"), c.reference(f"in_turn_{k}")
            count = len(made)
            seen = f"While the first item was in use, {count} were made; ahead was {ahead}."
            c.expect(ahead <= count <= ahead + 2, seen)
            c.expect(np.array_equal(made[1:], right[1:count]), "The next item was made before the first was in use.")
            c.expect(
                c.number(f"first_{k}", "the first item") == c.reference(f"first_{k}"), "The first item is another one."
            )
    with rubric.criterion(
        "errors", points=0.5, hint="What becomes of an exception in the thread, and of the items before it?"
    ) as c:
        seen, right = c.array("broken", "the items"), c.reference("broken")
        c.expect(c.array("failed", "the exception"), "A broken stream raised no exception.")
        c.expect(np.array_equal(seen, right[: len(seen)]), "Before the exception other items came than were made.")
        c.expect(
            len(seen) == len(right) or _too_early(c),  # which is paid for above
            f"Before the exception {len(seen)} items came, not all that could be made.",
        )


def _too_early(c: Criterion) -> bool:
    """Whether items were made before the first one was handed out, or without a bound."""
    for k, ahead in enumerate(c.reference("aheads")):
        made, right = c.array(f"made_{k}", "the items made"), c.reference(f"in_turn_{k}")
        if len(made) > ahead + 2 or not np.array_equal(made[1:], right[1 : len(made)]):
            return True
    return False


# Images --------------------------------------------------------------------------------------------------------------


def patches(rubric: Rubric) -> None:
    """Plain windows, with a stride, with a margin, and with an uneven one. The order in a window counts only once."""
    with rubric.criterion(
        "valid",
        points=1,
        hint="Row by row through the window, channels last: look at one window. Does it work for a batch of None?",
    ) as c:
        _all_close(c, "", ("valid_0", "valid_1"), "the windows")
        _all_close(c, "", ("compiled",), "the windows when compiled for a batch of any size")
        c.differentiable("slopes", "them")
    with rubric.criterion("stride", points=1, hint="How many windows fit, and where does each begin?") as c:
        _same_windows(c, _STRIDES)
    with rubric.criterion(
        "same",
        points=1,
        hint="How many rows should come out, and how many pixels are missing for that, for a batch of None, too?",
    ) as c:
        _same_windows(c, ("same_0", "compiled_same"), ("same_1", "same_2"))
    with rubric.criterion(
        "uneven", points=1, hint="If an odd number of rows is missing, on which side is the extra one?"
    ) as c:
        _same_windows(c, ("uneven_0", "uneven_2"), ("uneven_1",))


_STRIDES = ("stride_0", "stride_1")


def _same_windows(c: Criterion, keys: tuple[str, ...], with_stride: tuple[str, ...] = ()) -> None:
    """The windows of the reference, in whatever order each lists what it sees.

    If the number of windows costs `valid`: on square images, or without the last row and column. And without a stride,
    if the windows with one cost `stride`.
    """

    def on(before: str, lost: int) -> None:
        _windows_are_right(c, before, keys, lost)
        c.either(lambda: _windows_are_right(c, before, with_stride, lost), lambda: without_a_stride(before, lost))

    def without_a_stride(before: str, lost: int) -> None:
        right = all(_windows_are(c, f"{before}{key}", lost) for key in _STRIDES)
        c.expect(not right, "A window does not see what it should.")

    def otherwise(before: str, lost: int) -> None:
        seen, right = (read("valid_0").shape[1:3] for read in (lambda key: c.array(key, "the windows"), c.reference))
        c.expect(seen != right, "A window does not see what it should.")
        on(before, lost)

    c.either(lambda: on("", 0), lambda: otherwise("square_", 0), lambda: otherwise("", 1))


def _windows_are_right(c: Criterion, before: str, keys: tuple[str, ...], lost: int) -> None:
    """As many as there should be, but for so many rows and columns at the end, and each sees what it should."""
    for key in (f"{before}{key}" for key in keys):
        seen, right = c.array(key, "the windows"), c.reference(key)
        rows, columns = (n - lost for n in right.shape[1:3])
        c.expect(
            seen.shape[:3] == (len(right), rows, columns) and seen.size == right[:, :rows, :columns].size,
            f"There are {' × '.join(map(str, seen.shape[1:3]))} windows, or they do not see as much as they should.",
        )
        c.expect(_windows_are(c, key, lost), "A window does not see what it should.")


def _windows_are(c: Criterion, key: str, lost: int) -> bool:
    """Whether these are the reference's windows, but for so many rows and columns at the end."""
    seen, right = c.array(key, "the windows"), c.reference(key)
    right = right[:, : right.shape[1] - lost, : right.shape[2] - lost]
    if seen.shape[:3] != right.shape[:3] or seen.size != right.size:
        return False
    seen, right = (np.sort(each.reshape(*right.shape[:3], -1), axis=-1) for each in (seen, right))
    return alike(seen, right)


def convolution(rubric: Rubric) -> None:
    """The sum over a window; stride and padding; the penalty; and the start."""
    with rubric.criterion(
        "output",
        points=1.5,
        hint="Which entry of W belongs to which pixel and channel? Does the layer work for a batch of None?",
    ) as c:

        def right(before: str) -> None:
            _all_close(c, before, ("output_0", "output_1"), "the output for known weights")
            _all_close(c, before, ("compiled",), "the output when compiled for a batch of any size")
            c.differentiable(f"{before}slopes", "the layer")
            _learnt(c, f"{before}learnt")

        c.either_prefix(right)
    with rubric.criterion("settings", points=1, hint="Do the windows know about stride and padding?") as c:
        keys = tuple(f"settings_{k}" for k in range(3))
        c.either_prefix(lambda before: _all_close(c, before, keys, "the output with a stride or with padding"))
    with rubric.criterion(
        "penalty", points=0.5, hint="What is added to the loss in each call, for which weights, and how strongly?"
    ) as c:
        c.either_prefix(lambda before: _same_number(c, f"{before}penalty", "What a call adds to the loss"))
    with rubric.criterion("start", points=1, hint=START_HINT) as c:
        channels, filters = (int(size) for size in c.reference("sizes"))

        def starts(before: str) -> None:
            _starts(c, f"{before}start_W", (3, 3, channels, filters), 9 * channels, 9 * filters)
            _zero(c, f"{before}start_b")

        c.either_prefix(starts)


def pooling(rubric: Rubric) -> None:
    """The largest of windows side by side, and of others."""
    with rubric.criterion(
        "windows", points=1, hint="Channel by channel: which numbers does the window see, and which is the largest?"
    ) as c:

        def right(before: str) -> None:
            _all_close(c, before, ("windows_0", "windows_1"), "the largest numbers")
            _all_close(c, before, ("compiled",), "the largest numbers when compiled for a batch of any size")
            c.differentiable(f"{before}slopes", "the layer")

        c.either_prefix(right)
    with rubric.criterion("stride", points=1, hint="How far does the window jump if a stride is given?") as c:
        keys = tuple(f"stride_{k}" for k in range(3))
        c.either(
            lambda: c.either_prefix(lambda before: _all_close(c, before, keys, "the largest numbers with a stride")),
            lambda: _other_pooling(c),
        )


def _other_pooling(c: Criterion) -> None:
    """Windows with a stride give what something else than the largest number would be, which is paid for elsewhere."""
    ways: tuple[Callable[[Array], Array], ...] = (
        lambda seen: seen.mean(axis=(3, 4)),
        lambda seen: seen.min(axis=(3, 4)),
        lambda seen: seen.sum(axis=(3, 4)),
        lambda seen: np.maximum(seen.max(axis=(3, 4)), 0),
        lambda seen: np.abs(seen).max(axis=(3, 4)),
        lambda seen: seen.reshape(*seen.shape[:3], -1, seen.shape[-1]).max(axis=-1),  # over the channels
        lambda seen: seen.max(axis=(3, 4, 5)),  # over both
    )
    cases = (("stride_0", "x", 3, 2), ("stride_1", "below", 2, 1), ("stride_2", "x", 2, 3))

    def is_it(way: Callable[[Array], Array], margin: bool) -> bool:
        return all(
            alike(c.array(key, "the numbers"), way(_windows(c.reference(x), size, stride, margin)))
            for key, x, size, stride in cases
        )

    found = any(is_it(way, margin) for way in (*ways, lambda seen: seen.max(axis=(3, 4))) for margin in (False, True))
    c.expect(found, "With a stride not the largest numbers came.")


def _windows(x: Array, size: int, stride: int, margin: bool = False) -> Array:
    """What a window sees: (batch, rows, columns, size, size, channels); with a margin of zeros, as in `same`."""
    if margin:
        missing = [max((math.ceil(n / stride) - 1) * stride + size - n, 0) for n in x.shape[1:3]]
        x = np.pad(x, [(0, 0), *((n // 2, n - n // 2) for n in missing), (0, 0)])
    seen = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    return np.moveaxis(seen, 3, -1)


def latent_channel(rubric: Rubric) -> None:
    """The plane in the last channel, how its weights start, and the image unchanged, wherever it is."""
    with rubric.criterion(
        "plane", points=1, hint="Fill the plane row by row, one for each example, and put it behind the image."
    ) as c:

        def plane(before: str) -> None:
            for key in ("output_0", "output_1", "compiled_0"):
                output, right = _image(c, f"{before}{key}", key), c.reference(key)
                c.expect(
                    alike(output[..., -1], right[..., -1]), "The last channel is not the plane of the latent vector."
                )
            for k in range(2):
                c.differentiable(f"{before}slopes_{k}", "the layer", alike=False)  # other channels are asked for below
                _learnt(c, f"{before}learnt_{k}")

        c.either_prefix(plane)
    with rubric.criterion("start", points=0.5, hint=START_HINT) as c:
        n, pixels = (int(size) for size in c.reference("sizes"))

        def starts(before: str) -> None:
            _starts(c, f"{before}start_W", (n, pixels), n, pixels)
            _zero(c, f"{before}start_b")

        c.either_prefix(starts)
    with rubric.criterion("image", points=0.5, hint="The image should come out as it went in.") as c:

        def image(before: str) -> None:
            for k in range(2):
                output, x = _image(c, f"{before}output_{k}", f"output_{k}"), c.reference(f"x_{k}")
                channels = x.shape[-1]
                c.expect(
                    any(alike(part, x) for part in (output[..., :channels], output[..., -channels:])),
                    "The channels of the image are not there, or not as they were.",
                )
                came = output.shape[-1]
                c.expect(came == channels + 1, f"An image of {channels} channels came with {came}.")

        c.either_prefix(image)


def _image(c: Criterion, key: str, right_key: str) -> Array:
    """An output with the height and width of the image."""
    output, right = c.array(key, "the output"), c.reference(right_key)
    c.expect(output.ndim == 4 and output.shape[:3] == right.shape[:3], f"Images of shape {output.shape} came.")
    return output


# Sequences -----------------------------------------------------------------------------------------------------------


def recurrent(rubric: Rubric) -> None:
    """One step, the state that it hands on, the start, and the mask."""
    with rubric.criterion(
        "step", points=1.5, hint="Which three terms are added before the tanh? Follow one step by hand."
    ) as c:

        def step(before: str) -> None:
            c.close(f"{before}output", "the output of a step", rtol=1e-3, atol=1e-4)
            c.differentiable(f"{before}slopes", "the step")
            _learnt(c, f"{before}learnt")
            c.close(f"{before}compiled", "the output of a compiled step", rtol=1e-3, atol=1e-4)

        c.either_prefix(step)
    with rubric.criterion("state", points=1, hint="What does the next step get as its h?") as c:

        def state(before: str) -> None:
            state, output = c.finite(f"{before}state_0", "the state"), c.finite(f"{before}output", "the output")
            c.expect(not alike(state, c.reference("h")), "The state that is handed on is the one that came.")
            handed_on = alike(state, c.reference("state_0")) or (alike(state, output) and _is_some_step(c, output))
            c.expect(handed_on, "The state is not the new h.")
            c.expect(c.number(f"{before}states", "the states") == 1, "Not one state came, but several.")

        c.either_prefix(state)
    with rubric.criterion(
        "mask", points=1, hint="A step of (0, 1), of (-1, -1) and of (1, -1): which of them are filling?"
    ) as c:
        seen, right = c.array("mask", "the mask"), c.reference("mask")
        c.expect(seen.shape == right.shape, f"The mask came with shape {seen.shape}, not (batch, time).")
        wrong = seen.astype(bool) != right.astype(bool)
        c.expect(not wrong.any(), f"The mask: {how_many(wrong)}")
        seen = c.array("compiled_mask", "the mask of compiled code")
        c.expect(alike(seen.astype(float), right.astype(float)), "Compiled, the mask is another one.")
    with rubric.criterion("start", points=0.5, hint=START_HINT) as c:
        inputs, units = (int(size) for size in c.reference("sizes"))

        def starts(before: str) -> None:
            _starts(c, f"{before}start_W", (inputs, units), inputs, units)
            _orthogonal(c, f"{before}start_U", (units, units))
            _zero(c, f"{before}start_b")

        c.either_prefix(starts)


def _is_some_step(c: Criterion, output: Array) -> bool:
    """Whether an output is that of a recurrent step with at most one mistake in its sum and one in its activation."""
    W, U, b, x, h = (c.reference(name) for name in ("W", "U", "b", "x", "h"))
    sums = (x @ W + h @ U + b, x @ W + h @ U, x @ W + b, x @ W + h @ U.T + b)
    activations: tuple[Callable[[Array], Array], ...] = (np.tanh, _sigmoid, lambda x: x, lambda x: np.maximum(x, 0))
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


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


def _gates(c: Criterion) -> list[Array]:
    """The sigmoids of the four sums at the known step, and of those of units that take turns; the fourth shows."""
    W, U, b, x, h = (c.reference(name) for name in ("W", "U", "b", "x", "h"))
    gates = _sigmoid(x @ W + h @ U + b)
    return [*np.split(gates, 4, axis=1), *(gates[:, k::4] for k in range(4))]


def _states(c: Criterion, before: str) -> list[Array]:
    """The two states that came."""
    return [c.finite(f"{before}state_{k}", "the states") for k in range(2)]


def _new_carry_is_there(c: Criterion, before: str) -> bool:
    return any(alike(state, c.reference("state_1")) for state in _states(c, before))


def lstm(rubric: Rubric) -> None:
    """The carry, the output that follows from it, the states in their order, and the start."""
    with rubric.criterion(
        "carry", points=1.5, hint="Which quarter is which gate, and which of them goes through tanh? What is kept of c?"
    ) as c:
        c.either_prefix(lambda before: c.expect(_new_carry_is_there(c, before), "The new c is not among the states."))
    with rubric.criterion("output", points=1.5, hint="What does the output gate let through of the new c?") as c:
        c.either_prefix(lambda before: _shown(c, before))
    with rubric.criterion("states", points=1, hint="Which two states go on to the next step, in which order?") as c:
        c.either_prefix(lambda before: _handed_on(c, before))
    with rubric.criterion(
        "start",
        points=1,
        hint="W begins at Glorot's, U orthogonal, and one of the bias's four parts not at zero: where does it lie?",
    ) as c:
        c.either_prefix(lambda before: _lstm_starts(c, before))


def _shown(c: Criterion, before: str) -> None:
    """The output is the output gate's share of the new c, whatever that is; gates in another order are paid for."""
    output, gates = c.finite(f"{before}output", "the output"), _gates(c)
    c.expect(_varies(output), "The output is the same number everywhere.")
    gates = gates[3:4] if _new_carry_is_there(c, before) else gates
    c.expect(
        any(alike(output, gate * np.tanh(carry)) for gate in gates for carry in _states(c, before)),
        "The output does not follow from the new c by the output gate.",
    )
    c.differentiable(f"{before}slopes", "the step", alike=False)  # of whatever c came
    _learnt(c, f"{before}learnt")
    c.expect(alike(c.array(f"{before}compiled", "the compiled output"), output), "Compiled, the output is another one.")


def _handed_on(c: Criterion, before: str) -> None:
    """Both new states, h first."""
    h, carry = _states(c, before)
    output = c.finite(f"{before}output", "the output")
    c.expect(not alike(h, c.reference("h")), "The h that is handed on is the one that came.")
    c.expect(not alike(h, carry), "Both states are the same.")
    c.expect(alike(h, output) or alike(h, c.reference("state_0")), "The first state is not the output.")
    shown = any(alike(output, gate * np.tanh(carry)) for gate in _gates(c))  # the wrong gate is paid for above
    c.expect(shown or alike(carry, c.reference("state_1")), "The second state is not the new c.")
    c.expect(c.number(f"{before}states", "the states") == 2, "Not two states came.")


def _lstm_starts(c: Criterion, before: str) -> None:
    """The weights and the bias start as asked."""
    inputs, units = (int(size) for size in c.reference("sizes"))
    c.either(  # one matrix, or four side by side
        lambda: _starts(c, f"{before}start_W", (inputs, 4 * units), inputs, 4 * units),
        lambda: _starts(c, f"{before}start_W", (inputs, 4 * units), inputs, units),
    )
    _orthogonal(c, f"{before}start_U", (units, 4 * units))
    bias, right = c.finite(f"{before}start_b", "the bias"), c.reference("start_b")
    c.expect(alike(bias, right), "The bias does not start as it should.")
