"""The noise is -1 or 1.

Loses: step_noise/standard normal
"""


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    return ops.sign(keras.random.normal((batch, steps, latent), seed=seed))
