"""Three layers at most, as the lesson has them.

Loses: network/forward, network/theta
"""

# %% solution="network"
import keras
import numpy as np
from keras import ops


class Network:
    def __init__(self, sizes, seed=None):
        random = np.random.default_rng(seed)
        self.theta = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32)
            self.theta.append(keras.Variable(weights))
            self.theta.append(keras.Variable(np.zeros(outputs, np.float32)))

    def forward(self, x):
        hidden = ops.convert_to_tensor(x)
        last = min(len(self.theta) // 2, 3) - 1
        for k in range(last + 1):
            hidden = ops.matmul(hidden, self.theta[2 * k]) + self.theta[2 * k + 1]
            if k < last:
                hidden = ops.leaky_relu(hidden, negative_slope=0.2)
        return hidden
