"""D pads nothing.

Loses: conv_pair/discriminator
"""

# %% solution="conv_pair"
def conv_discriminator(size, filters, kernel=8, start="glorot_uniform", rate=0.3):
    """A Keras model from pictures (batch, size, size, 3) to logits (batch, 1)."""
    d = keras.Sequential([keras.Input((size, size, 3))])
    for count in filters:
        d.add(layers.Conv2D(count, kernel, strides=2, padding="valid", kernel_initializer=start))
        d.add(layers.LeakyReLU(negative_slope=0.2))
        d.add(layers.Dropout(rate))  # (batch, half the side, half the side, count)
    d.add(layers.Flatten())
    d.add(layers.Dense(1, kernel_initializer=start))  # (batch, 1)
    return d


def conv_generator(latent_dim, size, filters, kernel=8, start="glorot_uniform", last="tanh"):
    """A Keras model from noise (batch, latent_dim) to pictures (batch, size, size, 3)."""
    first, *further = filters
    side = size // 2 ** len(filters)
    g = keras.Sequential([keras.Input((latent_dim,))])
    g.add(layers.Dense(side * side * first, kernel_initializer=start))
    g.add(layers.LeakyReLU(negative_slope=0.2))
    g.add(layers.Reshape((side, side, first)))  # (batch, side, side, first)
    for count in further:
        g.add(layers.Conv2DTranspose(count, kernel, strides=2, padding="same", kernel_initializer=start))
        g.add(layers.BatchNormalization())
        g.add(layers.LeakyReLU(negative_slope=0.2))  # (batch, twice the side, twice the side, count)
    g.add(layers.Conv2DTranspose(3, kernel, strides=2, padding="same", kernel_initializer=start, activation=last))
    return g
