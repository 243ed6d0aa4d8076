"""How far mean and deviation are from those of the prior, which is no divergence.

Loses: latent_loss/divergence, latent_loss/prior
"""


# %% solution="latent_loss"
from keras import ops


def latent_loss(mean, deviation):
    return ops.sum(ops.abs(mean) + ops.abs(deviation - 1), axis=(1, 2))
