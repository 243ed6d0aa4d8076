"""The mask is NumPy's, which compiled code cannot use.

Loses: recurrent/mask
"""


# %% solution="recurrent"
@register
class SimpleCell(keras.layers.Layer):
    """One step of a simple recurrent network."""

    def __init__(self, units, **kwargs):
        """`units` is the length of the state."""
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        """Make `self.W` (inputs, units), Glorot's, `self.U` (units, units), orthogonal, and `self.b` (units,), zero."""
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h], h (batch, units), to `(new h, [new h])`: output and states."""
        h = ops.tanh(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)  # (batch, units)
        return h, [h]

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}


@register
class Mask(keras.layers.Layer):
    """Leaves x as it is, and marks steps of nothing but zeros as filling."""

    def call(self, x):
        """Map x (batch, time, features) to itself."""
        return x + 0.0  # a new tensor, which gets the mask

    def compute_mask(self, x, _mask=None):
        """The mask (batch, time) of x (batch, time, features): True where any feature is not zero."""
        return np.any(np.not_equal(x, 0.0), axis=-1)  # (batch, time)
