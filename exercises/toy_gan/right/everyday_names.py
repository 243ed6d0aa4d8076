"""Helpers with names that others would choose as well: first, other, middle, product, away, nearest, value, usual."""

# %% solution="game"
import numpy as np


def product(rate, value):
    return rate * value


def first(x, y, rate):
    return x - product(rate, y)


def play(x, y, rate, steps, alternating=False):
    points = [[x, y]]
    for _ in range(steps):
        before, x = x, first(x, y, rate)
        y += product(rate, x if alternating else before)
        points.append([x, y])
    return np.asarray(points)


# %% solution="averages"
import numpy as np


def few(path):
    return np.cumsum(path, axis=0)


def running_mean(path):
    return few(path) / (1 + np.arange(len(path)))[:, None]


# %% solution="friction"
import numpy as np


def middle_point(x, y, rate, friction):
    return x - rate * (y + friction * x)


def step_matrix(rate, x_friction, y_friction, alternating=False):
    old = np.eye(2)
    moved = middle_point(*old, rate, x_friction)
    return np.stack([moved, old[1] + rate * ((moved if alternating else old[0]) - y_friction * old[1])])


def spectral_radius(matrix):
    return np.sqrt(max(value.real**2 + value.imag**2 for value in np.linalg.eigvals(matrix).astype(complex)))


# %% solution="best"
import numpy as np


def steps(p, q):
    return p + q == 0


def best_discriminator(p, q):
    return np.where(steps(p, q), 0.5, p / (p + q + steps(p, q)))


# %% solution="noise"
def again(random, shape):
    return random.normal(size=shape)


def sample_noise(m, n, random):
    return again(random, (m, n)).astype("float32")


# %% solution="network"
import keras
import numpy as np
from keras import ops


def middle(x):
    return ops.where(x < 0, 0.2 * x, x)


def other(inputs, outputs, random):
    return sample_noise(inputs, outputs, random) * (2 / inputs) ** 0.5


class Network:
    def __init__(self, sizes, seed=None):
        random = np.random.default_rng(seed)
        pairs = list(zip(sizes, sizes[1:]))
        self.weights = [keras.Variable(other(*pair, random), dtype="float32") for pair in pairs]
        self.biases = [keras.Variable(np.zeros(n), dtype="float32") for _, n in pairs]
        self.theta = self.weights + self.biases

    def forward(self, x):
        for k, (W, b) in enumerate(zip(self.weights, self.biases)):
            x = ops.matmul(x, W) + b
            x = middle(x) if k + 1 < len(self.weights) else x
        return x


# %% solution="losses"
from keras import ops


def loss(logits):
    return ops.mean(ops.softplus(logits))


def usual(logits):
    return loss(-logits)


expected = {
    "usual": usual,
    "saturating": lambda logits: -loss(logits),
    "report": lambda logits: -ops.mean(ops.sigmoid(logits)),
}


def discriminator_loss(real_logits, fake_logits):
    return usual(real_logits) + loss(fake_logits)


def generator_loss(fake_logits, kind="usual"):
    if kind not in expected:
        raise ValueError(kind)
    return expected[kind](fake_logits)


# %% solution="d_step"
from util import training


def came(player, optimizer, value):
    loss_now, gradients = training.gradients(value, player.theta)
    optimizer.apply(gradients, player.theta)
    return loss_now


def discriminator_step(real, fake, d, d_optimizer):
    return came(d, d_optimizer, lambda: discriminator_loss(d.forward(real), d.forward(fake)))


# %% solution="player_losses"
def answer(real, fake, kind):
    return discriminator_loss(real, fake), generator_loss(fake, kind)


def player_losses(X, Z, d, g, kind="usual"):
    return answer(d.forward(X), d.forward(g.forward(Z)), kind)


# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    D_loss = came(d, d_optimizer, lambda: losses(X, Z, d, g)[0])
    return D_loss, came(g, g_optimizer, lambda: losses(X, Z, d, g)[1])


# %% solution="mmd"
import numpy as np


def kernel(x, y):
    return ((np.asarray(x)[:, None] - np.asarray(y)[None]) ** 2).sum(axis=-1)


def gaussian_kernel(x, y, widths):
    return np.exp(-kernel(x, y) / (2 * np.square(widths)[:, None, None])).mean(axis=0)


def distance(x, widths):
    near = gaussian_kernel(x, x, widths)
    np.fill_diagonal(near, 0)
    return near.sum() / (len(x) ** 2 - len(x))


def mmd(x, y, widths):
    return distance(x, widths) + distance(y, widths) - 2 * gaussian_kernel(x, y, widths).mean()


# %% solution="ring"
import numpy as np


def nearest(angles):
    return np.column_stack([np.cos(angles), np.sin(angles)])


def away(n, std, random):
    return std * sample_noise(n, 2, random)


def sample_ring(n, modes, radius, std, random):
    return radius * nearest(random.choice(modes, n) * 2 * np.pi / modes) + away(n, std, random)


# %% solution="packing"
from keras import ops


def pack(x, size):
    return ops.reshape(x, (ops.shape(x)[0] // size, size * x.shape[-1]))


def packed_losses(X, Z, d, g, size=2):
    class Packed:
        def forward(self, x):
            return d.forward(pack(x, size))

    return player_losses(X, Z, Packed(), g)


# %% solution="penalty"
from keras import ops
from util import training


def gradient(d, x):
    return training.input_gradients(d.forward, x)


def value(gradients):
    return ops.mean(ops.einsum("bi,bi->b", gradients, gradients))


def gradient_penalty(d, x):
    return value(gradient(d, x))


def penalised_losses(X, Z, d, g, weight=0.5):
    D_loss, G_loss = player_losses(X, Z, d, g)
    return D_loss + 0.5 * weight * gradient_penalty(d, X), G_loss
