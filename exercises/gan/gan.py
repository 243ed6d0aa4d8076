# %% [markdown]
# # Generating digits with a generative adversarial network

# %%
import os
import sys
from pathlib import Path

for folder in [Path.cwd(), *Path.cwd().parents]:  # lets `import util` work wherever the notebook was started
    if (folder / "util" / "checks.py").is_file():
        sys.path.insert(0, str(folder))
        break

import keras
import numpy as np
from keras import ops

from util import checks, data, metrics, plots, training

PRESET = os.environ.get("PRESET", "quick")

# %%
mnist = data.load_mnist()

# %% solution="transform"
def flatten(images):
    """Turn images (n, 28, 28) into rows of pixels (n, 784)."""
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)  # (n, 784)
    ### END SOLUTION


def scale(images, low=0.0, high=1.0):
    """Map bytes 0..255 to float32 numbers from `low` to `high`, in proportion."""
    ### BEGIN SOLUTION
    return low + images.astype(np.float32) * np.float32((high - low) / 255)  # same shape
    ### END SOLUTION

# %% test="transform" points=2
with checks.check("transform"):
    pass

# %% solution="dataset"
class Dataset:
    """Hands out a set of labelled images in minibatches, in a new random order every epoch."""

    def __init__(self, images, labels, seed=None):
        """`images` (n, ...) and `labels` (n,) belong together; `seed` makes the order repeatable."""
        ### BEGIN SOLUTION
        self.images = images
        self.labels = labels
        self.epochs_completed = 0
        self.random = np.random.default_rng(seed)
        self.waiting = self.random.permutation(len(images))  # indices that this epoch has still to hand out
        ### END SOLUTION

    def next_batch(self, batch_size):
        """Return the next images (batch_size, ...) and their labels (batch_size,)."""
        ### BEGIN SOLUTION
        chosen = np.empty(0, dtype=int)  # (at last batch_size,)
        while len(chosen) < batch_size:
            missing = batch_size - len(chosen)
            chosen = np.append(chosen, self.waiting[:missing])
            self.waiting = self.waiting[missing:]
            if len(self.waiting) == 0:
                self.epochs_completed += 1
                self.waiting = self.random.permutation(len(self.images))
        return self.images[chosen], self.labels[chosen]
        ### END SOLUTION

# %% test="dataset" points=5
with checks.check("dataset"):
    pass

# %% [markdown] question="scaling" points=2
# ...
# ### BEGIN MARK SCHEME
# ### END MARK SCHEME

# %% solution="glorot"
def glorot_uniform(fan_in, fan_out, seed=None):
    """Draw a weight matrix (fan_in, fan_out), float32, from Glorot's uniform distribution."""
    ### BEGIN SOLUTION
    limit = np.sqrt(6 / (fan_in + fan_out))
    random = np.random.default_rng(seed)
    return random.uniform(-limit, limit, size=(fan_in, fan_out)).astype(np.float32)  # (fan_in, fan_out)
    ### END SOLUTION

# %% test="glorot" points=2
with checks.check("glorot"):
    pass

# %% solution="generator"
class Generator:
    """Turns noise into images: one hidden layer of ReLUs, one sigmoid per pixel."""

    def __init__(self, input_dim, hidden_dim, output_dim):
        """Make the four variables, and the list `theta` of them."""
        ### BEGIN SOLUTION
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
        self.theta = [self.W1, self.b1, self.W2, self.b2]
        ### END SOLUTION

    def forward(self, z):
        """Map noise z (batch, input_dim) to images (batch, output_dim) with pixels in [0, 1]."""
        ### BEGIN SOLUTION
        hidden = ops.relu(ops.matmul(z, self.W1) + self.b1)  # (batch, hidden_dim)
        return ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)  # (batch, output_dim)
        ### END SOLUTION

# %% test="generator" points=4
with checks.check("generator"):
    pass

