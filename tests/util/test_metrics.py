"""Variety in numbers."""

from __future__ import annotations

import numpy as np
import pytest

from util import data, metrics


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([5, 5, 5, 5], 1.0), ([9, 0, 0, 0], 0.0), ([5, 5, 0, 0], 0.5)],
)
def test_evenness(counts: list[int], expected: float) -> None:
    assert metrics.evenness(np.array(counts)) == pytest.approx(expected)


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


def test_mmd_needs_pairs() -> None:
    with pytest.raises(ValueError, match="at least two samples"):
        metrics.mmd([[0.0]], [[0.0], [1.0]])


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
