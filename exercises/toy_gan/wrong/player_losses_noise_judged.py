"""D judges the noise.

Loses: player_losses/D_loss, player_losses/G_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(Z)
    return discriminator_loss(real, fake), generator_loss(fake, kind)
