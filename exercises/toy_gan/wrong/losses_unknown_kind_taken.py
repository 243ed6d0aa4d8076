"""Takes every kind that it does not know for the report's.

Loses: losses/report
"""

# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))


def generator_loss(fake_logits, kind="usual"):
    if kind == "usual":
        return ops.mean(ops.softplus(-fake_logits))
    if kind == "saturating":
        return -ops.mean(ops.softplus(fake_logits))
    return -ops.mean(ops.sigmoid(fake_logits))
