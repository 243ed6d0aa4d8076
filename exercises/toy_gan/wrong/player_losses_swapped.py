"""Returns G's loss first.

Loses: player_losses/D_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    return generator_loss(fake, kind), discriminator_loss(real, fake)
