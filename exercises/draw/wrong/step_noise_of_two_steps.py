"""The noise of two steps comes again and again.

Loses: step_noise/fresh in each step
"""


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    two = keras.random.normal((batch, 2, latent), seed=seed)
    return ops.tile(two, (1, steps, 1))[:, :steps]
