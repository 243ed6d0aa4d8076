"""Wrong answers to `generator`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

# Two more right ways to write it; as `cell` they are edited in the solution's place.
BY_KERAS = """
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
        return ops.sigmoid(logits)
"""

WITHOUT_NAMES = """
class Generator:
    def __init__(self, input_dim, hidden_dim, output_dim):
        self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim))
        self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32))
        self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim))
        self.b2 = keras.Variable(np.zeros(output_dim, np.float32))
        self.theta = [self.W1, self.b1, self.W2, self.b2]

    def forward(self, x):
        hidden = ops.relu(ops.matmul(x, self.W1) + self.b1)
        return ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)
"""

WRONG = [
    Wrong(
        "bias_behind_relu",
        "The first bias is added behind the ReLU.",
        loses="hidden",
        cell=WITHOUT_NAMES,
        replace="ops.relu(ops.matmul(x, self.W1) + self.b1)",
        by="ops.relu(ops.matmul(x, self.W1)) + self.b1",
    ),
    Wrong(
        "bias_behind_sigmoid",
        "The last bias is added behind the sigmoid.",
        loses="output",
        cell=WITHOUT_NAMES,
        replace="ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)",
        by="ops.sigmoid(ops.matmul(hidden, self.W2)) + self.b2",
    ),
    Wrong(
        "bias_never_added",
        "The last bias is in theta and nowhere else.",
        loses="variables",
        cell=WITHOUT_NAMES,
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
        "biases_start_at_one",
        "Biases start at one.",
        loses="start",
        cell=BY_KERAS,
        replace="ops.zeros(",
        by="ops.ones(",
        times=2,
    ),
    Wrong(
        "by_numpy",
        "The hidden layer is NumPy's, through which no gradient passes.",
        loses="hidden",
        replace="ops.relu(ops.matmul(z, self.W1) + self.b1)",
        by="np.maximum(0, ops.matmul(z, self.W1) + self.b1)",
    ),
    Wrong(
        "first_bias_never_added",
        "The first bias is in theta and nowhere else.",
        loses="variables",
        cell=WITHOUT_NAMES,
        replace=" + self.b1",
    ),
    Wrong(
        "fixed_hidden_size",
        "The hidden layer has 128 units whatever is asked for.",
        loses="variables, start, hidden, output",
        edits=[
            (
                """
                self.W1 = keras.Variable(glorot_uniform(input_dim, hidden_dim), name="W1")  # (input_dim, hidden_dim)
                self.b1 = keras.Variable(np.zeros(hidden_dim, np.float32), name="b1")  # (hidden_dim,)
                self.W2 = keras.Variable(glorot_uniform(hidden_dim, output_dim), name="W2")  # (hidden_dim, output_dim)
                self.b2 = keras.Variable(np.zeros(output_dim, np.float32), name="b2")  # (output_dim,)
            """,
                """
                hidden_dim = 128
                self.W1 = keras.Variable(keras.initializers.GlorotUniform()((input_dim, hidden_dim)))
                self.b1 = keras.Variable(ops.zeros((hidden_dim,)))
                self.W2 = keras.Variable(keras.initializers.GlorotUniform()((hidden_dim, output_dim)))
                self.b2 = keras.Variable(ops.zeros((output_dim,)))
            """,
            ),
            (
                "return ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)  # (batch, output_dim)",
                """
                logits = ops.matmul(hidden, self.W2) + self.b2
                return ops.sigmoid(logits)
            """,
            ),
        ],
    ),
    Wrong(
        "hidden_activation_missing",
        "The hidden layer has no activation.",
        loses="hidden",
        cell=BY_KERAS,
        replace="ops.relu(ops.matmul(z, self.W1) + self.b1)",
        by="ops.matmul(z, self.W1) + self.b1",
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
            (
                """
                hidden = ops.relu(ops.matmul(z, self.W1) + self.b1)  # (batch, hidden_dim)
                return ops.sigmoid(ops.matmul(hidden, self.W2) + self.b2)  # (batch, output_dim)
            """,
                """
                hidden = ops.relu(ops.matmul(z, self.W1))
                logits = ops.matmul(hidden, self.W2)
                return ops.sigmoid(logits)
            """,
            ),
        ],
    ),
    Wrong(
        "no_sigmoid",
        "Returns logits instead of pixels.",
        loses="output",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits)",
        by="logits",
    ),
    Wrong(
        "relu_output",
        "The output is cut off at zero instead of squashed.",
        loses="output",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits)",
        by="ops.relu(logits)",
    ),
    Wrong(
        "softmax_output",
        "The pixels of an image compete: they add up to one.",
        loses="output",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits)",
        by="ops.softmax(logits)",
    ),
    Wrong(
        "tanh_hidden",
        "The hidden layer is tanh.",
        loses="hidden",
        cell=BY_KERAS,
        replace="ops.relu(",
        by="ops.tanh(",
    ),
    Wrong(
        "tanh_output",
        "Pixels run from -1 to 1, while the data run from 0 to 1.",
        loses="output",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits)",
        by="ops.tanh(logits)",
    ),
    Wrong(
        "theta_of_copies",
        "theta lists copies: training them would change nothing.",
        loses="variables",
        cell=BY_KERAS,
        replace="[self.W1, self.b1, self.W2, self.b2]",
        by="[keras.Variable(ops.copy(variable)) for variable in (self.W1, self.b1, self.W2, self.b2)]",
    ),
    Wrong(
        "weights_by_numpy",
        "The weights are made arrays on the way, so that no gradient reaches them.",
        loses="hidden",
        cell=WITHOUT_NAMES,
        replace="ops.matmul(x, self.W1)",
        by="ops.matmul(x, np.asarray(self.W1))",
    ),
    Wrong(
        "wide_weights",
        "Weights start with a standard deviation of one whatever the size of the layer.",
        loses="start",
        cell=BY_KERAS,
        replace="keras.initializers.GlorotUniform()(",
        by="keras.random.normal(",
        times=2,
    ),
    Wrong(
        "zero_weights",
        "All weights start at zero, so that all hidden units stay alike.",
        loses="start",
        cell=BY_KERAS,
        replace="keras.initializers.GlorotUniform()(",
        by="ops.zeros(",
        times=2,
    ),
    Wrong(
        "relu_before_the_sigmoid",
        "The output is cut off at zero before it is squashed.",
        loses="output",
        cell=BY_KERAS,
        replace="ops.sigmoid(logits)",
        by="ops.sigmoid(ops.relu(logits))",
    ),
]
