"""Both gradients are taken before either player moves.

Loses: train_step/order
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, d_slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    G_loss, g_slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    d_optimizer.apply(d_slopes, d.theta)
    g_optimizer.apply(g_slopes, g.theta)
    return D_loss, G_loss
