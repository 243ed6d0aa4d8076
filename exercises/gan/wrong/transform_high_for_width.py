"""Multiplies by the upper end of the range instead of its width.

Loses: transform/range
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return low + high * images.astype("float32") / 255
