"""Clips the few numbers that lie far out.

Loses: noise/normal
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return np.clip(random.normal(size=(m, n)), -3, 3).astype(np.float32)
