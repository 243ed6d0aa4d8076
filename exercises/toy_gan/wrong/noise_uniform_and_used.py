"""Uniform noise, and weights and rings made of it.

Loses: noise/normal
"""

# %% solution="noise"
import numpy as np


def sample_noise(m, n, random):
    return random.uniform(-(3**0.5), 3**0.5, (m, n)).astype(np.float32)


# %% solution="network"
import keras
import numpy as np
from keras import ops


class Network:
    def __init__(self, sizes, seed=None):
        random = np.random.default_rng(seed)
        self.theta = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:]):
            weights = sample_noise(inputs, outputs, random) * (2 / inputs) ** 0.5
            self.theta.append(keras.Variable(weights, dtype="float32"))
            self.theta.append(keras.Variable(np.zeros(outputs), dtype="float32"))

    def forward(self, x):
        for k in range(0, len(self.theta), 2):
            x = ops.matmul(x, self.theta[k]) + self.theta[k + 1]
            x = x if k == len(self.theta) - 2 else ops.leaky_relu(x, 0.2)
        return x


# %% solution="ring"
import numpy as np


def sample_ring(n, modes, radius, deviation, random):
    angles = 2 * np.pi * random.integers(modes, size=n) / modes
    centres = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return centres + deviation * sample_noise(n, 2, random)
