"""Hidden tests of the lesson ``toy_gan``, the judging half: how an answer to ``probes.py`` earns points.

Rationales say what was seen, hints where to look; neither gives an expected value away. A part that builds on another
of the student's own is right if it agrees with the reference, as the notebook is or with something known in the place
of the other part, so that no mistake is paid for twice.

Where students draw random numbers, their draws are compared with theory: bounds lie at least four times sqrt(n) in
terms of Kolmogorov and Smirnov's distance, or seven standard errors. Where a step of theirs trains, its samples are
judged as a distribution (mean, covariance, unbiased MMD), with bounds two and a half times as wide as the worst of 48
trainings of the solution: 0.11 for the mean, 0.13 for the covariance, 0.041 for the discrepancy.
"""

import itertools
import math
from collections.abc import Callable
from functools import partial

import numpy as np

from autograder.judging import CUT, NATURAL, Criterion, Rubric, alike, how_many

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _scalar(c: Criterion, key: str, what: str, otherwise: str) -> None:
    """One number, that of the reference."""
    value = np.array(c.number(key, what))
    c.expect(alike(value, c.reference(key).reshape(())), otherwise)


def _draw(c: Criterion, key: str, shape: tuple[int, ...], what: str) -> Array:
    """Drawn numbers of this shape: finite, and hardly two alike."""
    draw = _drawn(c, key, shape, what)
    c.expect(_varied(draw), f"Many values of {what} are the same.")
    return draw


def _drawn(c: Criterion, key: str, shape: tuple[int, ...], what: str) -> Array:
    """Drawn numbers of this shape, finite."""
    draw = c.array(key, what)
    c.expect(draw.shape == shape, f"{what} came with shape {draw.shape}, which is not the one asked for.")
    c.expect(np.isfinite(draw).all(), f"Some values of {what} are NaN or infinite.")
    return draw.astype(np.float64)


def _varied(draw: Array) -> bool:
    """Hardly two numbers are alike."""
    return len(np.unique(draw)) > 0.4 * draw.size


def _equal_where_seeds_are(c: Criterion, values: Array, what: str) -> None:
    """Of what came from each seed, the same came from equal seeds and from no others."""
    seeds = c.reference("seeds")
    c.expect(len(values) == len(seeds), f"{len(seeds)} times {what} were expected.")
    for i, j in itertools.combinations(range(len(seeds)), 2):
        if seeds[i] == seeds[j]:
            c.expect(np.array_equal(values[i], values[j]), f"Equal seeds gave different {what}.")
        else:
            c.expect(not np.allclose(values[i], values[j]), f"Different seeds gave the same {what}.")


def _normal_distance(values: Array) -> float:
    """Kolmogorov and Smirnov's distance of the values from the standard normal distribution."""
    seen = np.sort(values.ravel())
    expected = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in seen])
    steps = np.arange(seen.size + 1) / seen.size
    return float(max((expected - steps[:-1]).max(), (steps[1:] - expected).max()))


def _mmd(x: Array, y: Array, width: float) -> float:
    """The unbiased squared maximum mean discrepancy of points (n, 2) and (m, 2) with a Gaussian kernel."""

    def kernel(a: Array, b: Array) -> Array:
        return np.exp(-((a[:, None] - b[None]) ** 2).sum(axis=2) / (2 * width**2))

    n, m = len(x), len(y)
    among_x, among_y = (kernel(x, x).sum() - n) / (n * (n - 1)), (kernel(y, y).sum() - m) / (m * (m - 1))
    return float(among_x + among_y - 2 * kernel(x, y).mean())


# The game of two numbers, and the best opponent ----------------------------------------------------------------------


def game(rubric: Rubric) -> None:
    """Both ways of playing, whether or not the start belongs to the path; and that it does."""
    with rubric.criterion(
        "simultaneous", points=1, hint="Both players look at the same point: which values does the second line use?"
    ) as c:
        astray = any(_played(c, signs) for signs in _OTHER_SIGNS)
        c.expect(not astray, "A player goes the wrong way.", "Who wants xy to be small goes down along its slope.")
        _points(c, "simultaneous")
    with rubric.criterion(
        "alternating", points=1, hint="With alternating=True the second player has already seen the first one's move."
    ) as c:
        c.either(lambda: _points(c, "alternating"), lambda: _paid_for_above(c))
    with rubric.criterion(
        "path", points=1, hint="One row for the start, and one more for every step: (steps + 1, 2)."
    ) as c:
        c.either(lambda: _path(c, "simultaneous"), lambda: _path(c, "alternating"))


_OTHER_SIGNS = ((-1, -1), (1, 1), (1, -1))
"""Which way x and y go where a sign is wrong: both down, both up, each the other's way."""


def _is_path(path: Array, right: Array) -> bool:
    """Whether these are the points, with or without the start, the last one, and in rows."""
    return any(alike(way, form) for way in (path, path.T) for form in (right, right[1:], right[:-1]))


def _points(c: Criterion, name: str) -> None:
    """The points of three games of this name are the reference's."""
    for k in range(3):
        path, right = c.array(f"{name}_{k}", "the path"), c.reference(f"{name}_{k}")
        c.expect(
            _is_path(path, right), f"The points of a game of {len(right) - 1} {name} steps are not those of the rule."
        )


def _played(c: Criterion, signs: tuple[int, int], alternating: bool = False) -> bool:
    """Whether three games were played by the rule with these signs in it."""

    def points(right: Array) -> Array:
        rate, (x, y) = (right[0, 0] - right[1, 0]) / right[0, 1], right[0]
        path = [(x, y)]
        for _ in right[1:]:
            old, x = x, x + signs[0] * rate * y
            y = y + signs[1] * rate * (x if alternating else old)
            path.append((x, y))
        return np.array(path)

    name = "alternating" if alternating else "simultaneous"
    return all(_is_path(c.array(f"{name}_{k}", "the path"), points(c.reference(f"{name}_{k}"))) for k in range(3))


