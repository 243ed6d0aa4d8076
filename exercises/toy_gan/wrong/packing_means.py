"""Averages the points of a pack.

Loses: packing/packs
"""

# %% solution="packing"
from keras import ops


def pack(x, size):
    return ops.mean(ops.reshape(x, (-1, size, x.shape[1])), axis=1)


def packed_losses(X, Z, d, g, size=2):
    real = d.forward(pack(X, size))
    fake = d.forward(pack(g.forward(Z), size))
    return discriminator_loss(real, fake), generator_loss(fake)
