"""All rows are the same vector.

Loses: sample_z/fresh
"""

# %% solution="sample_z"
import numpy as np


def sample_Z(m, n):
    return np.tile(np.random.uniform(-1, 1, n), (m, 1)).astype("float32")