def _paid_for_above(c: Criterion) -> None:
    """The alternating games are those of a mistake that the simultaneous ones have, too."""
    same_signs = any(_played(c, signs) and _played(c, signs, alternating=True) for signs in _OTHER_SIGNS)
    changed_places = all(
        _is_path(c.array(f"{name}_{k}", "the path"), c.reference(f"{other}_{k}"))
        for name, other in itertools.permutations(("simultaneous", "alternating"))
        for k in range(3)
    )
    c.expect(same_signs or changed_places, "The points of alternating steps are not those of the rule.")


def _path(c: Criterion, name: str) -> None:
    """From the start, one row a step, and each step moves as far as the slope says."""
    for k in range(3):
        path, right = c.array(f"{name}_{k}", "the path"), c.reference(f"{name}_{k}")
        c.expect(path.shape == right.shape, f"The path of {len(right) - 1} steps came with shape {path.shape}.")
        c.expect(alike(path[0], c.reference(f"start_{k}")), "The path does not begin where the game starts.")
        c.expect(
            np.allclose(np.abs(path[1, 0] - path[0, 0]), np.abs(right[1, 0] - right[0, 0])),
            "The first step is not as long as the slope and the rate say.",
        )


def averages(rubric: Rubric) -> None:
    """The mean of the whole path, and every one before it."""
    with rubric.criterion(
        "last", points=1, hint="The last row is the mean of all points: one for x and one for y."
    ) as c:
        for k in range(3):
            means, right = c.array(f"means_{k}", "the means"), c.reference(f"means_{k}")
            c.expect(means.size >= 2 and means.shape[-1] == 2, f"Means of shape {means.shape} came.")
            n = len(right)
            # Whatever the sum is divided by, which is asked for below: nothing, or one too few or too many.
            ways = [right[-1] * factor for factor in (1, n, n / (n - 1), n / (n + 1))]
            is_it = any(alike(means.reshape(-1, 2)[-1], way) for way in ways)
            c.expect(is_it, "The last mean is not that of all points.")
    with rubric.criterion(
        "every", points=1, hint="By how many points is the sum of the first t + 1 rows to be divided?"
    ) as c:
        for k in range(3):
            c.close(f"means_{k}", "the means")


def best(rubric: Rubric) -> None:
    """The formula, and where there is nothing to divide by."""
    with rubric.criterion(
        "formula", points=2, hint="The probability of real, given x: Bayes' rule with equal odds."
    ) as c:
        c.close("positive", "D* where both densities are positive")
        c.close("one_zero", "D* where at most one density is zero")
    with rubric.criterion(
        "nothing", points=1, hint="Where neither real nor fake ever comes, the text agrees on an answer."
    ) as c:
        right = c.reference("neither")
        value = c.array("neither", "D*")
        c.expect(value.shape == right.shape, f"An array of shape {value.shape} came.")
        c.expect(np.isfinite(value).all(), "Where both densities are zero, D* is NaN or infinite.")
        c.expect(alike(value, right) or alike(1 - value, right), "D* is wrong beside a place without any density.")
        tiny, right = c.array("tiny", "D*"), c.reference("tiny")
        c.expect(
            # Of a formula that is wrong anyway nothing is asked here.
            any(alike(tiny, form) for form in (right, 1 - right)) or not _formula_holds(c),
            "D* is another where both densities are tiny than where they are large, in the same proportion.",
            "A small number that is added is large beside densities that are smaller still: treat 0 and 0 by itself.",
        )


def _formula_holds(c: Criterion) -> bool:
    """Whether D* is right, or its complement, where both densities are positive."""
    value, right = c.array("positive", "D*"), c.reference("positive")
    return alike(value, right) or alike(1 - value, right)


# The players ---------------------------------------------------------------------------------------------------------


def noise(rubric: Rubric) -> None:
    """The distribution, and where the randomness comes from."""
    with rubric.criterion(
        "normal", points=0.5, hint="Draw a histogram of a large sample beside the bell curve; mind the shape (m, n)."
    ) as c:
        for k in range(2):
            draw = _draw(c, f"draw_{k}", tuple(c.reference("sizes")[k]), "the noise")
            c.expect(_normal_distance(draw) < 0.04, "The values are not those of a standard normal distribution.")
            c.expect(np.abs(draw).max() > 3, "No number lies as far from 0 as a few of so many normal ones do.")
            across = np.corrcoef(draw if k == 0 else draw.T)
            c.expect(np.abs(across - np.eye(5)).max() < 0.16, "Rows or columns of the noise hang together.")
    with rubric.criterion(
        "generator", points=0.5, hint="All randomness comes from the generator passed in, and from nowhere else."
    ) as c:
        size, count = tuple(c.reference("sizes")[2]), len(c.reference("seeds"))
        calls = [_drawn(c, f"again_{call}", (count, *size), "the noise") for call in range(2)]
        for draws in calls:
            c.expect(all(_varied(draw) for draw in draws), "Many numbers of the noise are the same.")
            c.expect(
                all(_normal_distance(draw) < 0.4 for draw in draws), "The values are far from a normal distribution."
            )
            _equal_where_seeds_are(c, draws, "noise")
        for first, second in zip(*calls, strict=True):
            c.expect(not np.allclose(first, second), "Two calls with one generator gave the same noise.")


def ring(rubric: Rubric) -> None:
    """Modes, moments and the distribution as a whole, each over several seeds; and where the randomness comes from."""
    with rubric.criterion(
        "modes",
        points=1,
        hint="Count your points near each centre: every one should get its share, none be between, each chosen anew.",
    ) as c:
        c.either_prefix(lambda before: _modes(c, before))
    with rubric.criterion(
        "spread", points=1, hint="Around its centre a point is normal in both coordinates, with the deviation given."
    ) as c:
        c.either_prefix(lambda before: _spread(c, before))
    with rubric.criterion(
        "distribution", points=1, hint="Compare with points of the ring by metrics.mmd: is every mode equally likely?"
    ) as c:
        c.either_prefix(lambda before: _ring_as_a_whole(c, before))
    with rubric.criterion(
        "generator", points=1, hint="All randomness comes from the generator passed in, and from nowhere else."
    ) as c:
        c.either_prefix(lambda before: _ring_by_seed(c, before))


