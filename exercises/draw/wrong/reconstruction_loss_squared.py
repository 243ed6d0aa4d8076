"""Takes the squared error.

Loses: reconstruction_loss/values
"""

# %% solution="reconstruction_loss"
from keras import ops


def reconstruction_loss(x, canvas):
    return ops.sum((x - ops.sigmoid(canvas)) ** 2, axis=(1, 2))
