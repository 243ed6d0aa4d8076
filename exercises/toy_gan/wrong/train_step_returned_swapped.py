"""Returns G's loss first.

Loses: train_step/returned
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    G_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return G_loss, D_loss
