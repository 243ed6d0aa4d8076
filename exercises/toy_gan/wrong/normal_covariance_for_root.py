"""Multiplies with the covariance itself.

Loses: normal/covariance
"""

# %% solution="normal"
import numpy as np


def shape_noise(z, mean, covariance):
    return mean + z @ covariance
