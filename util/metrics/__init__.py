"""How varied, how recognisable and how far from the real ones a set of samples is.

Print a number beside its `floor`, the same number for real samples against real ones: only the two together say how
good a model is. For the same reason, compare numbers only if features, counts and settings are the same.

Which damage they notice (`util.damage`: blur, noise, greying, the mean mixed in, few copies, upside down) was tried on
drawn faces. `kid`, `frechet` and `two_sample_accuracy` notice all six, the more the worse; the coverage of `neighbours`
does too, though little damage hardly. Its precision and density call blurred, grey and averaged pictures better than
real ones, and see no copies; its recall does not notice noise, nor `pixel_kl` what is upside down. None of them tells a
lack of quality from a lack of variety.
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
from util.metrics.modes import Diversity, Modes, diversity, modes_found, normalised_entropy

__all__ = [
    "Checkerboard",
    "Diversity",
    "Modes",
    "Neighbours",
    "checkerboard",
    "diversity",
    "floor",
    "frechet",
    "kid",
    "mmd",
    "modes_found",
    "moments",
    "neighbours",
    "normalised_entropy",
    "pixel_kl",
    "two_sample_accuracy",
]
