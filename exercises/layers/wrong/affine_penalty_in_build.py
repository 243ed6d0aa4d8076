"""The penalty is added once, when the weights are made.

Loses: affine/penalty
"""


# %% solution="affine"
@register
class Affine(keras.layers.Layer):
    """y = x W + b, with an L2 penalty on W."""

    def __init__(self, units, l2=0.0, **kwargs):
        """`units` is the number of outputs, `l2` the strength of the penalty."""
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        """Make the weights `self.W` (inputs, units), Glorot's, and `self.b` (units,), zero."""
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")
        self.add_loss(l2_penalty(self.W, self.l2))

    def call(self, x):
        """Map x (batch, inputs) to (batch, units), and add the penalty to the loss."""
        return ops.matmul(x, self.W) + self.b  # (batch, units)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units, "l2": self.l2}
