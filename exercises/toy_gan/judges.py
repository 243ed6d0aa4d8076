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
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from autograder.judging import CUT, Criterion, Rubric, alike, how_many, steps
from autograder.judging.activations import elu, leaky, sigmoid, softplus

Array = np.ndarray


# What judges share ---------------------------------------------------------------------------------------------------


def _scalar(c: Criterion, key: str, what: str, otherwise: str) -> None:
    """One number, that of the reference."""
    value = np.array(c.number(key, what))
    c.expect(alike(value, c.reference(key).reshape(())), otherwise)


def _drawn(c: Criterion, key: str, shape: tuple[int, ...], what: str) -> Array:
    """Drawn numbers of this shape, finite."""
    draw = c.array(key, what)
    c.expect(draw.shape == shape, f"{what} came with shape {draw.shape}, which is not the one asked for.")
    c.expect(np.isfinite(draw).all(), f"Some values of {what} are NaN or infinite.")
    return draw.astype(np.float64)


def _varied(draw: Array) -> bool:
    """Hardly two numbers are alike."""
    return len(np.unique(draw)) > 0.4 * draw.size


def _expect_varied(c: Criterion, draw: Array, what: str) -> Array:
    c.expect(_varied(draw), f"Many values of {what} are the same.")
    return draw


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
    ordered = np.sort(values.ravel())
    expected = np.array([0.5 * (1 + math.erf(x / math.sqrt(2))) for x in ordered])
    empirical = np.arange(ordered.size + 1) / ordered.size
    return float(max((expected - empirical[:-1]).max(), (empirical[1:] - expected).max()))


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
        "simultaneous", points=1, hint="Both players start from the same point: which x does the new y depend on?"
    ) as c:
        astray = any(_played(c, signs) for signs in _OTHER_SIGNS)
        c.expect(
            not astray, "A player goes the wrong way.", "The player who wants xy to be small goes against its gradient."
        )
        _points(c, "simultaneous")
    with rubric.criterion(
        "alternating",
        points=1,
        hint="With alternating=True the second player looks at the point to which the first has already moved.",
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
    for path, right in zip(c.arrays(name, "the path"), c.references(name), strict=True):
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
    paths, rights = c.arrays(name, "the path"), map(points, c.references(name))
    return all(map(_is_path, paths, rights))


def _paid_for_above(c: Criterion) -> None:
    """The alternating games are those of a mistake that the simultaneous ones have, too."""
    same_signs = any(_played(c, signs) and _played(c, signs, alternating=True) for signs in _OTHER_SIGNS)
    changed_places = all(
        all(map(_is_path, c.arrays(name, "the path"), c.references(other)))
        for name, other in itertools.permutations(("simultaneous", "alternating"))
    )
    c.expect(same_signs or changed_places, "The points of alternating steps are not those of the rule.")


def _path(c: Criterion, name: str) -> None:
    """From the start, one row a step, and each step moves as far as the gradient says."""
    paths = zip(c.arrays(name, "the path"), c.references(name), c.reference("starts"), strict=True)
    for path, right, start in paths:
        c.expect(path.shape == right.shape, f"The path of {len(right) - 1} steps came with shape {path.shape}.")
        c.expect(alike(path[0], start), "The path does not begin where the game starts.")
        c.expect(
            np.allclose(np.abs(path[1, 0] - path[0, 0]), np.abs(right[1, 0] - right[0, 0])),
            "The first step is not as long as the gradient and the rate say.",
        )


def averages(rubric: Rubric) -> None:
    """The mean of the whole path, and every one before it."""
    with rubric.criterion(
        "last", points=1, hint="The last row is the mean of all points: one for x and one for y."
    ) as c:
        for means, right in zip(c.arrays("means", "the means"), c.references("means"), strict=True):
            c.expect(means.size >= 2 and means.shape[-1] == 2, f"Means of shape {means.shape} came.")
            n = len(right)
            # Whatever the sum is divided by, which is asked for below: nothing, or one too few or too many.
            ways = [right[-1] * factor for factor in (1, n, n / (n - 1), n / (n + 1))]
            is_it = any(alike(means.reshape(-1, 2)[-1], way) for way in ways)
            c.expect(is_it, "The last mean is not that of all points.")
    with rubric.criterion(
        "every", points=1, hint="By how many points is the sum of the first t + 1 rows to be divided?"
    ) as c:
        c.close("means", "the means")


def friction(rubric: Rubric) -> None:
    """The matrix of either way of moving, and the spectral radius of known matrices."""
    with rubric.criterion(
        "simultaneous",
        points=1,
        hint="Along which derivative does each player move, and with which sign? The first row gives the new x.",
    ) as c:
        transposed = all(map(alike, _matrices(c, "simultaneous"), (right.T for right in c.references("simultaneous"))))
        c.expect(
            not transposed,
            "The matrix is transposed, or both players go the other way.",
            "Multiply it by the column (x, y) of a point off the axes, and compare with the rules.",
        )
        c.close("simultaneous", "the matrix of a simultaneous step")
    with rubric.criterion(
        "alternating",
        points=1,
        hint="With alternating=True the new x stands in the rule for y. Write it in terms of the old x and y.",
    ) as c:
        c.either(
            lambda: c.close("alternating", "the matrix of an alternating step"), lambda: _friction_paid_for_above(c)
        )
    with rubric.criterion(
        "radius", points=1, hint="How long is a complex number, and how long a negative one? Which eigenvalue counts?"
    ) as c:
        for matrix, right in zip(c.cases("radius"), c.references("radius"), strict=True):
            radius = np.array(c.number(matrix, "the spectral radius"))
            c.expect(alike(radius, right.reshape(())), "The spectral radius of a known matrix is another number.")


def _matrices(c: Criterion, name: str) -> list[Array]:
    return c.arrays(name, "the matrix of a step")


def _step(rate: float, a: float, b: float, alternating: bool, coupling: float = 1.0) -> Array:
    """The matrix of a step in the game `coupling * xy + a x^2 / 2 - b y^2 / 2`."""
    x_moves = np.array([[1 - rate * a, -rate * coupling], [0, 1]])
    y_moves = np.array([[1, 0], [rate * coupling, 1 - rate * b]])
    return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)


