"""Makes a generator of its own with a fixed seed.

Loses: noise/generator
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return np.random.default_rng(0).normal(size=(m, n)).astype(np.float32)
