"""Sums over the batch instead of averaging.

Loses: losses/discriminator
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    real_loss = ops.sum(sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits)))
    fake_loss = ops.sum(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))
    return real_loss + fake_loss


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -ops.sum(sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits)))
    return ops.sum(sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits)))