_MISTAKEN: dict[str, Callable[..., Array]] = {
    "transposed": lambda rate, a, b, alternating: _step(rate, a, b, alternating).T,
    "other way": lambda rate, a, b, alternating: _step(rate, a, b, alternating, -1),
    "pushes y": lambda rate, a, b, alternating: _step(rate, a, -b, alternating),
    "pushes both": lambda rate, a, b, alternating: _step(rate, -a, -b, alternating),
    "halved": lambda rate, a, b, alternating: _step(rate, a / 2, b / 2, alternating),
    "doubled": lambda rate, a, b, alternating: _step(rate, 2 * a, 2 * b, alternating),
    "changed places": lambda rate, a, b, alternating: _step(rate, b, a, alternating),
    "that of x for both": lambda rate, a, b, alternating: _step(rate, a, a, alternating),  # noqa: ARG005
    "that of y for both": lambda rate, a, b, alternating: _step(rate, b, b, alternating),  # noqa: ARG005
    "without the rate": lambda rate, a, b, alternating: _step(rate, a / rate, b / rate, alternating),
    "ways changed places": lambda rate, a, b, alternating: _step(rate, a, b, not alternating),
}
"""What is taken for the matrix of a step, by the mistake: the rates and frictions that the game has, and the way."""


def _friction_paid_for_above(c: Criterion) -> None:
    """The alternating steps have just the mistake that the simultaneous ones have."""
    games = c.reference("games")
    paid_for = any(
        all(
            alike(matrix, mistaken(*game, name == "alternating"))
            for name in ("simultaneous", "alternating")
            for matrix, game in zip(_matrices(c, name), games, strict=True)
        )
        for mistaken in _MISTAKEN.values()
    )
    c.expect(paid_for, "The matrix of an alternating step is not that of the rule.")


def best(rubric: Rubric) -> None:
    """The formula, and where there is nothing to divide by."""
    with rubric.criterion(
        "formula",
        points=2,
        hint="By Bayes' rule, how probable is it that x is real, if real and fake are equally frequent?",
    ) as c:
        c.close("positive", "D* where both densities are positive")
        c.close("one zero", "D* where at most one density is zero")
    with rubric.criterion(
        "nothing", points=1, hint="Section 2 says what D* should be where both densities are zero."
    ) as c:
        right = c.reference("neither")
        value = c.array("neither", "D*")
        c.expect(value.shape == right.shape, f"An array of shape {value.shape} came.")
        c.expect(np.isfinite(value).all(), "Where both densities are zero, D* is NaN or infinite.")
        elsewhere = "If both densities are zero at one point, D* is wrong at other points."
        c.expect(alike(value, right) or alike(1 - value, right), elsewhere)
        tiny, right = c.array("tiny", "D*"), c.reference("tiny")
        c.expect(
            # Of a formula that is wrong anyway nothing is asked here.
            any(alike(tiny, form) for form in (right, 1 - right)) or not _formula_holds(c),
            "D* is not the same for tiny densities as for large ones with the same ratio.",
            "Is a small number added to the densities? Some are smaller still: treat the case 0 and 0 by itself.",
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
        for key, shape, axis in zip(c.cases("large"), c.reference("large_sizes"), (0, 1), strict=True):
            draw = _expect_varied(c, _drawn(c, key, tuple(shape), "the noise"), "the noise")
            c.expect(_normal_distance(draw) < 0.04, "The values are not those of a standard normal distribution.")
            c.expect(np.abs(draw).max() > 3, "Of so many normal numbers a few should lie far from 0, but none does.")
            across = np.corrcoef(np.moveaxis(draw, axis, 0))
            c.expect(np.abs(across - np.eye(5)).max() < 0.16, "Rows or columns of the noise are correlated.")
    with rubric.criterion(
        "generator", points=0.5, hint="All randomness comes from the generator passed in, and from nowhere else."
    ) as c:
        calls = _drawn(c, "twice", (2, len(c.reference("seeds")), *c.reference("small_size")), "the noise")
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
        hint="Count your points near each centre: each centre should get about its share, no point should lie between "
        "them, and each point should choose its centre anew.",
    ) as c:
        c.either_way(_modes)
    with rubric.criterion(
        "spread",
        points=1,
        hint="Around its centre a point is normal in both coordinates, with the standard deviation that is given.",
    ) as c:
        c.either_way(_spread)
    with rubric.criterion(
        "distribution", points=1, hint="Compare with points of the ring by `mmd`: is every mode equally likely?"
    ) as c:
        c.either_way(_ring_as_a_whole)
    with rubric.criterion(
        "generator", points=1, hint="All randomness comes from the generator passed in, and from nowhere else."
    ) as c:
        c.either_way(_ring_by_seed)


