"""Something is added to the intensity, against a division by zero that cannot happen.

Loses: write_attention/values
"""


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)
    return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / (window.intensity[:, :, None] + 1e-3)
