"""Only examples with label 1 count.

Loses: cross_entropy/values, cross_entropy/extreme, cross_entropy/slopes
"""

# %% solution="cross_entropy"
from keras import ops


def sigmoid_cross_entropy(logits, labels):
    return labels * ops.softplus(-logits)