def _modes(c: Criterion, before: str) -> None:
    """All points near a centre, no mode without its share, every point by its own choice."""
    uneven = 0.0
    for k, points in _rings(c, before):
        modes, radius, deviation = c.reference(f"case_{k}")
        distances = np.linalg.norm(points[:, None] - _centres(int(modes), radius), axis=2)
        near = distances.min(axis=1) < 5 * deviation
        c.expect(near.mean() > 0.98, f"{1 - near.mean():.0%} of the points are far from every centre.")
        nearest = distances.argmin(axis=1)
        shares = np.bincount(nearest[near], minlength=int(modes)) * modes / len(points)
        c.expect(shares.min() > 0.25, f"{int((shares <= 0.25).sum())} of {int(modes)} modes get next to nothing.")
        repeated, chance = np.mean(nearest[1:] == nearest[:-1]), 1 / modes
        c.expect(
            abs(repeated - chance) < 7 * np.sqrt(chance * (1 - chance) / (len(points) - 1)),
            f"{repeated:.1%} of the points have the centre of the point before: they do not choose by themselves.",
        )
        counts, fair = np.bincount(nearest, minlength=int(modes)), len(points) / modes
        uneven += float(((counts - fair) ** 2 / fair).sum())
    # A chi-squared number with 33 degrees of freedom or more: below 3 once in 10^13.
    c.expect(
        uneven > 3,
        "Every mode gets its share to a point, however the draw falls: the points do not choose by themselves.",
        "Draw the mode of each point by itself, whatever the others have drawn; that the shares differ is chance.",
    )


def _spread(c: Criterion, before: str) -> None:
    """Normal around the centres."""
    for k, points in _rings(c, before):
        modes, radius, deviation = c.reference(f"case_{k}")
        centres = _centres(int(modes), radius)
        nearest = centres[np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)]
        away = (points - nearest) / deviation
        c.expect((np.abs(away.std(axis=0) - 1) < 0.2).all(), "Around their centres the points are not so wide.")
        c.expect(_normal_distance(away) < 0.11, "Around their centres the points are not normal.")
        # 3 for normal numbers, and here within 0.4 of it; 1.8 for uniform ones.
        fourth = np.mean(((away - away.mean(axis=0)) / away.std(axis=0)) ** 4)
        c.expect(fourth > 2.2, "Around their centres the points are not normal.")
        c.expect(abs(np.corrcoef(away.T)[0, 1]) < 0.25, "Around their centres both coordinates hang together.")


def _ring_as_a_whole(c: Criterion, before: str) -> None:
    """As a distribution like points of the ring."""
    for k, points in _rings(c, before):
        modes, radius, deviation = c.reference(f"case_{k}")
        random = np.random.default_rng(0)
        right = _centres(int(modes), radius)[random.integers(int(modes), size=800)]
        right = right + deviation * random.normal(size=(800, 2))
        # It scatters by 0.001 where both distributions are the same; one mode of eight left out makes 0.014.
        c.expect(_mmd(points, right, radius / 4) < 0.01, "As a distribution the points are not those of the ring.")


def _ring_by_seed(c: Criterion, before: str) -> None:
    """The same points from equal generators, and from no others."""
    draws = _drawn(c, f"{before}again", (len(c.reference("seeds")), 20, 2), "the points")
    for draw in draws:
        c.expect(_varied(draw), "Many values of the points are the same.")
        c.expect(np.linalg.norm(draw, axis=1).std() > 1e-3, "All points are equally far out.")
    # Around a circle of about the radius asked for, be it the right one or not: any numbers drawn are not enough.
    away = np.linalg.norm(draws, axis=2) / c.reference("case_0")[1]
    c.expect(0.7 < np.median(away) < 1.3 and away.std() < 0.45, "The points do not lie around the circle.")
    _equal_where_seeds_are(c, draws, "points")


def _rings(c: Criterion, before: str) -> list[tuple[int, Array]]:
    """All draws, each with its case."""
    return [(k, _draw(c, f"{before}draw_{k}_{i}", (800, 2), "the points")) for k in range(2) for i in range(3)]


def _centres(modes: int, radius: float) -> Array:
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def normal(rubric: Rubric) -> None:
    """The mean, a root of the covariance whichever it is, and that every row is mapped by it."""
    with rubric.criterion("mean", points=1, hint="Noise of zeros should become the mean, in every row.") as c:
        for k in range(2):
            c.close(f"zero_{k}", "what becomes of noise of zeros")
            some, opposite = (c.finite(f"{name}_{k}", "the samples") for name in ("some", "opposite"))
            c.expect(not alike(some, opposite), "The noise has no effect: every sample is the same.")
            middle = (some.astype(np.float64) + opposite) / 2
            c.expect(alike(middle, c.reference(f"zero_{k}")[:1] + 0 * middle), "Opposite noise is not around the mean.")
    with rubric.criterion(
        "covariance", points=1, hint="The noise times which matrix, on which side, has the covariance A A^T?"
    ) as c:
        for k in range(2):
            steps = _root_rows(c, k)
            c.expect(alike(steps.T @ steps, c.reference(f"covariance_{k}")), "The samples have another covariance.")
    with rubric.criterion(
        "rows", points=1, hint="Each row of noise is turned into its own sample, by a matrix and a shift."
    ) as c:
        for k in range(2):
            zero, some = c.finite(f"zero_{k}", "the samples"), c.finite(f"some_{k}", "the samples")
            steps = _root_rows(c, k)
            c.expect(np.abs(np.linalg.det(steps)) > 1e-3, "Different noise becomes the same sample.")
            from_covariance = _stretches_as(steps, c.reference(f"covariance_{k}"))
            c.expect(from_covariance, "How the noise is stretched does not follow from the covariance.")
            c.expect(alike(some, zero[0] + c.reference(f"z_{k}") @ steps), "The rows are not mapped one by one.")


