"""Takes the saturating loss of the generator.

Loses: model_loss/G_loss
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, real_logits = d.forward(X)
    _, fake_logits = d.forward(g.forward(Z))
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits, saturating=True)
