"""Divides by 256, so that white does not reach the upper end.

Loses: transform/scale
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return (low + images / 256 * (high - low)).astype("float32")
