"""Divides by the rows of the batch, which are unknown in a compiled step.

Loses: penalty/value
"""

# %% solution="penalty"
from keras import ops
from util import training


def gradient_penalty(d, x):
    slopes = training.input_gradients(d.forward, x)
    return ops.sum(ops.square(slopes)) / x.shape[0]


def penalised_losses(X, Z, d, g, weight=0.5):
    fake_logits = d.forward(g.forward(Z))
    D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
    return D_loss, generator_loss(fake_logits)
