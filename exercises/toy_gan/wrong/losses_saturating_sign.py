"""The saturating loss with its sign turned.

Loses: losses/saturating
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return ops.mean(ops.softplus(-fake_logits))
    if kind == "saturating":
        return ops.mean(ops.softplus(fake_logits))
    if kind == "report":
        return -ops.mean(ops.sigmoid(fake_logits))
    raise ValueError(kind)
