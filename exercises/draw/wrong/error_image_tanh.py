"""Takes another function for the sigmoid.

Loses: error_image/values
"""

# %% solution="error_image"
from keras import ops


def error_image(x, canvas):
    return x - ops.tanh(canvas)
