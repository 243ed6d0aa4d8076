"""Either optimizer gets the variables of both players.

Loses: train_step/separate
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    theta = d.theta + g.theta
    D_loss, slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], theta)
    d_optimizer.apply(slopes, theta)
    G_loss, slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], theta)
    g_optimizer.apply(slopes, theta)
    return D_loss, G_loss
