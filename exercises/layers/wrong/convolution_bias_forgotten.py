"""The bias is not added.

Loses: convolution/output
"""


# %% solution="convolution"
@register
class Convolution(keras.layers.Layer):
    """The same affine map of every patch of an image, with an L2 penalty on its weights."""

    def __init__(self, filters, size, stride=1, padding="valid", l2=0.0, **kwargs):
        """`size` is the side of the window in pixels; `padding` is "valid" or "same"."""
        super().__init__(**kwargs)
        self.filters, self.size, self.stride, self.padding, self.l2 = filters, size, stride, padding, l2

    def build(self, input_shape):
        """Make the weights `self.W` (size, size, channels, filters), Glorot's, and `self.b` (filters,), zero."""
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.W = self.add_weight(shape=shape, initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros", name="b")

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, filters); add the penalty to the loss."""
        self.add_loss(l2_penalty(self.W, self.l2))
        seen = patches(x, self.size, self.stride, self.padding)  # (batch, rows, columns, size * size, channels)
        inputs = self.size * self.size * x.shape[-1]
        seen = ops.reshape(seen, (-1, *seen.shape[1:3], inputs))  # (batch, rows, columns, inputs)
        W = ops.reshape(self.W, (inputs, self.filters))  # (inputs, filters)
        return ops.matmul(seen, W)  # (batch, rows, columns, filters)

    def get_config(self):
        """What `__init__` was given."""
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
