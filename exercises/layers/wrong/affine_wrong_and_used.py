"""The bias is forgotten, and the latent channel uses the layer.

Loses: affine/output
"""


# %% solution="affine"
@register
class Affine(keras.layers.Layer):
    """y = x W + b, with an L2 penalty on W."""

    def __init__(self, units, l2=0.0, **kwargs):
        """`units` is the number of outputs, `l2` the strength of the penalty."""
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        """Make the weights `self.W` (inputs, units), Glorot's, and `self.b` (units,), zero."""
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x):
        """Map x (batch, inputs) to (batch, units), and add the penalty to the loss."""
        self.add_loss(l2_penalty(self.W, self.l2))
        return ops.matmul(x, self.W)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units, "l2": self.l2}


# %% solution="latent_channel"
@register
class LatentChannel(keras.layers.Layer):
    """Puts a channel behind those of an image that an affine map makes of a latent vector."""

    def build(self, input_shape):
        """Make `self.W` (n, height * width) and `self.b` (height * width,) for the shapes of images and latents."""
        (_, height, width, _), (_, n) = input_shape
        self.affine = Affine(height * width)
        self.affine.build((None, n))
        self.W, self.b = self.affine.W, self.affine.b

    def call(self, inputs):
        """Map (x, z), x (batch, height, width, channels) and z (batch, n), to (batch, height, width, channels + 1)."""
        x, z = inputs
        plane = self.affine(z)  # (batch, height * width)
        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))  # (batch, height, width, 1)
        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)