def _modes(c: Criterion) -> None:
    """All points near a centre, no mode without its share, every point by its own choice."""
    uneven = 0.0
    for points, modes, radius, std in _rings(c):
        distances = np.linalg.norm(points[:, None] - _centres(modes, radius), axis=2)
        near = distances.min(axis=1) < 5 * std
        c.expect(near.mean() > 0.98, f"{1 - near.mean():.0%} of the points are far from every centre.")
        nearest = distances.argmin(axis=1)
        shares = np.bincount(nearest[near], minlength=modes) * modes / len(points)
        c.expect(shares.min() > 0.25, f"{int((shares <= 0.25).sum())} of {modes} modes get next to nothing.")
        repeated, chance = np.mean(nearest[1:] == nearest[:-1]), 1 / modes
        c.expect(
            abs(repeated - chance) < 7 * np.sqrt(chance * (1 - chance) / (len(points) - 1)),
            f"{repeated:.1%} of the points have the centre of the point before: they do not choose independently.",
        )
        counts, fair = np.bincount(nearest, minlength=modes), len(points) / modes
        uneven += float(((counts - fair) ** 2 / fair).sum())
    # A chi-squared number with 33 degrees of freedom or more: below 3 once in 10^13.
    c.expect(
        uneven > 3,
        "Every mode gets exactly its share of the points in every draw: the points do not choose independently.",
        "Draw the mode of each point independently of the others; by chance the shares then differ a little.",
    )


def _spread(c: Criterion) -> None:
    """Normal around the centres."""
    for points, modes, radius, std in _rings(c):
        centres = _centres(modes, radius)
        nearest = centres[np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)]
        offsets = (points - nearest) / std
        c.expect(
            (np.abs(offsets.std(axis=0) - 1) < 0.2).all(),
            "Around their centres the points do not have the standard deviation that was given.",
        )
        c.expect(_normal_distance(offsets) < 0.11, "Around their centres the points are not normal.")
        # 3 for normal numbers, and here within 0.4 of it; 1.8 for uniform ones.
        fourth = np.mean(((offsets - offsets.mean(axis=0)) / offsets.std(axis=0)) ** 4)
        c.expect(fourth > 2.2, "Around their centres the points are not normal.")
        c.expect(abs(np.corrcoef(offsets.T)[0, 1]) < 0.25, "Around their centres the two coordinates are correlated.")


def _ring_as_a_whole(c: Criterion) -> None:
    """As a distribution like points of the ring."""
    for points, modes, radius, std in _rings(c):
        random = np.random.default_rng(0)
        right = _centres(modes, radius)[random.integers(modes, size=800)]
        right = right + std * random.normal(size=(800, 2))
        # It scatters by 0.001 where both distributions are the same; one mode of eight left out makes 0.014.
        c.expect(_mmd(points, right, radius / 4) < 0.01, "As a distribution the points are not those of the ring.")


def _ring_by_seed(c: Criterion) -> None:
    """The same points from equal generators, and from no others."""
    draws = _drawn(c, "small", (len(c.reference("seeds")), 20, 2), "the points")
    for draw in draws:
        _expect_varied(c, draw, "the points")
        c.expect(np.linalg.norm(draw, axis=1).std() > 1e-3, "All points are equally far out.")
    # Around a circle of about the radius asked for, be it the right one or not: any numbers drawn are not enough.
    radii = np.linalg.norm(draws, axis=2) / c.reference("rings")[0, 1]
    # (Of normal numbers the radii have a standard deviation of 0.56 medians.)
    near = 0.7 < np.median(radii) < 1.3 and radii.std() < 0.4 * np.median(radii)
    c.expect(near, "The points do not lie around the circle.")
    _equal_where_seeds_are(c, draws, "points")


def _rings(c: Criterion) -> Iterator[tuple[Array, int, float, float]]:
    """All draws, each with the modes, the radius and the standard deviation of its ring."""
    for key, (modes, radius, std) in zip(c.cases("draws"), c.reference("rings"), strict=True):
        draw = _drawn(c, key, (800, 2), "the points")
        yield _expect_varied(c, draw, "the points"), int(modes), radius, std


def _centres(modes: int, radius: float) -> Array:
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def normal(rubric: Rubric) -> None:
    """The mean, a root of the covariance whichever it is, and that every row is mapped by it."""
    with rubric.criterion("mean", points=1, hint="Noise of zeros should become the mean, in every row.") as c:
        for samples in c.each("samples"):
            samples.close("zero", "what becomes of noise of zeros")
            of_z, of_minus_z = (samples.finite(name, "the samples") for name in ("of_z", "of_minus_z"))
            c.expect(not alike(of_z, of_minus_z), "The noise has no effect: every sample is the same.")
            middle = (of_z.astype(np.float64) + of_minus_z) / 2
            c.expect(
                alike(middle, samples.reference("zero")[:1] + 0 * middle),
                "The samples of z and of -z do not lie opposite each other, with the mean between them.",
            )
    with rubric.criterion(
        "covariance",
        points=1,
        hint="Which matrix gives the covariance A A^T, and from which side is noise multiplied by it?",
    ) as c:
        for samples in c.each("samples"):
            root_rows = _root_rows(samples)
            c.expect(
                alike(root_rows.T @ root_rows, samples.reference("covariance")),
                "The covariance of the samples is not the one that was given.",
            )
    with rubric.criterion(
        "rows", points=1, hint="Each row of noise is turned into its own sample, by a matrix and a shift."
    ) as c:
        for samples in c.each("samples"):
            of_zero, of_z = samples.finite("zero", "the samples"), samples.finite("of_z", "the samples")
            root_rows = _root_rows(samples)
            c.expect(np.abs(np.linalg.det(root_rows)) > 1e-3, "Different noise becomes the same sample.")
            from_covariance = _stretches_as(root_rows, samples.reference("covariance"))
            c.expect(from_covariance, "How the noise is stretched does not follow from the covariance.")
            c.expect(
                alike(of_z, of_zero[0] + samples.reference("z") @ root_rows),
                "The rows of the noise are not turned into samples one by one.",
            )


