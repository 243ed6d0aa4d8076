"""Draws the same noise for all images of a batch.

Loses: step_noise/fresh in each step
"""

# %% solution="step_noise"
import keras
from keras import ops


def step_noise(batch, steps, latent, seed):
    noise = keras.random.normal((1, steps, latent), seed=seed)
    return ops.tile(noise, (batch, 1, 1))
