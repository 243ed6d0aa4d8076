"""Below zero the slope is kept.

Loses: guided/inputs
"""


# %% solution="guided"
def guided_backpropagation(chain, images, feature):
    inputs, x = [], ops.convert_to_tensor(images)
    for layer in chain:
        inputs.append(x)
        x = layer(x)
    gradient = training.input_gradients(lambda maps: ops.max(maps[..., feature], axis=(1, 2)), x)
    for layer, x in zip(reversed(chain), reversed(inputs), strict=True):
        if isinstance(layer, layers.LeakyReLU):
            gradient = ops.where(gradient > 0, ops.where(x > 0, gradient, 0.2 * gradient), 0.0)
        else:
            gradient = training.input_gradients(lambda x: layer(x) * gradient, x)
    return gradient
