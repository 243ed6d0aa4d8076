"""Says which density is larger.

Loses: best/formula, best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    return (p > q).astype(float)
