"""A deviation of 0.05 whatever the sizes.

Loses: affine/start
"""

# %% solution="affine"
@register
class Affine(keras.layers.Layer):
    def __init__(self, units, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="random_normal", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x):
        self.add_loss(l2_penalty(self.W, self.l2))
        return ops.matmul(x, self.W) + self.b

    def get_config(self):
        return {**super().get_config(), "units": self.units, "l2": self.l2}
