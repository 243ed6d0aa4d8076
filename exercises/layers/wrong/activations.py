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
            "losses": [
                ("ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)", "Clip(EPSILON, 1 - EPSILON)(outputs)")
            ]
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
            "lstm": [
                ("ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)", "Sigmoid()(f) * c + Sigmoid()(i) * Tanh()(g)"),
                ("ops.sigmoid(o) * ops.tanh(c)", "Sigmoid()(o) * Tanh()(c)"),
            ]
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
            "recurrent": [("h = ops.tanh(", "h = Tanh()(")],
            "lstm": [
                ("ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)", "Sigmoid()(f) * c + Sigmoid()(i) * Tanh()(g)"),
                ("ops.sigmoid(o) * ops.tanh(c)", "Sigmoid()(o) * Tanh()(c)"),
            ],
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
