"""No gradient passes to the deviation.

Loses: latent_loss/divergence
"""


# %% solution="latent_loss"
def latent_loss(mean, deviation):
    deviation = ops.stop_gradient(deviation)
    return 0.5 * ops.sum(mean**2 + deviation**2 - 2 * ops.log(deviation) - 1, axis=(1, 2))
