"""The gradient is stopped at the guess in both losses.

Loses: losses/gradients
"""


# %% solution="losses"
def squared_error(truth, guess):
    """The squared error of rows (batch, numbers), summed over each row, mean over the batch: a scalar."""
    return ops.mean(ops.sum(ops.square(truth - ops.stop_gradient(guess)), axis=1))


def cross_entropy(truth, guess):
    """The cross-entropy of rows (batch, numbers) in [0, 1], summed over each row, mean over the batch: a scalar."""
    guess = ops.clip(ops.stop_gradient(guess), 1e-7, 1 - 1e-7)  # (batch, numbers)
    each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)  # (batch, numbers)
    return ops.mean(ops.sum(each, axis=1))
