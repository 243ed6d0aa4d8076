"""The size of the batch is asked of the tensor; types are cast; four matrices side by side start by themselves."""

# %% solution="momentum"
@register
class Momentum(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        velocity = self.velocities[self._get_variable_index(variable)]
        gradient, rate = ops.cast(gradient, variable.dtype), ops.cast(learning_rate, variable.dtype)
        velocity.assign(ops.convert_to_tensor(velocity) * self.momentum - rate * gradient)
        self.assign_add(variable, velocity)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% solution="adam"
@register
class Adam(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.means = self.add_optimizer_variables(variables, "mean")
            self.squares = self.add_optimizer_variables(variables, "square")

    def update_step(self, gradient, variable, learning_rate):
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]
        step = ops.cast(self.iterations, variable.dtype) + 1.0
        self.assign(mean, self.beta_1 * mean + (1 - self.beta_1) * gradient)
        self.assign(square, self.beta_2 * square + (1 - self.beta_2) * ops.square(gradient))
        corrected_mean = mean / (1 - ops.power(ops.cast(self.beta_1, variable.dtype), step))
        corrected_square = square / (1 - self.beta_2**step)
        self.assign_sub(variable, learning_rate * corrected_mean / (ops.sqrt(corrected_square) + self.epsilon))

    def get_config(self):
        settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **settings}


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
        shape = (ops.shape(x)[0], *x.shape[1:])
        mask = ops.cast(keras.random.uniform(shape, seed=self.random) <= keep, x.dtype)
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}


# %% solution="batch_norm"
@register
class BatchNorm(keras.layers.Layer):
    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        features = (input_shape[-1],)
        self.gamma = self.add_weight(shape=features, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=features, initializer="zeros", name="beta")
        self.moving_mean = self.add_weight(shape=features, initializer="zeros", trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(
            shape=features, initializer="ones", trainable=False, name="moving_variance"
        )

    def call(self, x, training=False):
        mean, variance = self.moving_mean, self.moving_variance
        if training:
            axes = list(range(len(x.shape) - 1))
            count = ops.cast(ops.size(x[..., 0]), "float32")
            mean = ops.sum(x, axis=axes) / count
            variance = ops.mean(ops.square(x - mean), axis=axes)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                self.add_up(running, new)
        return self.gamma * (x - mean) / ops.sqrt(variance + self.epsilon) + self.beta

    def add_up(self, running, new):
        running.assign_sub((1 - self.momentum) * (running - ops.cast(new, running.dtype)))

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% solution="patches"
def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    if padding == "same":
        margins = []
        for length in x.shape[1:3]:
            places = -(-length // stride)
            missing = max((places - 1) * stride + size - length, 0)
            margins.append((missing // 2, missing - missing // 2))
        x = ops.pad(x, [(0, 0), *margins, (0, 0)])  # (batch, height, width, channels), larger now
    rows, columns = ((length - size) // stride + 1 for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]  # size * size of them, (batch, rows, columns, channels) each
    shape = (ops.shape(x)[0], rows, columns, size * size, x.shape[-1])
    return ops.reshape(ops.concatenate(slices, axis=-1), shape)


# %% solution="convolution"
@register
class Convolution(keras.layers.Layer):
    """The same affine map of every patch of an image, with an L2 penalty on its weights."""

    def __init__(self, filters, size, stride=1, padding="valid", l2=0.0, **kwargs):
        """`size` is the side of the window in pixels; `padding` is "valid" or "same"."""
        super().__init__(**kwargs)
        self.filters, self.size, self.stride, self.padding, self.l2 = filters, size, stride, padding, l2

    def build(self, input_shape):
        """Make the weights `self.W` (size, size, channels, filters), Glorot's, and `self.b` (filters,), zero."""
        shape = (self.size, self.size, input_shape[-1], self.filters)
        self.W = self.add_weight(shape=shape, initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros", name="b")

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, filters); add the penalty to the loss."""
        self.add_loss(l2_penalty(self.W, self.l2))
        seen = patches(x, self.size, self.stride, self.padding)  # (batch, rows, columns, size * size, channels)
        inputs = self.size * self.size * x.shape[-1]
        seen = ops.reshape(seen, (ops.shape(x)[0], *seen.shape[1:3], inputs))  # (batch, rows, columns, inputs)
        W = ops.reshape(self.W, (inputs, self.filters))  # (inputs, filters)
        return ops.matmul(seen, W) + self.b  # (batch, rows, columns, filters)

    def get_config(self):
        """What `__init__` was given."""
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


# %% solution="latent_channel"
@register
class LatentChannel(keras.layers.Layer):
    """Puts a channel behind those of an image that an affine map makes of a latent vector."""

    def build(self, input_shape):
        """Make `self.W` (n, height * width) and `self.b` (height * width,) for the shapes of images and latents."""
        (_, height, width, _), (_, n) = input_shape
        self.W = self.add_weight(shape=(n, height * width), initializer="glorot_uniform", name="W")
        self.b = self.add_weight(shape=(height * width,), initializer="zeros", name="b")

    def call(self, inputs):
        """Map (x, z), x (batch, height, width, channels) and z (batch, n), to (batch, height, width, channels + 1)."""
        x, z = inputs
        plane = ops.matmul(z, self.W) + self.b  # (batch, height * width)
        plane = ops.reshape(plane, (ops.shape(z)[0], *x.shape[1:3], 1))  # (batch, height, width, 1)
        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)


# %% solution="lstm"
@register
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        def four(start):
            one = keras.initializers.get(start)
            parts = [one.clone() for _ in range(4)]
            return lambda shape, dtype=None: ops.concatenate([part((shape[0], self.units), dtype) for part in parts], 1)

        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer=four("glorot_uniform"), name="W")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer=four("orthogonal"), name="U")
        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

    def call(self, x, states):
        h, c = states
        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b
        i, f, g, o = ops.split(sums, 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

    def get_config(self):
        return {**super().get_config(), "units": self.units}
