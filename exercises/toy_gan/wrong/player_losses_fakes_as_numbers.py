"""The fakes are made an array, so that no gradient reaches G.

Loses: player_losses/G_loss
"""


# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    """Both losses `(D_loss, G_loss)` on real data X (batch, dim) and noise Z (batch, latent)."""
    fake_logits = d.forward(np.asarray(g.forward(Z)))  # (batch, 1)
    return discriminator_loss(d.forward(X), fake_logits), generator_loss(fake_logits, kind)
