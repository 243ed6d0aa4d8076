"""Sums over the batch.

Loses: losses/discriminator
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    return ops.sum(ops.softplus(-real_logits)) + ops.sum(ops.softplus(fake_logits))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return ops.sum(ops.softplus(-fake_logits))
    if kind == "saturating":
        return -ops.sum(ops.softplus(fake_logits))
    if kind == "report":
        return -ops.sum(ops.sigmoid(fake_logits))
    raise ValueError(kind)
