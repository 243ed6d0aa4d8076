"""Takes the divergence of the prior from the posterior.

Loses: latent_loss/divergence
"""

# %% solution="latent_loss"
from keras import ops


def latent_loss(mean, deviation):
    return 0.5 * ops.sum((mean**2 + 1) / deviation**2 + 2 * ops.log(deviation) - 1, axis=(1, 2))
