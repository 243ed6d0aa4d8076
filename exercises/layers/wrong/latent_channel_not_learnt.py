"""Training may not change what makes the plane.

Loses: latent_channel/plane
"""


# %% solution="latent_channel"
@register
class LatentChannel(keras.layers.Layer):
    """Puts a channel behind those of an image that an affine map makes of a latent vector."""

    def build(self, input_shape):
        """Make `self.W` (n, height * width) and `self.b` (height * width,) for the shapes of images and latents."""
        (_, height, width, _), (_, n) = input_shape
        self.W = self.add_weight(shape=(n, height * width), initializer="glorot_uniform", trainable=False, name="W")
        self.b = self.add_weight(shape=(height * width,), initializer="zeros", name="b")

    def call(self, inputs):
        """Map (x, z), x (batch, height, width, channels) and z (batch, n), to (batch, height, width, channels + 1)."""
        x, z = inputs
        plane = ops.matmul(z, self.W) + self.b  # (batch, height * width)
        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))  # (batch, height, width, 1)
        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)
