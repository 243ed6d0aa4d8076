"""Adds up and does not divide.

Loses: averages/every
"""

# %% solution="averages"
import numpy as np


def running_mean(path):
    return np.cumsum(path, axis=0)
