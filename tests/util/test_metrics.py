"""Variety and distances in numbers, against closed forms and brute force."""

from __future__ import annotations

import numpy as np
import pytest

from util import data, metrics


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([5, 5, 5, 5], 1.0), ([9, 0, 0, 0], 0.0), ([5, 5, 0, 0], 0.5)],
)
def test_normalised_entropy(counts: list[int], expected: float) -> None:
    assert metrics.normalised_entropy(np.array(counts)) == pytest.approx(expected)


@pytest.mark.parametrize("counts", [[3], [0, 0, 0]])
def test_normalised_entropy_needs_two_classes_and_a_sample(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="At least two classes and one sample"):
        metrics.normalised_entropy(np.array(counts))


def test_diversity() -> None:
    probabilities = np.zeros((200, 3))
    probabilities[:199, 0] = 0.75
    probabilities[199, 1] = 0.95  # half a percent: not found
    seen = metrics.diversity(probabilities)
    assert seen.counts.tolist() == [199, 1, 0]
    assert seen.found == 1
    assert seen.confidence == pytest.approx(0.751)
    assert "1 of 3 classes found" in str(seen)


# Samples against a distribution ---------------------------------------------------------------------------------------


def expected_kernel(mean: np.ndarray, covariance: np.ndarray, width: float) -> float:
    """E exp(-|d|^2 / (2 width^2)) for a normal difference d: a Gaussian integral."""
    inner = np.eye(len(mean)) + covariance / width**2
    return float(np.exp(-mean @ np.linalg.solve(inner, mean) / (2 * width**2)) / np.sqrt(np.linalg.det(inner)))


def test_mmd_of_two_normals_is_on_average_what_the_integral_says() -> None:
    first, second = data.Normal(), data.Normal((0.5, 0.2), ((0.5, -0.2), (-0.2, 1.0)))
    width, random = 0.8, np.random.default_rng(0)
    (m, a), (n, b) = ((np.array(x.mean), np.array(x.covariance)) for x in (first, second))
    exact = (
        expected_kernel(0 * m, 2 * a, width)
        + expected_kernel(0 * n, 2 * b, width)
        - 2 * expected_kernel(m - n, a + b, width)
    )
    estimates = [metrics.mmd(first.sample(60, random), second.sample(40, random), [width]) for _ in range(400)]
    assert np.mean(estimates) == pytest.approx(exact, abs=5 * np.std(estimates) / 20)


def test_mmd_is_unbiased_where_both_are_the_same() -> None:
    ring, random = data.Ring(), np.random.default_rng(0)
    estimates = [metrics.mmd(ring.sample(5, random), ring.sample(7, random), [0.3, 1.0]) for _ in range(2000)]
    assert np.mean(estimates) == pytest.approx(0, abs=5 * np.std(estimates) / np.sqrt(2000))
    assert min(estimates) < 0, "half of the estimates of zero have to lie below it"


def test_mmd_by_hand() -> None:
    x, y = [[0.0], [1.0]], [[0.0], [2.0], [2.0]]
    one, two = np.exp(-1 / 2), np.exp(-4 / 2)  # the kernel at these distances
    expected = one + (2 * two + 1) / 3 - 2 * (1 + 2 * two + 3 * one) / 6
    assert metrics.mmd(x, y) == pytest.approx(expected)


def test_mmd_of_two_points_far_apart_is_two() -> None:
    assert metrics.mmd(np.zeros((5, 2)), np.full((4, 2), 100.0)) == pytest.approx(2)


def test_mmd_needs_pairs() -> None:
    with pytest.raises(ValueError, match="at least two samples"):
        metrics.mmd([[0.0]], [[0.0], [1.0]])


def test_kid_by_hand() -> None:
    x, y = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 0.0], [3.0, 1.0]])

    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return (a @ b / 2 + 1) ** 3

    within_x = np.mean([kernel(x[i], x[j]) for i in range(2) for j in range(2) if i != j])
    within_y = np.mean([kernel(y[i], y[j]) for i in range(3) for j in range(3) if i != j])
    across = np.mean([kernel(a, b) for a in x for b in y])
    assert metrics.kid(x, y) == pytest.approx(within_x + within_y - 2 * across)


def test_kid_of_subsets_is_unbiased_too() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=(60, 3)), random.normal(0.3, 1, size=(80, 3))
    subsets = [metrics.kid(x, y, subsets=20, size=15, seed=seed) for seed in range(60)]
    assert np.mean(subsets) == pytest.approx(metrics.kid(x, y), abs=5 * np.std(subsets) / np.sqrt(60))
    assert metrics.kid(x, y, subsets=2, size=15, seed=1) == metrics.kid(x, y, subsets=2, size=15, seed=1)
    same = [metrics.kid(random.normal(size=(6, 3)), random.normal(size=(7, 3))) for _ in range(2000)]
    assert np.mean(same) == pytest.approx(0, abs=5 * np.std(same) / np.sqrt(2000))