# %% solution="discriminator"
class Discriminator:
    """Tells real images from generated ones: one hidden layer of ReLUs, one logit per image."""

    def __init__(self, input_dim, hidden_dim, output_dim=1):
        """Make the four variables, and the list `theta` of them."""
        ### BEGIN SOLUTION
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
        self.theta = [self.W1, self.b1, self.W2, self.b2]
        ### END SOLUTION

    def forward(self, x):
        """Map images x (batch, input_dim) to `(probabilities, logits)` of being real, both (batch, output_dim)."""
        ### BEGIN SOLUTION
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)  # (batch, hidden_dim)
        logits = ops.matmul(hidden, self.W2) + self.b2  # (batch, output_dim)
        return ops.sigmoid(logits), logits
        ### END SOLUTION

# %% test="discriminator" points=4
with checks.check("discriminator"):
    pass

# %% solution="parameters"
def model_parameters():
    """Return the sizes of the two networks."""
    ### BEGIN SOLUTION
    return {
        "latent_dim": 64,  # numbers in one noise vector z
        "image_dim": 28 * 28,  # pixels in one image
        "hidden_dim": 128,  # units in each hidden layer
        "decision_dim": 1,  # the discriminator's logit
    }
    ### END SOLUTION

# %% test="parameters" points=2
with checks.check("parameters"):
    pass

# %% solution="sample_z"
def sample_Z(m, n):
    """Draw m noise vectors of n numbers each: float32 (m, n), uniform in [-1, 1]."""
    ### BEGIN SOLUTION
    return np.random.uniform(-1.0, 1.0, size=(m, n)).astype(np.float32)  # (m, n)
    ### END SOLUTION

# %% test="sample_z" points=2
with checks.check("sample_z"):
    pass

# %% solution="cross_entropy"
def sigmoid_cross_entropy(logits, labels):
    """Cross-entropy of each label in [0, 1] and the sigmoid of its logit, for logits of any size; shape of `logits`."""
    ### BEGIN SOLUTION
    return ops.maximum(logits, 0.0) - logits * labels + ops.log1p(ops.exp(-ops.abs(logits)))
    ### END SOLUTION

# %% test="cross_entropy" points=3
with checks.check("cross_entropy"):
    pass

# %% solution="losses"
def discriminator_loss(real_logits, fake_logits):
    """What D minimises: small if real images get large logits and generated ones small logits. A scalar."""
    ### BEGIN SOLUTION
    real_loss = ops.mean(sigmoid_cross_entropy(real_logits, 1.0))  # -log D(X)
    fake_loss = ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # -log(1 - D(G(Z)))
    return real_loss + fake_loss
    ### END SOLUTION


def generator_loss(fake_logits, saturating=False):
    """What G minimises: small if generated images get large logits. A scalar."""
    ### BEGIN SOLUTION
    if saturating:
        return -ops.mean(sigmoid_cross_entropy(fake_logits, 0.0))  # log(1 - D(G(Z)))
    return ops.mean(sigmoid_cross_entropy(fake_logits, 1.0))  # -log D(G(Z))
    ### END SOLUTION

# %% test="losses" points=4
with checks.check("losses"):
    pass

# %% solution="model_loss"
def gan_model_loss(X, Z, d, g):
    """Both players' losses `(D_loss, G_loss)` on real images X (batch, image_dim) and noise Z (batch, latent_dim)."""
    ### BEGIN SOLUTION
    _, real_logits = d.forward(X)  # (batch, 1)
    _, fake_logits = d.forward(g.forward(Z))  # (batch, 1)
    return discriminator_loss(real_logits, fake_logits), generator_loss(fake_logits)
    ### END SOLUTION

# %% test="model_loss" points=3
with checks.check("model_loss"):
    pass

# %% solution="train_step"
def train_step(X, Z, d, g, d_optimizer, g_optimizer):
    """Move D one step, then G one step against the new D; return `(D_loss, G_loss)` from just before each step."""
    ### BEGIN SOLUTION
    D_loss, d_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[0], d.theta)
    d_optimizer.apply(d_gradients, d.theta)

    G_loss, g_gradients = training.gradients(lambda: gan_model_loss(X, Z, d, g)[1], g.theta)
    g_optimizer.apply(g_gradients, g.theta)

    return D_loss, G_loss
    ### END SOLUTION

# %% test="train_step" points=5
with checks.check("train_step"):
    pass

# %% [markdown] question="collapse" points=2
# ...
# ### BEGIN MARK SCHEME
# ### END MARK SCHEME
