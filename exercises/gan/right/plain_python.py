"""Loops and lists where others take arrays, and losses written out on paper first."""

# %% solution="transform"
import numpy as np


def flatten(images):
    return np.array([[pixel for row in image for pixel in row] for image in images])


def scale(images, low=0.0, high=1.0):
    levels = np.array([low + (high - low) * level / 255 for level in range(256)], dtype="float32")
    return levels[images]


# %% solution="dataset"
import random

import numpy as np


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.examples = list(zip(images, labels, strict=True))
        self.random = random.Random(seed)
        self.handed_out = 0
        self.stream = self.endless()

    def endless(self):
        while True:
            yield from self.random.sample(self.examples, len(self.examples))

    @property
    def epochs_completed(self):
        return self.handed_out // len(self.examples)

    def next_batch(self, batch_size):
        images, labels = zip(*(next(self.stream) for _ in range(batch_size)), strict=True)
        self.handed_out += batch_size
        return np.stack(images), np.array(labels)


# %% solution="glorot"
import math
import random

import numpy as np


def glorot_uniform(fan_in, fan_out, seed=None):
    source, limit = random.Random(seed), math.sqrt(6 / (fan_in + fan_out))
    rows = [[source.uniform(-limit, limit) for _ in range(fan_out)] for _ in range(fan_in)]
    return np.array(rows, dtype="float32")


# %% solution="parameters"
class Sizes(dict):
    pass


def model_parameters():
    return Sizes(latent_dim=2, image_dim=784, hidden_dim=1000, decision_dim=1)


# %% solution="sample_z"
import random

import numpy as np


def sample_Z(m, n):
    return np.array([[random.uniform(-1, 1) for _ in range(n)] for _ in range(m)], dtype="float32")


# %% solution="cross_entropy"
from keras import ops


def sigmoid_cross_entropy(logits, labels):
    return labels * ops.softplus(-logits) + (1 - labels) * ops.softplus(logits)


# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    return ops.mean(ops.softplus(-real_logits) + ops.softplus(fake_logits))


def generator_loss(fake_logits, saturating=False):
    sign = -1 if saturating else 1
    return sign * ops.mean(ops.softplus(-sign * fake_logits))


# %% solution="model_loss"
from keras import ops


def gan_model_loss(X, Z, d, g):
    real_logits, fake_logits = d.forward(X)[1], d.forward(g.forward(Z))[1]
    D_loss = ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))
    return [D_loss, ops.mean(ops.softplus(-fake_logits))]


# %% solution="train_step"
from keras import ops
from util import training


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    def discriminate():
        (_, real_logits), (_, fake_logits) = d.forward(X), d.forward(g.forward(Z))
        return ops.mean(ops.softplus(-real_logits)) + ops.mean(ops.softplus(fake_logits))

    def generate():
        return ops.mean(ops.softplus(-d.forward(g.forward(Z))[1]))

    losses = []
    for loss, player, optimizer in ((discriminate, d, d_optimizer), (generate, g, g_optimizer)):
        value, gradients = training.gradients(loss, player.theta)
        optimizer.apply_gradients(zip(gradients, player.theta, strict=True))
        losses.append(float(value))
    return tuple(losses)


# %% solution="nearest"
def nearest(samples, images):
    def distance(sample, image):
        return sum((float(a) - float(b)) ** 2 for a, b in zip(sample, image, strict=True)) ** 0.5

    return [min(range(len(images)), key=lambda k: distance(sample, images[k])) for sample in samples]
