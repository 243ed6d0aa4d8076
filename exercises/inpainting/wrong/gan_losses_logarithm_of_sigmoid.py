"""The logarithm of a sigmoid, which overflows.

Loses: gan_losses/stable
"""


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    return -ops.mean(ops.log(ops.sigmoid(real_logits))) - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    fake = ops.sigmoid(fake_logits)
    adversarial = ops.mean(ops.log(1 - fake)) if as_written else -ops.mean(ops.log(fake))
    return adversarial + weight * ops.mean(ops.abs(truth - guess))
