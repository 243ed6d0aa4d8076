"""Loops where others take slices, sums written out, gates cut by hand, and the formulas turned round."""

# %% solution="activations"
import keras
from keras import ops


@register
class LeakyReLU(keras.layers.Layer):
    def __init__(self, slope=0.0, **kwargs):
        super().__init__(**kwargs)
        self.slope = slope

    def call(self, x):
        return ops.where(ops.convert_to_tensor(x) < 0, self.slope * x, x)

    def get_config(self):
        return {**super().get_config(), "slope": self.slope}


def stable_sigmoid(x):
    x = ops.convert_to_tensor(x)
    up, down = ops.exp(ops.where(x > 0, 0.0, x)), ops.exp(ops.where(x > 0, -x, 0.0))
    return up / (1 + up * down)


@register
class Sigmoid(keras.layers.Layer):
    def call(self, x):
        return stable_sigmoid(x)


@register
class Tanh(keras.layers.Layer):
    def call(self, x):
        return 2 * stable_sigmoid(2 * x) - 1


@register
class Clip(keras.layers.Layer):
    def __init__(self, low=0.0, high=1.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def call(self, x):
        return ops.where(x < self.low, self.low, ops.where(x > self.high, self.high, x))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high}


# %% solution="softmax"
import keras
from keras import ops


@register
class Softmax(keras.layers.Layer):
    def call(self, x):
        return ops.exp(x - ops.logsumexp(x, axis=-1, keepdims=True))


# %% solution="losses"
from keras import ops

EPSILON = 1e-7


def per_example(values):
    return ops.sum(values, axis=tuple(range(1, len(values.shape))))


@register
def squared_error(targets, outputs):
    difference = ops.convert_to_tensor(targets) - ops.convert_to_tensor(outputs)
    return ops.mean(per_example(difference * difference))


@register
def binary_cross_entropy(targets, outputs):
    y = ops.clip(outputs, EPSILON, 1 - EPSILON)
    return ops.mean(per_example(targets * -ops.log(y)) + per_example((1.0 - targets) * -ops.log(1.0 - y)))


def l2_penalty(weights, strength):
    flat = ops.reshape(weights, (-1,))
    return strength * ops.dot(flat, flat)


# %% solution="gradient_check"
import numpy as np


def numerical_gradients(loss_fn, variables, step=1e-2):
    def slope(variable, values, k):
        up, down = values.copy(), values.copy()
        up.flat[k] += step
        down.flat[k] -= step
        variable.assign(up)
        high = np.asarray(loss_fn())
        variable.assign(down)
        low = np.asarray(loss_fn())
        variable.assign(values)
        return (high - low) / step / 2

    answer = []
    for variable in variables:
        values = np.array(np.asarray(variable))
        answer.append(np.array([slope(variable, values, k) for k in range(values.size)]).reshape(values.shape))
    return tuple(answer)


def relative_error(first, second):
    def norm(arrays):
        return np.sqrt(sum(float(np.sum(np.square(array))) for array in arrays))

    total = norm(first) + norm(second)
    if total == 0:
        return 0.0
    return norm([np.asarray(a) - np.asarray(b) for a, b in zip(first, second)]) / total


# %% solution="affine"
import keras
from keras import ops


@register
class Affine(keras.layers.Layer):
    def __init__(self, units, l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.units, self.l2 = units, l2

    def build(self, input_shape):
        limit = (6 / (input_shape[-1] + self.units)) ** 0.5
        start = keras.initializers.RandomUniform(-limit, limit)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer=start)

    def call(self, x):
        self.add_loss(self.l2 * ops.sum(ops.square(self.W)))
        return ops.einsum("...i,iu->...u", x, self.W) + self.b

    def get_config(self):
        return dict(super().get_config(), units=self.units, l2=self.l2)


# %% solution="backward"
import numpy as np


def backward_pass(x, W, b, labels):
    x, W, b = (np.asarray(each, np.float64) for each in (x, W, b))
    of_W, of_b, of_x = np.zeros_like(W), np.zeros_like(b), np.zeros_like(x)
    for i, label in enumerate(labels):
        scores = [sum(x[i, j] * W[j, k] for j in range(len(W))) + b[k] for k in range(len(b))]
        for k in range(len(b)):
            p = 1 / sum(np.exp(min(other - scores[k], 700)) for other in scores)
            error = (p - (k == label)) / len(labels)
            of_b[k] += error
            of_W[:, k] += x[i] * error
            of_x[i] += W[:, k] * error
    return of_W, of_b, of_x


# %% solution="momentum"
import keras


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
        v = self.velocities[self._get_variable_index(variable)]
        new = self.momentum * v - learning_rate * gradient
        self.assign_add(variable, new)
        self.assign(v, new)

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum}


# %% solution="adam"
import keras
from keras import ops


