"""Outputs of 0 and 1 are replaced behind the logarithm, whose slope stays infinite.

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
    low = float(np.log(EPSILON))
    log_y = ops.where(outputs > 0, ops.log(outputs), low)
    log_rest = ops.where(outputs < 1, ops.log(1 - outputs), low)
    likelihood = targets * log_y + (1 - targets) * log_rest
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return strength * ops.sum(ops.square(weights))
