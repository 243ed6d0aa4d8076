"""The hidden layer is NumPy's, through which no gradient passes.

Loses: discriminator/network
"""


# %% solution="discriminator"
class Discriminator:
    """Tells real images from generated ones: one hidden layer of ReLUs, one logit per image."""

    def __init__(self, input_dim, hidden_dim, output_dim=1):
        """Make the four variables, and the list `theta` of them."""
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        """Map images x (batch, input_dim) to `(probabilities, logits)` of being real, both (batch, output_dim)."""
        hidden = np.maximum(0, ops.matmul(x, self.W1) + self.b1)  # (batch, hidden_dim)
        logits = ops.matmul(hidden, self.W2) + self.b2  # (batch, output_dim)
        return ops.sigmoid(logits), logits
