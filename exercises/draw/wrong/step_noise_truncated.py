"""Cuts off what lies beyond two deviations.

Loses: step_noise/standard normal
"""

# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    return keras.random.truncated_normal((batch, steps, latent), seed=seed)
