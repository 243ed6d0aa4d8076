"""Nothing costs anything.

Loses: latent_loss/divergence, latent_loss/prior
"""


# %% solution="latent_loss"
def latent_loss(mean, deviation):
    return ops.zeros((mean.shape[0],))
