"""Gives the same numbers at every call.

Loses: glorot/uniform
"""

# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    limit = np.sqrt(6 / (fan_in + fan_out))
    return np.random.default_rng(seed or 0).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
