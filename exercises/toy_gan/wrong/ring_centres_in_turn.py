"""No point chooses: the centres come one after the other.

Loses: ring/modes
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * (np.arange(n) % modes) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.normal(size=(n, 2))
