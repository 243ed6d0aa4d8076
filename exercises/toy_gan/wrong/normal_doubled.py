"""Doubles the noise, whatever mean and covariance are.

Loses: normal/mean, normal/covariance, normal/rows
"""


# %% solution="normal"
def shape_noise(z, mean, covariance):
    return 2 * z
