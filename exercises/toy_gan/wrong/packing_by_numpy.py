"""Packs are made by NumPy, so that no gradient reaches G.

Loses: packing/packs
"""


# %% solution="packing"
def pack(x, size):
    """Put every `size` neighbouring rows of x (batch, dim) side by side: (batch / size, size * dim)."""
    return np.reshape(x, (-1, size * x.shape[1]))  # (batch / size, size * dim)


def packed_losses(X, Z, d, g, size=2):
    """The usual `(D_loss, G_loss)` with a D that looks at packs; real data X (batch, dim), noise Z (batch, latent)."""
    real_logits = d.forward(pack(X, size))  # (batch / size, 1)
    fake_logits = d.forward(pack(g.forward(Z), size))  # (batch / size, 1)
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
