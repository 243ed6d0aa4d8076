"""The size of the lesson's own patches.

Loses: write_attention/values, write_attention/intensity
"""


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, 5, height, width)
    return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None]
