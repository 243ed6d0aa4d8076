"""Counts the ink and forgets the paper.

Loses: reconstruction_loss/values
"""

# %% solution="reconstruction_loss"
from keras import ops


def reconstruction_loss(x, canvas):
    return ops.sum(x * ops.softplus(-canvas), axis=(1, 2))
