"""Takes logarithms of the sigmoid, which reaches 0 and 1.

Loses: reconstruction_loss/large logits
"""

# %% solution="reconstruction_loss"
from keras import ops


def reconstruction_loss(x, canvas):
    p = ops.sigmoid(canvas)
    return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=(1, 2))
