"""Draws from a normal distribution of the right width.

Loses: glorot/uniform
"""

# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    deviation = np.sqrt(2 / (fan_in + fan_out))
    return np.random.default_rng(seed).normal(0, deviation, (fan_in, fan_out)).astype("float32")
