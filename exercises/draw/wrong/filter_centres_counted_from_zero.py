"""The paper's formula, which counts spots from 1, with spots counted from 0.

Loses: filter_centres/centred
"""

# %% solution="filter_centres"
import numpy as np


def filter_centres(centre, stride, size):
    return centre + (np.arange(size, dtype="float32") - size / 2 - 0.5) * stride
