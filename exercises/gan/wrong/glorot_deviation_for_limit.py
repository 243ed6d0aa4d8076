"""Takes the standard deviation for the limit.

Loses: glorot/limit
"""

# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    limit = np.sqrt(2 / (fan_in + fan_out))
    return np.random.default_rng(seed).uniform(-limit, limit, (fan_in, fan_out)).astype("float32")
