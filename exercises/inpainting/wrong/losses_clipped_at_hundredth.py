"""Guesses are kept between 0.01 and 0.99.

Loses: losses/edges
"""


# %% solution="losses"
def cross_entropy(truth, guess):
    guess = ops.clip(guess, 1e-2, 1 - 1e-2)
    each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)
    return ops.mean(ops.sum(each, axis=1))


def squared_error(truth, guess):
    """The squared error of rows (batch, numbers), summed over each row, mean over the batch: a scalar."""
    return ops.mean(ops.sum(ops.square(truth - guess), axis=1))
