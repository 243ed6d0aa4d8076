"""Weights start with a standard deviation of one whatever the size of the layer.

Loses: discriminator/start
"""

# %% solution="discriminator"
import keras
from keras import ops


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        self.W1 = keras.Variable(keras.random.normal((input_dim, hidden_dim)))
        self.b1 = keras.Variable(ops.zeros((hidden_dim,)))
        self.W2 = keras.Variable(keras.random.normal((hidden_dim, output_dim)))
        self.b2 = keras.Variable(ops.zeros((output_dim,)))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)
        logits = ops.matmul(hidden, self.W2) + self.b2
        return ops.sigmoid(logits), logits
