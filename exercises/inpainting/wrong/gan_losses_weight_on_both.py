"""The weight multiplies the adversarial part, and what is left the reconstruction.

Loses: gan_losses/reconstruction
"""


# %% solution="gan_losses"
def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    adversarial = -ops.mean(ops.softplus(fake_logits)) if as_written else ops.mean(ops.softplus(-fake_logits))
    return weight * adversarial + (1 - weight) * ops.mean(ops.abs(truth - guess))