def with_moments(mean: np.ndarray, covariance: np.ndarray, n: int = 40) -> np.ndarray:
    """Return points (n, dim) that have exactly this mean and covariance."""
    points = np.random.default_rng(0).normal(size=(n, len(mean)))
    points = np.linalg.solve(np.linalg.cholesky(np.cov(points.T)), (points - points.mean(axis=0)).T).T
    return mean + points @ np.linalg.cholesky(covariance).T


def test_frechet_of_two_normals_in_the_plane() -> None:
    a, b = np.array([[1.0, 0.6], [0.6, 0.8]]), np.array([[0.5, -0.2], [-0.2, 1.5]])
    product = a @ b
    root_trace = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))  # of a root of two by two
    expected = 3.0**2 + 4.0**2 + np.trace(a) + np.trace(b) - 2 * root_trace
    points, others = with_moments(np.zeros(2), a), with_moments(np.array([3.0, 4.0]), b)
    assert metrics.frechet(points, others) == pytest.approx(expected)


def test_frechet_agrees_with_scipys_root_of_a_matrix() -> None:
    linalg = pytest.importorskip("scipy.linalg")
    random = np.random.default_rng(0)
    x, y = random.normal(size=(50, 6)), random.normal(size=(40, 6)) @ random.normal(size=(6, 6))
    (m, a), (n, b) = metrics.moments(x), metrics.moments(y)
    expected = np.sum((m - n) ** 2) + np.trace(a + b - 2 * linalg.sqrtm(a @ b).real)
    assert metrics.frechet(x, y) == pytest.approx(expected)


def test_frechet_of_fewer_samples_than_dimensions() -> None:
    x = np.random.default_rng(0).normal(size=(5, 200))
    assert metrics.frechet(x, x) == pytest.approx(0, abs=1e-9)
    assert metrics.frechet(x, x + 2) == pytest.approx(4 * 200)
    assert metrics.frechet(x, 3 * x - 2 * x.mean(axis=0)) == pytest.approx(4 * x.var(axis=0, ddof=1).sum())


# Neighbours -----------------------------------------------------------------------------------------------------------


def test_neighbours_by_brute_force() -> None:
    random = np.random.default_rng(0)
    real, fake, k = random.normal(size=(30, 2)), random.normal(0.7, 1.2, size=(25, 2)), 3

    def radius(points: np.ndarray, i: int) -> float:
        return float(np.sort(np.linalg.norm(points - points[i], axis=1))[k])  # the nearest is the point itself

    in_real = [[np.linalg.norm(f - real[i]) <= radius(real, i) for f in fake] for i in range(30)]
    in_fake = [[np.linalg.norm(fake[j] - r) <= radius(fake, j) for j in range(25)] for r in real]
    seen = metrics.neighbours(real, fake, k)
    assert seen.precision == pytest.approx(np.mean(np.any(in_real, axis=0)))
    assert seen.recall == pytest.approx(np.mean(np.any(in_fake, axis=1)))
    assert seen.density == pytest.approx(np.sum(in_real) / (k * 25))
    assert seen.coverage == pytest.approx(np.mean(np.any(in_real, axis=1)))
    assert 0.2 < seen.coverage < 0.9, "a case that could tell"


def test_neighbours_tell_quality_from_variety() -> None:
    random = np.random.default_rng(0)
    real = np.concatenate([random.normal(size=(100, 4)), random.normal(30, 1, size=(100, 4))])
    half = metrics.neighbours(real, random.normal(size=(200, 4)))  # good, but only one of two modes
    assert half.precision > 0.9
    assert half.recall < 0.55
    assert half.coverage < 0.55
    far = metrics.neighbours(real, random.normal(-100, 1, size=(50, 4)))
    assert (far.precision, far.recall, far.density, far.coverage) == (0, 0, 0, 0)
    assert str(far) == "precision 0.00, recall 0.00, density 0.00, coverage 0.00"
    with pytest.raises(ValueError, match="more than 5 samples"):
        metrics.neighbours(real, real[:5])


def test_two_sample_accuracy() -> None:
    random = np.random.default_rng(0)
    real, other = random.normal(size=(1000, 3)), random.normal(size=(1000, 3))
    assert metrics.two_sample_accuracy(real, other) == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(1000))
    assert metrics.two_sample_accuracy(real, other + 100) == 1
    assert metrics.two_sample_accuracy(real, real + 1e-4) < 0.01, "copies"
    with pytest.raises(ValueError, match="as many of each"):
        metrics.two_sample_accuracy(real, other[:5])


