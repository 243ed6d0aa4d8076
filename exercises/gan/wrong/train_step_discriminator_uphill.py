"""The discriminator climbs its loss.

Loses: train_step/D moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss, d_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
    d_optimizer.apply([-slope for slope in d_slopes], d.theta)
    G_loss, g_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(g_slopes, g.theta)
    return D_loss, G_loss
