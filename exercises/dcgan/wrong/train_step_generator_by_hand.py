"""G is moved against its gradient times the rate, without its optimizer.

Loses: train_step/G moves
"""


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, smooth=0.1):
    def d_loss():
        _, real_logits = d(X, training=True)
        _, fake_logits = d(g(Z, training=True), training=True)
        return discriminator_loss(real_logits, fake_logits, smooth)

    def g_loss():
        _, fake_logits = d(g(Z, training=True), training=True)
        return generator_loss(fake_logits)

    D_loss, gradients = training.gradients(d_loss, d.trainable_variables)
    d_optimizer.apply(gradients, d.trainable_variables)
    G_loss, gradients = training.gradients(g_loss, g.trainable_variables)
    for variable, gradient in zip(g.trainable_variables, gradients):
        variable.assign_sub(g_optimizer.learning_rate * gradient)
    return D_loss, G_loss
