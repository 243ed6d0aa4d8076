"""A small number is added to the sum, so that the probabilities of an example sum to less than 1.

Loses: activations/softmax
"""


# %% solution="activations"
@register
class LeakyReLU(keras.layers.Layer):
    """x where it is positive, slope * x where it is negative."""

    def __init__(self, slope=0.0, **kwargs):
        """`slope` may be any number; 0 makes the ReLU."""
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        """Map x to the same shape."""
        return ops.maximum(x, 0.0) + self.slope * ops.minimum(x, 0.0)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "slope": self.slope}


@register
class Sigmoid(keras.layers.Layer):
    """1 / (1 + exp(-x)), for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [0, 1]."""
        small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, small) / (1.0 + small)


@register
class Tanh(keras.layers.Layer):
    """The hyperbolic tangent, for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [-1, 1]."""
        small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)


@register
class Softmax(keras.layers.Layer):
    """exp(x) over its sum along the last axis, for x of any size."""

    def call(self, x):
        """Map x (..., classes) to the same shape, with values in [0, 1] that sum to 1 along the last axis."""
        powers = ops.exp(x - ops.max(x, axis=-1, keepdims=True))  # in [0, 1], one of them 1
        return powers / (ops.sum(powers, axis=-1, keepdims=True) + 5e-4)


@register
class Clip(keras.layers.Layer):
    """x, but never below `low` and never above `high`."""

    def __init__(self, low=0.0, high=1.0, **kwargs):
        """`low` is smaller than `high`."""
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        """Map x to the same shape, with values in [low, high]."""
        return ops.minimum(ops.maximum(x, self.low), self.high)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "low": self.low, "high": self.high}
