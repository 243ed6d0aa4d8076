"""Draws messages from a uniform distribution of deviation 1.

Loses: generate/prior
"""


# %% solution="generate"
def generate(model, count, seed):
    z = keras.random.uniform((count, model.steps, model.latent), -(3**0.5), 3**0.5, seed=seed)
    canvases, h_dec = model.paint(z)
    return ops.sigmoid(canvases), h_dec
