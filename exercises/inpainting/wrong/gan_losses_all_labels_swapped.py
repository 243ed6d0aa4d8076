"""The cross-entropy itself has its labels swapped, in all losses.

Loses: gan_losses/discriminator
"""


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises, for logits (batch, 1) of real and of completed pictures: a scalar."""
    return ops.mean(ops.softplus(real_logits)) + ops.mean(ops.softplus(-fake_logits))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    """What G minimises, for D's logits (batch, 1) and true and guessed centres (batch, h, w, 3): a scalar."""
    adversarial = -ops.mean(ops.softplus(-fake_logits)) if as_written else ops.mean(ops.softplus(fake_logits))
    return adversarial + weight * ops.mean(ops.abs(truth - guess))
