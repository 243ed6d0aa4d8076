"""Rounds, so that a pixel is always the same.

Loses: binarise/probabilities
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (images > 127).astype(np.float32)
