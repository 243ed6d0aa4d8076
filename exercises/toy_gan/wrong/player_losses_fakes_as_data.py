"""D takes fakes for data.

Loses: player_losses/D_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    return discriminator_loss(fake, real), generator_loss(fake, kind)
