"""The noise is the first channel.

Loses: noise_channel/pictures
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    side = pictures.shape[1]
    noise = layers.Dense(side * side)(z)
    noise = layers.Reshape((side, side, 1))(noise)
    return layers.Concatenate()([noise, pictures])
