"""Keras layers inside both networks, Keras losses around them; theta is what the layers list."""

# %% solution="generator"
import keras


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.hidden = keras.layers.Dense(hidden_dim, activation="relu")
        self.output = keras.layers.Dense(output_dim, activation="sigmoid")
        self.hidden.build((None, input_dim))
        self.output.build((None, hidden_dim))
        self.theta = [*self.output.trainable_variables, *self.hidden.trainable_variables]

    def forward(self, z):
        return self.output(self.hidden(z))


# %% solution="discriminator"
import keras


class Discriminator(keras.Model):
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        super().__init__()
        self.network = keras.Sequential([keras.layers.Dense(hidden_dim, "relu"), keras.layers.Dense(output_dim)])

    @property
    def theta(self):
        return self.network.trainable_variables

    def forward(self, x):
        logits = self.network(x)
        return keras.activations.sigmoid(logits), logits


# %% solution="cross_entropy"
import keras
from keras import ops


def sigmoid_cross_entropy(logits, labels):
    return ops.binary_crossentropy(ops.broadcast_to(labels, ops.shape(logits)), logits, from_logits=True)


# %% solution="losses"
import keras
from keras import ops

entropy = keras.losses.BinaryCrossentropy(from_logits=True)


def discriminator_loss(real_logits, fake_logits):
    return entropy(ops.ones_like(real_logits), real_logits) + entropy(ops.zeros_like(fake_logits), fake_logits)


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return -entropy(ops.zeros_like(fake_logits), fake_logits)
    return entropy(ops.ones_like(fake_logits), fake_logits)


# %% solution="model_loss"
import keras
from keras import ops


def gan_model_loss(X, Z, d, g):
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    real_logits, fake_logits = d.forward(X)[-1], d.forward(g.forward(Z))[-1]
    real = entropy(ops.ones_like(real_logits), real_logits)
    fake = entropy(ops.zeros_like(fake_logits), fake_logits)
    return real + fake, entropy(ops.ones_like(fake_logits), fake_logits)


# %% solution="train_step"
import tensorflow as tf


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    losses = []
    for k, (player, optimizer) in enumerate([(d, d_optimizer), (g, g_optimizer)]):
        with tf.GradientTape() as tape:
            loss = gan_model_loss(X, Z, d, g)[k]
        optimizer.apply(tape.gradient(loss, player.theta), player.theta)
        losses.append(loss)
    return losses


# %% solution="nearest"
from keras import ops


def nearest(samples, images):
    samples, images = ops.convert_to_tensor(samples), ops.convert_to_tensor(images)
    likeness = ops.matmul(samples, ops.transpose(images)) - ops.sum(ops.square(images), axis=1) / 2
    return ops.argmax(likeness, axis=1)