def _stretches_as(steps: Array, covariance: Array) -> bool:
    """Whether a matrix is as long along its axes as a root of the covariance, or as what is mistaken for one.

    A rotation or a transposition too many, which costs elsewhere, leaves these lengths as they are.
    """
    values, variances = np.linalg.eigvalsh(covariance), np.diag(covariance)
    mistaken = np.linalg.svd(np.sqrt(np.abs(covariance)), compute_uv=False)
    lengths = (np.sqrt(values), values, 1 / np.sqrt(values), 1 / values, np.sqrt(variances), variances, mistaken)
    seen = np.linalg.svd(steps, compute_uv=False)[::-1]
    return any(alike(seen, np.sort(each)) for each in lengths)


def _root_rows(c: Criterion, k: int) -> Array:
    """How far each single one of noise moves the sample: row i is column i of A."""
    unit, zero = c.finite(f"unit_{k}", "the samples"), c.finite(f"zero_{k}", "the samples")
    return unit.astype(np.float64) - zero[0].astype(np.float64)


def network(rubric: Rubric) -> None:
    """How it starts, what it makes of known values, which variables move it, and the seed."""
    with rubric.criterion(
        "start", points=1, hint="Which size of a layer does the variance of its weights depend on, and in which way?"
    ) as c:
        c.either_prefix(lambda before: _network_starts(c, before))
    with rubric.criterion(
        "forward", points=1.5, hint="Follow one example by hand: which layers have a leaky ReLU behind them, how leaky?"
    ) as c:
        for k in range(2):
            _forward(c, k)
    with rubric.criterion(
        "theta",
        points=0.5,
        hint="Every variable that forward uses belongs to theta, and forward uses its present value.",
    ) as c:
        for k in range(2):
            _theta(c, k)
    with rubric.criterion(
        "seed", points=1, hint="The same seed, the same network, with different numbers in every layer."
    ) as c:
        c.either_prefix(lambda before: _network_by_seed(c, before))


def _network_starts(c: Criterion, before: str) -> None:
    """Weights normal and of the variance asked for, biases zero."""
    found = c.array(f"{before}start_found", "theta")
    c.expect(found.shape == (6,) and found[::2].all(), "theta does not hold a weight for each layer.")
    for k, inputs in enumerate(c.reference("sizes")[:-1]):
        weights = c.array(f"{before}start_{2 * k}", "the weights")
        if found[2 * k + 1]:
            c.expect(not c.array(f"{before}start_{2 * k + 1}", "the bias").any(), "A bias does not begin at zero.")
        scaled = weights.ravel().astype(np.float64) * np.sqrt(inputs / 2)
        c.expect(np.isfinite(scaled).all(), "Some weights are NaN or infinite.")
        # The smallest matrix has more than 600 entries: its standard deviation is known to 3%.
        c.expect(0.79 < scaled.std() < 1.21, "The weights of a layer have another variance than asked for.")
        # Normal numbers without those beyond two deviations, as Keras draws them, lie 0.020 from all of them.
        bound = max(4 / np.sqrt(scaled.size), 0.04)
        c.expect(
            _normal_distance(scaled) < bound,
            "The weights do not begin as normal numbers.",
            "Draw a histogram of the weights of one large layer: is it a bell around zero?",
        )


def _used(c: Criterion, k: int) -> Array:
    """Which variables of network k are in theta and have any effect."""
    found, output = c.array(f"found_{k}", "theta").astype(bool), c.array(f"output_{k}", "the outputs")
    c.expect(found.shape == (2 * int(c.reference("layers")[k]),), "theta is not a list of variables.")
    moved = [c.array(f"moved_{k}_{i}", "the outputs") for i in range(len(found))]
    return found & np.array([now.shape != output.shape or np.abs(now - output).max(initial=0) > 1e-4 for now in moved])


def _leaky(slope: float, x: Array) -> Array:
    return np.where(x < 0, slope * x, x)


def _network_outputs(c: Criterion, k: int) -> Array:
    """What network k gives with leaky ReLUs between its layers, and nothing behind the last.

    Instead of a variable without effect it has whatever it began with: that is paid for elsewhere.
    """
    x, used = c.reference(f"x_{k}"), _used(c, k)
    values = [c.reference(f"value_{k}_{i}") if is_used else _began(c, k, i) for i, is_used in enumerate(used)]
    return _layered(x, values, _ACTIVATIONS[0])


def _layered(x: Array, values: list[Array], activation: Callable[[Array], Array]) -> Array:
    """What layers with these weights and biases, in turn, make of x; nothing stands behind the last."""
    for weights, bias in zip(values[:-2:2], values[1:-2:2], strict=True):
        x = activation(x @ weights + bias)
    return x @ values[-2] + values[-1]


def _began(c: Criterion, k: int, i: int) -> Array:
    """What a variable without effect is claimed to hold: such that the outputs still tell of x."""
    began, right = c.array(f"began_{k}_{i}", "the variables").astype(np.float64), c.reference(f"value_{k}_{i}")
    c.expect(began.shape == right.shape, f"A variable of shape {began.shape} came.")
    usual = 0.3 < began.std() / np.sqrt(2 / len(began)) < 3 if i % 2 == 0 else np.abs(began).max() <= 5
    c.expect(usual, "A variable of theta has no effect, and does not begin as one of a network does.")
    return began


def _forward(c: Criterion, k: int) -> None:
    """The right outputs, and gradients along all variables that have an effect."""
    output, right, used = c.finite(f"output_{k}", "the outputs"), _network_outputs(c, k), _used(c, k)
    c.expect(
        not any(alike(output, _leaky(slope, right)) for slope in (0.0, 0.01, 0.1, 0.2, 0.3)) or alike(output, right),
        "For known values of theta the last layer has an activation behind it.",
        "Which layer does the text leave linear?",
    )
    differ = ~np.isclose(output, right, rtol=1e-3, atol=1e-4)
    c.expect(not differ.any(), f"The outputs for known values of theta: {how_many(differ)}")
    if used.all():
        c.differentiable(f"slopes_{k}", "the network")
    slopes = c.finite(f"slopes_{k}", "the gradients through the network")
    c.expect((slopes[used] > 0).all(), "No gradient passes through the network, so nothing could be trained.", CUT)


