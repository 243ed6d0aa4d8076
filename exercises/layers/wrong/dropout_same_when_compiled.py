"""Python draws the seed, once for all calls when the layer is compiled.

Loses: dropout/fresh
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
            return x if self.inverted else keep * x
        mask = ops.cast(keras.random.uniform(ops.shape(x), seed=int(np.random.randint(10**6))) < keep, "float32")
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}
