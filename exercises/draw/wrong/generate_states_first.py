"""Returns the states before the images.

Loses: generate/probabilities
"""


# %% solution="generate"
def generate(model, count, seed):
    canvases, h_dec = model.paint(step_noise(count, model.steps, model.latent, seed))
    return h_dec, ops.sigmoid(canvases)
