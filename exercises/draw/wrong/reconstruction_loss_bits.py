"""Counts in bits.

Loses: reconstruction_loss/values
"""

# %% solution="reconstruction_loss"
from keras import ops


def reconstruction_loss(x, canvas):
    return ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2)) / ops.log(2.0)
