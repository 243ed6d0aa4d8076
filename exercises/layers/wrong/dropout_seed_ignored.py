"""The numbers come from the generator that belongs to everybody, whatever the seed.

Loses: dropout/fresh
"""


# %% solution="dropout"
@register
class Dropout(keras.layers.Layer):
    """Sets numbers to zero at random in training, and makes up for it, in training (inverted) or in use (plain)."""

    def __init__(self, rate, inverted=True, seed=None, **kwargs):
        """`rate` is the probability of being dropped, below 1."""
        super().__init__(**kwargs)
        self.rate, self.inverted, self.seed = rate, inverted, seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """Map x to the same shape."""
        keep = 1 - self.rate
        if not training:
            return x if self.inverted else keep * x
        mask = ops.cast(keras.random.uniform(ops.shape(x)) < keep, "float32")  # the shape of x
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}
