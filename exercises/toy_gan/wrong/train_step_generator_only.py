"""D never moves.

Loses: train_step/D moves, train_step/order
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    G_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return losses(X, Z, d, g)[0], G_loss
