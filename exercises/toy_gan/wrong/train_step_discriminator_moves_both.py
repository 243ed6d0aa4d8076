"""D's step moves G along.

Loses: train_step/separate
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    both = d.theta + g.theta
    D_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], both)
    d_optimizer.apply(slopes, both)
    G_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return D_loss, G_loss
