"""Uses the seed as a number, so that every batch gets the same noise.

Loses: step_noise/fresh in each call
"""

# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    return keras.random.normal((batch, steps, latent), seed=1)
