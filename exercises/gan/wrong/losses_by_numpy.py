"""The means are NumPy's, through which no gradient passes.

Loses: losses/discriminator
"""


# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: small if real images get large logits and generated ones small logits. A scalar."""
    real_loss = np.mean(sigmoid_cross_entropy(real_logits, 1.0))  # -log D(X)
    fake_loss = np.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # -log(1 - D(G(Z)))
    return real_loss + fake_loss


def generator_loss(fake_logits, saturating=False):
    """What G minimises: small if generated images get large logits. A scalar."""
    if saturating:
        return -np.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
    return np.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
