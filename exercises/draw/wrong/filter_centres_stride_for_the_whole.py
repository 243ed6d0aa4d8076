"""Takes the stride for the width of the whole grid.

Loses: filter_centres/spaced
"""

# %% solution="filter_centres"
import numpy as np


def filter_centres(centre, stride, size):
    return centre + np.linspace(-0.5, 0.5, size, dtype="float32") * stride
