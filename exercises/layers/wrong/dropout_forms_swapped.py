"""Each form is the other one.

Loses: dropout/in use
"""

# %% solution="dropout"
@register
class Dropout(keras.layers.Layer):
    def __init__(self, rate, inverted=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate, self.inverted, self.seed = rate, inverted, seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        keep = 1 - self.rate
        if not training:
            return keep * x if self.inverted else x
        mask = ops.cast(keras.random.uniform(ops.shape(x), seed=self.random) < keep, "float32")
        return x * mask if self.inverted else x * mask / keep

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}
