"""Paints the mean of the prior.

Loses: generate/prior
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    canvases, h_dec = model.paint(0 * step_noise(count, model.steps, model.latent, seed))
    return ops.sigmoid(canvases), h_dec
