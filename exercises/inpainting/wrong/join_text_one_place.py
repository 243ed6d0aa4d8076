"""The vector stands in the first place only.

Loses: join_text/everywhere
"""


# %% solution="join_text"
def join_text(maps, text):
    _, height, width, _ = maps.shape
    dim = text.shape[1]
    everywhere = layers.Reshape((1, 1, dim))(text)
    everywhere = layers.ZeroPadding2D(((0, height - 1), (0, width - 1)))(everywhere)
    return layers.Concatenate()([maps, everywhere])
