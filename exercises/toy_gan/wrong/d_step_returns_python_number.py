"""Turns the loss into a Python number, which a compiled step cannot do.

Loses: d_step/returned
"""

# %% solution="d_step"
from util import training


def discriminator_step(real, fake, d, d_optimizer):
    loss, gradients = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
    d_optimizer.apply(gradients, d.theta)
    return float(loss)
