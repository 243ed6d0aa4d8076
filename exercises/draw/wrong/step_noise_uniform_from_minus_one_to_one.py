"""Draws uniform noise between -1 and 1.

Loses: step_noise/standard normal
"""

# %% solution="step_noise"
import keras


def step_noise(batch, steps, latent, seed):
    return keras.random.uniform((batch, steps, latent), -1, 1, seed=seed)
