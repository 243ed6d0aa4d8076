"""Returns the last canvas only.

Loses: generate/probabilities
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return ops.sigmoid(canvases[:, -1]), h_dec
