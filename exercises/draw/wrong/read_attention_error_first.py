"""Puts the error's glimpse first.

Loses: read_attention/values
"""

# %% solution="read_attention"
from keras import ops


def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    F_xT = ops.transpose(F_x, (0, 2, 1))
    seen = [ops.reshape(F_y @ each @ F_xT, (-1, size * size)) for each in (error, x)]
    return window.intensity * ops.concatenate(seen, axis=-1)
