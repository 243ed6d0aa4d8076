"""The gates of a unit stand side by side.

Loses: lstm/carry
"""

# %% solution="lstm"
@register
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    def call(self, x, states):
        h, c = states
        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b
        i, f, g, o = ops.unstack(ops.reshape(sums, (-1, self.units, 4)), axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

    def get_config(self):
        return {**super().get_config(), "units": self.units}
