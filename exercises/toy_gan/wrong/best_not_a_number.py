"""Divides zero by zero.

Loses: best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    with np.errstate(invalid="ignore"):
        return p / (p + q)
