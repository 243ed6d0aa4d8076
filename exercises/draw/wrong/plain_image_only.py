"""Reads the image without its error.

Loses: plain/read
"""

# %% solution="plain"
from keras import ops


def read_plain(x, error):
    return ops.reshape(x, (-1, x.shape[1] * x.shape[2]))


def write_plain(h_dec, affine, height, width):
    return ops.reshape(affine(h_dec), (-1, height, width))
