"""The stroke is the inverse of the intensity.

Loses: write_attention/intensity, write_attention/values
"""


# %% solution="write_attention"
def write_attention(patch, window, height, width):
    return ops.ones((patch.shape[0], height, width)) / window.intensity[:, :, None]
