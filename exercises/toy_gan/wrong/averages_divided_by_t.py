"""Divides by the number of steps, which is one less than the number of points.

Loses: averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    return np.cumsum(path, axis=0) / np.arange(len(path))[:, None]
