"""A standard deviation of a half.

Loses: noise/normal
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return random.normal(0.0, 0.5, size=(m, n)).astype(np.float32)
