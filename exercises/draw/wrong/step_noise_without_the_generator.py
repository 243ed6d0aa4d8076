"""The noise does not come from the generator.

Loses: step_noise/fresh in each call
"""


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    return keras.random.normal((batch, steps, latent))
