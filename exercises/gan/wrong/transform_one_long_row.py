"""All images end up in one long row.

Loses: transform/flatten
"""


# %% solution="transform"
def flatten(images):
    return images.reshape(-1)


def scale(images, low=0.0, high=1.0):
    return (low + images / 255 * (high - low)).astype("float32")
