"""Takes the slopes of the probability in place of those of the logit.

Loses: penalty/value
"""

# %% solution="penalty"
from keras import ops
from util import training


def gradient_penalty(d, x):
    slopes = training.input_gradients(lambda points: ops.sigmoid(d.forward(points)), x)
    return ops.mean(ops.sum(ops.square(slopes), axis=1))


def penalised_losses(X, Z, d, g, weight=0.5):
    fake_logits = d.forward(g.forward(Z))
    D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
    return D_loss, generator_loss(fake_logits)
