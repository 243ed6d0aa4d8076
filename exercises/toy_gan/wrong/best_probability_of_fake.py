"""The probability of being a fake.

Loses: best/formula
"""

# %% solution="best"
import numpy as np


def best_discriminator(p, q):
    total = p + q
    return np.where(total > 0, q / np.where(total > 0, total, 1), 0.5)
