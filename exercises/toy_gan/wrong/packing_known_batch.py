"""Counts the rows of the batch, which is unknown in a compiled step.

Loses: packing/packs
"""

# %% solution="packing"
from keras import ops


def pack(x, size):
    n, dim = x.shape
    return ops.reshape(x, (n // size, size * dim))


def packed_losses(X, Z, d, g, size=2):
    real_logits = d.forward(pack(X, size))
    fake_logits = d.forward(pack(g.forward(Z), size))
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
