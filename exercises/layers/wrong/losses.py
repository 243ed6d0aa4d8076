"""Wrong answers to `losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute_differences",
        "Differences are not squared.",
        loses="squared",
        replace="= ops.square",
        by="= ops.abs",
    ),
    Wrong(
        "averaged_over_everything",
        "The mean over outputs too.",
        loses="sum and mean",
        edits=[
            ("sum(squares) / ops.shape(squares)[0]", "mean(squares)"),
            ("sum(likelihood) / ops.shape(likelihood)[0]", "mean(likelihood)"),
        ],
    ),
    Wrong(
        "cross_entropy_arguments_swapped",
        "The logarithm of the targets.",
        loses="binary",
        replace="binary_cross_entropy(targets, outputs):",
        by="binary_cross_entropy(outputs, targets):",
    ),
    Wrong(
        "cross_entropy_chosen_by_where",
        "Outputs of 0 and 1 are replaced behind the logarithm, whose gradient stays infinite.",
        loses="outputs of 0 and 1",
        replace="""
            outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)  # (batch, ...)
            likelihood = targets * ops.log(outputs) + (1 - targets) * ops.log(1 - outputs)  # (batch, ...)
        """,
        by="""
            low = float(np.log(EPSILON))
            log_y = ops.where(outputs > 0, ops.log(outputs), low)
            log_rest = ops.where(outputs < 1, ops.log(1 - outputs), low)
            likelihood = targets * log_y + (1 - targets) * log_rest
        """,
    ),
    Wrong(
        "cross_entropy_not_clipped",
        "The logarithm of 0.",
        loses="outputs of 0 and 1",
        replace='''
            def binary_cross_entropy(targets, outputs):
                """Cross-entropy of targets and outputs, both in [0, 1] (batch, ...): summed and averaged likewise. A scalar."""
                ### BEGIN SOLUTION
                outputs = ops.minimum(ops.maximum(outputs, EPSILON), 1 - EPSILON)  # (batch, ...)
        ''',
        by="def binary_cross_entropy(targets, outputs):",
    ),
    Wrong(
        "cross_entropy_of_ones_only",
        "The term of the targets that are 0 is forgotten.",
        loses="binary",
        replace="(outputs) + (1 - targets) * ops.log(1 - outputs)",
        by="(outputs)",
    ),
    Wrong(
        "epsilon_too_large",
        "Outputs are clipped a thousandth away from 0 and 1.",
        loses="outputs of 0 and 1",
        replace="(ops.maximum(outputs, EPSILON), 1 - EPSILON)",
        by="(ops.maximum(outputs, 1e-3), 1 - 1e-3)",
    ),
    Wrong(
        "images_by_rows",
        "A sum over the last axis only, then the mean: right for rows, wrong for images.",
        loses="sum and mean",
        edits=[
            ("return ops.sum(squares) / ops.shape(squares)[0]", "return ops.mean(ops.sum(squares, axis=-1))"),
            ("sum(likelihood) / ops.shape(likelihood)[0]", "mean(ops.sum(likelihood, axis=-1))"),
        ],
    ),
    Wrong(
        "one_per_row",
        "A sum over the last axis only, and no mean.",
        loses="sum and mean",
        edits=[
            ("return ops.sum(squares) / ops.shape(squares)[0]", "return ops.sum(squares, axis=-1)"),
            ("(likelihood) / ops.shape(likelihood)[0]", "(likelihood, axis=-1)"),
        ],
    ),
    Wrong(
        "penalty_halved",
        "Half of the squares.",
        loses="penalty",
        replace="return strength",
        by="return 0.5 * strength",
    ),
    Wrong(
        "penalty_root",
        "The norm, not its square.",
        loses="penalty",
        replace="sum(ops.square(weights))",
        by="sqrt(ops.sum(ops.square(weights)))",
    ),
    Wrong(
        "summed_over_everything",
        "No mean over the examples.",
        loses="sum and mean",
        edits=[
            ("(squares) / ops.shape(squares)[0]", "(squares)"),
            ("(likelihood) / ops.shape(likelihood)[0]", "(likelihood)"),
        ],
    ),
    Wrong(
        "by_numpy",
        "The sums are NumPy's, through which no gradient passes.",
        loses="squared",
        edits=[
            ("return ops", "return np"),
            ("return -ops", "return -np"),
            ("strength * ops", "strength * np"),
        ],
    ),
]
