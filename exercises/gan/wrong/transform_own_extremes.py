"""Stretches each batch from its own darkest to its own brightest pixel.

Loses: transform/scale
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    unit = (images - images.min()) / (images.max() - images.min())
    return (low + unit * (high - low)).astype("float32")
