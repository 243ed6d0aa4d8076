"""Passes probabilities where the losses want logits.

Loses: model_loss/D_loss
"""


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    real_logits, _ = d.forward(X)
    fake_logits, _ = d.forward(g.forward(Z))
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
