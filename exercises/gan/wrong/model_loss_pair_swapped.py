"""The generator's loss comes first.

Loses: model_loss/pair
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, real_logits = d.forward(X)
    _, fake_logits = d.forward(g.forward(Z))
    return generator_loss(fake_logits), discriminator_loss(real_logits, fake_logits)
