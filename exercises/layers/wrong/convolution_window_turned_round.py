"""The convolution of the mathematicians.

Loses: convolution/output
"""

# %% solution="convolution"
@register
class Convolution(keras.layers.Layer):
    def __init__(self, filters, size, stride=1, padding="valid", l2=0.0, **kwargs):
        """`size` is the side of the window in pixels; `padding` is "valid" or "same"."""
        super().__init__(**kwargs)
        self.filters, self.size, self.stride, self.padding, self.l2 = filters, size, stride, padding, l2

    def build(self, input_shape):
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.W = self.add_weight(shape=shape, initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros", name="b")

    def call(self, x):
        self.add_loss(l2_penalty(self.W, self.l2))
        seen = patches(x, self.size, self.stride, self.padding)
        inputs = self.size * self.size * x.shape[-1]
        seen = ops.reshape(seen, (-1, *seen.shape[1:3], inputs))
        W = ops.reshape(ops.flip(self.W, (0, 1)), (inputs, self.filters))
        return ops.matmul(seen, W) + self.b

    def get_config(self):
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
