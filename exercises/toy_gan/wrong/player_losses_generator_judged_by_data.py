"""G's loss looks at the real data.

Loses: player_losses/G_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    return discriminator_loss(real, fake), generator_loss(real, kind)
