"""No gradient passes where real images are judged.

Loses: losses/gradients
"""


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits, smooth=0.1):
    """D's loss, a scalar, from logits of real and of generated images, both (batch, 1); real labels are smoothed."""
    real = (1 - smooth) * ops.softplus(-real_logits) + smooth * ops.softplus(real_logits)  # (batch, 1)
    fake = ops.softplus(fake_logits)  # (batch, 1)
    return ops.stop_gradient(ops.mean(real)) + ops.mean(fake)


def generator_loss(fake_logits):
    """G's non-saturating loss, a scalar, from D's logits of generated images (batch, 1)."""
    return ops.mean(ops.softplus(-fake_logits))
