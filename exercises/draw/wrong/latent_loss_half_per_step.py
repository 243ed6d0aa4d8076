"""Subtracts one half for each step in place of one half for each latent.

Loses: latent_loss/prior
"""

# %% solution="latent_loss"
from keras import ops


def latent_loss(mean, deviation):
    nats = 0.5 * ops.sum(mean**2 + deviation**2 - 2 * ops.log(deviation), axis=(1, 2))
    return nats - mean.shape[1] / 2