def _theta(c: Criterion, k: int) -> None:
    """Each layer's weight and bias is in theta, and moves the outputs; the last bias as far as it moves itself."""
    found = c.array(f"found_{k}", "theta")
    c.expect(found.all(), "theta does not hold a weight and a bias for each layer.")
    for i, is_used in enumerate(_used(c, k)):
        what = f"{'weight' if i % 2 == 0 else 'bias'} of layer {i // 2 + 1}"
        c.expect(is_used, f"The outputs do not follow the {what} in theta, which was changed.")
    before = c.finite(f"output_{k}", "the outputs").astype(np.float64)
    values = [c.reference(f"value_{k}_{i}") for i in range(len(found))]
    networks = [_layered(c.reference(f"x_{k}"), values, each) for each in _ACTIVATIONS]
    known = [(each, last) for each in networks for last in _ACTIVATIONS if alike(before, last(each))]
    c.expect(
        len(known) > 0, "For known values of theta the outputs are those of no such layers, whatever their activations."
    )
    after, bump = c.finite(f"moved_{k}_{len(found) - 1}", "the outputs"), c.reference(f"last_bump_{k}")
    # An activation behind the last layer has no place here, but costs elsewhere.
    moves = any(alike(after, last(each + bump)) for each, last in known)
    c.expect(moves, "The outputs do not move as far as the last bias does.")


def _network_by_seed(c: Criterion, before: str) -> None:
    """The same weights from equal seeds, and from no others; not the same in two layers."""
    nets = [c.array(f"{before}seeded_{k}", "the weights") for k in range(len(c.reference("seeds")))]
    side = int(c.reference("side"))
    c.expect(all(net.shape == (3, side, side) for net in nets), "Three square weights were expected.")
    c.expect(all(np.isfinite(net).all() and net.std() > 0.05 for net in nets), "The weights do not vary.")
    # By the formula or by what is mistaken for it, for which another criterion pays: any numbers are not enough.
    widths = np.sqrt(2 / side), 2 / side, np.sqrt(1 / side)
    c.expect(
        any(all(abs(net.std() / width - 1) < 0.2 for net in nets) for width in widths),
        "The width of the weights does not follow from their number.",
    )
    _equal_where_seeds_are(c, np.stack(nets), "weights")
    rows = nets[0].reshape(3, -1)
    c.expect(np.abs(np.corrcoef(rows) - np.eye(3)).max() < 0.4, "Two layers begin with the same numbers.")


# Losses and steps ----------------------------------------------------------------------------------------------------


def losses(rubric: Rubric) -> None:
    """Each loss against the reference, at moderate logits and at large ones."""
    with rubric.criterion(
        "discriminator", points=1, hint="Real data should get large logits, fakes small ones: a mean for each, added."
    ) as c:
        _losses(c, "discriminator")
    for kind, hint in (
        ("usual", "G wants log D to be large: which softplus is that, and is it used where no kind is given?"),
        ("saturating", "Here G minimises the mean of log(1 - D): which sign has it?"),
        ("report", "Here G simply maximises D, the probability, and only if that is the kind: any other is an error."),
    ):
        with rubric.criterion(kind, points=1, hint=hint) as c:
            _losses(c, kind)
            if kind == "usual":
                _losses(c, "default")
            if kind == "report":  # the last of the kinds, and so the one that often serves for all others
                refused = c.array("refused", "the answer to an unknown kind")
                c.expect(refused.shape == () and refused == 1, "A kind that there is not did not raise a ValueError.")
    with rubric.criterion(
        "large",
        points=1,
        hint="Try logits of 1000 and -1000: does an exponential overflow, or a logarithm meet zero? "
        "The gradient passes through all that was computed, chosen or not.",
    ) as c:
        for key in ("large_d", "large_usual", "large_saturating"):
            value, right = (
                np.sort(np.abs(read(key).astype(np.float64))) for read in (lambda k: _two_of(c, k), c.reference)
            )
            c.expect(value[0] < 1, "At large logits a loss is large where it should vanish.")
            # Half of it will do, a sum, bits, any sign: the value at moderate logits has criteria of its own.
            forms = [factor * right[1] for factor in (1, 0.5, 2, 5, 2.5, 10, 1 / math.log(2))]
            c.expect(np.isclose(value[1], forms, rtol=1e-3).any(), "At large logits a loss is not what it should be.")
            c.finite(f"{key}_slopes", "the slopes at large logits")  # whichever they are: each loss has its criterion


def _two_of(c: Criterion, key: str) -> Array:
    """The losses at large logits of either sign."""
    value = c.array(key, "the losses at large logits")
    c.expect(value.shape == (2,), f"Losses of shape {value.shape} came.")
    c.expect(np.isfinite(value).all(), "At large logits a loss is NaN or infinite.")
    return value


def _losses(c: Criterion, name: str) -> None:
    """The reference's; or, of G, also sums or without a gradient if D's loss is so too and has been paid for."""
    of_d = name == "discriminator"
    sums = not of_d and _is_factor_of(c, "discriminator_1", c.reference("sizes")[1])
    for k in range(3):
        size = c.reference("sizes")[k]
        if not (sums and _is_factor_of(c, f"{name}_{k}", size)):
            _scalar(c, f"{name}_{k}", "the loss", "For known logits the loss is not the one asked for.")
    if name != "default" and (of_d or not _is_cut(c, "discriminator_slopes")):  # the default is one of the others
        c.differentiable(f"{name}_slopes", "the loss", alike=not sums)


def _is_factor_of(c: Criterion, key: str, factor: float) -> bool:
    """Whether a loss is so many times what it should be."""
    return alike(np.array(c.number(key, "the loss")), factor * c.reference(key).reshape(()))


