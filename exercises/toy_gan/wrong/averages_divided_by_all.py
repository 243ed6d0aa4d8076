"""Divides every sum by the number of all points.

Loses: averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    return np.cumsum(path, axis=0) / len(path)
