"""Passes generated examples for real ones and real ones for generated.

Loses: model_loss/D_loss
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, real_logits = d.forward(X)
    _, fake_logits = d.forward(g.forward(Z))
    return discriminator_loss(fake_logits, real_logits), generator_loss(fake_logits)
