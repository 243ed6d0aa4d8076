"""Adds a small number to both densities, which is large beside tiny ones.

Loses: best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    return (p + 1e-12) / (p + q + 2e-12)
