"""Averages x and y with each other.

Loses: averages/last, averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    means = np.mean(path, axis=1)
    return np.cumsum(means) / np.arange(1, len(path) + 1)
