"""Makes whole numbers of the ends of the range.

Loses: transform/range
"""

# %% solution="transform"
import numpy as np


def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0, high=1):
    low, high = int(low), int(high)
    return (images.astype(np.float32) / 255 * (high - low) + low).astype(np.float32)
