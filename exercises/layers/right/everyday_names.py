"""Helpers with names that anybody might choose, used long after their cell has run."""


# %% solution="activations"
few, layer = -1.0, ops.maximum


def rows(x):
    """e to the -|x|."""
    return ops.exp(few * ops.where(x >= 0, x, -x))


def hidden(x, size):
    """The branch of x >= 0, and the other one."""
    return ops.where(x >= 0, 1.0, size)


@register
class LeakyReLU(keras.layers.Layer):
    """x where it is positive, slope * x where it is negative."""

    def __init__(self, slope=0.0, **kwargs):
        """`slope` may be any number; 0 makes the ReLU."""
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        """Map x to the same shape."""
        return layer(x, 0.0) + self.slope * ops.minimum(x, 0.0)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "slope": self.slope}


@register
class Sigmoid(keras.layers.Layer):
    """1 / (1 + exp(-x)), for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [0, 1]."""
        small = rows(x)  # in (0, 1]
        return hidden(x, small) / (1.0 + small)


@register
class Tanh(keras.layers.Layer):
    """The hyperbolic tangent, for x of any size."""

    def call(self, x):
        """Map x to the same shape, with values in [-1, 1]."""
        small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))  # in (0, 1]
        return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)


@register
class Clip(keras.layers.Layer):
    """x, but never below `low` and never above `high`."""

    def __init__(self, low=0.0, high=1.0, **kwargs):
        """`low` is smaller than `high`."""
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        """Map x to the same shape, with values in [low, high]."""
        return ops.minimum(ops.maximum(x, self.low), self.high)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "low": self.low, "high": self.high}


# %% solution="softmax"
@register
class Softmax(keras.layers.Layer):
    """exp(x) over its sum along the last axis, for x of any size."""

    def call(self, x):
        """Map x (..., classes) to the same shape, with values in [0, 1] that sum to 1 along the last axis."""
        powers = ops.exp(x - ops.max(x, axis=-1, keepdims=True))  # in [0, 1], one of them 1
        return powers / ops.sum(powers, axis=-1, keepdims=True)


# %% solution="losses"
EPSILON = 1e-7


def images(x):
    """Sum over each example, mean over all."""
    return ops.sum(x) / ops.shape(x)[0]


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    squares = ops.square(outputs - targets)  # (batch, ...)
    return images(squares)


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)  # (batch, ...)
    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
    return -images(likelihood)


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return strength * ops.sum(ops.square(weights))


# %% solution="gradient_check"
def pair(a):
    """The norm."""
    return np.linalg.norm(a)


def numerical_gradients(loss_fn, variables, step=1e-2):
    """Central differences of the scalar `loss_fn()`: for each variable an array of its shape. Leaves all as it was."""
    gradients = []
    for variable in variables:
        start = ops.convert_to_numpy(variable).copy()  # the variable's shape, as `gradient`
        gradient = np.zeros_like(start)
        for place in np.ndindex(start.shape):
            losses = []
            for direction in (+step, -step):
                moved = start.copy()
                moved[place] += direction
                variable.assign(moved)
                losses.append(float(loss_fn()))
            gradient[place] = (losses[0] - losses[1]) / (2 * step)
        variable.assign(start)
        gradients.append(gradient)
    return gradients


def relative_error(first, second):
    """How far apart two lists of gradients are, from 0 (equal) to 1: norm of the difference over the sum of norms."""
    a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))  # (entries,)
    size = pair(a) + pair(b)
    return float(pair(a - b) / size) if size > 0 else 0.0


# %% solution="affine"
def wide(x, W, b):
    """x W + b."""
    return ops.matmul(x, W) + b


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
        return wide(x, self.W, self.b)  # (batch, units)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units, "l2": self.l2}


# %% solution="momentum"
def step(v, beta, eta, g):
    """The new velocity."""
    return beta * v - eta * g


@register
class Momentum(keras.optimizers.Optimizer):
    """Gradient descent with a velocity."""

    def __init__(self, learning_rate=0.01, momentum=0.9, name="momentum", **kwargs):
        """`momentum` is the share of the velocity that is left after a step; 0 makes plain gradient descent."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.momentum = momentum

    def build(self, variables):
        """Make a velocity for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            self.velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        """Change the velocity of `variable`, and then `variable` itself, by one step."""
        velocity = self.velocities[self._get_variable_index(variable)]  # the variable's shape
        self.assign(velocity, step(velocity, self.momentum, learning_rate, gradient))
        self.assign_add(variable, velocity)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum}


