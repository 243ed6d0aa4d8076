"""Always asks the first map.

Loses: guided/response
"""


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    """What in each image speaks for the strongest response of one map, by guided backpropagation: as images.

    `chain` is a list of layers, the last of which gives maps (n, h, w, f); `images` are (n, side, side, channels);
    `feature` is the index of the map.
    """
    inputs, x = [], ops.convert_to_tensor(images)
    for layer in chain:
        inputs.append(x)
        x = layer(x)
    gradient = training.input_gradients(lambda maps: ops.max(maps[..., 0], axis=(1, 2)), x)  # (n, h, w, f)
    for layer, x in zip(reversed(chain), reversed(inputs), strict=True):
        if isinstance(layer, layers.LeakyReLU):
            gradient = ops.where((x > 0) & (gradient > 0), gradient, 0.0)
        else:
            gradient = training.input_gradients(lambda x: layer(x) * gradient, x)  # noqa: B023 - called at once
    return gradient  # (n, side, side, channels)
