"""Draws one noise vector for each image and uses it at every step.

Loses: step_noise/fresh in each step
"""

# %% solution="step_noise"
import keras
from keras import ops


def step_noise(batch, steps, latent, seed):
    noise = keras.random.normal((batch, 1, latent), seed=seed)
    return ops.tile(noise, (1, steps, 1))
