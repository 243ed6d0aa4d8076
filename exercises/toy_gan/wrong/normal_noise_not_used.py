"""Draws samples of its own.

Loses: normal/mean, normal/covariance, normal/rows
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return np.random.multivariate_normal(mean, covariance, size=len(z))
