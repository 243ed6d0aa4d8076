"""Logarithms of sigmoids in place of the cross-entropy: they meet zero at large logits.

Loses: losses/discriminator
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    real_loss = -ops.mean(ops.log(ops.sigmoid(real_logits)))
    return real_loss - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))
    return -ops.mean(ops.log(ops.sigmoid(fake_logits)))