def d_step(rubric: Rubric) -> None:
    """The step, and the loss from before it."""
    with rubric.criterion(
        "step", points=2, hint="One step of the optimizer on d.theta, along the gradient of D's loss on both batches."
    ) as c:
        c.either_prefix(lambda before: _d_step(c, before))
    with rubric.criterion(
        "returned",
        points=1,
        hint="Return the loss of this batch, as it was before D moved, and as a tensor: the step will be compiled.",
    ) as c:
        c.either_prefix(lambda before: _d_returned(c, before))


def _d_step(c: Criterion, before: str) -> None:
    start = c.reference(f"{before}before")
    for step in range(2):
        key = f"{before}after_{step}"
        move, right = c.finite(key, "D") - start, c.reference(key) - start
        c.expect(move.any(), "D did not move.")
        uphill = _near(-move, right)
        c.expect(
            _near(move, right),
            "D moved, but "
            + ("uphill: its loss grows." if uphill else "not by one step against the gradient of its loss."),
        )
    c.expect(
        _near(c.finite(f"{before}memory", "D") - start, c.reference(f"{before}memory") - start),
        "Two steps are not those of the optimizer that was passed in, which remembers the gradient before.",
        "Let `apply` of the optimizer move the variables: it knows its rate, and what it does beside.",
    )


def _d_returned(c: Criterion, before: str) -> None:
    """The loss from before the step, and from before a compiled one."""
    for key in ("returned_0", "compiled"):
        otherwise = "The returned value is not the loss from before the step."
        _scalar(c, f"{before}{key}", f"the returned loss{' of a compiled step' * (key == 'compiled')}", otherwise)


def player_losses(rubric: Rubric) -> None:
    """D's loss first; G's second, of whatever kind."""
    with rubric.criterion(
        "D_loss", points=1, hint="D's loss needs its logits for X and for what G makes of Z. It comes first."
    ) as c:
        c.either_prefix(lambda before: _of_all_kinds(c, f"{before}first"))
    with rubric.criterion(
        "G_loss", points=1, hint="G's loss sees D's logits for its own fakes only, and is of the kind asked for."
    ) as c:
        c.either_prefix(lambda before: _of_all_kinds(c, f"{before}second", _changed_places(c, before, _CASES)))


_CASES = (0, 1, "saturating", "report")


def _of_all_kinds(c: Criterion, place: str, paid_for: bool = False) -> None:
    for case in () if paid_for else _CASES:
        _scalar(c, f"{place}_{case}", "the loss", "For known networks the loss is not the one asked for.")
    c.differentiable(f"{place}_slopes", "the loss", alike=not paid_for)


def _changed_places(c: Criterion, before: str, cases: tuple[int | str, ...]) -> bool:
    """Whether G's loss came first and D's second, for which the criterion of D's is lost."""

    def is_it(place: str, other: str, case: int | str) -> bool:
        value = np.array(c.number(f"{before}{place}_{case}", "the loss"))
        return alike(value, c.reference(f"{before}{other}_{case}").reshape(()))

    return all(is_it(*pair, case) for pair in itertools.permutations(("first", "second")) for case in cases)


def train_step(rubric: Rubric) -> None:
    """Each player's step, that it moves nothing else, that G sees the new D, what is returned, and what is learnt."""
    for player in "dg":
        with rubric.criterion(
            f"{player.upper()} moves",
            points=1,
            hint=f"One step on {player}.theta, against the gradient of the loss of {player.upper()}.",
        ) as c:
            _moves(c, player)
    with rubric.criterion(
        "separate", points=1, hint="Which variables does each optimizer get? Each player moves only its own."
    ) as c:
        for player, other in ("dg", "gd"):
            c.expect(not _move(c, f"only_{player}", other).any(), f"{player}_optimizer moves {other.upper()}, too.")
        c.expect(_move(c, "only_d", "d").any() or _move(c, "only_g", "g").any(), "Neither D nor G moves.")
        _one_is_along_its_gradient(c)
    with rubric.criterion(
        "order", points=1, hint="When G takes its step, which D gives the gradient: the one before or after D's step?"
    ) as c:
        _follows_new_d(c)
    with rubric.criterion(
        "returned", points=1, hint="Return two numbers, D's loss and G's, each from just before its player's step."
    ) as c:
        _returned(c)
    with rubric.criterion(
        "learns",
        points=1,
        hint="Play section 6 with it, compiled by Keras: the samples should get the mean and covariance of the data.",
    ) as c:
        c.either(
            lambda: _finds_the_data(c),
            lambda: _compiled_alike(c),
        )


def _finds_the_data(c: Criterion) -> None:
    """The step found a normal distribution; by gradients, since samples alone could be made of what the data are."""
    c.expect(_near_enough(c), "A normal distribution, played for with this step, was not found.")
    _one_is_along_its_gradient(c)


def _one_is_along_its_gradient(c: Criterion) -> None:
    """At least one player moves along the gradient of its loss, be it up or down, in the variables that it moves."""

    def along(player: str) -> bool:
        move, right = _move(c, f"only_{player}", player), _right_move(c, f"only_{player}", player)
        moved = move != 0
        return bool(moved.any()) and any(_near(sign * move[moved], right[moved]) for sign in (1, -1))

    c.expect(along("d") or along("g"), "Neither D nor G moves along the gradient of its loss.")


def _follows_new_d(c: Criterion) -> None:
    """G goes along the slope of a loss, D's or its own, where D is after its step: a matrix times where D is.

    What D's step alone does to G is no part of that, and belongs to another criterion.
    """
    c.expect(_move(c, "both", "d").any(), "D did not move.")
    move = _move(c, "both", "g") - _move(c, "only_d", "g")
    length = np.linalg.norm(move)
    c.expect(length > 1e-4, "G did not move.")
    slopes = [d @ pull for d in (c.finite("both_d", "D"), c.reference("both_d")) for pull in c.reference("pulls")]
    units = [slope / np.linalg.norm(slope) for slope in slopes]
    c.expect(
        any(np.linalg.norm(move - (move @ unit) * unit) < 0.02 * length for unit in units),
        "G's step does not follow the new D.",
    )
    _one_is_along_its_gradient(c)


