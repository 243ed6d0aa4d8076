"""Divides by the number of inputs only and adds the number of outputs under the root.

Loses: glorot/limit
"""

# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    limit = np.sqrt(6 / fan_in + fan_out)
    return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
