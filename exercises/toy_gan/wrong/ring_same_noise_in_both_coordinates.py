"""Adds the same noise to both coordinates.

Loses: ring/spread
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.integers(modes, size=n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.normal(size=(n, 1))
