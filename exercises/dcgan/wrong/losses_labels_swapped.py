"""Real images should be called fake.

Loses: losses/discriminator
"""


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    real = (1 - smooth) * ops.softplus(real_logits) + smooth * ops.softplus(-real_logits)
    fake = ops.softplus(-fake_logits)
    return ops.mean(real) + ops.mean(fake)


def generator_loss(fake_logits):
    return ops.mean(ops.softplus(-fake_logits))
