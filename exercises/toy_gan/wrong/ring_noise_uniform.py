"""Uniform noise around the centres.

Loses: ring/spread
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.integers(modes, size=n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.uniform(-1, 1, size=(n, 2))
