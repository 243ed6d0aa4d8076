"""The generator's loss is minus the discriminator's.

Loses: model_loss/G_loss
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, real_logits = d.forward(X)
    _, fake_logits = d.forward(g.forward(Z))
    return discriminator_loss(real_logits, fake_logits), -discriminator_loss(real_logits, fake_logits)
