"""The last bias is added behind the sigmoid.

Loses: generator/output
"""

# %% solution="generator"
import keras
import numpy as np
from keras import ops


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim))
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32))
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim))
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)
        return ops.sigmoid(ops.matmul(hidden, self.W2)) + self.b2
