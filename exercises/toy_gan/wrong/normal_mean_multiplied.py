"""Adds the mean before the root.

Loses: normal/mean
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return (z + mean) @ np.linalg.cholesky(covariance).T
