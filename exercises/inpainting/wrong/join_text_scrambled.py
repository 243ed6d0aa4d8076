"""The copies are torn apart by a wrong reshaping.

Loses: join_text/everywhere
"""


# %% solution="join_text"
def join_text(maps, text):
    _, height, width, _ = maps.shape
    dim = text.shape[1]
    everywhere = ops.repeat(text, height * width, axis=1)
    everywhere = layers.Reshape((height, width, dim))(everywhere)
    return layers.Concatenate()([maps, everywhere])
