"""A ReLU behind the affine layer.

Loses: noise_channel/affine
"""


# %% solution="noise_channel"
def add_noise_channel(pictures, z):
    side = pictures.shape[1]
    noise = layers.Dense(side * side, activation="relu")(z)
    noise = layers.Reshape((side, side, 1))(noise)
    return layers.Concatenate()([pictures, noise])
