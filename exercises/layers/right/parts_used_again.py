"""Earlier parts of the notebook stand in later ones."""


# %% solution="losses"
EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    squares = ops.square(outputs - targets)  # (batch, ...)
    return ops.sum(squares) / ops.shape(squares)[0]


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    outputs = Clip(EPSILON, 1 - EPSILON)(outputs)  # (batch, ...)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return strength * ops.sum(ops.square(weights))


# %% solution="backward"
def backward_pass(x, W, b, labels):
    layer = Affine(b.shape[0])
    layer.build(x.shape)
    layer.W.assign(W)
    layer.b.assign(b)
    targets = ops.cast(ops.equal(labels[:, None], ops.arange(b.shape[0], dtype="int32")), "float32")
    errors = (Softmax()(layer(x)) - targets) / x.shape[0]
    return ops.matmul(ops.transpose(x), errors), ops.sum(errors, axis=0), ops.matmul(errors, ops.transpose(W))


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


# %% solution="recurrent"
@register
class SimpleCell(keras.layers.Layer):
    """One step of a simple recurrent network."""

    def __init__(self, units, **kwargs):
        """`units` is the length of the state."""
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        """Make `self.W` (inputs, units), Glorot's, `self.U` (units, units), orthogonal, and `self.b` (units,), zero."""
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h], h (batch, units), to `(new h, [new h])`: output and states."""
        h = Tanh()(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)  # (batch, units)
        return h, [h]

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}


@register
class Mask(keras.layers.Layer):
    """Leaves x as it is, and marks steps of nothing but zeros as filling."""

    def call(self, x):
        """Map x (batch, time, features) to itself."""
        return x + 0.0  # a new tensor, which gets the mask

    def compute_mask(self, x, _mask=None):
        """The mask (batch, time) of x (batch, time, features): True where any feature is not zero."""
        return ops.any(ops.not_equal(x, 0.0), axis=-1)  # (batch, time)


# %% solution="lstm"
@register
class LSTMCell(keras.layers.Layer):
    """One step of long short-term memory."""

    def __init__(self, units, **kwargs):
        """`units` is the length of h and of c."""
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        """Make `self.W` (inputs, 4 * units), `self.U` (units, 4 * units), `self.b` (4 * units,): parts i, f, g, o."""
        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    def call(self, x, states):
        """Map x (batch, inputs) and the states [h, c], (batch, units) each, to `(output, [new h, new c])`."""
        h, c = states
        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b  # (batch, 4 * units)
        i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each
        c = Sigmoid()(f) * c + Sigmoid()(i) * Tanh()(g)  # (batch, units)
        h = Sigmoid()(o) * Tanh()(c)  # (batch, units)
        return h, [h, c]

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}
