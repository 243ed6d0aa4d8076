"""Scales the bytes and calls grey pixels binary.

Loses: binarise/drawn
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (images / 255).astype(np.float32)
