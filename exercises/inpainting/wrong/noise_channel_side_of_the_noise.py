"""As many pixels along a side as there are numbers in the noise.

Loses: noise_channel/pictures, noise_channel/noise, noise_channel/affine
"""

# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    """Pictures (batch, side, side, 3) and noise z (batch, latent) to (batch, side, side, 4), the noise last."""
    side = z.shape[1]
    noise = layers.Dense(side * side)(z)  # (batch, side * side)
    noise = layers.Reshape((side, side, 1))(noise)  # (batch, side, side, 1)
    return layers.Concatenate()([pictures, noise])  # (batch, side, side, 4)
