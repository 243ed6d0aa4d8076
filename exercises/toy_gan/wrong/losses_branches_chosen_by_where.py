"""Chooses between two forms by `where`: right values, but the overflow of the other form spoils the slopes.

Loses: losses/large
"""

# %% solution="losses"
from keras import ops


def softplus(l):
    return ops.where(l > 0, l + ops.log(1 + ops.exp(-l)), ops.log(1 + ops.exp(l)))


def discriminator_loss(real_logits, fake_logits):
    return ops.mean(softplus(-real_logits)) + ops.mean(softplus(fake_logits))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return ops.mean(softplus(-fake_logits))
    if kind == "saturating":
        return -ops.mean(softplus(fake_logits))
    if kind == "report":
        return -ops.mean(ops.sigmoid(fake_logits))
    raise ValueError(kind)
