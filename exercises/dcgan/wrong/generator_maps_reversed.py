"""The layers nearer to the image have more maps.

Loses: generator/shape
"""


# %% solution="generator"
def make_generator(latent_dim, side, channels, filters):
    """A new generator: a keras.Model from noise (batch, latent_dim) to images (batch, side, side, channels) in [-1, 1].

    `side` is a power of two, at least 8; `filters` is the number of maps in the largest hidden layer.
    """
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    doublings = int(np.log2(side)) - 2
    maps = filters
    model = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
            layers.Reshape((4, 4, maps)),  # (batch, 4, 4, maps)
            layers.BatchNormalization(),
            layers.ReLU(),
        ]
    )
    for _ in range(doublings - 1):
        maps *= 2
        model.add(layers.Conv2DTranspose(maps, 4, 2, "same", use_bias=False, kernel_initializer=start))
        model.add(layers.BatchNormalization())
        model.add(layers.ReLU())  # (batch, 8, 8, maps), then (batch, 16, 16, maps), …
    model.add(layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=start))
    return model  # (batch, side, side, channels)
