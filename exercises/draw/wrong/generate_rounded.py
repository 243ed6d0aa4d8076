"""Returns ink or paper in place of probabilities.

Loses: generate/probabilities
"""

# %% solution="generate"
from keras import ops


def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return ops.cast(canvases > 0, "float32"), h_dec