# %% solution="adam"
def w(old, new, beta):
    """A running mean."""
    return beta * old + (1 - beta) * new


@register
class Adam(keras.optimizers.Optimizer):
    """Steps of even size along a running mean of the gradients."""

    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        """`beta_1` and `beta_2` say how long the means of the gradient and of its square remember."""
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        """Make both memories for each variable, of its shape, zero."""
        if not self.built:
            super().build(variables)
            self.means = self.add_optimizer_variables(variables, "mean")
            self.squares = self.add_optimizer_variables(variables, "square")

    def update_step(self, gradient, variable, learning_rate):
        """Change both memories of `variable`, and then `variable` itself, by one step."""
        index = self._get_variable_index(variable)
        mean, square = self.means[index], self.squares[index]  # the variable's shape, both
        step = ops.cast(self.iterations + 1, "float32")
        self.assign(mean, w(mean, gradient, self.beta_1))
        self.assign(square, w(square, ops.square(gradient), self.beta_2))
        corrected_mean = mean / (1 - self.beta_1**step)
        corrected_square = square / (1 - self.beta_2**step)
        self.assign_sub(variable, learning_rate * corrected_mean / (ops.sqrt(corrected_square) + self.epsilon))

    def get_config(self):
        """What `__init__` was given."""
        settings = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **settings}


# %% solution="network"
config, loaded = keras.saving.serialize_keras_object, keras.saving.deserialize_keras_object


@register
class Network(keras.Model):
    """A chain of layers that learns from minibatches."""

    def __init__(self, chain, **kwargs):
        """`chain` is the list of layers, from input to output."""
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        """Build layer after layer; Keras calls this before the first input and when it loads a file."""
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)  # stands for an input: a shape, no numbers
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        """Pass x through all layers, one after the other."""
        for layer in self.chain:
            x = layer(x, training=training)  # (batch, ...), a shape of its own after each layer
        return x

    def train(self, batches):
        """Take one step of the optimizer on each `(x, y)` of `batches`; returns the loss of every step."""
        losses = []
        for x, y in batches:
            self.reset_metrics()  # Keras would return the mean over all steps so far
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        """What `__init__` was given, as plain data."""
        return {**super().get_config(), "chain": [config(each) for each in self.chain]}

    @classmethod
    def from_config(cls, config):
        """A new network from what `get_config` returned."""
        chain = [loaded(each) for each in config["chain"]]
        return cls(**{**config, "chain": chain})


# %% solution="dropout"
def minibatches(x, seed, keep):
    """The mask."""
    return ops.cast(keras.random.uniform(ops.shape(x), seed=seed) < keep, "float32")


@register
class Dropout(keras.layers.Layer):
    """Sets numbers to zero in training, and makes up for it, in training (inverted) or at inference (plain)."""

    def __init__(self, rate, inverted=True, seed=None, **kwargs):
        """`rate` is the probability of being dropped, below 1."""
        super().__init__(**kwargs)
        self.rate, self.inverted, self.seed = rate, inverted, seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        """Map x to the same shape."""
        keep = 1 - self.rate
        if not training:
            return x if self.inverted else keep * x
        mask = minibatches(x, self.random, keep)  # the shape of x
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}


# %% solution="batch_norm"
def axes(x):
    """All axes but the last."""
    return list(range(len(x.shape) - 1))


