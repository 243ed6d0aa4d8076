"""Keras layers where others write formulas, lists where others return tuples, and functions of other libraries."""

# %% solution="game"
import numpy as np


def play(x, y, rate, steps, alternating=False):
    if alternating:
        move = np.array([[1, -rate], [rate, 1 - rate**2]])
    else:
        move = np.array([[1, -rate], [rate, 1]])
    return np.stack([np.linalg.matrix_power(move, step) @ [x, y] for step in range(steps + 1)])


# %% solution="averages"
import numpy as np


def running_mean(path):
    return [np.mean(path[: t + 1], axis=0) for t in range(len(path))]


# %% solution="friction"
import numpy as np


def step_matrix(rate, x_friction, y_friction, alternating=False):
    matrix = np.eye(2) + rate * np.array([[-x_friction, -1.0], [1.0, -y_friction]])
    if alternating:
        matrix[1] += rate * (matrix[0] - [1.0, 0.0])
    return matrix


def spectral_radius(matrix):
    eigenvalues, _ = np.linalg.eig(matrix)
    return max(map(abs, eigenvalues))


# %% solution="best"
def best_discriminator(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(1 / (1 + q / p), nan=0.5)


# %% solution="noise"
def sample_noise(m, n, random):
    return random.standard_normal((m, n), dtype=np.float32)


# %% solution="normal"
def shape_noise(z, mean, covariance):
    values, directions = np.linalg.eigh(covariance)
    return (z * np.sqrt(values)) @ directions.T + mean


# %% solution="network"
import keras


class Network:
    def __init__(self, sizes, seed=None):
        hidden = [
            layer
            for k, outputs in enumerate(sizes[1:-1])
            for layer in (
                keras.layers.Dense(
                    outputs,
                    kernel_initializer=keras.initializers.HeNormal(seed=None if seed is None else 1000 * seed + k),
                ),
                keras.layers.LeakyReLU(0.2),
            )
        ]
        last = keras.layers.Dense(
            sizes[-1],
            kernel_initializer=keras.initializers.RandomNormal(
                0.0, (2 / sizes[-2]) ** 0.5, seed=None if seed is None else 1000 * seed + 999
            ),
        )
        self.model = keras.Sequential([keras.Input((sizes[0],)), *hidden, last])
        self.theta = self.model.trainable_variables

    def forward(self, x):
        return self.model(x)


# %% solution="losses"
import keras

from_logits = keras.losses.BinaryCrossentropy(from_logits=True)


def discriminator_loss(real_logits, fake_logits):
    return from_logits(ops.ones_like(real_logits), real_logits) + from_logits(
        ops.zeros_like(fake_logits), fake_logits
    )


def generator_loss(fake_logits, kind="usual"):
    losses = {
        "usual": lambda: from_logits(ops.ones_like(fake_logits), fake_logits),
        "saturating": lambda: -from_logits(ops.zeros_like(fake_logits), fake_logits),
        "report": lambda: ops.mean(ops.sigmoid(fake_logits)) * -1.0,
    }
    if kind not in losses:
        raise ValueError(f"no loss of the kind {kind}")
    return losses[kind]()


# %% solution="d_step"
import tensorflow as tf


def discriminator_step(real, fake, d, d_optimizer):
    with tf.GradientTape() as tape:
        loss = discriminator_loss(d.forward(real), d.forward(fake))
    d_optimizer.apply_gradients(zip(tape.gradient(loss, d.theta), d.theta))
    return loss


# %% solution="player_losses"
def player_losses(X, Z, d, g, kind="usual"):
    both = ops.concatenate([ops.convert_to_tensor(X), g.forward(Z)], axis=0)
    logits = d.forward(both)
    n = ops.shape(X)[0]
    return [discriminator_loss(logits[:n], logits[n:]), generator_loss(logits[n:], kind=kind)]


# %% solution="train_step"
import tensorflow as tf


def train_step(X, Z, d, g, d_optimizer, g_optimizer, losses):
    with tf.GradientTape() as tape:
        D_loss, _ = losses(X, Z, d, g)
    d_optimizer.apply_gradients(zip(tape.gradient(D_loss, d.theta), d.theta))
    with tf.GradientTape() as tape:
        _, G_loss = losses(X, Z, d, g)
    g_optimizer.apply_gradients(zip(tape.gradient(G_loss, g.theta), g.theta))
    return D_loss, G_loss


# %% solution="mmd"
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import rbf_kernel


def gaussian_kernel(x, y, widths):
    return sum(rbf_kernel(x, y, gamma=0.5 / width**2) for width in widths) / len(widths)


def mmd(x, y, widths):
    def mean_of_others(points):
        kernel = gaussian_kernel(points, points, widths)
        return kernel[~np.eye(len(points), dtype=bool)].mean()

    between = np.mean([np.exp(-cdist(x, y, "sqeuclidean") / (2 * width**2)) for width in widths])
    return mean_of_others(x) + mean_of_others(y) - 2 * between


# %% solution="ring"
from util import data


def sample_ring(n, modes, radius, std, random):
    return data.Ring(modes, radius, std).sample(n, random)


# %% solution="packing"
def pack(x, size):
    return ops.concatenate([x[k::size] for k in range(size)], axis=1)


def packed_losses(X, Z, d, g, size=2):
    real, fake = d.forward(pack(X, size)), d.forward(pack(g.forward(Z), size))
    return [discriminator_loss(real, fake), generator_loss(fake, "usual")]


# %% solution="penalty"
import tensorflow as tf


def gradient_penalty(d, x):
    x = tf.convert_to_tensor(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        logits = d.forward(x)
    return tf.reduce_mean(tf.norm(tape.gradient(logits, x), axis=1) ** 2)


def penalised_losses(X, Z, d, g, weight=0.5):
    D_loss, G_loss = player_losses(X, Z, d, g)
    return D_loss + 0.5 * weight * gradient_penalty(d, X), G_loss
