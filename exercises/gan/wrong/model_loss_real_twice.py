"""The discriminator's loss sees real examples twice and no generated ones.

Loses: model_loss/D_loss
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, real_logits = d.forward(X)
    _, fake_logits = d.forward(g.forward(Z))
    return discriminator_loss(real_logits, real_logits), generator_loss(fake_logits)
