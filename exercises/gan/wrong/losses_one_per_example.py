"""Forgets to average: one loss for each example comes.

Loses: losses/discriminator
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    real_loss = sigmoid_cross_entropy(real_logits, ops.ones_like(real_logits))
    fake_loss = sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits))
    return real_loss + fake_loss


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -sigmoid_cross_entropy(fake_logits, ops.zeros_like(fake_logits))
    return sigmoid_cross_entropy(fake_logits, ops.ones_like(fake_logits))
