"""Sends noise in the first step and zeros afterwards.

Loses: generate/prior
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    z = step_noise(count, model.steps, model.latent, seed)
    canvases, h_dec = model.paint(ops.concatenate([z[:, :1], 0 * z[:, 1:]], axis=1))
    return ops.sigmoid(canvases), h_dec
