"""Multiplies rows with the root as if they were columns.

Loses: normal/covariance
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return mean + z @ np.linalg.cholesky(covariance)
