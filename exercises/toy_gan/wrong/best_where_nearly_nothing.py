"""Takes tiny densities for zero.

Loses: best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    total = p + q
    return np.where(total < 1e-10, 0.5, p / np.where(total < 1e-10, 1.0, total))
