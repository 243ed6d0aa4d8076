"""The biases of the last layer are in theta and nowhere else.

Loses: network/theta
"""

# %% solution="network"
import keras
import numpy as np
from keras import ops


class Network:
    def __init__(self, sizes, seed=None):
        random = np.random.default_rng(seed)
        self.theta = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:]):
            weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype("float32")
            self.theta += [keras.Variable(weights), keras.Variable(np.zeros(outputs, "float32"))]

    def forward(self, x):
        *hidden, last, _ = self.theta
        for weights, bias in zip(hidden[::2], hidden[1::2]):
            x = ops.leaky_relu(ops.matmul(x, weights) + bias, negative_slope=0.2)
        return ops.matmul(x, last)
