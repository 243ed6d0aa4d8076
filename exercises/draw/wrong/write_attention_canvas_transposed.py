"""Swaps rows and columns of the canvas.

Loses: write_attention/values
"""

# %% solution="write_attention"
from keras import ops


def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return ops.transpose(F_x, (0, 2, 1)) @ patch @ F_y / window.intensity[:, :, None]
