"""Swaps the filters of rows and columns.

Loses: read_attention/values
"""

# %% solution="read_attention"
from keras import ops


def read_attention(x, error, window, size):
    F_x, F_y = filterbank_pair(window, size, x.shape[2], x.shape[1])
    seen = [F_y @ each @ ops.transpose(F_x, (0, 2, 1)) for each in (x, error)]
    return window.intensity * ops.concatenate([ops.reshape(each, (-1, size * size)) for each in seen], axis=-1)
