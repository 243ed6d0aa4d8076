"""U is used transposed.

Loses: recurrent/step
"""

# %% solution="recurrent"
@register
class SimpleCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x, states):
        h = ops.tanh(ops.matmul(x, self.W) + ops.matmul(states[0], ops.transpose(self.U)) + self.b)
        return h, [h]

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class Mask(keras.layers.Layer):
    def call(self, x):
        return x + 0.0

    def compute_mask(self, x, _mask=None):
        return ops.any(ops.not_equal(x, 0.0), axis=-1)
