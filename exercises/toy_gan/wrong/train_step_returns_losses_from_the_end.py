"""Returns both losses from after the round.

Loses: train_step/returned
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    _, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    _, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return losses(X, Z, d, g)
