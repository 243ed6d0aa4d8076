"""The image is lost.

Loses: latent_channel/image
"""

# %% solution="latent_channel"
@register
class LatentChannel(keras.layers.Layer):
    def build(self, input_shape):
        (_, height, width, _), (_, n) = input_shape
        self.W = self.add_weight(shape=(n, height * width), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(height * width,), initializer="zeros", name="b")

    def call(self, inputs):
        x, z = inputs
        plane = ops.matmul(z, self.W) + self.b
        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))
        return plane
