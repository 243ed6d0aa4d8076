"""Each example is normalised by itself, not over the batch.

Loses: generator/batch normalisation
"""


# %% solution="generator"
def make_generator(latent_dim, side, channels, filters):
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    doublings = int(np.log2(side)) - 2
    maps = filters * 2 ** (doublings - 1)
    model = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(4 * 4 * maps, use_bias=False, kernel_initializer=start),
            layers.Reshape((4, 4, maps)),
            layers.RMSNormalization(),
            layers.ReLU(),
        ]
    )
    for _ in range(doublings - 1):
        maps //= 2
        model.add(layers.Conv2DTranspose(maps, 4, 2, "same", use_bias=False, kernel_initializer=start))
        model.add(layers.RMSNormalization())
        model.add(layers.ReLU())
    model.add(layers.Conv2DTranspose(channels, 4, 2, "same", activation="tanh", kernel_initializer=start))
    return model
