"""Helpers with names that others would choose as well: few, first, share, pixels, values, loss, moved, answer."""

# %% solution="transform"
import numpy as np


def few(images):
    return np.asarray(images, "float32")


def rows(images):
    return few(images).reshape(len(images), -1)


def share(images):
    return few(images) / 255


def flatten(images):
    return rows(images)


def scale(images, low=0.0, high=1.0):
    return (low + share(images) * (high - low)).astype("float32")


# %% solution="dataset"
import numpy as np


def order(random, n):
    return random.permutation(n).tolist()


def first(waiting, n):
    return [waiting.pop() for _ in range(min(n, len(waiting)))]


def handed(arrays, chosen):
    return tuple(array[chosen] for array in arrays)


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.arrays, self.random = (images, labels), np.random.default_rng(seed)
        self.waiting, self.epochs_completed = order(self.random, len(images)), 0

    def next_batch(self, batch_size):
        chosen = first(self.waiting, batch_size)
        if not self.waiting:
            self.epochs_completed += 1
            self.waiting = order(self.random, len(self.arrays[0]))
            chosen += first(self.waiting, batch_size - len(chosen))
        return handed(self.arrays, chosen)


# %% solution="glorot"
import numpy as np

draws = np.random.default_rng()


def variance(fan_in, fan_out):
    return 2 / (fan_in + fan_out)


def weights(shape, limit):
    return draws.uniform(-limit, limit, shape).astype("float32")


def glorot_uniform(fan_in, fan_out, seed=None):
    return weights((fan_in, fan_out), (3 * variance(fan_in, fan_out)) ** 0.5)


# %% solution="generator"
import keras
import numpy as np
from keras import ops


def variables(sizes):
    shapes = zip(sizes[:-1], sizes[1:])
    return [keras.Variable(value) for a, b in shapes for value in (glorot_uniform(a, b), np.zeros(b, "float32"))]


def middle(x, theta):
    return ops.relu(x @ theta[0] + theta[1])


def pixels(h, theta):
    return ops.sigmoid(h @ theta[2] + theta[3])


class Generator:
    def __init__(self, *sizes, **named):
        self.theta = variables([*sizes, *named.values()])

    def forward(self, z):
        return pixels(middle(z, self.theta), self.theta)


# %% solution="discriminator"
from keras import ops


def answer(logits):
    return ops.sigmoid(logits), logits


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        self.theta = variables([input_dim, hidden_dim, output_dim])

    def forward(self, x):
        return answer(middle(x, self.theta) @ self.theta[2] + self.theta[3])


# %% solution="parameters"
def key(name):
    return f"{name}_dim"


def model_parameters():
    return {key("latent"): 50, key("image"): 784, key("hidden"): 128, key("decision"): 1}


# %% solution="cross_entropy"
from keras import ops


def values(logits):
    return ops.softplus(logits)


def sigmoid_cross_entropy(logits, labels):
    return values(logits) - labels * logits


# %% solution="losses"
from keras import ops


def loss(logits, label):
    return ops.mean(sigmoid_cross_entropy(logits, label))


def discriminator_loss(real_logits, fake_logits):
    return loss(real_logits, 1.0) + loss(fake_logits, 0.0)


def generator_loss(fake_logits, saturating=False):
    return -loss(fake_logits, 0.0) if saturating else loss(fake_logits, 1.0)


# %% solution="train_step"
from util import training


def moved(player, optimizer, before):
    value, gradients = training.gradients(before, player.theta)
    optimizer.apply(gradients, player.theta)
    return value


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    D_loss = moved(d, d_optimizer, lambda: gan_model_loss(X, Z, d, g)[0])
    return D_loss, moved(g, g_optimizer, lambda: gan_model_loss(X, Z, d, g)[1])


# %% solution="nearest"
import numpy as np


def lengths(rows):
    return np.einsum("ij,ij->i", rows, rows)


def best(values):
    return np.argsort(values, axis=1)[:, 0]


def nearest(samples, images):
    values = lengths(samples)[:, None] + lengths(images) - 2 * np.dot(samples, np.transpose(images))
    return best(np.sqrt(np.maximum(values, 0)))
