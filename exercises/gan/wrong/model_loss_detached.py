"""No gradient passes from the losses to the players.

Loses: model_loss/pair
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    """Both players' losses `(D_loss, G_loss)` on real images X (batch, image_dim) and noise Z (batch, latent_dim)."""
    _, real_logits = d.forward(X)  # (batch, 1)
    _, fake_logits = d.forward(g.forward(Z))  # (batch, 1)
    return float(discriminator_loss(real_logits, fake_logits)), float(generator_loss(fake_logits))
