"""Takes the sigmoid twice.

Loses: generate/probabilities
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return ops.sigmoid(ops.sigmoid(canvases)), h_dec
