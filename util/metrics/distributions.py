"""How far the distribution of one set of samples is from that of another: points, or features of images."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Neighbours", "floor", "frechet", "kid", "mmd", "moments", "neighbours", "two_sample_accuracy"]


def floor(metric: Callable[..., Any], real: Any, *, size: int | None = None, seed: int = 0, **settings: Any) -> Any:
    """What ``metric(real, fake, **settings)`` says if the fakes are real: of two random parts of ``real`` (n, ...).

    Each part has ``size`` samples, half of all by default. Most metrics depend on how many samples there are: for a
    fair comparison give the fakes against as many real ones, and ask for parts of the same size.
    """
    real = np.asarray(real)
    size = size or len(real) // 2
    if 2 * size > len(real):
        raise ValueError(f"Two parts of {size} samples need {2 * size}, but {len(real)} came.")
    order = np.random.default_rng(seed).permutation(len(real))
    return metric(real[order[:size]], real[order[size : 2 * size]], **settings)


def _samples(*sets: Any) -> list[np.ndarray]:
    """Sets of samples as float64 (n, dim); at least two samples each."""
    arrays = [np.asarray(samples, dtype=np.float64).reshape(len(samples), -1) for samples in sets]
    if min(len(samples) for samples in arrays) < 2:
        counts = " and ".join(str(len(samples)) for samples in arrays)
        raise ValueError(f"This needs at least two samples on either side, {counts} came.")
    return arrays


# Moments --------------------------------------------------------------------------------------------------------------


def moments(samples: Any) -> tuple[np.ndarray, np.ndarray]:
    """The mean (dim,) and the unbiased covariance (dim, dim) of samples (n, dim)."""
    samples = np.asarray(samples, dtype=np.float64)
    return samples.mean(axis=0), np.atleast_2d(np.cov(samples, rowvar=False))


def frechet(real: Any, fake: Any) -> float:
    """The squared Fréchet distance of two normal distributions with the moments of ``real`` and ``fake``, (n, dim).

    It is `|m1 - m2|^2 + Tr(C1 + C2 - 2 (C1 C2)^(1/2))`, at least zero, in squared units of the features (Dowson and
    Landau, 1982; on features of images Heusel et al., 2017). From few samples it comes out too large, so compare only
    numbers from equally many. There may be fewer samples than dimensions.
    """
    real, fake = _samples(real, fake)
    (mean, covariance), (other_mean, other_covariance) = moments(real), moments(fake)
    # The trace of (C1 C2)^(1/2) is the sum of the singular values of C1^(1/2) C2^(1/2): no root of a rounding error.
    shared = np.linalg.svd(_root(covariance) @ _root(other_covariance), compute_uv=False).sum()
    distance = np.sum((mean - other_mean) ** 2) + np.trace(covariance) + np.trace(other_covariance) - 2 * shared
    return max(float(distance), 0.0)


def _root(covariance: np.ndarray) -> np.ndarray:
    """The symmetric square root of a covariance, whose eigenvalues may be a rounding error below zero."""
    values, vectors = np.linalg.eigh(covariance)
    return (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


# Kernels --------------------------------------------------------------------------------------------------------------

Kernel = Callable[[np.ndarray, np.ndarray], np.ndarray]


def mmd(x: Any, y: Any, widths: Sequence[float] = (1.0,)) -> float:
    """The squared maximum mean discrepancy of samples x (n, dim) and y (m, dim), unbiased: it may fall below zero.

    The kernel is the mean of Gaussians `exp(-|x - y|^2 / (2 width^2))`. Zero is expected where both sets come from one
    distribution, and two is the most that can be (two points, far apart). At least two samples of each are needed (else
    ValueError). See Gretton et al., 2012, equation 3.
    """
    return _discrepancy(lambda a, b: _gaussian(a, b, widths), *_samples(x, y))


def kid(real: Any, fake: Any, *, subsets: int = 1, size: int | None = None, seed: int = 0) -> float:
    """The kernel distance of features (n, dim) and (m, dim): unbiased, so it may fall below zero.

    It is the squared maximum mean discrepancy with the kernel (x.y / dim + 1)^3 (Bińkowski et al., 2018). Unlike
    `frechet` its expectation does not depend on how many samples there are. With ``subsets`` it is the mean over so
    many random subsets of ``size`` samples of each side (at most all, the default), which keeps memory small.
    """
    real, fake = _samples(real, fake)
    size = min(size or len(real), len(real), len(fake))
    if subsets == 1 and size == len(real):
        return _discrepancy(_cubic, real, fake)
    random = np.random.default_rng(seed)
    estimates = [
        _discrepancy(_cubic, *(x[random.choice(len(x), size, replace=False)] for x in (real, fake)))
        for _ in range(subsets)
    ]
    return float(np.mean(estimates))


def _discrepancy(kernel: Kernel, x: np.ndarray, y: np.ndarray) -> float:
    """The unbiased estimate. Nobody is compared with himself: the diagonals are what would bias it."""
    among_x, among_y = ((k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in (kernel(x, x), kernel(y, y)))
    return float(among_x + among_y - 2 * kernel(x, y).mean())


def _gaussian(x: np.ndarray, y: np.ndarray, widths: Sequence[float]) -> np.ndarray:
    """The mean of Gaussian kernels for every pair, (n, m)."""
    squares = np.maximum((x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T, 0)
    return np.mean([np.exp(-squares / (2 * width**2)) for width in widths], axis=0)


def _cubic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The polynomial kernel for every pair, (n, m)."""
    return (x @ y.T / x.shape[1] + 1) ** 3


