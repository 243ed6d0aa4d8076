"""Wrong answers to `network`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "bias_never_added",
        "The biases of the last layer are in theta and nowhere else.",
        loses="theta",
        cell="""
            import keras
            import numpy as np
            from keras import ops


            class Network:
                def __init__(self, sizes, seed=None):
                    random = np.random.default_rng(seed)
                    self.theta = []
                    for inputs, outputs in zip(sizes[:-1], sizes[1:]):
                        weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype("float32")
                        self.theta += [keras.Variable(weights), keras.Variable(np.zeros(outputs, "float32"))]

                def forward(self, x):
                    *hidden, last, _ = self.theta
                    for weights, bias in zip(hidden[::2], hidden[1::2]):
                        x = ops.leaky_relu(ops.matmul(x, weights) + bias, negative_slope=0.2)
                    return ops.matmul(x, last)
        """,
    ),
    Wrong(
        "biases_random",
        "Random biases.",
        loses="start",
        replace="np.zeros(outputs, np.float32)",
        by="random.normal(size=outputs).astype(np.float32)",
    ),
    Wrong(
        "by_numpy",
        "The activation is NumPy's, through which no gradient passes.",
        loses="forward",
        replace="ops.leaky_relu(hidden, negative_slope=0.2)",
        by="np.maximum(hidden, 0.2 * hidden)",
    ),
    Wrong(
        "default_slope",
        "The slope that another library has by default.",
        loses="forward",
        replace="negative_slope=0.2",
        by="negative_slope=0.01",
    ),
    Wrong(
        "glorot",
        "Glorot's variance.",
        loses="start",
        replace="/ inputs",
        by="/ (inputs + outputs)",
    ),
    Wrong(
        "no_activation",
        "No activation between the layers.",
        loses="forward",
        replace="k < last",
        by="False",
    ),
    Wrong(
        "output_leaky",
        "The last layer has a leaky ReLU, too.",
        loses="forward",
        replace="k < last",
        by="True",
    ),
    Wrong(
        "outputs_for_inputs",
        "Counts the outputs of a layer.",
        loses="start",
        replace="/ inputs",
        by="/ outputs",
    ),
    Wrong(
        "relu",
        "Plain ReLUs.",
        loses="forward",
        replace="leaky_relu(hidden, negative_slope=0.2)",
        by="relu(hidden)",
    ),
    Wrong(
        "same_numbers_in_every_layer",
        "A new generator for every layer, with the same seed.",
        loses="seed",
        edits=[
            (
                '''
                def __init__(self, sizes, seed=None):
                    """Make a weight (sizes[k], sizes[k + 1]) and a bias (sizes[k + 1],) for each layer, and the list `theta`."""
                    ### BEGIN SOLUTION
                    random = np.random.default_rng(seed)
            ''',
                "def __init__(self, sizes, seed=None):",
            ),
            (
                "for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):",
                """
                for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
                    random = np.random.default_rng(seed)
            """,
            ),
        ],
    ),
    Wrong(
        "seed_ignored",
        "Leaves the seed alone.",
        loses="seed",
        replace="(seed)",
        by="()",
    ),
    Wrong(
        "theta_of_copies",
        "theta holds copies of the variables.",
        loses="theta",
        edits=[
            (
                """
                for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
                    weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32)
                    self.theta.append(keras.Variable(weights))  # (inputs, outputs)
                    self.theta.append(keras.Variable(np.zeros(outputs, np.float32)))  # (outputs,)
            """,
                """
                for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
                    weights = random.normal(0.0, np.sqrt(2 / inputs), size=(inputs, outputs)).astype(np.float32)
                    self.theta.append(keras.Variable(weights))
                    self.theta.append(keras.Variable(np.zeros(outputs, np.float32)))
                self.own = self.theta
                self.theta = [keras.Variable(variable.numpy()) for variable in self.own]
            """,
            ),
            ("(self.theta) // 2 - 1", "(self.own) // 2 - 1"),
            ("(hidden, self.theta[2 * k]) + self.theta[2 * k + 1]", "(hidden, self.own[2 * k]) + self.own[2 * k + 1]"),
        ],
    ),
    Wrong(
        "variance_for_std",
        "Passes the variance where the standard deviation belongs.",
        loses="start",
        replace="np.sqrt(2 / inputs)",
        by="2 / inputs",
    ),
    Wrong(
        "three_layers_at_most",
        "Three layers at most, as the lesson has them.",
        loses="forward, theta",
        replace="len(self.theta) // 2",
        by="min(len(self.theta) // 2, 3)",
    ),
]
