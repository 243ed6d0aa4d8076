"""Swaps the filters of rows and columns.

Loses: write_attention/values
"""

# %% solution="write_attention"
from keras import ops


def write_attention(patch, window, height, width):
    F_x, F_y = filterbank_pair(window, patch.shape[1], width, height)
    return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None]
