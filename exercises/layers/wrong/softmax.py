"""Wrong answers to `softmax`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The exponentials are NumPy's, through which no gradient passes.",
        loses="probabilities",
        edits=[
            ("ops.exp(x - ops.max(x, axis=-1, keepdims=True))", "np.exp(x - np.max(x, axis=-1, keepdims=True))"),
            ("powers / ops", "powers / np"),
        ],
    ),
    Wrong(
        "largest_of_the_batch",
        "The largest score of the batch is subtracted, so that other examples underflow.",
        loses="large numbers",
        replace="x, axis=-1, keepdims=True",
        by="x",
    ),
    Wrong(
        "mean_subtracted",
        "The mean of the scores is subtracted, so that the largest still overflows.",
        loses="large numbers",
        replace="- ops.max",
        by="- ops.mean",
    ),
    Wrong(
        "of_a_larger_sum",
        "A small number is added to the sum, so that the probabilities of an example sum to less than 1.",
        loses="probabilities",
        replace="ops.sum(powers, axis=-1, keepdims=True)",
        by="(ops.sum(powers, axis=-1, keepdims=True) + 5e-4)",
    ),
    Wrong(
        "over_everything",
        "One sum for the whole batch.",
        loses="probabilities",
        edits=[
            ("x, axis=-1, keepdims=True", "x"),
            ("powers, axis=-1, keepdims=True", "powers"),
        ],
    ),
    Wrong(
        "over_the_batch",
        "Probabilities sum to 1 over the examples.",
        loses="probabilities",
        edits=[
            ("(x - ops.max(x, axis=-1, keepdims=True))", "(x - ops.max(x, axis=0, keepdims=True))"),
            ("(powers, axis=-1, keepdims=True)", "(powers, axis=0, keepdims=True)"),
        ],
    ),
    Wrong(
        "overflows",
        "No number is subtracted first.",
        loses="large numbers",
        replace="x - ops.max(x, axis=-1, keepdims=True)",
        by="x",
    ),
    Wrong(
        "over_the_second_axis",
        "The sum is over axis 1, which is the last one of rows only.",
        loses="probabilities",
        edits=[
            ("(x - ops.max(x, axis=-1, keepdims=True))", "(x - ops.max(x, axis=1, keepdims=True))"),
            ("(powers, axis=-1, keepdims=True)", "(powers, axis=1, keepdims=True)"),
        ],
    ),
]
