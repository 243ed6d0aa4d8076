"""Forgets the constant.

Loses: latent_loss/prior
"""

# %% solution="latent_loss"
from keras import ops


def latent_loss(mean, deviation):
    return 0.5 * ops.sum(mean**2 + deviation**2 - 2 * ops.log(deviation), axis=(1, 2))
