"""Logits come first, probabilities second.

Loses: discriminator/pair
"""


# %% solution="discriminator"
def make_discriminator(side, channels, filters):
    start = keras.initializers.RandomNormal(stddev=0.02, seed=keras.random.SeedGenerator())
    images = x = keras.Input((side, side, channels))
    for k in range(int(np.log2(side)) - 2):
        x = layers.Conv2D(filters * 2**k, 4, 2, "same", use_bias=k == 0, kernel_initializer=start)(x)
        if k > 0:
            x = layers.BatchNormalization()(x)
        x = layers.LeakyReLU(0.2)(x)
    x = layers.Flatten()(x)
    logits = layers.Dense(1, kernel_initializer=start)(x)
    probabilities = layers.Activation("sigmoid")(logits)
    return keras.Model(images, [logits, probabilities])
