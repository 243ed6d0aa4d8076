"""One number for the whole channel.

Loses: noise_channel/noise
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    side = pictures.shape[1]
    noise = layers.Dense(1)(z)
    noise = layers.Reshape((side, side, 1))(layers.RepeatVector(side * side)(noise))
    return layers.Concatenate()([pictures, noise])
