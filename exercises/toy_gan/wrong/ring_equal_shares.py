"""Gives every mode the same number of points, in random order.

Loses: ring/modes
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.permutation(np.arange(n) % modes) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.normal(size=(n, 2))