@register
class Adam(keras.optimizers.Optimizer):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, name="adam", **kwargs):
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.m, self.v = (self.add_optimizer_variables(variables, name) for name in ("m", "v"))

    def update_step(self, gradient, variable, learning_rate):
        k = self._get_variable_index(variable)
        t = ops.cast(self.iterations, "float32") + 1.0
        self.assign_add(self.m[k], (gradient - self.m[k]) * (1 - self.beta_1))
        self.assign_add(self.v[k], (gradient * gradient - self.v[k]) * (1 - self.beta_2))
        root = ops.sqrt(1 - ops.power(self.beta_2, t))
        rate = learning_rate * root / (1 - ops.power(self.beta_1, t))
        self.assign_sub(variable, rate * self.m[k] / (ops.sqrt(self.v[k]) + self.epsilon * root))

    def get_config(self):
        return {**super().get_config(), "beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}


# %% solution="network"
import functools
import inspect

import keras
import numpy as np


@register
class Network(keras.Model):
    def __init__(self, chain, **kwargs):
        super().__init__(**kwargs)
        self.chain = list(chain)

    def build(self, input_shape):
        x = keras.tree.map_shape_structure(keras.KerasTensor, input_shape)
        for layer in self.chain:
            x = layer(x)

    def call(self, x, training=False):
        def step(x, layer):
            wants = "training" in inspect.signature(layer.call).parameters
            return layer(x, training=training) if wants else layer(x)

        return functools.reduce(step, self.chain, x)

    def train(self, batches):
        losses = []
        for x, y in batches:
            self.reset_metrics()
            losses.append(float(np.ravel(self.train_on_batch(x, y))[0]))
        return losses

    def get_config(self):
        config = super().get_config()
        config["chain"] = list(map(keras.saving.serialize_keras_object, self.chain))
        return config

    @classmethod
    def from_config(cls, config):
        config = dict(config)
        layers = map(keras.saving.deserialize_keras_object, config.pop("chain"))
        return cls(layers, **config)


# %% solution="dropout"
import keras
from keras import ops


@register
class Dropout(keras.layers.Layer):
    def __init__(self, rate, inverted=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.rate, self.inverted, self.seed = rate, inverted, seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        if training:
            noise = keras.random.uniform(ops.shape(x), seed=self.random)
            x = ops.where(noise < self.rate, 0.0, x)
        scale = {(True, True): 1 / (1 - self.rate), (False, False): 1 - self.rate}
        return x * scale.get((bool(training), self.inverted), 1.0)

    def get_config(self):
        return {**super().get_config(), "rate": self.rate, "inverted": self.inverted, "seed": self.seed}


# %% solution="batch_norm"
import keras
from keras import ops


@register
class BatchNorm(keras.layers.Layer):
    def __init__(self, momentum=0.9, epsilon=1e-3, **kwargs):
        super().__init__(**kwargs)
        self.momentum, self.epsilon = momentum, epsilon

    def build(self, input_shape):
        def weight(name, start, learnt):
            value = self.add_weight(shape=input_shape[-1:], initializer=start, trainable=learnt, name=name)
            setattr(self, name, value)

        weight("gamma", "ones", True)
        weight("beta", "zeros", True)
        weight("moving_mean", "zeros", False)
        weight("moving_variance", "ones", False)

    def call(self, x, training=False):
        rows = ops.reshape(x, (-1, x.shape[-1]))
        if training:
            mean, variance = ops.mean(rows, axis=0), ops.var(rows, axis=0)
            self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1 - self.momentum))
            self.moving_variance.assign(self.moving_variance * self.momentum + variance * (1 - self.momentum))
        else:
            mean, variance = self.moving_mean, self.moving_variance
        rows = (rows - mean) * (self.gamma * ops.rsqrt(variance + self.epsilon)) + self.beta
        return ops.reshape(rows, ops.shape(x))

    def get_config(self):
        return {**super().get_config(), "momentum": self.momentum, "epsilon": self.epsilon}


# %% solution="feeding"
from collections import deque
from concurrent.futures import ThreadPoolExecutor


def cached(load, capacity):
    numbers, values = [], []

    def get(k):
        if k in numbers:
            return values[numbers.index(k)]
        batch = load(k)
        if len(numbers) < capacity:
            numbers.append(k)
            values.append(batch)
        return batch

    return get


def prefetched(batches, ahead):
    stream = iter(batches)

    def fetch():
        try:
            return "item", next(stream)
        except StopIteration:
            return "end", None

    with ThreadPoolExecutor(max_workers=1) as pool:
        futures = deque()
        while True:
            while len(futures) <= ahead:
                futures.append(pool.submit(fetch))
            kind, item = futures.popleft().result()
            if kind == "end":
                break
            yield item


# %% solution="patches"
from keras import ops


