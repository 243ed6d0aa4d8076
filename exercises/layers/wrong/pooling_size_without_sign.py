"""The number that is farthest from 0 stands for the largest.

Loses: pooling/windows
"""


# %% solution="pooling"
@register
class MaxPooling(keras.layers.Layer):
    """The largest number in each window, for each channel."""

    def __init__(self, size=2, stride=None, **kwargs):
        """`size` is the side of the window in pixels; the `stride` is the same unless it is given."""
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, channels)."""
        return ops.max(ops.abs(patches(x, self.size, self.stride or self.size)), axis=3)  # (batch, rows, columns, channels)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "size": self.size, "stride": self.stride}
