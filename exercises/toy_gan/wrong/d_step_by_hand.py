"""Subtracts the gradient times the rate, whatever the optimizer is.

Loses: d_step/step
"""

# %% solution="d_step"
from util import training


def discriminator_step(real, fake, d, d_optimizer):
    loss, slopes = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
    for variable, slope in zip(d.theta, slopes):
        variable.assign_sub(d_optimizer.learning_rate * slope)
    return loss
