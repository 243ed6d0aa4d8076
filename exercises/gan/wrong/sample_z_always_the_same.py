"""Gives the same sample at every call.

Loses: sample_z/fresh
"""

# %% solution="sample_z"
import numpy as np


def sample_Z(m, n):
    return np.random.default_rng(0).uniform(-1, 1, (m, n)).astype("float32")
