"""Draws one number for each image in place of one for each pixel.

Loses: binarise/drawn
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (random.uniform(size=(len(images), 1, 1)) < images / 255).astype(np.float32)
