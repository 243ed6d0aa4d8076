"""No point chooses: the first so many get the first centre, and so on.

Loses: ring/modes
"""

# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * (np.arange(n) * modes // n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * random.normal(size=(n, 2))
