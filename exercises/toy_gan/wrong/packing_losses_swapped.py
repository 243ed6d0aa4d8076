"""Returns G's loss first.

Loses: packing/D_loss
"""

# %% solution="packing"
from keras import ops


def pack(x, size):
    return ops.reshape(x, (-1, size * x.shape[1]))


def packed_losses(X, Z, d, g, size=2):
    real = d.forward(pack(X, size))
    fake = d.forward(pack(g.forward(Z), size))
    return generator_loss(fake), discriminator_loss(real, fake)
