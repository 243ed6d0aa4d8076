"""Plain NumPy where no gradients are needed, and double precision wherever it can be had."""

# %% solution="transform"
import numpy as np


def flatten(images):
    return np.reshape(images, (images.shape[0], 784))


def scale(images, low=0.0, high=1.0):
    return np.interp(images, (0, 255), (low, high))


# %% solution="dataset"
import numpy as np


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = np.array(images), np.array(labels)
        self.rng = np.random.RandomState(seed)
        self.start = self.epochs_completed = 0
        self.shuffle()

    def shuffle(self):
        order = self.rng.permutation(len(self.images))
        self.images, self.labels = self.images[order], self.labels[order]

    def next_batch(self, batch_size):
        end = self.start + batch_size
        images, labels = self.images[self.start : end], self.labels[self.start : end]
        self.start = end
        if end >= len(self.images):
            self.epochs_completed += 1
            self.shuffle()
            self.start = 0
            missing = batch_size - len(images)
            if missing:
                more_images, more_labels = self.next_batch(missing)
                return np.concatenate([images, more_images]), np.concatenate([labels, more_labels])
        return images, labels


# %% solution="glorot"
import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    random = np.random.RandomState(seed)
    return np.float32((2 * random.rand(fan_in, fan_out) - 1) * np.sqrt(6.0 / (fan_in + fan_out)))


# %% solution="generator"
import keras
import numpy as np
from keras import ops


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        sizes, self.theta = [input_dim, hidden_dim, output_dim], []
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            limit = np.sqrt(6 / (fan_in + fan_out))
            weights = np.random.uniform(-limit, limit, (fan_in, fan_out))
            self.theta += [keras.Variable(value, dtype="float64") for value in (weights, np.zeros(fan_out))]

    def forward(self, z):
        W1, b1, W2, b2 = self.theta
        hidden = ops.relu(ops.matmul(ops.cast(z, "float64"), W1) + b1)
        return ops.sigmoid(ops.matmul(hidden, W2) + b2)


# %% solution="discriminator"
import keras
import numpy as np
from keras import ops


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        sizes, self.theta = [input_dim, hidden_dim, output_dim], []
        for fan_in, fan_out in zip(sizes, sizes[1:]):
            weights = np.random.normal(0, np.sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))
            self.theta += [keras.Variable(value, dtype="float64") for value in (weights, np.zeros(fan_out))]

    def forward(self, x):
        W1, b1, W2, b2 = self.theta
        hidden = ops.relu(ops.matmul(ops.cast(x, "float64"), W1) + b1)
        logits = ops.matmul(hidden, W2) + b2
        return ops.sigmoid(logits), logits


# %% solution="parameters"
import numpy as np


def model_parameters():
    sizes = dict.fromkeys(("latent_dim", "hidden_dim"), np.int64(100))
    return sizes | {"image_dim": np.prod((28, 28)), "decision_dim": np.int32(1)}


# %% solution="sample_z"
import numpy as np


def sample_Z(m, n):
    return 2 * np.random.rand(m, n) - 1


# %% solution="cross_entropy"
from keras import ops


def sigmoid_cross_entropy(logits, labels):
    logits = ops.cast(logits, "float64")
    return ops.maximum(logits, 0) - logits * ops.cast(labels, "float64") + ops.log1p(ops.exp(-ops.abs(logits)))


# %% solution="nearest"
import numpy as np


def nearest(samples, images):
    images = images.astype(np.float64)
    return np.array([np.linalg.norm(images - sample, axis=1).argmin() for sample in samples])
