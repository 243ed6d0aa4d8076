"""Rounds the middle of the grid down: wrong for even numbers of spots.

Loses: filter_centres/centred
"""

# %% solution="filter_centres"
import numpy as np


def filter_centres(centre, stride, size):
    return centre + (np.arange(size, dtype="float32") - size // 2 + (1 - size % 2)) * stride
