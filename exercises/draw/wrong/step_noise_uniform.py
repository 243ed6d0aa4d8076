"""Draws uniform noise with the right deviation.

Loses: step_noise/standard normal
"""

# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    return keras.random.uniform((batch, steps, latent), -(3**0.5), 3**0.5, seed=seed)
