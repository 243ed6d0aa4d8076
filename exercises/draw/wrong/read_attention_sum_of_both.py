"""Adds both glimpses and repeats the sum.

Loses: read_attention/values
"""

# %% solution="read_attention"
from keras import ops


def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    F_xT = ops.transpose(F_x, (0, 2, 1))
    seen = ops.reshape(F_y @ (x + error) @ F_xT, (-1, size * size))
    return window.intensity * ops.concatenate([seen, seen], axis=-1)
