"""The pixels are read column by column.

Loses: transform/flatten
"""


# %% solution="transform"
def flatten(images):
    return images.transpose(0, 2, 1).reshape(len(images), -1)


def scale(images, low=0.0, high=1.0):
    return (low + images / 255 * (high - low)).astype("float32")
