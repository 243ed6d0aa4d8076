"""The shape is right, but the pixels of different images are mixed.

Loses: transform/flatten
"""


# %% solution="transform"
def flatten(images):
    return images.transpose(1, 2, 0).reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return (low + images / 255 * (high - low)).astype("float32")
