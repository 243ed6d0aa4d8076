"""G has no last activation.

Loses: dense_pair/generator
"""

# %% solution="dense_pair"
def dense_discriminator(shape, widths):
    """A Keras model from pictures (batch, *shape), numbers in [-1, 1], to logits (batch, 1)."""
    hidden = [
        layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
    ]  # (batch, width)
    return keras.Sequential([keras.Input(shape), layers.Flatten(), *hidden, layers.Dense(1)])


def dense_generator(latent_dim, widths, shape):
    """A Keras model from noise (batch, latent_dim) to pictures (batch, *shape), numbers in [-1, 1]."""
    hidden = [
        layer for width in widths for layer in (layers.Dense(width), layers.LeakyReLU(negative_slope=0.2), LayerNorm())
    ]  # (batch, width)
    pixels = layers.Dense(int(np.prod(shape)))  # (batch, height * width * 3)
    return keras.Sequential([keras.Input((latent_dim,)), *hidden, pixels, layers.Reshape(shape)])
