"""The odds in place of the probability.

Loses: best/formula, best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return p / q
