"""Both layers lack their bias.

Loses: generator/variables
"""

# %% solution="generator"
import keras
from keras import ops


class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
        self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
        self.theta = [self.W1, self.W2]

    def forward(self, z):
        hidden = ops.relu(ops.matmul(z, self.W1))
        logits = ops.matmul(hidden, self.W2)
        return ops.sigmoid(logits)
