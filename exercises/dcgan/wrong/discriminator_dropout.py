"""A dropout follows each convolution, as in many tutorials.

Loses: discriminator/batch normalisation
"""


# %% solution="discriminator"
def make_discriminator(side, channels, filters):
    """A new discriminator: a keras.Model from images (batch, side, side, channels) to (probabilities, logits).

    Both are (batch, 1). `side` is a power of two, at least 8; `filters` is the number of maps in the first layer.
    """
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    images = x = keras.Input((side, side, channels))
    for k in range(int(np.log2(side)) - 2):
        x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)
        if k > 0:
            x = layers.BatchNormalization()(x)
        x = layers.Dropout(0.3)(
            layers.LeakyReLU(0.2)(x)
        )  # (batch, side / 2, side / 2, filters), and so on down to 4 × 4
    x = layers.Flatten()(x)
    logits = layers.Dense(1, kernel_initializer=start)(x)  # (batch, 1)
    probabilities = layers.Activation("sigmoid")(logits)  # (batch, 1)
    return keras.Model(images, [probabilities, logits])
