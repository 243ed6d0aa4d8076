"""Forgets on which side the error is.

Loses: error_image/values
"""

# %% solution="error_image"
from keras import ops


def error_image(x, canvas):
    return ops.abs(x - ops.sigmoid(canvas))
