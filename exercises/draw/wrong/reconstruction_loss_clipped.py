"""Keeps the logarithms finite by clipping, which makes large losses too small.

Loses: reconstruction_loss/large logits
"""

# %% solution="reconstruction_loss"
from keras import ops


def reconstruction_loss(x, canvas):
    p = ops.clip(ops.sigmoid(canvas), 1e-7, 1 - 1e-7)
    return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=(1, 2))
