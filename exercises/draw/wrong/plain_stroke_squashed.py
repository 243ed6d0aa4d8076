"""Makes probabilities of the stroke.

Loses: plain/write
"""

# %% solution="plain"
from keras import ops


def read_plain(x, error):
    pixels = x.shape[1] * x.shape[2]
    return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)


def write_plain(h_dec, affine, height, width):
    return ops.reshape(ops.sigmoid(affine(h_dec)), (-1, height, width))
