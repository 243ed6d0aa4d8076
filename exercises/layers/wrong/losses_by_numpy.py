"""The sums are NumPy's, through which no gradient passes.

Loses: losses/squared
"""


# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    squares = ops.square(outputs - targets)  # (batch, ...)
    return np.sum(squares) / ops.shape(squares)[0]


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)  # (batch, ...)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
    return -np.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return strength * np.sum(ops.square(weights))
