"""Adds a small number below the line: zero where nothing ever comes.

Loses: best/nothing
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    return p / (p + q + 1e-12)
