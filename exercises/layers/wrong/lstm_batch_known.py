"""The size of the batch has to be known.

Loses: lstm/output
"""


# %% solution="lstm"
@register
class LSTMCell(keras.layers.Layer):
    """One step of long short-term memory."""

    def __init__(self, units, **kwargs):
        """`units` is the length of h and of c."""
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        """Make `self.W` (inputs, 4 * units), `self.U` (units, 4 * units), `self.b` (4 * units,): parts i, f, g, o."""
        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h, c], (batch, units) each, to `(output, [new h, new c])`."""
        h, c = states
        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b  # (batch, 4 * units)
        sums = ops.reshape(sums, (x.shape[0], 4, self.units))
        i, f, g, o = (sums[:, k] for k in range(4))  # (batch, units) each
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)  # (batch, units)
        h = ops.sigmoid(o) * ops.tanh(c)  # (batch, units)
        return h, [h, c]

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}
