"""Batch normalisation behind the affine layer.

Loses: noise_channel/affine
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    """Pictures (batch, side, side, 3) and noise z (batch, latent) to (batch, side, side, 4), the noise last."""
    side = pictures.shape[1]
    noise = layers.BatchNormalization()(layers.Dense(side * side)(z))  # (batch, side * side)
    noise = layers.Reshape((side, side, 1))(noise)  # (batch, side, side, 1)
    return layers.Concatenate()([pictures, noise])  # (batch, side, side, 4)
