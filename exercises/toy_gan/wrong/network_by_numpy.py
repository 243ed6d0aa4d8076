"""The activation is NumPy's, through which no gradient passes.

Loses: network/forward
"""


# %% solution="network"
class Network:
    """A perceptron with leaky ReLUs between its layers and a linear output."""

    def __init__(self, sizes, seed=None):
        """Make a weight (sizes[k], sizes[k + 1]) and a bias (sizes[k + 1],) for each layer, and the list `theta`."""
        random = np.random.default_rng(seed)
        self.theta = []
        for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
            weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32)
            self.theta.append(keras.Variable(weights))  # (inputs, outputs)
            self.theta.append(keras.Variable(np.zeros(outputs, np.float32)))  # (outputs,)

    def forward(self, x):
        """Map x (batch, sizes[0]) to (batch, sizes[-1])."""
        hidden = ops.convert_to_tensor(x)
        last = len(self.theta) // 2 - 1
        for k in range(last + 1):
            hidden = ops.matmul(hidden, self.theta[2 * k]) + self.theta[2 * k + 1]  # (batch, sizes[k + 1])
            if k < last:
                hidden = np.maximum(hidden, 0.2 * hidden)
        return hidden
