"""Guesses of 0 and 1 meet the logarithm.

Loses: losses/edges
"""


# %% solution="losses"
def squared_error(truth, guess):
    return ops.mean(ops.sum(ops.square(truth - guess), axis=1))


def cross_entropy(truth, guess):
    each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)
    return ops.mean(ops.sum(each, axis=1))
