"""The discriminator is never trained.

Loses: train_step/D moves, train_step/order
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss = gan_model_loss(X, Z, d, g)[0]
    G_loss, g_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(g_slopes, g.theta)
    return D_loss, G_loss
