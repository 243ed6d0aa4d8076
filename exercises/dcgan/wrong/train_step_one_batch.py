"""Real and generated images go through D in one batch.

Loses: train_step/batch statistics
"""


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    def d_loss():
        _, logits = d(ops.concatenate([X, g(Z, training=True)]), training=True)
        real_logits, fake_logits = logits[: len(X)], logits[len(X) :]
        return discriminator_loss(real_logits, fake_logits, smooth)

    def g_loss():
        _, fake_logits = d(g(Z, training=True), training=True)
        return generator_loss(fake_logits)

    D_loss, d_gradients = training.gradients(d_loss, d.trainable_variables)
    d_optimizer.apply(d_gradients, d.trainable_variables)

    G_loss, g_gradients = training.gradients(g_loss, g.trainable_variables)
    g_optimizer.apply(g_gradients, g.trainable_variables)

    return D_loss, G_loss
