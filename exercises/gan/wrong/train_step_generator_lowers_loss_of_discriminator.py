"""The generator takes its step down the discriminator's loss.

Loses: train_step/G moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss, d_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(d_slopes, d.theta)
    _, g_slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], g.theta)
    g_optimizer.apply(g_slopes, g.theta)
    G_loss = gan_model_loss(X, Z, d, g)[1]
    return D_loss, G_loss
