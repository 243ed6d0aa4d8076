"""Squashes the states as well.

Loses: generate/probabilities
"""


# %% solution="generate"
def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return ops.sigmoid(canvases), ops.sigmoid(h_dec)