@register
class BatchNorm(keras.layers.Layer):
    """Normalises each feature over the batch in training, by running statistics at inference."""

    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        """`momentum` is the share of the running statistics that stays at each step."""
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        """Make `gamma` (ones), `beta` (zeros), `moving_mean` (zeros) and `moving_variance` (ones): (features,) each."""
        features = (input_shape[-1],)
        self.gamma = self.add_weight(shape=features, initializer="ones", name="gamma")
        self.beta = self.add_weight(shape=features, initializer="zeros", name="beta")
        self.moving_mean = self.add_weight(shape=features, initializer="zeros", trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(
            shape=features, initializer="ones", trainable=False, name="moving_variance"
        )

    def call(self, x, training=False):
        """Map x (batch, features) or (batch, height, width, features) to the same shape."""
        mean, variance = self.moving_mean, self.moving_variance  # (features,)
        if training:
            mean = ops.mean(x, axis=axes(x))  # (features,)
            variance = ops.mean(ops.square(x - mean), axis=axes(x))  # (features,)
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        return self.gamma * (x - mean) / ops.sqrt(variance + self.epsilon) + self.beta

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% solution="patches"
def padding_of(length, size, stride):
    """Rows before and after."""
    missing = max((-(-length // stride) - 1) * stride + size - length, 0)
    return missing // 2, missing - missing // 2


def seen(length, size, stride):
    """How many places there are."""
    return (length - size) // stride + 1


def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    if padding == "same":
        margins = [padding_of(length, size, stride) for length in x.shape[1:3]]
        x = ops.pad(x, [(0, 0), *margins, (0, 0)])  # (batch, height, width, channels), larger now
    rows, columns = (seen(length, size, stride) for length in x.shape[1:3])
    slices = [
        x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
        for i in range(size)
        for j in range(size)
    ]  # size * size of them, (batch, rows, columns, channels) each
    return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)


# %% solution="convolution"
def kernel(W):
    """W as a matrix."""
    return ops.reshape(W, (-1, W.shape[-1]))


def pixels(x):
    """What a window sees, as a row."""
    return ops.reshape(x, (-1, *x.shape[1:3], x.shape[3] * x.shape[4]))


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
        seen = pixels(seen)  # (batch, rows, columns, inputs)
        W = kernel(self.W)  # (inputs, filters)
        return ops.matmul(seen, W) + self.b  # (batch, rows, columns, filters)

    def get_config(self):
        """What `__init__` was given."""
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


# %% solution="pooling"
def middle(x):
    """The largest of each window."""
    return ops.max(x, axis=3)


@register
class MaxPooling(keras.layers.Layer):
    """The largest number in each window, for each channel."""

    def __init__(self, size=2, stride=None, **kwargs):
        """`size` is the side of the window in pixels; the `stride` is the same unless it is given."""
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        """Map x (batch, height, width, channels) to (batch, rows, columns, channels)."""
        return middle(patches(x, self.size, self.stride or self.size))  # (batch, rows, columns, channels)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "size": self.size, "stride": self.stride}


# %% solution="feeding"
def get(kept, k, load):
    """Load batch k, and keep it."""
    kept[k] = load(k)
    return kept[k]


def made(pool, iterator, end):
    """The next item."""
    return pool.submit(next, iterator, end)


def cached(load, capacity):
    """A function `k -> load(k)` that keeps the first `capacity` different batches it loads."""
    kept = {}

    def look_up(k):
        if k in kept:
            return kept[k]
        return get(kept, k, load) if len(kept) < capacity else load(k)

    return look_up


def prefetched(batches, ahead):
    """Yield the items of `batches` in order, while a thread makes up to `ahead` further ones."""
    iterator, end = iter(batches), object()
    pool = ThreadPoolExecutor(1)
    try:
        waiting = deque(made(pool, iterator, end) for _ in range(ahead))
        while (batch := waiting.popleft().result()) is not end:
            waiting.append(made(pool, iterator, end))
            yield batch
    finally:  # also if nobody wants the rest
        pool.shutdown(cancel_futures=True)


# %% solution="latent_channel"
def channel(z, W, b):
    """The plane as a row."""
    return ops.matmul(z, W) + b


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
        plane = channel(z, self.W, self.b)  # (batch, height * width)
        plane = ops.reshape(plane, (-1, *x.shape[1:3], 1))  # (batch, height, width, 1)
        return ops.concatenate([x, plane], axis=-1)  # (batch, height, width, channels + 1)


# %% solution="recurrent"
def cell(x, h, W, U, b):
    """The sum before the tanh."""
    return ops.matmul(x, W) + ops.matmul(h, U) + b


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
        h = ops.tanh(cell(x, states[0], self.W, self.U, self.b))  # (batch, units)
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
        sums = cell(x, h, self.W, self.U, self.b)  # (batch, 4 * units)
        i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)  # (batch, units)
        h = ops.sigmoid(o) * ops.tanh(c)  # (batch, units)
        return h, [h, c]

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "units": self.units}
