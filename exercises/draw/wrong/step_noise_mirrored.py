"""Half of the images get the other half's noise with its sign turned.

Loses: step_noise/fresh in each step
"""


# %% solution="step_noise"
def step_noise(batch, steps, latent, seed):
    half = keras.random.normal(((batch + 1) // 2, steps, latent), seed=seed)
    return ops.concatenate([half, -half])[:batch]
