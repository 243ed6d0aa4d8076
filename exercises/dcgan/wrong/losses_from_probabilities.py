"""Losses are computed from probabilities, which round to 0 and 1.

Loses: losses/stable
"""


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    real, fake = ops.sigmoid(real_logits), ops.sigmoid(fake_logits)
    return -ops.mean((1 - smooth) * ops.log(real) + smooth * ops.log(1 - real)) - ops.mean(ops.log(1 - fake))


def generator_loss(fake_logits):
    return -ops.mean(ops.log(ops.sigmoid(fake_logits)))
