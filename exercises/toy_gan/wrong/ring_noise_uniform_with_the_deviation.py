"""Uniform noise around the centres, of the right deviation.

Loses: ring/spread
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.integers(modes, size=n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    width = np.sqrt(3) * deviation
    return centres + random.uniform(-width, width, size=(n, 2))
