"""G goes up D's loss in place of down its own.

Loses: train_step/G moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    G_loss, slopes = training.gradients(lambda: -losses(X, Z, d, g)[0], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return D_loss, losses(X, Z, d, g)[1]
