"""The values are stable, but where large logits are not chosen, an exponential overflows, and so do the gradients.

Loses: losses/stable
"""


# %% solution="losses"
def softplus(logits):
    """log(1 + exp(logits)), of which `where` chooses the values, but not the gradients."""
    return ops.where(logits > 0, logits + ops.log(1 + ops.exp(-logits)), ops.log(1 + ops.exp(logits)))


def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    real_loss = ops.mean(softplus(-real_logits)) + smooth * ops.mean(real_logits)
    return real_loss + ops.mean(softplus(fake_logits))


def generator_loss(fake_logits):
    return ops.mean(softplus(-fake_logits))
