"""Sends the same message at every step.

Loses: generate/prior
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    z = ops.tile(step_noise(count, 1, model.latent, seed), (1, model.steps, 1))
    canvases, h_dec = model.paint(z)
    return ops.sigmoid(canvases), h_dec
