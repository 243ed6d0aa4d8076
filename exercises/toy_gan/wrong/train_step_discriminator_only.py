"""G never moves.

Loses: train_step/G moves, train_step/order
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    return D_loss, losses(X, Z, d, g)[1]
