"""A ReLU that nobody asked for.

Loses: affine/output
"""

# %% solution="affine"
@register
class Affine(keras.layers.Layer):
    def __init__(self, units, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x):
        self.add_loss(l2_penalty(self.W, self.l2))
        return ops.relu(ops.matmul(x, self.W) + self.b)

    def get_config(self):
        return {**super().get_config(), "units": self.units, "l2": self.l2}
