"""Writes the last row of the patch first.

Loses: write_attention/values
"""

# %% solution="write_attention"
from keras import ops


def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return ops.transpose(F_y, (0, 2, 1)) @ patch[:, ::-1] @ F_x / window.intensity[:, :, None]
