"""Scales every coordinate by itself.

Loses: normal/covariance
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return mean + z * np.sqrt(np.diag(covariance))
