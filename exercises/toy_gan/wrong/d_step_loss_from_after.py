"""Returns the loss from after the step.

Loses: d_step/returned
"""

# %% solution="d_step"
from util import training


def discriminator_step(real, fake, d, d_optimizer):
    loss, slopes = training.gradients(lambda: discriminator_loss(d.forward(real), d.forward(fake)), d.theta)
    d_optimizer.apply(slopes, d.theta)
    return discriminator_loss(d.forward(real), d.forward(fake))
