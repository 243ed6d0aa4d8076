"""Returns G's loss first, and builds both remedies on that.

Loses: player_losses/D_loss
"""

# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    fake_logits = d.forward(g.forward(Z))
    return generator_loss(fake_logits, kind), discriminator_loss(d.forward(X), fake_logits)


# %% solution="packing"
from keras import ops


def pack(x, size):
    return ops.reshape(x, (-1, size * x.shape[1]))


def packed_losses(X, Z, d, g, size=2):
    class OfPacks:
        def forward(self, x):
            return d.forward(pack(x, size))

    return player_losses(X, Z, OfPacks(), g)


# %% solution="penalty"
from keras import ops
from util import training


def gradient_penalty(d, x):
    slopes = training.input_gradients(d.forward, x)
    return ops.mean(ops.sum(ops.square(slopes), axis=1))


def penalised_losses(X, Z, d, g, weight=0.5):
    D_loss, G_loss = player_losses(X, Z, d, g)
    return D_loss + weight / 2 * gradient_penalty(d, X), G_loss
