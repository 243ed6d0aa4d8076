"""The values are stable, but where large logits are not chosen, an exponential overflows, and so do the gradients.

Loses: gan_losses/stable
"""


# %% solution="gan_losses"
def softplus(logits):
    """log(1 + exp(logits)), of which `where` chooses the values, but not the gradients."""
    return ops.where(logits > 0, logits + ops.log(1 + ops.exp(-logits)), ops.log(1 + ops.exp(logits)))


def discriminator_loss(real_logits, fake_logits):
    return ops.mean(softplus(-real_logits)) + ops.mean(softplus(fake_logits))


def generator_loss(fake_logits, truth, guess, weight, as_written=False):
    loss = -ops.mean(softplus(fake_logits)) if as_written else ops.mean(softplus(-fake_logits))
    return loss + weight * ops.mean(ops.abs(truth - guess))
