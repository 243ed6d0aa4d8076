"""Makes a generator of its own, so that no two runs see the same data.

Loses: binarise/drawn
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (np.random.default_rng().uniform(size=images.shape) < images / 255).astype(np.float32)
