"""Wrong answers to `activations`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "clip_one_side",
        "Nothing is clipped above.",
        loses="clip",
        replace="minimum(ops.maximum(x, self.low), self.high)",
        by="maximum(x, self.low)",
    ),
    Wrong(
        "clip_wrong_and_used",
        "What is too high is not clipped, and the cross-entropy uses it.",
        loses="clip",
        replace="minimum(ops.maximum(x, self.low), self.high)",
        by="maximum(x, self.low)",
        cells={
            "losses": '''
                EPSILON = 1e-7


                @register
                def squared_error(targets, outputs):
                    """Squared differences of targets and outputs (batch, ...): summed over each example, mean over them. A scalar."""
                    squares = ops.square(outputs - targets)  # (batch, ...)
                    return ops.sum(squares) / ops.shape(squares)[0]


                @register
                def binary_cross_entropy(targets, outputs):
                    """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
                    outputs = Clip(EPSILON, 1 - EPSILON)(outputs)  # (batch, ...)
                    likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
                    return -ops.sum(likelihood) / ops.shape(likelihood)[0]


                def l2_penalty(weights, strength):
                    """`strength` times the sum of the squares of all weights. A scalar."""
                    return strength * ops.sum(ops.square(weights))
            ''',
        },
    ),
    Wrong(
        "clip_zero_to_one",
        "The range that was asked for is ignored.",
        loses="clip",
        replace="(ops.maximum(x, self.low), self.high)",
        by="(ops.maximum(x, 0.0), 1.0)",
    ),
    Wrong(
        "leaky_by_maximum",
        "The larger of x and slope * x, which is wrong for slopes above 1.",
        loses="leaky",
        replace="0.0) + self.slope * ops.minimum(x, 0.0",
        by="self.slope * x",
    ),
    Wrong(
        "leaky_sides_swapped",
        "The slope is used above zero.",
        loses="leaky",
        replace="maximum(x, 0.0) + self.slope * ops.minimum(x, 0.0)",
        by="where(x > 0, self.slope * x, x)",
    ),
    Wrong(
        "leaky_size_of_the_slope",
        "A slope below zero is taken without its sign.",
        loses="leaky",
        replace="+ self.slope",
        by="+ abs(self.slope)",
    ),
    Wrong(
        "sigmoid_branches_chosen_by_where",
        "The branch that is not chosen overflows all the same.",
        loses="large numbers",
        replace="""
            small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
            return ops.where(x >= 0, 1.0, small) / (1.0 + small)
        """,
        by="return ops.where(x >= 0, 1.0 / (1.0 + ops.exp(-x)), ops.exp(x) / (1.0 + ops.exp(x)))",
    ),
    Wrong(
        "sigmoid_by_definition",
        "The exponential overflows; the values survive it, the gradient does not.",
        loses="large numbers",
        replace="""
            small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
            return ops.where(x >= 0, 1.0, small) / (1.0 + small)
        """,
        by="return 1.0 / (1.0 + ops.exp(-x))",
    ),
    Wrong(
        "sigmoid_cut_off",
        "The input is cut off at 10, where the sigmoid is not yet flat.",
        loses="large numbers",
        replace="""
            small = ops.exp(-ops.where(x >= 0, x, -x))  # in (0, 1]
            return ops.where(x >= 0, 1.0, small) / (1.0 + small)
        """,
        by="return 1.0 / (1.0 + ops.exp(-ops.minimum(ops.maximum(x, -10.0), 10.0)))",
    ),
    Wrong(
        "sigmoid_flat_at_zero",
        "The sigmoid is made of the absolute value, whose gradient at 0 is 0 in the libraries.",
        loses="squashing",
        replace="-ops.where(x >= 0, x, -x)",
        by="-ops.abs(x)",
    ),
    Wrong(
        "sigmoid_sign",
        "The sigmoid of -x.",
        loses="squashing",
        replace="1.0, small",
        by="small, 1.0",
    ),
    Wrong(
        "sigmoid_wrong_and_used",
        "A sigmoid with the wrong sign, and the LSTM uses it.",
        loses="squashing",
        replace="1.0, small",
        by="small, 1.0",
        cells={
            "lstm": '''
                @register
                class LSTMCell(keras.layers.Layer):
                    """One step of long short-term memory."""

                    def __init__(self, units, **kwargs):
                        """`units` is the length of h and of c."""
                        super().__init__(**kwargs)
                        self.units = self.output_size = units
                        self.state_size = [units, units]

                    def build(self, input_shape):
                        """Make `self.W` (inputs, 4 * units), `self.U` (units, 4 * units), `self.b` (4 * units,): parts i, f, g, o."""
                        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
                        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
                        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
                        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

                    def call(self, x, states):
                        """Map x (batch, inputs) and the states [h, c], (batch, units) each, to `(output, [new h, new c])`."""
                        h, c = states
                        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b  # (batch, 4 * units)
                        i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each
                        c = Sigmoid()(f) * c + Sigmoid()(i) * Tanh()(g)  # (batch, units)
                        h = Sigmoid()(o) * Tanh()(c)  # (batch, units)
                        return h, [h, c]

                    def get_config(self):
                        """What `__init__` was given."""
                        return {**super().get_config(), "units": self.units}
            ''',
        },
    ),
    Wrong(
        "tanh_by_definition",
        "Infinity divided by infinity.",
        loses="large numbers",
        replace="""
            small = ops.exp(-2.0 * ops.where(x >= 0, x, -x))  # in (0, 1]
            return ops.where(x >= 0, 1.0, -1.0) * (1.0 - small) / (1.0 + small)
        """,
        by="return (ops.exp(x) - ops.exp(-x)) / (ops.exp(x) + ops.exp(-x))",
    ),
    Wrong(
        "tanh_flat_at_zero",
        "The hyperbolic tangent is made of absolute value and sign, whose gradients at 0 are 0.",
        loses="squashing",
        edits=[
            ("* ops.where(x >= 0, x, -x)", "* ops.abs(x)"),
            ("where(x >= 0, 1.0, -1.0)", "sign(x)"),
        ],
    ),
    Wrong(
        "tanh_wrong_and_used",
        "A tanh that is half as steep, and the cells use it.",
        loses="squashing",
        replace="-2.0 * ops",
        by="-ops",
        cells={
            "recurrent": '''
                @register
                class SimpleCell(keras.layers.Layer):
                    """One step of a simple recurrent network."""

                    def __init__(self, units, **kwargs):
                        """`units` is the length of the state."""
                        super().__init__(**kwargs)
                        self.units = self.state_size = self.output_size = units

                    def build(self, input_shape):
                        """Make `self.W` (inputs, units), Glorot's, `self.U` (units, units), orthogonal, and `self.b` (units,), zero."""
                        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="W")
                        self.U = self.add_weight(shape=(self.units, self.units), initializer="orthogonal", name="U")
                        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

                    def call(self, x, states):
                        """Map x (batch, inputs) and the states [h], h (batch, units), to `(new h, [new h])`: output and states."""
                        h = Tanh()(ops.matmul(x, self.W) + ops.matmul(states[0], self.U) + self.b)  # (batch, units)
                        return h, [h]

                    def get_config(self):
                        """What `__init__` was given."""
                        return {**super().get_config(), "units": self.units}


                @register
                class Mask(keras.layers.Layer):
                    """Leaves x as it is, and marks steps of nothing but zeros as filling."""

                    def call(self, x):
                        """Map x (batch, time, features) to itself."""
                        return x + 0.0  # a new tensor, which gets the mask

                    def compute_mask(self, x, _mask=None):
                        """The mask (batch, time) of x (batch, time, features): True where any feature is not zero."""
                        return ops.any(ops.not_equal(x, 0.0), axis=-1)  # (batch, time)
            ''',
            "lstm": '''
                @register
                class LSTMCell(keras.layers.Layer):
                    """One step of long short-term memory."""

                    def __init__(self, units, **kwargs):
                        """`units` is the length of h and of c."""
                        super().__init__(**kwargs)
                        self.units = self.output_size = units
                        self.state_size = [units, units]

                    def build(self, input_shape):
                        """Make `self.W` (inputs, 4 * units), `self.U` (units, 4 * units), `self.b` (4 * units,): parts i, f, g, o."""
                        self.W = self.add_weight(shape=(input_shape[-1], 4 * self.units), initializer="glorot_uniform", name="W")
                        self.U = self.add_weight(shape=(self.units, 4 * self.units), initializer="orthogonal", name="U")
                        self.b = self.add_weight(shape=(4 * self.units,), initializer="zeros", name="b")
                        self.b.assign(np.repeat([0.0, 1.0, 0.0, 0.0], self.units))

                    def call(self, x, states):
                        """Map x (batch, inputs) and the states [h, c], (batch, units) each, to `(output, [new h, new c])`."""
                        h, c = states
                        sums = ops.matmul(x, self.W) + ops.matmul(h, self.U) + self.b  # (batch, 4 * units)
                        i, f, g, o = ops.split(sums, 4, axis=-1)  # (batch, units) each
                        c = Sigmoid()(f) * c + Sigmoid()(i) * Tanh()(g)  # (batch, units)
                        h = Sigmoid()(o) * Tanh()(c)  # (batch, units)
                        return h, [h, c]

                    def get_config(self):
                        """What `__init__` was given."""
                        return {**super().get_config(), "units": self.units}
            ''',
        },
    ),
    Wrong(
        "by_numpy",
        "Leaky ReLU and clipping are NumPy's, through which no gradient passes.",
        loses="leaky",
        edits=[
            ("ops.maximum(x, 0.0) + self.slope * ops", "np.maximum(x, 0.0) + self.slope * np"),
            ("ops.minimum(ops.maximum(x, self.low), self.high)", "np.clip(x, self.low, self.high)"),
        ],
    ),
]
