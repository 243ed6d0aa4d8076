"""Images lie in columns instead of rows.

Loses: transform/flatten
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(len(images), -1).T


def scale(images, low=0.0, high=1.0):
    return (low + images / 255 * (high - low)).astype("float32")
