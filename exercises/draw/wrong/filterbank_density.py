"""Divides by what the integral over all numbers would be: near the ends and far outside weight is lost.

Loses: filterbank/sums
"""

# %% solution="filterbank"
import numpy as np
from keras import ops


def filterbank(centres, variance, length):
    distances = np.arange(length, dtype="float32") - centres[:, :, None]
    weights = ops.exp(-(distances**2) / (2 * variance[:, :, None]))
    return weights / ops.sqrt(2 * np.pi * variance[:, :, None])
