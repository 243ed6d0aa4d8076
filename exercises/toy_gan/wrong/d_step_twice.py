"""Takes the step twice.

Loses: d_step/step
"""

# %% solution="d_step"
from util import training


def discriminator_step(real, fake, d, d_optimizer):
    loss, slopes = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
    d_optimizer.apply(slopes, d.theta)
    d_optimizer.apply(slopes, d.theta)
    return loss
