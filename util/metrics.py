"""How varied, how recognisable and how far from the real ones a set of samples is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Diversity", "Modes", "diversity", "evenness", "mmd", "modes_found", "moments"]


@dataclass(frozen=True)
class Diversity:
    """What a classifier sees in a set of samples.

    ``counts`` says how many samples were assigned to each class; ``found`` how many classes got at least 1% of all
    samples; ``evenness`` how evenly the samples spread, from 0 (one class) to 1 (all classes alike); ``confidence`` is
    the mean probability that the classifier gives to the class it chose.
    """

    counts: np.ndarray
    found: int
    evenness: float
    confidence: float

    def __str__(self) -> str:
        """One line for a notebook."""
        return (
            f"{self.found} of {len(self.counts)} classes found, evenness {self.evenness:.2f}, "
            f"mean confidence {self.confidence:.2f}; samples per class: {self.counts.tolist()}"
        )


def evenness(counts: np.ndarray) -> float:
    """Entropy of the shares, divided by its maximum log(number of classes): 0 for one class, 1 for all alike."""
    shares = np.asarray(counts, dtype=np.float64) / np.sum(counts)
    present = shares[shares > 0]
    return float(np.sum(present * np.log(1 / present)) / np.log(len(shares)))


def diversity(probabilities: np.ndarray) -> Diversity:
    """Count what a classifier found, from its probabilities (samples, classes)."""
    samples, classes = probabilities.shape
    counts = np.bincount(probabilities.argmax(axis=1), minlength=classes)
    return Diversity(
        counts=counts,
        found=int((counts >= 0.01 * samples).sum()),
        evenness=evenness(counts),
        confidence=float(probabilities.max(axis=1).mean()),
    )


# Samples against a distribution ---------------------------------------------------------------------------------------


def moments(samples: Any) -> tuple[np.ndarray, np.ndarray]:
    """The mean (dim,) and the unbiased covariance (dim, dim) of samples (n, dim)."""
    samples = np.asarray(samples, dtype=np.float64)
    return samples.mean(axis=0), np.atleast_2d(np.cov(samples, rowvar=False))


def mmd(x: Any, y: Any, widths: Sequence[float] = (1.0,)) -> float:
    """The squared maximum mean discrepancy of samples x (n, dim) and y (m, dim), unbiased: it may fall below zero.

    The kernel is the mean of Gaussians exp(-|x - y|^2 / (2 width^2)). Zero is expected where both sets come from one
    distribution, and one is the most that can be. At least two samples of each are needed (else ValueError).
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    n, m = len(x), len(y)
    if min(n, m) < 2:
        raise ValueError(f"The discrepancy needs at least two samples on either side, {n} and {m} came.")
    # Nobody is compared with himself: the diagonals, all ones, are what would bias the estimate.
    among_x = (_kernel(x, x, widths).sum() - n) / (n * (n - 1))
    among_y = (_kernel(y, y, widths).sum() - m) / (m * (m - 1))
    return float(among_x + among_y - 2 * _kernel(x, y, widths).mean())


def _kernel(x: np.ndarray, y: np.ndarray, widths: Sequence[float]) -> np.ndarray:
    """The mean of Gaussian kernels for every pair, (n, m)."""
    squares = np.maximum((x**2).sum(axis=1)[:, None] + (y**2).sum(axis=1) - 2 * x @ y.T, 0)
    return np.mean([np.exp(-squares / (2 * width**2)) for width in widths], axis=0)


@dataclass(frozen=True)
class Modes:
    """What became of the modes of a mixture: samples near each, how many were ``found``, the share of samples near one.

    A mode is found if at least a tenth of its fair share of the samples lies near it.
    """

    counts: np.ndarray
    found: int
    near: float

    def __str__(self) -> str:
        """One line for a notebook."""
        return f"{self.found} of {len(self.counts)} modes found, {self.near:.0%} of the samples near one"


def modes_found(samples: Any, centres: Any, radius: float) -> Modes:
    """Count the samples (n, dim) within ``radius`` of their nearest centre; centres are (modes, dim)."""
    samples, centres = np.asarray(samples, dtype=np.float64), np.asarray(centres, dtype=np.float64)
    distances = np.linalg.norm(samples[:, None] - centres, axis=2)  # (n, modes)
    near = distances.min(axis=1) <= radius
    counts = np.bincount(distances.argmin(axis=1)[near], minlength=len(centres))
    fair = len(samples) / len(centres)
    return Modes(counts=counts, found=int((counts >= 0.1 * fair).sum()), near=float(near.mean()))