def _stretches_as(matrix: Array, covariance: Array) -> bool:
    """Whether a matrix is as long along its axes as a root of the covariance, or as what is mistaken for one.

    A rotation or a transposition too many, which costs elsewhere, leaves these lengths as they are.
    """
    values, variances = np.linalg.eigvalsh(covariance), np.diag(covariance)
    mistaken = np.linalg.svd(np.sqrt(np.abs(covariance)), compute_uv=False)
    lengths = (np.sqrt(values), values, 1 / np.sqrt(values), 1 / values, np.sqrt(variances), variances, mistaken)
    stretches = np.linalg.svd(matrix, compute_uv=False)[::-1]
    return any(alike(stretches, np.sort(each)) for each in lengths)


def _root_rows(samples: Criterion) -> Array:
    """How far each single one of noise moves the sample: row i is column i of A."""
    unit, zero = samples.finite("unit", "the samples"), samples.finite("zero", "the samples")
    return unit.astype(np.float64) - zero[0].astype(np.float64)


def network(rubric: Rubric) -> None:
    """How it starts, what it makes of known values, which variables move it, and the seed."""
    with rubric.criterion(
        "start", points=1, hint="Which size of a layer does the variance of its weights depend on, and in which way?"
    ) as c:
        c.either_way(_network_starts)
    with rubric.criterion(
        "forward",
        points=1.5,
        hint="Follow one example by hand: which layers are followed by a leaky ReLU, and with which negative slope?",
    ) as c:
        for pair in _networks(c):
            _forward(*pair)
    with rubric.criterion(
        "theta",
        points=0.5,
        hint="Every variable that forward uses belongs to theta, and forward uses its present value.",
    ) as c:
        for pair in _networks(c):
            _theta(*pair)
    with rubric.criterion(
        "seed", points=1, hint="The same seed should give the same network, and no two layers the same numbers."
    ) as c:
        c.either_way(_network_by_seed)


def _networks(c: Criterion) -> Iterator[tuple[Criterion, Criterion]]:
    """Each of the networks with known values: what was seen of it, and what it was given."""
    return zip(c.each("forward"), c.each("networks"), strict=True)


def _network_starts(c: Criterion) -> None:
    """Weights normal and of the variance asked for, biases zero."""
    start = c.of("start")
    found, values = start.array("found", "theta"), start.arrays("values", "the weights")
    c.expect(found.shape == (6,) and found[::2].all(), "theta does not hold a weight for each layer.")
    c.expect(not any(bias.any() for bias in values[1::2]), "A bias does not begin at zero.")
    for inputs, weights in zip(c.reference("sizes")[:-1], values[::2], strict=True):
        scaled = weights.ravel().astype(np.float64) * np.sqrt(inputs / 2)
        c.expect(np.isfinite(scaled).all(), "Some weights are NaN or infinite.")
        # The smallest matrix has more than 600 entries: its standard deviation is known to 3%.
        c.expect(0.79 < scaled.std() < 1.21, "The variance of a layer's weights is not the one that was asked for.")
        # Normal numbers without those beyond two standard deviations, as Keras draws them, lie 0.020 from all of them.
        bound = max(4 / np.sqrt(scaled.size), 0.04)
        c.expect(
            _normal_distance(scaled) < bound,
            "The weights do not begin as normal numbers.",
            "Draw a histogram of the weights of one large layer: is it a bell around zero?",
        )


def _used(network: Criterion) -> Array:
    """Which variables of a network are in theta and have any effect."""
    found, output = network.array("found", "theta").astype(bool), network.array("outputs[0]", "the outputs")
    moved = network.arrays("moved", "the outputs")
    network.expect(found.shape == (len(moved),), "theta is not a list of variables.")
    return found & np.array([now.shape != output.shape or np.abs(now - output).max(initial=0) > 1e-4 for now in moved])


def _network_outputs(network: Criterion, given: Criterion) -> Array:
    """What a network gives with leaky ReLUs between its layers, and nothing behind the last.

    Instead of a variable without effect it has whatever it began with: that is paid for elsewhere.
    """
    known = zip(_used(network), network.cases("began"), given.references("values"), strict=True)
    values = [
        value if is_used else _began(network, key, value.shape, is_weight=k % 2 == 0)
        for k, (is_used, key, value) in enumerate(known)
    ]
    return _layered(given.reference("x"), values, _ACTIVATIONS[0])


def _layered(x: Array, values: list[Array], activation: Callable[[Array], Array]) -> Array:
    """What layers with these weights and biases, in turn, make of x; nothing stands behind the last."""
    for weights, bias in zip(values[:-2:2], values[1:-2:2], strict=True):
        x = activation(x @ weights + bias)
    return x @ values[-2] + values[-1]


