"""Wrong answers to `losses`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute",
        "Absolute differences.",
        loses="squared error",
        replace=".square",
        by=".abs",
    ),
    Wrong(
        "clipped_at_hundredth",
        "Guesses are kept between 0.01 and 0.99.",
        loses="edges",
        replace="1e-7, 1 - 1e-7",
        by="1e-2, 1 - 1e-2",
    ),
    Wrong(
        "clipped_early",
        "Guesses are kept away from 0 and 1 by more than was said.",
        loses="edges",
        replace="1e-7, 1 - 1e-7",
        by="1e-5, 1 - 1e-5",
    ),
    Wrong(
        "from_logits",
        "The guesses are taken for logits.",
        loses="cross entropy",
        replace="""
            guess = ops.clip(guess, 1e-7, 1 - 1e-7)  # (batch, numbers)
            each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)  # (batch, numbers)
        """,
        by="each = ops.softplus(guess) - truth * guess",
    ),
    Wrong(
        "guess_stopped",
        "The gradient is stopped at the guess in both losses.",
        loses="gradients",
        edits=[
            ("truth - guess", "truth - ops.stop_gradient(guess)"),
            ("guess,", "ops.stop_gradient(guess),"),
        ],
    ),
    Wrong(
        "half",
        "Half of the squared error.",
        loses="squared error",
        replace="return ops.mean(ops.sum(ops.square(truth - guess), axis=1))",
        by="return 0.5 * ops.mean(ops.sum(ops.square(truth - guess), axis=1))",
    ),
    Wrong(
        "means",
        "Means over all numbers.",
        loses="summed",
        edits=[
            ("ops.sum(ops.square(truth - guess), axis=1)", "ops.mean(ops.square(truth - guess), axis=1)"),
            ("ops.sum(each, axis=1)", "ops.mean(each, axis=1)"),
        ],
    ),
    Wrong(
        "not_clipped",
        "Guesses of 0 and 1 meet the logarithm.",
        loses="edges",
        replace='''
            def cross_entropy(truth, guess):
                """The cross-entropy of rows (batch, numbers) in [0, 1], summed over each row, mean over the batch: a scalar."""
                ### BEGIN SOLUTION
                guess = ops.clip(guess, 1e-7, 1 - 1e-7)  # (batch, numbers)
        ''',
        by="def cross_entropy(truth, guess):",
    ),
    Wrong(
        "number_added",
        "A number is added in the logarithms.",
        loses="edges",
        replace="""
            guess = ops.clip(guess, 1e-7, 1 - 1e-7)  # (batch, numbers)
            each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)  # (batch, numbers)
        """,
        by="each = -truth * ops.log(guess + 1e-5) - (1 - truth) * ops.log(1 - guess + 1e-5)  # (batch, numbers)",
    ),
    Wrong(
        "numpy",
        "NumPy, through which no gradient passes.",
        loses="gradients",
        edits=[
            (
                "ops.mean(ops.sum(ops.square(truth - guess), axis=1))",
                "np.mean(np.sum(np.square(np.asarray(truth) - np.asarray(guess)), axis=1))",
            ),
            (
                """
                guess = ops.clip(guess, 1e-7, 1 - 1e-7)  # (batch, numbers)
                each = -truth * ops.log(guess) - (1 - truth) * ops.log(1 - guess)  # (batch, numbers)
                return ops.mean(ops.sum(each, axis=1))
            """,
                """
                truth, guess = np.asarray(truth), np.clip(np.asarray(guess), 1e-7, 1 - 1e-7)
                return np.mean(np.sum(-truth * np.log(guess) - (1 - truth) * np.log(1 - guess), axis=1))
            """,
            ),
        ],
    ),
    Wrong(
        "one_term",
        "The cross-entropy without the second term.",
        loses="cross entropy",
        replace="(guess) - (1 - truth) * ops.log(1 - guess)",
        by="(guess)",
    ),
    Wrong(
        "sums",
        "Sums over the batch, too.",
        loses="summed",
        edits=[
            (
                "return ops.mean(ops.sum(ops.square(truth - guess), axis=1))",
                "return ops.sum(ops.sum(ops.square(truth - guess), axis=1))",
            ),
            ("return ops.mean(ops.sum(each, axis=1))", "return ops.sum(ops.sum(each, axis=1))"),
        ],
    ),
    Wrong(
        "swapped",
        "Truth and guess are swapped in the cross-entropy.",
        loses="cross entropy",
        replace="= ops.clip(guess, 1e-7, 1 - 1e-7)",
        by=", truth = ops.clip(truth, 1e-7, 1 - 1e-7), guess",
    ),
]
