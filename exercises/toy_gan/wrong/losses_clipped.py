"""Clips probabilities away from 0 and 1.

Loses: losses/large
"""

# %% solution="losses"
from keras import ops


def safe(logits):
    return ops.clip(ops.sigmoid(logits), 1e-7, 1 - 1e-7)


def discriminator_loss(real_logits, fake_logits):
    return -ops.mean(ops.log(safe(real_logits))) - ops.mean(ops.log(1 - safe(fake_logits)))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return -ops.mean(ops.log(safe(fake_logits)))
    if kind == "saturating":
        return ops.mean(ops.log(1 - safe(fake_logits)))
    if kind == "report":
        return -ops.mean(ops.sigmoid(fake_logits))
    raise ValueError(kind)
