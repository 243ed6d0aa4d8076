"""Passes fakes as real.

Loses: d_step/step, d_step/returned
"""

# %% solution="d_step"
from util import training


def discriminator_step(real, fake, d, d_optimizer):
    loss, slopes = training.gradients(lambda: discriminator_loss(d.forward(fake), d.forward(real)), d.theta)
    d_optimizer.apply(slopes, d.theta)
    return loss
