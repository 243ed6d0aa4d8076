"""Clips normal numbers to the range: they pile up at its ends.

Loses: sample_z/uniform
"""

# %% solution="sample_z"
import numpy as np


def sample_Z(m, n):
    return np.clip(np.random.normal(size=(m, n)), -1, 1).astype("float32")