def _compiled_alike(c: Criterion) -> None:
    """A step that is wrong, and pays for it elsewhere, is the same when compiled."""
    right = all(_near(_move(c, "both", player), _right_move(c, "both", player)) for player in "dg")
    c.expect(not right, "The step is right, and yet a normal distribution was not found.")
    for player in "dg":
        compiled, plain = (c.finite(f"{run}_{player}", "the variables") for run in ("compiled", "both"))
        c.expect(alike(compiled, plain), f"Compiled, the step moves {player.upper()} elsewhere.")
    _one_is_along_its_gradient(c)


def _returned(c: Criterion) -> None:
    """Both losses where nobody moves; where somebody does, a player's from just before its step.

    Only of a step that is right, or would be in the other direction: of another, nobody knows what is just before it.
    G's step with both moving is right if it follows the new D, and that is the D that its loss is against.
    """
    for key in ("still_first", "still_second"):
        _scalar(c, key, "the returned loss", "The returned values are not the losses of D and of G.")
    for run, player, place in (("only_d", "d", "first"), ("only_g", "g", "second"), ("both", "g", "second")):
        move, right = _move(c, run, player), _right_move(c, run, player)
        if _near(move, right) or _near(-move, right):
            otherwise = f"The returned loss of {player.upper()} is not the one from just before its step."
            _scalar(c, f"{run}_{place}", "the returned loss", otherwise)


def _near_enough(c: Criterion) -> bool:
    """Whether the samples of every run have the mean, the covariance and the distribution of the data."""
    runs, mean, root = c.finite("learnt", "the samples"), c.reference("mean"), c.reference("root")
    for run, noise in zip(runs, c.reference("noise"), strict=True):
        c.expect(_explained(run, noise) > 0.4, "The samples are not what an affine G makes of its noise.")
    fresh = mean + np.random.default_rng(0).normal(size=(600, 2)) @ root.T
    return all(
        np.abs(run.mean(axis=0) - mean).max() < 0.3
        and np.abs(np.cov(run.T) - root @ root.T).max() < 0.36
        and _mmd(run.astype(np.float64), fresh, 0.5) < 0.12
        for run in runs
    )


def _explained(samples: Array, noise: Array) -> float:
    """The share of the samples' (n, 2) variance that an affine map of the noise (n, 2) explains."""
    inputs = np.column_stack([np.ones(len(noise)), noise])
    rest = samples - inputs @ np.linalg.lstsq(inputs, samples.astype(np.float64), rcond=None)[0]
    return 1 - float(rest.var() / max(samples.var(axis=0).mean(), 1e-9))


def _move(c: Criterion, run: str, player: str) -> Array:
    """How far the player's variables went in one run."""
    return c.finite(f"{run}_{player}", "the variables") - c.reference(f"start_{player}")


def _right_move(c: Criterion, run: str, player: str) -> Array:
    """How far they went in the solution's."""
    return c.reference(f"{run}_{player}") - c.reference(f"start_{player}")


def _moves(c: Criterion, player: str) -> None:
    """One step of ``player`` against the gradient of its loss, and two of an optimizer that remembers the first."""
    move, right = _move(c, f"only_{player}", player), _right_move(c, f"only_{player}", player)
    c.expect(move.any(), f"{player.upper()} did not move.")
    c.expect(
        _near(move, right),
        f"{player.upper()} moved, but "
        + ("uphill: its loss grows." if _near(-move, right) else "not by one step against the gradient of its loss."),
    )
    # Whoever leaves both optimizers aside pays for it once, with D. And where the other player moves along, which has
    # been paid for, the second step starts elsewhere.
    moves_other = _move(c, f"only_{player}", "g" if player == "d" else "d").any()
    paid = moves_other or (player == "g" and not _remembers(c, "d"))
    c.expect(
        paid or _remembers(c, player),
        f"Two steps of {player.upper()} are not those of its optimizer, which remembers the gradient before.",
        "Let `apply` of the optimizer move the variables: it knows its rate, and what it does beside.",
    )


def _remembers(c: Criterion, player: str) -> bool:
    """Two steps of an optimizer with momentum are those of the solution."""
    start, key = c.reference(f"start_{player}"), f"memory_{player}"
    return _near(c.finite(key, "the variables") - start, c.reference(key) - start)


def _near(move: Array, right: Array) -> bool:
    """The same step but for what float32 leaves, and not a step of nothing."""
    length = np.linalg.norm(right)
    return move.shape == right.shape and bool(np.linalg.norm(move - right) < 0.02 * length + 1e-4 < length)


# Remedies ------------------------------------------------------------------------------------------------------------


def packing(rubric: Rubric) -> None:
    """The packs, and the losses on packs."""
    with rubric.criterion(
        "packs", points=2, hint="Rows that are neighbours come side by side: what is in the first row of the result?"
    ) as c:
        for k in range(2):
            c.close(f"packs_{k}", "the packs")
        c.differentiable("packs_slopes", "the packs")
        _sizes_unknown(c, "packs_unknown", "packs_0", "the packs")
    _both_losses(rubric, "D judges packs, of real points and of generated ones: which are packed, and by how many?")


def _is_cut(c: Criterion, key: str) -> bool:
    """Whether a gradient does not pass, as where arrays are made of tensors: another criterion says so.

    No such computation can be compiled, and that is the same mistake.
    """
    try:
        return not c.array(key, "the slopes").any()
    except Exception:  # the question had no answer
        return True


def _sizes_unknown(c: Criterion, key: str, known: str, what: str) -> None:
    """Compiled for batches of any size, the same came as in ``known``."""
    hint = "While a step is compiled, `x.shape[0]` is None: take `ops.shape(x)[0]`, or a -1 in `ops.reshape`."
    failed = f"In a compiled step, which does not know how large its batches are, {what} cannot be computed."
    c.either(lambda: c.array(key, what), lambda: c.expect(False, failed, hint))
    c.expect(alike(c.array(key, what), c.reference(known)), f"In a compiled step {what} are others.", hint)


