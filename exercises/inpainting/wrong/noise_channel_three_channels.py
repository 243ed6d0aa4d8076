"""The noise has three channels of its own.

Loses: noise_channel/noise
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    side = pictures.shape[1]
    noise = layers.Dense(side * side * 3)(z)
    noise = layers.Reshape((side, side, 3))(noise)
    return layers.Concatenate()([pictures, noise])
