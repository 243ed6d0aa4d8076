"""Counts the spots from the right.

Loses: filter_centres/spaced
"""

# %% solution="filter_centres"
import numpy as np


def filter_centres(centre, stride, size):
    return centre - (np.arange(size, dtype="float32") - (size - 1) / 2) * stride
