"""Makes a generator of its own, always with the same seed.

Loses: binarise/drawn
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (np.random.default_rng(0).uniform(size=images.shape) < images / 255).astype(np.float32)