def _began(network: Criterion, key: str, shape: tuple[int, ...], is_weight: bool) -> Array:
    """What a variable without effect is claimed to hold: such that the outputs still tell of x."""
    began = network.array(key, "the variables").astype(np.float64)
    network.expect(began.shape == shape, f"A variable of shape {began.shape} came.")
    usual = 0.3 < began.std() / np.sqrt(2 / len(began)) < 3 if is_weight else np.abs(began).max() <= 5
    network.expect(usual, "A variable of theta has no effect, and does not begin as one of a network does.")
    return began


def _forward(network: Criterion, given: Criterion) -> None:
    """The right outputs, and gradients along all variables that have an effect."""
    right, used = _network_outputs(network, given), _used(network)
    output = network.finite("outputs[0]", "the outputs")
    network.expect(
        not any(alike(output, leaky(slope)(right)) for slope in (0.0, 0.01, 0.1, 0.2, 0.3)) or alike(output, right),
        "For known values of theta the last layer has an activation behind it.",
        "Which layer does the text leave linear?",
    )
    differ = ~np.isclose(output, right, rtol=1e-3, atol=1e-4)
    network.expect(not differ.any(), f"The outputs for known values of theta: {how_many(differ)}")
    if used.all():
        network.differentiable("gradients", "the network")
    gradients = network.finite("gradients", "the gradients through the network")
    network.expect(
        (gradients[used] > 0).all(), "No gradient passes through the network, so nothing could be trained.", CUT
    )


def _theta(network: Criterion, given: Criterion) -> None:
    """Each layer's weight and bias is in theta, and moves the outputs; the last bias as far as it moves itself."""
    network.expect(network.array("found", "theta").all(), "theta does not hold a weight and a bias for each layer.")
    for i, is_used in enumerate(_used(network)):
        what = f"{'weight' if i % 2 == 0 else 'bias'} of layer {i // 2 + 1}"
        network.expect(is_used, f"The {what} in theta was changed, and the outputs stayed as they were.")
    before, values = network.finite("outputs[0]", "the outputs").astype(np.float64), given.references("values")
    networks = [_layered(given.reference("x"), values, each) for each in _ACTIVATIONS]
    known = [(each, last) for each in networks for last in _ACTIVATIONS if alike(before, last(each))]
    network.expect(
        len(known) > 0,
        "For known values of theta the outputs are not those of such layers, whatever their activations.",
    )
    after = network.finite(network.cases("moved")[-1], "the outputs")
    bump = given.references("changed")[-1] - values[-1]
    # An activation behind the last layer has no place here, but costs elsewhere.
    moves = any(alike(after, last(each + bump)) for each, last in known)
    network.expect(moves, "When the last bias changes, the outputs do not change by as much.")


def _network_by_seed(c: Criterion) -> None:
    """The same weights from equal seeds, and from no others; not the same in two layers."""
    nets = c.arrays("seeded", "the weights")
    side = int(c.reference("side"))
    c.expect(all(net.shape == (3, side, side) for net in nets), "Three square weights were expected.")
    c.expect(all(np.isfinite(net).all() and net.std() > 0.05 for net in nets), "The weights do not vary.")
    # By the formula or by what is mistaken for it, for which another criterion pays: any numbers are not enough.
    widths = np.sqrt(2 / side), 2 / side, np.sqrt(1 / side)
    c.expect(
        any(all(abs(net.std() / width - 1) < 0.2 for net in nets) for width in widths),
        "The standard deviation of the weights does not follow from the number of inputs.",
    )
    _equal_where_seeds_are(c, np.stack(nets), "weights")
    rows = nets[0].reshape(3, -1)
    c.expect(np.abs(np.corrcoef(rows) - np.eye(3)).max() < 0.4, "Two layers begin with the same numbers.")


# Judging samples -----------------------------------------------------------------------------------------------------


def mmd(rubric: Rubric) -> None:
    """The kernel; the terms of the estimate, whichever pairs are counted; and that none is of a point with itself."""
    with rubric.criterion(
        "kernel",
        points=1,
        hint="Look at one pair and one width: the distance and the width are squared, and a 2 stands below. Of several "
        "widths comes the mean.",
    ) as c:
        for kernels in c.each("kernels"):
            kernels.close("xy", "the kernel of all pairs of known points")
    with rubric.criterion(
        "terms", points=1, hint="Three means over pairs: which of them are added, which is subtracted, and how often?"
    ) as c:
        c.either_way(_is_estimate, _WEIGHTS[:1], _SHARES)
    with rubric.criterion(
        "unbiased",
        points=1,
        hint="How many pairs of different points are there among n points, and does your sum hold these alone?",
    ) as c:
        c.either_way(_is_estimate, _WEIGHTS, _SHARES[:1])


_WEIGHTS = ((1, 1, -2), (1, 1, -1), (1, 1, 2), (1, 1, 1), (0.5, 0.5, -2), (0.5, 0.5, -1))
"""How often the means of the pairs in x, in y, and between them are taken: rightly first, then as by a mistake."""

_SHARES: tuple[Callable[[Array], float], ...] = (
    lambda kernel: (kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1)),
    lambda kernel: kernel.mean(),
    lambda kernel: (kernel.sum() - np.trace(kernel)) / len(kernel) ** 2,
    lambda kernel: kernel.sum() / (len(kernel) * (len(kernel) - 1)),
)
"""The mean over the pairs in one set: of different points, then of all, and what else is divided by what else."""


