"""The toy distributions: what theory says of them."""

from __future__ import annotations

import numpy as np
import pytest

from util import data


@pytest.mark.parametrize(
    ("distribution", "mean", "covariance"),
    [
        (data.Ring(8, 2.0, 0.1), [0, 0], (2.0**2 / 2 + 0.1**2) * np.eye(2)),
        (data.Normal(), [1.0, -0.5], [[1.0, 0.6], [0.6, 0.8]]),
        (data.Pattern("10", 0.2), [0.9, 0.1], 0.2**2 / 12 * np.eye(2)),
    ],
)
def test_samples_have_the_moments_of_theory(distribution, mean, covariance) -> None:
    n = 20_000
    points = distribution.sample(n, np.random.default_rng(0))
    assert points.dtype == np.float32
    assert points.shape == (n, 2)
    largest = np.max(covariance)
    assert np.allclose(points.mean(axis=0), mean, atol=6 * np.sqrt(largest / n))
    assert np.allclose(np.cov(points.T), covariance, atol=6 * largest * np.sqrt(2 / n))


@pytest.mark.parametrize("distribution", [data.Ring(), data.Normal(), data.Pattern()])
def test_equal_generators_draw_equal_samples(distribution) -> None:
    first, again, other = (distribution.sample(9, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_ring_points_lie_around_all_of_its_centres() -> None:
    ring = data.Ring(modes=5, radius=3.0, std=0.01)
    distances = np.linalg.norm(ring.sample(500, np.random.default_rng(0))[:, None] - ring.centres, axis=2)
    assert distances.min(axis=1).max() < 0.06
    assert np.bincount(distances.argmin(axis=1), minlength=5).min() > 60


def test_normal_density_has_the_integral_one_and_its_peak_at_the_mean() -> None:
    normal = data.Normal()
    line = np.linspace(-8, 8, 200)
    grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    assert normal.density(grid).sum() * (line[1] - line[0]) ** 2 == pytest.approx(1, abs=1e-6)
    assert normal.density([normal.mean])[0] == pytest.approx(1 / (2 * np.pi * np.sqrt(0.8 - 0.36)))


def test_pattern_keeps_to_its_ranges() -> None:
    rows = data.Pattern("1010", 0.3).sample(200, np.random.default_rng(0))
    assert ((rows >= [0.7, 0, 0.7, 0]) & (rows <= [1, 0.3, 1, 0.3])).all()
