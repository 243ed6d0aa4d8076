"""The size of the batch is asked for, which may be None.

Loses: pooling/windows
"""

# %% solution="pooling"
@register
class MaxPooling(keras.layers.Layer):
    def __init__(self, size=2, stride=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        largest = ops.max(patches(x, self.size, self.stride or self.size), axis=3)
        return ops.reshape(largest, (x.shape[0], *largest.shape[1:]))

    def get_config(self):
        return {**super().get_config(), "size": self.size, "stride": self.stride}
