"""Puts number beside number in place of patch behind patch.

Loses: read_attention/values
"""

# %% solution="read_attention"
from keras import ops


def read_attention(x, error, window, size):
    F_y, F_x = filterbank_pair(window, size, x.shape[1], x.shape[2])
    F_xT = ops.transpose(F_x, (0, 2, 1))
    seen = ops.stack([F_y @ each @ F_xT for each in (x, error)], axis=-1)
    return window.intensity * ops.reshape(seen, (-1, 2 * size * size))
