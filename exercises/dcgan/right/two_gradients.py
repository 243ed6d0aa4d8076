# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step.

    X are images (batch, side, side, channels), Z noise (batch, latent_dim); d returns (probabilities, logits).
    """

    def d_loss():
        _, real_logits = d(X, training=True)  # (batch, 1)
        _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
        return discriminator_loss(real_logits, fake_logits, smooth)

    def g_loss():
        _, fake_logits = d(g(Z, training=True), training=True)  # (batch, 1)
        return generator_loss(fake_logits)

    D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
    d_optimizer.apply(d_gradients, d.trainable_variables)

    G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
    g_optimizer.apply(g_gradients, g.trainable_variables)

    return D_loss, G_loss
