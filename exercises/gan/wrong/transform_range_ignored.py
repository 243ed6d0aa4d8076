"""Scales to [0, 1] whatever range is asked for.

Loses: transform/range
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return images.astype("float32") / 255
