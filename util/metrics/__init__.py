"""How varied, how recognisable and how far from the real ones a set of samples is.

Print a number beside its `floor`, the same number for real samples against real ones: only the two together say how
good a model is. For the same reason, compare numbers only if features, counts and settings are the same.
"""

from util.metrics.distributions import (
    Neighbours,
    floor,
    frechet,
    kid,
    mmd,
    moments,
    neighbours,
    two_sample_accuracy,
)
from util.metrics.images import Checkerboard, checkerboard, pixel_kl
from util.metrics.modes import Diversity, Modes, diversity, evenness, modes_found

__all__ = [
    "Checkerboard",
    "Diversity",
    "Modes",
    "Neighbours",
    "checkerboard",
    "diversity",
    "evenness",
    "floor",
    "frechet",
    "kid",
    "mmd",
    "modes_found",
    "moments",
    "neighbours",
    "pixel_kl",
    "two_sample_accuracy",
]
