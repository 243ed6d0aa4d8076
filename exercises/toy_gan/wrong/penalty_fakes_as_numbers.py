"""The fakes are made an array, so that no gradient reaches G.

Loses: penalty/G_loss
"""


# %% solution="penalty"
def gradient_penalty(d, x):
    """The mean squared length of the gradient of D's logit along its input, at points x (batch, dim). A scalar."""
    slopes = training.input_gradients(d.forward, x)  # (batch, dim)
    return ops.mean(ops.sum(ops.square(slopes), axis=1))


def penalised_losses(X, Z, d, g, weight=0.5):
    """The usual `(D_loss, G_loss)`, with `weight` / 2 times the gradient penalty at X (batch, dim) added to D's."""
    fake_logits = d.forward(np.asarray(g.forward(Z)))  # (batch, 1)
    D_loss = discriminator_loss(d.forward(X), fake_logits) + weight / 2 * gradient_penalty(d, X)
    return D_loss, generator_loss(fake_logits)
