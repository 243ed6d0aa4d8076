"""Forgets the half in the middle.

Loses: filter_centres/centred
"""

# %% solution="filter_centres"
import numpy as np


def filter_centres(centre, stride, size):
    return centre + (np.arange(size, dtype="float32") - size / 2) * stride