def _is_estimate(c: Criterion, weights: Sequence[Sequence[float]], shares: Sequence[Callable[[Array], float]]) -> None:
    """All estimates have one of these weights, and one of these ways of counting the pairs in a set."""
    values = [np.array(c.number(case, "the estimate")) for case in c.cases("estimates")]
    known = [[kernels.reference(name) for name in ("xx", "yy", "xy")] for kernels in c.each("kernels")]

    def are_all(share: Callable[[Array], float], weight: Sequence[float]) -> bool:
        rights = [np.dot(weight, [share(xx), share(yy), xy.mean()]) for xx, yy, xy in known]
        return all(alike(value, np.array(right)) for value, right in zip(values, rights, strict=True))

    right = any(are_all(share, weight) for share, weight in itertools.product(shares, weights))
    c.expect(right, "For known points the estimate is not the one asked for.")


# Losses and steps ----------------------------------------------------------------------------------------------------


def losses(rubric: Rubric) -> None:
    """Each loss against the reference, at moderate logits and at large ones."""
    with rubric.criterion(
        "discriminator", points=1, hint="Real data should get large logits, fakes small ones: a mean for each, added."
    ) as c:
        _losses(c, "discriminator", "D gradient")
    for place, (kind, hint) in enumerate(_KINDS.items()):
        with rubric.criterion(kind, points=1, hint=hint) as c:
            _losses(c, kind, c.cases("G gradients")[place])
            if kind == "usual":
                _losses(c, "default")
            if kind == "report":  # the last of the kinds, and so the one that often serves for all others
                refused = c.array("refused", "the answer to an unknown kind")
                c.expect(refused.shape == () and refused == 1, "An unknown kind did not raise a ValueError.")
    with rubric.criterion(
        "large",
        points=1,
        hint="Try logits of 1000 and -1000: does an exponential overflow, or a logarithm meet zero? "
        "Gradients also pass through what was computed and then not chosen.",
    ) as c:
        large = zip(c.cases("large"), c.references("large"), c.cases("large gradients"), strict=True)
        for key, reference, gradients in large:
            value, right = (np.sort(np.abs(each.astype(np.float64))) for each in (_two_of(c, key), reference))
            c.expect(value[0] < 1, "At large logits a loss is large where it should be nearly 0.")
            # Half of it will do, a sum, bits, any sign: the value at moderate logits has criteria of its own.
            forms = [factor * right[1] for factor in (1, 0.5, 2, 5, 2.5, 10, 1 / math.log(2))]
            c.expect(np.isclose(value[1], forms, rtol=1e-3).any(), "At large logits a loss is not what it should be.")
            c.finite(gradients, "the gradients at large logits")  # whichever they are: each loss has its criterion


_KINDS = {
    "usual": "G wants log D to be large: which softplus is that, and is it used where no kind is given?",
    "saturating": "Here G minimises the mean of log(1 - D): which sign does it have, written with softplus?",
    "report": "With this kind G maximises D, the probability itself. A kind that is none of the three is an error.",
}
"""Each kind of G's loss, in the order in which gradients are asked, and where to look."""


def _two_of(c: Criterion, key: str) -> Array:
    """The losses at large logits of either sign."""
    value = c.array(key, "the losses at large logits")
    c.expect(value.shape == (2,), f"Losses of shape {value.shape} came.")
    c.expect(np.isfinite(value).all(), "At large logits a loss is NaN or infinite.")
    return value


def _losses(c: Criterion, name: str, gradient: str | None = None) -> None:
    """The reference's; or, of G, also sums or without a gradient if D's loss is so too and has been paid for."""
    of_d, sizes = name == "discriminator", c.reference("sizes")
    sums = not of_d and _is_factor_of(c, "discriminator[1]", sizes[1])
    for case, size in zip(c.cases(name), sizes, strict=True):
        if not (sums and _is_factor_of(c, case, size)):
            _scalar(c, case, "the loss", "For known logits the loss is not the one asked for.")
    if gradient and (of_d or not _is_cut(c, "D gradient")):
        c.differentiable(gradient, "the loss", alike=not sums)


def _is_factor_of(c: Criterion, key: str, factor: float) -> bool:
    """Whether a loss is so many times what it should be."""
    return alike(np.array(c.number(key, "the loss")), factor * c.reference(key).reshape(()))


def d_step(rubric: Rubric) -> None:
    """The step, and the loss from before it."""
    with rubric.criterion(
        "step", points=2, hint="One step of the optimizer on d.theta, along the gradient of D's loss on both batches."
    ) as c:
        c.either_way(_d_step)
    with rubric.criterion(
        "returned",
        points=1,
        hint="Return the loss of this batch, as it was before D moved, and as a tensor: the step will be compiled.",
    ) as c:
        c.either_way(_d_returned)


def _d_step(c: Criterion) -> None:
    start = c.reference("start")
    moves, rights = c.of("plain").finite("after", "D") - start, c.of("plain").reference("after") - start
    for move, right in zip(moves, rights, strict=True):
        c.expect(move.any(), "D did not move.")
        uphill = steps.near(-move, right)
        c.expect(
            steps.near(move, right),
            "D moved, but "
            + ("uphill: its loss grows." if uphill else "not by one step against the gradient of its loss."),
        )
    memory = c.of("memory")
    c.expect(
        steps.near(memory.finite("after", "D") - start, memory.reference("after") - start),
        "Two steps are not those of the optimizer that was passed in, which also remembers earlier gradients.",
        "Let the optimizer's `apply` move the variables: it knows its learning rate and what else it has to do.",
    )


def _d_returned(c: Criterion) -> None:
    """The loss from before the step, and from before a compiled one."""
    otherwise = "The returned value is not the loss from before the step."
    _scalar(c.of("plain"), "returned", "the returned loss", otherwise)
    _scalar(c, "compiled", "the returned loss of a compiled step", otherwise)


