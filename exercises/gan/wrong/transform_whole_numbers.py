"""Divides whole numbers, so that almost every pixel becomes black.

Loses: transform/scale, transform/range
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return (low + images // 255 * (high - low)).astype("float32")
