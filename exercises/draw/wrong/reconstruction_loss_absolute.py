"""Adds up absolute errors.

Loses: reconstruction_loss/values
"""


# %% solution="reconstruction_loss"
def reconstruction_loss(x, canvas):
    return ops.sum(ops.abs(x - ops.sigmoid(canvas)), axis=(1, 2))
