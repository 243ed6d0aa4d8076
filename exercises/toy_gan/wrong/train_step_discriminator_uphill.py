"""D goes up its loss.

Loses: train_step/D moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[0], d.theta)
    d_optimizer.apply([-slope for slope in slopes], d.theta)
    G_loss, slopes = training.gradients(lambda: losses(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(slopes, g.theta)
    return D_loss, G_loss
