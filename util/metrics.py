"""How varied, and how recognisable, a set of generated images is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Diversity", "diversity", "evenness"]


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
