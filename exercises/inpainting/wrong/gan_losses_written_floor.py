"""A number is added in the logarithm of the version as written.

Loses: gan_losses/stable
"""


# %% solution="gan_losses"
def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    if as_written:
        a = ops.mean(ops.log(1 - ops.sigmoid(fake_logits) + 1e-7))
    else:
        a = ops.mean(ops.softplus(-fake_logits))
    return a + weight * ops.mean(ops.abs(truth - guess))


def discriminator_loss(real_logits, fake_logits):
    """What D minimises, for logits (batch, 1) of real and of completed pictures: a scalar."""
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
