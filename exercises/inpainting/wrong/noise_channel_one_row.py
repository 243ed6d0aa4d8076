"""One number for each row of pixels.

Loses: noise_channel/noise
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    """Pictures (batch, side, side, 3) and noise z (batch, latent) to (batch, side, side, 4), the noise last."""
    side = pictures.shape[1]
    noise = layers.Dense(side)(z)  # (batch, side * side)
    noise = layers.RepeatVector(side)(noise)
    noise = layers.Reshape((side, side, 1))(noise)  # (batch, side, side, 1)
    return layers.Concatenate()([pictures, noise])  # (batch, side, side, 4)
