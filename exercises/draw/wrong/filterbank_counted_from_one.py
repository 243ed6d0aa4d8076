"""Counts the pixels from 1.

Loses: filterbank/proportions
"""

# %% solution="filterbank"
import numpy as np
from keras import ops


def filterbank(centres, variance, length):
    distances = np.arange(1, length + 1, dtype="float32") - centres[:, :, None]
    return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)