def test_two_sample_accuracy_by_hand() -> None:
    real, fake = [[0.0], [1.0], [10.0]], [[1.5], [9.0], [9.1]]
    # The nearest of 0 is real, of 1 fake, of 10 fake, of 1.5 real, of 9 and 9.1 each other.
    assert metrics.two_sample_accuracy(real, fake) == pytest.approx(3 / 6)


def test_the_floor_is_real_against_real() -> None:
    real = np.arange(10.0)[:, None]
    halves = metrics.floor(lambda a, b: (a, b), real)
    assert sorted(np.concatenate(halves)[:, 0]) == list(range(10))
    assert [len(part) for part in metrics.floor(lambda a, b: (a, b), real, size=3)] == [3, 3]
    assert metrics.floor(lambda a, b, power: power, real, power=7) == 7
    with pytest.raises(ValueError, match="need 12"):
        metrics.floor(metrics.frechet, real, size=6)


# Pixels ---------------------------------------------------------------------------------------------------------------


def test_pixel_kl_of_known_shares() -> None:
    real, fake = np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 1.0]])
    expected = 0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75)
    assert metrics.pixel_kl(real, fake, bins=2, smoothing=0) == pytest.approx(expected)
    assert metrics.pixel_kl(2 * real - 1, 2 * fake - 1, bins=2, smoothing=0, limits=(-1, 1)) == pytest.approx(expected)
    as_bytes = ((255 * x).astype(np.uint8) for x in (real, fake))
    assert metrics.pixel_kl(*as_bytes, bins=2, smoothing=0) == pytest.approx(expected)
    assert metrics.pixel_kl(real, real) == 0


def test_pixel_kl_of_empty_bins() -> None:
    dark, light = np.zeros((1, 10)), np.ones((1, 10))
    # With one more in each of two bins, the shares are 11/12 and 1/12.
    assert metrics.pixel_kl(dark, light, bins=2) == pytest.approx(10 / 12 * np.log(11))
    assert metrics.pixel_kl(dark, light, bins=2, smoothing=0) == np.inf
    with pytest.raises(ValueError, match="between 0 and 1"):
        metrics.pixel_kl(dark, light - 2)


def test_pixel_kl_is_the_mean_of_the_channels() -> None:
    random = np.random.default_rng(0)
    a, b = random.uniform(size=(3, 4, 4, 3)), random.uniform(size=(3, 4, 4, 3)) ** 2
    channels = [metrics.pixel_kl(a[..., i], b[..., i], bins=8) for i in range(3)]
    assert metrics.pixel_kl(a, b, bins=8) == pytest.approx(np.mean(channels))


@pytest.mark.parametrize("stride", [2, 4])
def test_checkerboard_of_noise_and_of_a_pattern(stride: int) -> None:
    random = np.random.default_rng(0)
    noise = random.normal(size=(800, 24, 24))
    assert metrics.checkerboard(noise, stride).ratio == pytest.approx(1, abs=0.1)
    row, column = np.indices((24, 24))
    pattern = 0.3 * np.cos(2 * np.pi * row / stride) * np.cos(2 * np.pi * column / stride)
    seen = metrics.checkerboard(noise + pattern, stride)
    energy = 24**2 * np.sum(pattern**2)  # Parseval; noise has 24^2 on average at each of 24^2 frequencies
    peaks = stride**2 - 1
    assert seen.ratio == pytest.approx(1 + energy / (24**2 * peaks), rel=0.1)
    assert seen.share == pytest.approx((energy + peaks * 24**2) / (energy + 24**4), rel=0.1)
    assert "times the energy" in str(seen)


def test_checkerboard_of_colours_and_odd_sizes() -> None:
    stripes = np.zeros((2, 11, 13, 3))
    stripes[:, ::2, :, 1] = 1
    assert metrics.checkerboard(stripes, 2).share == pytest.approx(1)
    with pytest.raises(ValueError, match="no pattern of stride 4"):
        metrics.checkerboard(stripes, 4)


def test_moments_are_numpys() -> None:
    points = data.Normal().sample(50, np.random.default_rng(0)).astype(np.float64)
    mean, covariance = metrics.moments(points)
    assert np.allclose(mean, points.sum(axis=0) / 50)
    assert np.allclose(covariance, (points - mean).T @ (points - mean) / 49)
    assert metrics.moments(points[:, :1])[1].shape == (1, 1)


def test_modes_found() -> None:
    centres = [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0], [4.0, 4.0]]
    samples = np.array([centres[0]] * 90 + [centres[1]] * 3 + [centres[2]] * 2 + [[2.0, 2.0]] * 5)
    seen = metrics.modes_found(samples + 0.1, centres, radius=0.2)
    assert seen.counts.tolist() == [90, 3, 2, 0]
    assert seen.found == 2, "3 of 25 is more than a tenth of a fair share, 2 is less"
    assert seen.near == pytest.approx(0.95)
    assert str(seen) == "2 of 4 modes found, 95% of the samples near one"
