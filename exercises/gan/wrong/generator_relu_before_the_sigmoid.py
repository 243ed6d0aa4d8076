"""The output is cut off at zero before it is squashed.

Loses: generator/output
"""

# %% solution="generator"
import keras
from keras import ops


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
        self.b1 = keras.Variable(ops.zeros((hidden_dim,)))
        self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
        self.b2 = keras.Variable(ops.zeros((output_dim,)))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, z):
        hidden = ops.relu(ops.matmul(z, self.W1) + self.b1)
        logits = ops.matmul(hidden, self.W2) + self.b2
        return ops.sigmoid(ops.relu(logits))
