"""Uniform noise.

Loses: noise/normal
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return random.uniform(-1, 1, size=(m, n)).astype(np.float32)
