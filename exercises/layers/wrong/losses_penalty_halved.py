"""Half of the squares.

Loses: losses/penalty
"""

# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    squares = ops.square(outputs - targets)
    return ops.sum(squares) / ops.shape(squares)[0]


@register
def binary_cross_entropy(targets, outputs):
    outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    return 0.5 * strength * ops.sum(ops.square(weights))
