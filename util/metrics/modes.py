"""How varied and how recognisable samples are: what a classifier finds in them, which modes they reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Diversity", "Modes", "diversity", "modes_found", "normalised_entropy"]


@dataclass(frozen=True)
class Diversity:
    """What a classifier sees in a set of samples.

    ``counts`` says how many samples were assigned to each class; ``found`` how many classes got at least 1% of all
    samples; ``normalised_entropy`` how evenly the samples spread, from 0 (one class) to 1 (all classes alike);
    ``confidence`` is the mean probability that the classifier gives to the class it chose.
    """

    counts: np.ndarray
    found: int
    normalised_entropy: float
    confidence: float

    def __str__(self) -> str:
        """One line for a notebook."""
        return (
            f"{self.found} of {len(self.counts)} classes found, normalised entropy {self.normalised_entropy:.2f}, "
            f"mean confidence {self.confidence:.2f}; samples per class: {self.counts.tolist()}"
        )


def normalised_entropy(counts: np.ndarray) -> float:
    """Entropy of the shares, divided by its maximum log(number of classes): 0 if one class has all, 1 for all alike.

    ``counts`` (classes,) are samples per class. Raises ValueError for fewer than two classes, or without a sample.
    """
    if len(counts) < 2 or not np.sum(counts):
        raise ValueError(f"At least two classes and one sample are needed, not {np.asarray(counts).tolist()}.")
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
        normalised_entropy=normalised_entropy(counts),
        confidence=float(probabilities.max(axis=1).mean()),
    )


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
