"""Zeros are put around the image.

Loses: pooling/windows
"""

# %% solution="pooling"
@register
class MaxPooling(keras.layers.Layer):
    def __init__(self, size=2, stride=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        return ops.max(patches(x, self.size, self.stride or self.size, "same"), axis=3)

    def get_config(self):
        return {**super().get_config(), "size": self.size, "stride": self.stride}
