"""The first output of D, which is the probability, is taken for the logit.

Loses: train_step/D moves
"""


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step.

    X are images (batch, side, side, channels), Z noise (batch, latent_dim); d returns (probabilities, logits).
    """

    def d_loss():
        real_logits, _ = d(X, training=True)  # (batch, 1)
        fake_logits, _ = d(g(Z, training=True), training=True)  # (batch, 1)
        return discriminator_loss(real_logits, fake_logits, smooth)

    def g_loss():
        fake_logits, _ = d(g(Z, training=True), training=True)  # (batch, 1)
        return generator_loss(fake_logits)

    D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
    d_optimizer.apply(d_gradients, d.trainable_variables)

    G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
    g_optimizer.apply(g_gradients, g.trainable_variables)

    return D_loss, G_loss
