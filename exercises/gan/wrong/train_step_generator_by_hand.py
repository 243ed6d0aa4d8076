"""G subtracts the gradient times the rate, whatever its optimizer is.

Loses: train_step/G moves
"""

# %% solution="train_step"
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss, slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(slopes, d.theta)
    G_loss, slopes = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    for variable, slope in zip(g.theta, slopes):
        variable.assign_sub(g_optimizer.learning_rate * slope)
    return D_loss, G_loss
