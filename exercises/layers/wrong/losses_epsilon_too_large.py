"""Outputs are clipped a thousandth away from 0 and 1.

Loses: losses/outputs of 0 and 1
"""


# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    squares = ops.square(outputs - targets)  # (batch, ...)
    return ops.sum(squares) / ops.shape(squares)[0]


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    outputs = ops.minimum(ops.maximum(outputs, 1e-3), 1 - 1e-3)  # (batch, ...)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return strength * ops.sum(ops.square(weights))
