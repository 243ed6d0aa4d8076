"""Divides by the intensity twice, once for rows and once for columns.

Loses: write_attention/intensity
"""

# %% solution="write_attention"
from keras import ops


def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None] ** 2
