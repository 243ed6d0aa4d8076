"""G gets minus D's loss.

Loses: player_losses/G_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    real, fake = d.forward(X), d.forward(g.forward(Z))
    loss = discriminator_loss(real, fake)
    return loss, -loss
