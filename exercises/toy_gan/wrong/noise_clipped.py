"""Clips the noise to [-1, 1].

Loses: noise/normal
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return np.clip(random.normal(size=(m, n)), -1, 1).astype(np.float32)
