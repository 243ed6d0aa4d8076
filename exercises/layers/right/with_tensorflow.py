"""TensorFlow's own functions, and a queue for the thread."""


# %% solution="losses"
import tensorflow as tf

EPSILON = 1e-7


@register
def squared_error(targets, outputs):
    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
    squares = tf.math.squared_difference(outputs, targets)
    return tf.reduce_sum(squares) / tf.cast(tf.shape(squares)[0], squares.dtype)


@register
def binary_cross_entropy(targets, outputs):
    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
    y = tf.clip_by_value(outputs, EPSILON, 1.0 - EPSILON)
    cost = -tf.math.xlogy(targets, y) - tf.math.xlogy(1.0 - targets, 1.0 - y)
    return tf.reduce_mean(tf.reduce_sum(tf.reshape(cost, (tf.shape(cost)[0], -1)), axis=1))


def l2_penalty(weights, strength):
    """`strength` times the sum of the squares of all weights. A scalar."""
    return 2.0 * strength * tf.nn.l2_loss(tf.convert_to_tensor(weights))


# %% solution="backward"
import tensorflow as tf


def backward_pass(x, W, b, labels):
    scores = tf.nn.bias_add(tf.linalg.matmul(x, W), b)
    errors = tf.nn.softmax(scores) - tf.one_hot(labels, tf.shape(b)[0])
    of_W = tf.reduce_mean(x[:, :, None] * errors[:, None, :], axis=0)  # outer products, one for each example
    of_x = tf.einsum("nk,jk->nj", errors, W) / len(labels)
    return of_W, tf.reduce_mean(errors, axis=0), of_x


# %% solution="dropout"
import tensorflow as tf


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
        numbers = tf.random.stateless_uniform(tf.shape(x), seed=tf.cast(self.random.next(), "int32"))
        mask = tf.cast(tf.less(numbers, keep), x.dtype)  # the shape of x
        return x * mask / keep if self.inverted else x * mask

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}


# %% solution="batch_norm"
import tensorflow as tf


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
            mean, variance = tf.nn.moments(x, axes=list(range(len(x.shape) - 1)))
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(self.momentum * running + (1 - self.momentum) * new)
        return tf.nn.batch_normalization(x, mean, variance, self.beta, self.gamma, self.epsilon)

    def get_config(self):
        """What `__init__` was given."""
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% solution="patches"
import tensorflow as tf


@tf.function
def patches(x, size, stride=1, padding="valid"):
    """What a window sees of x (batch, height, width, channels): (batch, rows, columns, size * size, channels)."""
    x = tf.convert_to_tensor(x)
    seen = tf.image.extract_patches(x, [1, size, size, 1], [1, stride, stride, 1], [1, 1, 1, 1], padding.upper())
    return tf.reshape(seen, (-1, *seen.shape[1:3], size * size, x.shape[-1]))


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
        W = ops.reshape(self.W, (-1, *self.W.shape[2:]))  # (size * size, channels, filters)
        return ops.einsum("nrckd,kdf->nrcf", seen, W) + self.b  # (batch, rows, columns, filters)

    def get_config(self):
        """What `__init__` was given."""
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


# %% solution="feeding"
import queue
import threading


class cached:
    """A function `k -> load(k)` that keeps the first `capacity` different batches it loads."""

    def __init__(self, load, capacity):
        """Keep nothing yet."""
        self.load, self.capacity, self.kept = load, capacity, {}

    def __call__(self, k):
        """Batch k."""
        if k not in self.kept and len(self.kept) < self.capacity:
            self.kept[k] = self.load(k)
        return self.kept[k] if k in self.kept else self.load(k)


def prefetched(batches, ahead):
    """Yield the items of `batches` in order, while a thread makes up to `ahead` further ones."""
    line = queue.Queue(ahead)

    def fill():
        try:
            for batch in batches:
                line.put(("item", batch))
            line.put(("end", None))
        except Exception as error:
            line.put(("error", error))

    threading.Thread(target=fill, daemon=True).start()
    while True:
        kind, value = line.get()
        if kind == "error":
            raise value
        if kind == "end":
            return
        yield value