def patches(x, size, stride=1, padding="valid"):
    x = ops.convert_to_tensor(x)
    _, height, width, _ = x.shape
    if padding == "same":
        rows, columns = (height + stride - 1) // stride, (width + stride - 1) // stride
        down = max(0, stride * (rows - 1) + size - height)
        across = max(0, stride * (columns - 1) + size - width)
        x = ops.pad(x, ((0, 0), (down // 2, (down + 1) // 2), (across // 2, (across + 1) // 2), (0, 0)))
    else:
        rows, columns = 1 + (height - size) // stride, 1 + (width - size) // stride
    lines = []
    for r in range(0, rows * stride, stride):
        windows = [x[:, r : r + size, c : c + size] for c in range(0, columns * stride, stride)]
        lines.append(ops.stack(windows, axis=1))
    seen = ops.stack(lines, axis=1)
    return ops.reshape(seen, (-1, rows, columns, size * size, x.shape[-1]))


# %% solution="convolution"
import keras
from keras import ops


@register
class Convolution(keras.layers.Layer):
    def __init__(self, filters, size, stride=1, padding="valid", l2=0.0, **kwargs):
        super().__init__(**kwargs)
        self.filters, self.size, self.stride, self.padding, self.l2 = filters, size, stride, padding, l2

    def build(self, input_shape):
        channels, window = input_shape[-1], self.size * self.size
        limit = (6 / (window * channels + window * self.filters)) ** 0.5
        self.W = self.add_weight(
            shape=(self.size, self.size, channels, self.filters),
            initializer=keras.initializers.RandomUniform(-limit, limit),
        )
        self.b = self.add_weight(shape=(self.filters,), initializer="zeros")

    def call(self, x):
        self.add_loss(l2_penalty(self.W, self.l2))
        seen = patches(x, self.size, stride=self.stride, padding=self.padding)
        W = ops.reshape(self.W, (self.size * self.size, self.W.shape[2], self.filters))
        return sum(ops.matmul(seen[:, :, :, k], W[k]) for k in range(W.shape[0])) + self.b

    def get_config(self):
        names = ("filters", "size", "stride", "padding", "l2")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


# %% solution="pooling"
import keras
from keras import ops


@register
class MaxPooling(keras.layers.Layer):
    def __init__(self, size=2, stride=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.stride = size, stride

    def call(self, x):
        seen = patches(x, self.size, self.size if self.stride is None else self.stride, "valid")
        largest = seen[:, :, :, 0]
        for k in range(1, self.size**2):
            largest = ops.maximum(largest, seen[:, :, :, k])
        return largest

    def get_config(self):
        return {**super().get_config(), "size": self.size, "stride": self.stride}


# %% solution="latent_channel"
import keras
from keras import ops


@register
class LatentChannel(keras.layers.Layer):
    def build(self, input_shape):
        images, latents = input_shape
        self.plane = images[1:3]
        self.W = self.add_weight(shape=(latents[-1], images[1] * images[2]), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(images[1] * images[2],), initializer="zeros")

    def call(self, inputs):
        x, z = inputs
        W, b = ops.reshape(self.W, (-1, *self.plane)), ops.reshape(self.b, self.plane)
        fourth = ops.einsum("bn,nhw->bhw", z, W) + b
        return ops.concatenate([x, ops.expand_dims(fourth, -1)], axis=3)


# %% solution="recurrent"
import keras
from keras import ops


@register
class SimpleCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, input_shape):
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        self.U = self.add_weight(shape=(self.units, self.units), initializer=keras.initializers.Orthogonal())
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")

    def call(self, x, states):
        (h,) = states
        together = ops.concatenate([x, h], axis=-1)
        h = ops.tanh(self.b + ops.matmul(together, ops.concatenate([self.W, self.U], axis=0)))
        return h, (h,)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@register
class Mask(keras.layers.Layer):
    def call(self, x):
        return x + 0.0

    def compute_mask(self, x, mask=None):
        return ops.max(ops.abs(x), axis=-1) > 0


# %% solution="lstm"
import keras
from keras import ops


@register
class LSTMCell(keras.layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.output_size = units
        self.state_size = [units, units]

    def build(self, input_shape):
        def bias(shape, dtype=None):
            zeros = ops.zeros((self.units,), dtype)
            return ops.concatenate([zeros, zeros + 1, zeros, zeros])

        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform")
        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal")
        self.b = self.add_weight(shape=(4 * self.units,), initializer=bias)

    def call(self, x, states):
        h, c = states[0], states[1]
        n = self.units

        def part(k):
            columns = slice(k * n, (k + 1) * n)
            return ops.matmul(x, self.W[:, columns]) + ops.matmul(h, self.U[:, columns]) + self.b[columns]

        new_c = c * ops.sigmoid(part(1)) + ops.tanh(part(2)) * ops.sigmoid(part(0))
        new_h = ops.tanh(new_c) * ops.sigmoid(part(3))
        return new_h, (new_h, new_c)

    def get_config(self):
        return {**super().get_config(), "units": self.units}
