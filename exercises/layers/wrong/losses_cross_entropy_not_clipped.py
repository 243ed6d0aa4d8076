"""The logarithm of 0.

Loses: losses/outputs of 0 and 1
"""

# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    squares = ops.square(outputs - targets)
    return ops.sum(squares) / ops.shape(squares)[0]


@register
def binary_cross_entropy(targets, outputs):
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    return strength * ops.sum(ops.square(weights))
