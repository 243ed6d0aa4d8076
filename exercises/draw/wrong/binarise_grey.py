"""Scales the bytes and calls grey pixels binary.

Loses: binarise/probabilities, binarise/drawn
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (images / 255).astype(np.float32)
