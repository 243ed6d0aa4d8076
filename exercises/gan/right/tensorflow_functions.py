"""TensorFlow's own functions and variables throughout; tensors come back instead of arrays."""

# %% solution="transform"
import tensorflow as tf


def flatten(images):
    return tf.reshape(images, (-1, 28 * 28))


def scale(images, low=0.0, high=1.0):
    return low + (high - low) * tf.cast(images, tf.float32) / 255.0


# %% solution="dataset"
import numpy as np
import tensorflow as tf


class Dataset:
    def __init__(self, images, labels, seed=None):
        self.images, self.labels = tf.constant(images), tf.constant(labels)
        self.rng = np.random.default_rng(seed)
        self.queue = np.array([], dtype=int)
        self.handed_out, self.epochs_completed = 0, 0

    def next_batch(self, batch_size):
        while len(self.queue) < batch_size:
            self.queue = np.concatenate([self.queue, self.rng.permutation(len(self.images))])
        chosen, self.queue = self.queue[:batch_size], self.queue[batch_size:]
        self.handed_out += batch_size
        self.epochs_completed = tf.constant(self.handed_out // len(self.images))
        return tf.gather(self.images, chosen), tf.gather(self.labels, chosen)


# %% solution="glorot"
import tensorflow as tf


def glorot_uniform(fan_in, fan_out, seed=None):
    limit = tf.sqrt(6 / (fan_in + fan_out))
    return tf.random.uniform((fan_in, fan_out), -limit, limit, seed=seed)


# %% solution="generator"
import tensorflow as tf


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        draw = tf.keras.initializers.GlorotUniform()
        self.b2 = tf.Variable(tf.zeros([output_dim]))
        self.b1 = tf.Variable(tf.zeros([hidden_dim]))
        self.W2 = tf.Variable(draw((hidden_dim, output_dim)))
        self.W1 = tf.Variable(draw((input_dim, hidden_dim)))

    @property
    def theta(self):
        return [self.b2, self.W2, self.b1, self.W1]

    def forward(self, z):
        hidden = tf.nn.relu(tf.nn.bias_add(tf.matmul(z, self.W1), self.b1))
        return tf.sigmoid(tf.nn.bias_add(tf.matmul(hidden, self.W2), self.b2))


# %% solution="discriminator"
import tensorflow as tf


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        draw = tf.keras.initializers.GlorotNormal()
        self.theta = [
            tf.Variable(draw((input_dim, hidden_dim))),
            tf.Variable(draw((hidden_dim, output_dim))),
            tf.Variable(tf.zeros([1, hidden_dim])),
            tf.Variable(tf.zeros([1, output_dim])),
        ]

    def forward(self, x):
        W1, W2, b1, b2 = self.theta
        logits = tf.nn.relu(x @ W1 + b1) @ W2 + b2
        return [tf.sigmoid(logits), logits]


# %% solution="parameters"
import tensorflow as tf


def model_parameters():
    return {
        "image_dim": tf.reduce_prod([28, 28]),
        "decision_dim": tf.size([0]),
        "latent_dim": 100,
        "hidden_dim": 128,
    }


# %% solution="sample_z"
import tensorflow as tf


def sample_Z(m, n):
    return tf.random.uniform([m, n], -1, 1)


# %% solution="cross_entropy"
import tensorflow as tf


def sigmoid_cross_entropy(logits, labels):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)


# %% solution="losses"
import tensorflow as tf


def discriminator_loss(real_logits, fake_logits):
    real_loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.ones_like(real_logits), logits=real_logits)
    fake_loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=tf.zeros_like(fake_logits), logits=fake_logits)
    return tf.reduce_mean(real_loss) + tf.reduce_mean(fake_loss)


def generator_loss(fake_logits, saturating=False):
    if saturating:
        return tf.reduce_mean(tf.math.log_sigmoid(-fake_logits))
    return -tf.reduce_mean(tf.math.log_sigmoid(fake_logits))


# %% solution="model_loss"
import tensorflow as tf


def gan_model_loss(X, Z, d, g):
    fakes = g.forward(Z)
    n = len(X)
    _, logits = d.forward(tf.concat([X, fakes], axis=0))
    return discriminator_loss(logits[:n], logits[n:]), generator_loss(logits[n:])


# %% solution="train_step"
import tensorflow as tf


def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    with tf.GradientTape() as d_tape:
        D_loss, _ = gan_model_loss(X, Z, d, g)
    d_optimizer.apply_gradients(zip(d_tape.gradient(D_loss, d.theta), d.theta))
    with tf.GradientTape(watch_accessed_variables=False) as g_tape:
        for variable in g.theta:
            g_tape.watch(variable.value)
        _, G_loss = gan_model_loss(X, Z, d, g)
    g_optimizer.apply_gradients(zip(g_tape.gradient(G_loss, [variable.value for variable in g.theta]), g.theta))
    return D_loss.numpy(), G_loss.numpy()


# %% solution="nearest"
import tensorflow as tf


def nearest(samples, images):
    return tf.map_fn(
        lambda sample: tf.argmin(tf.reduce_sum(tf.math.squared_difference(images, sample), axis=1)),
        tf.constant(samples),
        fn_output_signature=tf.int64,
    )
