"""Layers are called as in training.

Loses: guided/layers
"""


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    inputs, x = [], ops.convert_to_tensor(images)
    for layer in chain:
        inputs.append(x)
        x = layer(x, training=True)
    gradient = training.input_gradients(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)
    for layer, x in zip(reversed(chain), reversed(inputs), strict=True):
        if isinstance(layer, layers.LeakyReLU):
            gradient = ops.where((x > 0) & (gradient > 0), gradient, 0.0)
        else:
            gradient = training.input_gradients(lambda x: layer(x, training=True) * gradient, x)
    return gradient
