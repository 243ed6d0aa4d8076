"""Forgets the half.

Loses: latent_loss/divergence
"""

# %% solution="latent_loss"
from keras import ops


def latent_loss(mean, deviation):
    return ops.sum(mean**2 + deviation**2 - 2 * ops.log(deviation) - 1, axis=(1, 2))
