"""Wrong answers to `discriminator`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

# Two more right ways to write it; as `cell` they are edited in the solution's place.
BY_KERAS = """
class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
        self.b1 = keras.Variable(ops.zeros((hidden_dim,)))
        self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
        self.b2 = keras.Variable(ops.zeros((output_dim,)))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)
        logits = ops.matmul(hidden, self.W2) + self.b2
        return ops.sigmoid(logits), logits
"""

WITH_A_METHOD = """
class Discriminator:
    def __init__(self, input_dim, hidden_dim, output_dim=1):
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim))
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32))
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim))
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)
        return self.pair(ops.matmul(hidden, self.W2) + self.b2)

    def pair(self, logits):
        return ops.sigmoid(logits), logits
"""

WRONG = [
    Wrong(
        "axis_missing",
        "Both values lack their second axis.",
        loses="pair",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits), logits",
        by="ops.sigmoid(logits[:, 0]), logits[:, 0]",
    ),
    Wrong(
        "bias_behind_relu",
        "The first bias is added behind the ReLU.",
        loses="network",
        cell=WITH_A_METHOD,
        replace="ops.relu(ops.matmul(x, self.W1) + self.b1)",
        by="ops.relu(ops.matmul(x, self.W1)) + self.b1",
    ),
    Wrong(
        "bias_never_added",
        "The last bias is in theta and nowhere else.",
        loses="variables",
        cell=WITH_A_METHOD,
        replace=" + self.b2",
    ),
    Wrong(
        "biases_not_in_theta",
        "Biases are used but not listed in theta, so that they would never be trained.",
        loses="variables",
        cell=BY_KERAS,
        replace="[self.W1, self.b1, self.W2, self.b2]",
        by="[self.W1, self.W2]",
    ),
    Wrong(
        "by_numpy",
        "The hidden layer is NumPy's, through which no gradient passes.",
        loses="network",
        replace="ops.relu(ops.matmul(x, self.W1) + self.b1)",
        by="np.maximum(0, ops.matmul(x, self.W1) + self.b1)",
    ),
    Wrong(
        "hidden_activation_missing",
        "The hidden layer has no activation.",
        loses="network",
        cell=BY_KERAS,
        replace="ops.relu(ops.matmul(x, self.W1) + self.b1)",
        by="ops.matmul(x, self.W1) + self.b1",
    ),
    Wrong(
        "logits_only",
        "Returns one value, the logits.",
        loses="pair",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits), logits",
        by="logits",
    ),
    Wrong(
        "no_bias",
        "Both layers lack their bias.",
        loses="variables",
        edits=[
            (
                """
                self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
                self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
                self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
                self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
                self.theta = [self.W1, self.b1, self.W2, self.b2]
            """,
                """
                self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
                self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
                self.theta = [self.W1, self.W2]
            """,
            ),
            ("(ops.matmul(x, self.W1) + self.b1)", "(ops.matmul(x, self.W1))"),
            ("(hidden, self.W2) + self.b2", "(hidden, self.W2)"),
        ],
    ),
    Wrong(
        "pair_swapped",
        "Logits come first, probabilities second.",
        loses="pair",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits), logits",
        by="logits, ops.sigmoid(logits)",
    ),
    Wrong(
        "probabilities_as_logits",
        "Returns the probabilities twice.",
        loses="pair",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits), logits",
        by="ops.sigmoid(logits), ops.sigmoid(logits)",
    ),
    Wrong(
        "relu_on_logits",
        "ReLU cuts the negative logits off.",
        loses="network",
        cell=BY_KERAS,
        replace="ops.matmul(hidden, self.W2) + self.b2",
        by="ops.relu(ops.matmul(hidden, self.W2) + self.b2)",
    ),
    Wrong(
        "sigmoid_twice",
        "The probabilities went through the sigmoid twice.",
        loses="pair",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits), logits",
        by="ops.sigmoid(ops.sigmoid(logits)), logits",
    ),
    Wrong(
        "wide_weights",
        "Weights start with a standard deviation of one whatever the size of the layer.",
        loses="start",
        edits=[
            ('glorot_uniform(input_dim, hidden_dim), name="W1"', "keras.random.normal((input_dim, hidden_dim))"),
            ('np.zeros(hidden_dim, np.float32), name="b1"', "ops.zeros((hidden_dim,))"),
            ('glorot_uniform(hidden_dim, output_dim), name="W2"', "keras.random.normal((hidden_dim, output_dim))"),
            ('np.zeros(output_dim, np.float32), name="b2"', "ops.zeros((output_dim,))"),
        ],
    ),
    Wrong(
        "zero_weights",
        "All weights start at zero, so that all hidden units stay alike.",
        loses="start",
        edits=[
            ('glorot_uniform(input_dim, hidden_dim), name="W1"', "ops.zeros((input_dim, hidden_dim))"),
            ('np.zeros(hidden_dim, np.float32), name="b1"', "ops.zeros((hidden_dim,))"),
            ('glorot_uniform(hidden_dim, output_dim), name="W2"', "ops.zeros((hidden_dim, output_dim))"),
            ('np.zeros(output_dim, np.float32), name="b2"', "ops.zeros((output_dim,))"),
        ],
    ),
]
