"""Draws from 0 to the limit.

Loses: glorot/uniform
"""

# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(seed).uniform(0, limit, (fan_in, fan_out)).astype("float32")
