"""Logarithms of sigmoids.

Loses: losses/large
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    return -ops.mean(ops.log(ops.sigmoid(real_logits))) - ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return -ops.mean(ops.log(ops.sigmoid(fake_logits)))
    if kind == "saturating":
        return ops.mean(ops.log(1 - ops.sigmoid(fake_logits)))
    if kind == "report":
        return -ops.mean(ops.sigmoid(fake_logits))
    raise ValueError(kind)
