"""Forgets the half.

Loses: penalty/D_loss
"""

# %% solution="penalty"
from keras import ops

from util import training


def gradient_penalty(d, x):
    slopes = training.input_gradients(d.forward, x)
    return ops.mean(ops.sum(ops.square(slopes), axis=1))


def penalised_losses(X, Z, d, g, weight=0.5):
    fake = d.forward(g.forward(Z))
    penalty = gradient_penalty(d, X)
    D_loss = discriminator_loss(d.forward(X), fake) + weight * penalty
    return D_loss, generator_loss(fake)
