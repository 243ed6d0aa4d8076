"""Returns both losses from before the whole round: G's is that against the old D.

Loses: train_step/returned
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, G_loss = losses(X, Z, d, g)
    _, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    _, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return D_loss, G_loss