def player_losses(rubric: Rubric) -> None:
    """D's loss first; G's second, of whatever kind."""
    with rubric.criterion(
        "D_loss", points=1, hint="D's loss needs its logits for X and for what G makes of Z. It comes first."
    ) as c:
        c.either_way(_of_all_kinds, "first")
    with rubric.criterion(
        "G_loss", points=1, hint="G's loss sees D's logits for its own fakes only, and is of the kind asked for."
    ) as c:
        c.either_way(_of_all_kinds, "second")


def _of_all_kinds(c: Criterion, place: str) -> None:
    paid_for = place == "second" and _changed_places(c)
    for case in c.each("losses") if not paid_for else ():
        _scalar(case, place, "the loss", "For known networks the loss is not the one asked for.")
    c.of("gradients").differentiable(place, "the loss", alike=not paid_for)


def _changed_places(c: Criterion) -> bool:
    """Whether G's loss came first and D's second, for which the criterion of D's is lost."""

    def is_it(case: Criterion, place: str, other: str) -> bool:
        value = np.array(case.number(place, "the loss"))
        return alike(value, case.reference(other).reshape(()))

    places = list(itertools.permutations(("first", "second")))
    return all(is_it(case, *pair) for pair in places for case in c.each("losses"))


def train_step(rubric: Rubric) -> None:
    """Each player's step, that it moves nothing else, that G sees the new D, what is returned, and what is learnt."""
    for player in "dg":
        with rubric.criterion(
            f"{player.upper()} moves",
            points=1,
            hint=f"One step on {player}.theta, against the gradient of the loss of {player.upper()}.",
        ) as c:
            steps.expect_step(c, player)
    with rubric.criterion(
        "separate", points=1, hint="Which variables does each optimizer get? Each player moves only its own."
    ) as c:
        steps.expect_own_moves_only(c)
    with rubric.criterion(
        "order", points=1, hint="When G takes its step, which D gives the gradient: the one before or after D's step?"
    ) as c:
        steps.expect_new_d_followed(c)
    with rubric.criterion(
        "returned", points=1, hint="Return two numbers, D's loss and G's, each from just before its player's step."
    ) as c:
        steps.expect_losses_from_before(c)
    with rubric.criterion(
        "learns",
        points=1,
        hint="Run section 6, which trains with your step: the samples should have the data's mean and covariance.",
    ) as c:
        c.either(lambda: _finds_the_data(c), lambda: _compiled_alike(c))


def _finds_the_data(c: Criterion) -> None:
    """The step found a normal distribution; by gradients, since samples alone could be made of what the data are."""
    c.expect(_near_enough(c), "A G trained with this step did not learn a normal distribution.")
    steps.expect_gradient(c)


def _compiled_alike(c: Criterion) -> None:
    """A step that is wrong, and pays for it elsewhere, is the same when compiled."""
    right = all(steps.near(steps.move(c, "both", each), steps.right_move(c, "both", each)) for each in "dg")
    c.expect(not right, "The step is right, and yet a G trained with it did not learn a normal distribution.")
    for player in "dg":
        compiled, plain = (c.of(step).finite(player, "the variables") for step in ("compiled", "both"))
        c.expect(alike(compiled, plain), f"When the step is compiled, it moves {player.upper()} differently.")
    steps.expect_gradient(c)


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


# Remedies ------------------------------------------------------------------------------------------------------------


def packing(rubric: Rubric) -> None:
    """The packs, and the losses on packs."""
    with rubric.criterion(
        "packs", points=2, hint="Neighbouring rows should stand side by side: what is in the first row of the result?"
    ) as c:
        c.close("packs", "the packs")
        c.differentiable("packs gradient", "the packs")
        _expect_compiled(c, "packs compiled", c.reference("packs[0]"), "the packs")
    _both_losses(rubric, "D judges packs of real and of generated points: what has to be packed, and by how many?")


def _is_cut(c: Criterion, key: str) -> bool:
    """Whether a gradient does not pass, as where arrays are made of tensors: another criterion says so.

    No such computation can be compiled, and that is the same mistake.
    """
    try:
        return not c.array(key, "the gradient").any()
    except Exception:  # the question had no answer
        return True


def _expect_compiled(c: Criterion, key: str, right: Array, what: str) -> None:
    """Compiled for batches of any size, the right values came."""
    hint = "While a step is compiled, `x.shape[0]` is None: take `ops.shape(x)[0]`, or a -1 in `ops.reshape`."
    failed = f"In a compiled step, which does not know how large its batches are, {what} cannot be computed."
    c.either(lambda: c.array(key, what), lambda: c.expect(False, failed, hint))
    c.expect(alike(c.array(key, what), right), f"In a compiled step {what} have other values.", hint)


