"""Takes the probability of ink for that of paper.

Loses: binarise/probabilities
"""

# %% solution="binarise"
import numpy as np


def binarise(images, random):
    return (random.uniform(size=images.shape) > images / 255).astype(np.float32)
