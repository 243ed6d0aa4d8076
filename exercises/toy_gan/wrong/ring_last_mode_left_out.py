"""The upper end is taken for inclusive.

Loses: ring/modes, ring/distribution
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.integers(0, modes - 1, size=n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.normal(size=(n, 2))
