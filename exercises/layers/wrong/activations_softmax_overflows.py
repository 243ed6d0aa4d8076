"""No number is subtracted first.

Loses: activations/large numbers
"""

# %% solution="activations"
@register
class LeakyReLU(keras.layers.Layer):
    def __init__(self, slope=0.0, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        return ops.maximum(x, 0.0) + self.slope * ops.minimum(x, 0.0)

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}


@register
class Sigmoid(keras.layers.Layer):
    def call(self, x):
        small = ops.exp(-ops.where(x >= 0, x, -x))
        return ops.where(x >= 0, 1.0, small) / (1.0 + small)


@register
class Tanh(keras.layers.Layer):
    def call(self, x):
        small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))
        return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)


@register
class Softmax(keras.layers.Layer):
    def call(self, x):
        powers = ops.exp(x)
        return powers / ops.sum(powers, axis=-1, keepdims=True)


@register
class Clip(keras.layers.Layer):
    def __init__(self, low=0.0, high=1.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        return ops.minimum(ops.maximum(x, self.low), self.high)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high}
