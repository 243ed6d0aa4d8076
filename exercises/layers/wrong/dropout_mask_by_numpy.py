"""NumPy draws the mask, for which the size of the batch must be known.

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
        mask = (np.random.uniform(size=x.shape) < keep).astype("float32")
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}