# Nearest neighbours ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Neighbours:
    """What lies among what: balls around samples that reach to the k-th neighbour of the same kind.

    ``precision`` is the share of fakes that lie in the ball of a real sample, ``recall`` the share of real ones in the
    ball of a fake (Kynkäänniemi et al., 2019). ``density`` says in how many real balls a fake lies, divided by k; it is
    1 on average where both are alike, and may be larger. ``coverage`` is the share of real balls with a fake in them
    (Naeem et al., 2020). An outlier has a large ball, which spoils precision and recall more than the other two.

    Precision and density were meant as numbers for quality, and are none: samples that move towards the middle of the
    real ones, such as blurred or grey pictures, come into more balls. Read a distance (`kid`) beside them.
    """

    precision: float
    recall: float
    density: float
    coverage: float

    def __str__(self) -> str:
        """One line for a notebook."""
        return (
            f"precision {self.precision:.2f}, recall {self.recall:.2f}, "
            f"density {self.density:.2f}, coverage {self.coverage:.2f}"
        )


def neighbours(real: Any, fake: Any, k: int = 5) -> Neighbours:
    """Precision, recall, density and coverage of fake (m, dim) against real samples (n, dim); n and m exceed k."""
    from sklearn.metrics import pairwise_distances

    real, fake = _samples(real, fake)
    if min(len(real), len(fake)) <= k:
        raise ValueError(f"For {k} neighbours more than {k} samples are needed, {len(real)} and {len(fake)} came.")
    distances = pairwise_distances(real, fake)  # (n, m)
    in_real_ball = distances <= _radii(real, k)[:, None]
    in_fake_ball = distances <= _radii(fake, k)
    return Neighbours(
        precision=float(in_real_ball.any(axis=0).mean()),
        recall=float(in_fake_ball.any(axis=1).mean()),
        density=float(in_real_ball.sum(axis=0).mean() / k),
        coverage=float(in_real_ball.any(axis=1).mean()),
    )


def _radii(samples: np.ndarray, k: int) -> np.ndarray:
    """The distance of each sample to its k-th nearest other, (n,)."""
    from sklearn.neighbors import NearestNeighbors

    distances, _ = NearestNeighbors(n_neighbors=k).fit(samples).kneighbors()  # without itself
    return distances[:, -1]


def two_sample_accuracy(real: Any, fake: Any) -> float:
    """How often the nearest other sample is of the same kind, for as many fake as real samples, (n, dim).

    That is the leave-one-out accuracy of a 1-nearest-neighbour classifier (Lopez-Paz and Oquab, 2017): about 0.5 where
    nobody can tell them apart, 1 where everybody can, and near 0 where the fakes are copies of the real ones.
    """
    from sklearn.neighbors import NearestNeighbors

    real, fake = _samples(real, fake)
    if len(real) != len(fake):
        raise ValueError(f"Take as many of each, else chance is not one half: {len(real)} and {len(fake)} came.")
    is_real = np.arange(2 * len(real)) < len(real)
    _, nearest = NearestNeighbors(n_neighbors=1).fit(np.concatenate([real, fake])).kneighbors()
    return float((is_real[nearest[:, 0]] == is_real).mean())
