"""Weights with outputs first, biases as columns, variables in another order, and gradients under one tape."""

# %% solution="generator"
import keras
import numpy as np
from keras import ops


class Generator(keras.layers.Layer):
    def __init__(self, input_dim, hidden_dim, output_dim):
        super().__init__()
        self.b1 = self.add_weight(shape=(hidden_dim,), initializer="zeros")
        self.b2 = self.add_weight(shape=(output_dim,), initializer="zeros")
        self.W1 = self.add_weight(shape=(hidden_dim, input_dim), initializer="glorot_uniform")
        self.W2 = self.add_weight(shape=(output_dim, hidden_dim), initializer="glorot_uniform")
        self.theta = (self.W1, self.W2, self.b1, self.b2)

    def forward(self, z):
        hidden = ops.relu(ops.einsum("bi,hi->bh", z, self.W1) + self.b1)
        return 1 / (1 + ops.exp(-(ops.einsum("bh,oh->bo", hidden, self.W2) + self.b2)))


# %% solution="discriminator"
import keras
from keras import ops


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        draw = keras.initializers.get("glorot_uniform")
        self.weights = [
            keras.Variable(draw, shape=shape) for shape in ((hidden_dim, input_dim), (output_dim, hidden_dim))
        ]
        self.biases = [keras.Variable("zeros", shape=(size, 1)) for size in (hidden_dim, output_dim)]
        self.theta = [*self.biases, *self.weights]

    def forward(self, x):
        (W1, W2), (b1, b2) = self.weights, self.biases
        hidden = ops.maximum(ops.matmul(W1, ops.transpose(x)) + b1, 0)
        logits = ops.transpose(ops.matmul(W2, hidden) + b2)
        return ops.sigmoid(logits), logits


# %% solution="cross_entropy"
from keras import ops


def sigmoid_cross_entropy(logits, labels):
    return ops.logaddexp(ops.zeros_like(logits), logits) - logits * labels


# %% solution="losses"
from keras import ops


def discriminator_loss(real_logits, fake_logits):
    n = len(real_logits)
    logits = ops.concatenate([real_logits, fake_logits])
    labels = ops.concatenate([ops.ones_like(real_logits), ops.zeros_like(fake_logits)])
    return ops.sum(ops.softplus(logits) - labels * logits) / n


def generator_loss(fake_logits, saturating=False):
    logits = ops.reshape(fake_logits, (-1,))
    return -ops.mean(ops.softplus(logits)) if saturating else ops.mean(ops.softplus(logits) - logits)


# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    _, fake_logits = d.forward(g.forward(Z))
    _, real_logits = d.forward(X)
    G_loss = generator_loss(fake_logits=fake_logits, saturating=False)
    D_loss = discriminator_loss(real_logits=real_logits, fake_logits=fake_logits)
    return D_loss, G_loss


# %% solution="train_step"
import tensorflow as tf


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    with tf.GradientTape() as tape:
        D_loss, _ = gan_model_loss(X, Z, d, g)
    for_g = [variable.value for variable in g.theta]
    d_optimizer.apply(tape.gradient(D_loss, [variable.value for variable in d.theta]), d.theta)
    with tf.GradientTape(persistent=True) as tape:
        _, G_loss = gan_model_loss(X, Z, d, g)
    g_optimizer.apply([tape.gradient(G_loss, value) for value in for_g], g.theta)
    return tf.stack([D_loss, G_loss])


# %% solution="nearest"
import numpy as np


def nearest(samples, images):
    best, index = np.full(len(samples), np.inf), np.zeros(len(samples), dtype=int)
    for k, image in enumerate(images):
        distance = np.square(samples - image).mean(axis=1)
        index[distance < best] = k
        best = np.minimum(best, distance)
    return index
