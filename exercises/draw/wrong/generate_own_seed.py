"""Always the same seed: the same images for ever.

Loses: generate/prior
"""


# %% solution="generate"
def generate(model, count, seed):
    z = step_noise(count, model.steps, model.latent, keras.random.SeedGenerator(1))
    canvases, h_dec = model.paint(z)
    return ops.sigmoid(canvases), h_dec