def penalty(rubric: Rubric) -> None:
    """The penalty's value, that its gradient reaches D, and the losses with it."""
    with rubric.criterion(
        "value",
        points=1,
        hint="Square each number of the gradient, sum over the coordinates, then take the mean over the batch.",
    ) as c:
        for case, inputs in zip(c.cases("penalty"), c.each("inputs"), strict=True):
            _penalty(c, case, inputs)
        if not _is_cut(c, "penalty gradient[0]"):
            _expect_compiled(c, "penalty compiled", c.reference("penalty[0]"), "values of the penalty")
    with rubric.criterion(
        "gradient", points=1, hint="D learns from the penalty only if a gradient passes through it: stay with tensors."
    ) as c:
        values = [c.finite(case, "the gradient of the penalty") for case in c.cases("penalty gradient")]
        c.expect(all(map(np.any, values)), "The penalty has no gradient with respect to the variables of D.")
        # At single points, whatever is made of the length, up or down: the value has its own criterion.
        # So it does for the penalty of the probability, whose value has been paid for.
        inputs, *_ = c.each("inputs")
        d, points = inputs.reference("d"), inputs.reference("X")[: len(values), None]
        of_probabilities = [_gradient_along_d(d, point, _of_probabilities) for point in points]
        c.expect(
            any(all(map(_lead_there, values, ways)) for ways in (c.references("penalty gradient"), of_probabilities)),
            "The gradient of the penalty points in another direction.",
        )
    _both_losses(rubric, "D pays half of the weight times the penalty at the real data, and G pays nothing.")


def _penalty(c: Criterion, case: str, inputs: Criterion) -> None:
    value = np.array(c.number(case, "the penalty"))
    c.expect(
        not alike(value, np.asarray(_of_probabilities(inputs.reference("d"), inputs.reference("X")))),
        "The penalty was computed from the gradient of the probability, not from that of the logit.",
        "Is there a sigmoid in it? The penalty is about what d.forward returns, unchanged.",
    )
    right = c.reference(case).reshape(())
    c.expect(alike(value, right), "For known discriminators the penalty is not the one asked for.")


def _lead_there(value: Array, right: Array) -> bool:
    """Whether two vectors are in proportion."""
    return abs(float(value @ right)) > 0.99 * float(np.linalg.norm(value) * np.linalg.norm(right))


def _of_probabilities(d: Array, X: Array) -> float:
    """The mean squared gradient of the probability of the known discriminator, which `_curved` is."""
    straight = X @ d[:2] + d[2]
    gradient = (1 - np.tanh(straight) ** 2 + 0.6 * straight) * _derivative_of_sigmoid(_curved(d, X))
    return float(np.mean(gradient**2) * (d[:2] ** 2).sum())


def _gradient_along_d(d: Array, X: Array, penalty: Callable[[Array, Array], float]) -> Array:
    """The gradient of a penalty with respect to the values of the discriminator, by small differences."""
    steps = 1e-5 * np.eye(len(d))
    d, X = d.astype(np.float64), X.astype(np.float64)
    return np.array([(penalty(d + step, X) - penalty(d - step, X)) / 2e-5 for step in steps])


def _curved(d: Array, X: Array) -> Array:
    """The logits of the known discriminator with these values, weights and then a bias: (batch,)."""
    straight = X @ d[:-1] + d[-1]
    return np.tanh(straight) + 0.3 * straight**2


_ACTIVATIONS = (*map(leaky, (0.2, 0.0, 0.01, 0.1, 0.3, 1.0)), np.tanh, sigmoid, elu, softplus)
"""Between the layers of a network, or behind the last: the right ones, and what else is taken for them."""


def _derivative_of_sigmoid(x: Array) -> Array:
    return sigmoid(x) * (1 - sigmoid(x))


def _both_losses(rubric: Rubric, hint: str) -> None:
    """D's loss and G's, in this order, as the notebook is or with known parts."""
    with rubric.criterion("D_loss", points=1, hint=hint) as c:
        c.either_way(_first_of_two)
    with rubric.criterion("G_loss", points=1, hint=hint) as c:
        c.either_way(_second_of_two, c.each("losses"))


def _first_of_two(c: Criterion) -> None:
    c.expect(not _changed_places(c), "In the first place G's loss came.", "D's loss comes first, then G's.")
    for case in c.each("losses"):
        _scalar(case, "first", "the loss", _OTHER)
    c.of("gradients").differentiable("first", "the loss")
    if not _is_cut(c.of("gradients"), "second"):  # once for both losses
        right = c.each("losses")[0].reference("first")
        _expect_compiled(c.of("losses compiled"), "first", right, "the losses")


def _second_of_two(c: Criterion, as_submitted: list[Criterion]) -> None:
    swapped = _changed_places(c)
    for case, own, inputs in zip(c.each("losses"), as_submitted, c.each("inputs"), strict=True):
        value = np.array(case.number("second", "the loss"))
        if not swapped and not alike(value, case.reference("second").reshape(())):
            _say_what_came(own, inputs)
            c.expect(False, _OTHER)
    c.of("gradients").differentiable("second", "the loss", alike=not swapped)


_OTHER = "For known networks the loss is not the one asked for."


def _say_what_came(case: Criterion, inputs: Criterion) -> None:
    """Fail with a sentence of its own where G's loss, as the notebook is, is of another kind or D's."""
    d, g, X, Z = (inputs.reference(name).astype(np.float64) for name in "dgXZ")
    points = Z @ g[:-2].reshape(Z.shape[1], 2) + g[-2:]
    fake, real = (_curved(d, batch.reshape(-1, len(d) - 1)) for batch in (points, X))
    value = np.array(case.number("second", "the loss"))
    hint = "Which of the three losses of section 3 is the usual one of G, and which call of yours gives it?"
    for kind, loss in (("saturating loss", -np.logaddexp(0, fake)), ("loss of the report", -sigmoid(fake))):
        case.expect(not alike(value, loss.mean()), f"For G the {kind} came, not the usual one.", hint)
    D_loss = np.logaddexp(0, -real).mean() + np.logaddexp(0, fake).mean()
    case.expect(
        not alike(value, np.asarray(D_loss)), "In the second place D's loss came.", "D's loss comes first, then G's."
    )
