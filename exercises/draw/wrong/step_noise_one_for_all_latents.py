"""Draws one number for all latents of a step.

Loses: step_noise/fresh in each step
"""

# %% solution="step_noise"
import keras
from keras import ops


def step_noise(batch, steps, latent, seed):
    noise = keras.random.normal((batch, steps, 1), seed=seed)
    return ops.tile(noise, (1, 1, latent))
