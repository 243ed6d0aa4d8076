"""Adds the logarithm of the variance in place of subtracting it.

Loses: latent_loss/divergence
"""


# %% solution="latent_loss"
def latent_loss(mean, deviation):
    return 0.5 * ops.sum(mean**2 + deviation**2 + 2 * ops.log(deviation) - 1, axis=(1, 2))