def penalty(rubric: Rubric) -> None:
    """The penalty's value, that its gradient reaches D, and the losses with it."""
    with rubric.criterion(
        "value", points=1, hint="Square every slope, sum over the coordinates, then the mean over the batch."
    ) as c:
        for k in range(2):
            _penalty(c, k)
        if not _is_cut(c, "slopes"):
            _sizes_unknown(c, "penalty_unknown", "penalty_0", "the penalty's value")
    with rubric.criterion(
        "slopes", points=1, hint="D learns from the penalty only if a gradient passes through it: through tensors."
    ) as c:
        value, right = c.finite("slopes", "the slopes of the penalty"), c.reference("slopes")
        length = np.linalg.norm(value)
        c.expect(length > 0, "The penalty has no slope along the variables of D.")
        # At one point, whatever is made of the length, up or down: the value has its own criterion.
        # So it does for the penalty of the probability, whose value has been paid for.
        directions = right, _slope_along_d(c.reference("d_0"), c.reference("X_0")[:1], _of_probabilities)
        c.expect(
            any(abs(float(value @ way)) > 0.99 * length * np.linalg.norm(way) for way in directions),
            "The slopes of the penalty lead elsewhere.",
        )
    _both_losses(rubric, "D pays half of the weight times the penalty at the real data, and G pays nothing.")


def _penalty(c: Criterion, k: int) -> None:
    value = np.array(c.number(f"penalty_{k}", "the penalty"))
    d, X = c.reference(f"d_{k}"), c.reference(f"X_{k}")
    c.expect(
        not alike(value, np.asarray(_of_probabilities(d, X))),
        "The penalty came of the slopes of the probability, not of those of the logit.",
        "Where is the sigmoid? The penalty is about what d.forward returns, as it is.",
    )
    c.expect(
        alike(value, c.reference(f"penalty_{k}").reshape(())), "For known discriminators the penalty is another number."
    )


def _of_probabilities(d: Array, X: Array) -> float:
    """The mean squared slope of the probability of the known discriminator, which `_curved` is."""
    straight = X @ d[:2] + d[2]
    steep = (1 - np.tanh(straight) ** 2 + 0.6 * straight) * _slope_of_sigmoid(_curved(d, X))
    return float(np.mean(steep**2) * (d[:2] ** 2).sum())


def _slope_along_d(d: Array, X: Array, penalty: Callable[[Array, Array], float]) -> Array:
    """The slope of a penalty along the values of the discriminator, by small differences."""
    steps = 1e-5 * np.eye(len(d))
    d, X = d.astype(np.float64), X.astype(np.float64)
    return np.array([(penalty(d + step, X) - penalty(d - step, X)) / 2e-5 for step in steps])


def _curved(d: Array, X: Array) -> Array:
    """The logits of the known discriminator with these values, weights and then a bias: (batch,)."""
    straight = X @ d[:-1] + d[-1]
    return np.tanh(straight) + 0.3 * straight**2


def _sigmoid(x: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * x))


_ACTIVATIONS: tuple[Callable[[Array], Array], ...] = (
    *(partial(_leaky, slope) for slope in (0.2, 0.0, 0.01, 0.1, 0.3, 1.0)),
    np.tanh,
    _sigmoid,
    lambda x: np.where(x < 0, np.expm1(np.minimum(x, 0)), x),
    lambda x: np.logaddexp(0, x),
)
"""Between the layers of a network, or behind the last: the right ones, and what else is taken for them."""


def _slope_of_sigmoid(x: Array) -> Array:
    return _sigmoid(x) * (1 - _sigmoid(x))


def _both_losses(rubric: Rubric, hint: str) -> None:
    """D's loss and G's, in this order, as the notebook is or with known parts."""
    for name, place in (("D_loss", "first"), ("G_loss", "second")):
        with rubric.criterion(name, points=1, hint=hint) as c:
            c.either_prefix(lambda before, place=place: _two(c, before, place))


def _two(c: Criterion, before: str, place: str) -> None:
    swapped = _changed_places(c, before, (0, 1))
    c.expect(place == "second" or not swapped, "In the first place G's loss came.", "D's loss comes first, then G's.")
    for k in range(2):
        value = np.array(c.number(f"{before}{place}_{k}", "the loss"))
        if not swapped and not alike(value, c.reference(f"{before}{place}_{k}").reshape(())):
            _say_what_came(c, place, k)
            c.expect(False, "For known networks the loss is not the one asked for.")
    c.differentiable(f"{before}{place}_slopes", "the loss", alike=not swapped)
    if place == "first" and not _is_cut(c, f"{before}second_slopes"):  # once for both losses
        _sizes_unknown(c, f"{before}first_unknown", f"{before}first_0", "the losses")


def _say_what_came(c: Criterion, place: str, k: int) -> None:
    """Fail with a sentence of its own where G's loss, as the notebook is, is of another kind or D's."""
    if place != "second":
        return
    d, g, X, Z = (c.reference(f"{name}_{k}").astype(np.float64) for name in "dgXZ")
    points = Z @ g[:-2].reshape(Z.shape[1], 2) + g[-2:]
    fake, real = (_curved(d, batch.reshape(-1, len(d) - 1)) for batch in (points, X))
    value = np.array(c.number(f"{NATURAL}{place}_{k}", "the loss"))
    hint = "Which of the three losses of section 3 is the usual one of G, and which call of yours gives it?"
    for kind, loss in (("saturating loss", -np.logaddexp(0, fake)), ("loss of the report", -_sigmoid(fake))):
        c.expect(not alike(value, loss.mean()), f"For G the {kind} came, not the usual one.", hint)
    D_loss = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
    c.expect(
        not alike(value, np.asarray(D_loss)), "In the second place D's loss came.", "D's loss comes first, then G's."
    )
