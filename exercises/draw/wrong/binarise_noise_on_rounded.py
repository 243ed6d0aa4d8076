"""Adds noise to the grey and rounds: the probabilities are those of a normal distribution.

Loses: binarise/probabilities
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (images / 255 + 0.3 * random.normal(size=images.shape) > 0.5).astype(np.float32)
