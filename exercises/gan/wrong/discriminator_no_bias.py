"""Both layers lack their bias.

Loses: discriminator/variables
"""

# %% solution="discriminator"
import keras
from keras import ops


class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
        self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
        self.theta = [self.W1, self.W2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1))
        logits = ops.matmul(hidden, self.W2)
        return ops.sigmoid(logits), logits
