"""Leaves the mean out.

Loses: normal/mean
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return z @ np.linalg.cholesky(covariance).T
