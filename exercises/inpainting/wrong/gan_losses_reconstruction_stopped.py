"""No gradient of the reconstruction reaches the guess.

Loses: gan_losses/gradients
"""


# %% solution="gan_losses"
def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    a = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))
    return a + weight * ops.mean(ops.abs(truth - ops.stop_gradient(guess)))


def discriminator_loss(real_logits, fake_logits):
    """What D minimises, for logits (batch, 1) of real and of completed pictures: a scalar."""
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
