"""The discriminator's step moves the generator too.

Loses: train_step/separate
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss, d_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta + g.theta)
    d_optimizer.apply(d_slopes, d.theta + g.theta)
    G_loss, g_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(g_slopes, g.theta)
    return D_loss, G_loss
