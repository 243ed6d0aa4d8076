"""Wrong answers to `layer_norm`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Mean and variance are NumPy's, and so is the result.",
        loses="rows",
        edits=[
            ("ops.mean(x, axis=-1, keepdims=True)", "np.mean(np.asarray(x), axis=-1, keepdims=True)"),
            (
                "ops.mean((x - mean) ** 2, axis=-1, keepdims=True)",
                "np.mean((np.asarray(x) - mean) ** 2, axis=-1, keepdims=True)",
            ),
            (
                "gain * (x - mean) / ops.sqrt(variance + epsilon) + shift",
                "np.asarray(gain) * (np.asarray(x) - mean) / np.sqrt(variance + epsilon) + np.asarray(shift)",
            ),
        ],
    ),
    Wrong(
        "epsilon_forgotten",
        "Divides by nothing where a row has no variance.",
        loses="epsilon",
        replace="variance + epsilon",
        by="variance",
    ),
    Wrong(
        "epsilon_outside",
        "Adds epsilon to the standard deviation.",
        loses="epsilon",
        replace="ops.sqrt(variance + epsilon)",
        by="(ops.sqrt(variance) + epsilon)",
    ),
    Wrong(
        "gain_forgotten",
        "Forgets the gain.",
        loses="rows",
        replace="return gain *",
        by="return",
    ),
    Wrong(
        "no_gradient_of_statistics",
        "Stops the gradient in mean and variance.",
        loses="rows",
        replace="variance = ops.mean((x - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)",
        by="""
            variance = ops.mean((x - mean) ** 2, axis=-1, keepdims=True)  # (batch, 1)
            mean, variance = ops.stop_gradient(mean), ops.stop_gradient(variance)
        """,
    ),
    Wrong(
        "over_everything",
        "Has one mean and one variance for the whole batch.",
        loses="rows",
        edits=[
            ("(x, axis=-1, keepdims=True)", "(x, keepdims=True)"),
            ("((x - mean) ** 2, axis=-1, keepdims=True)", "((x - mean) ** 2, keepdims=True)"),
        ],
    ),
    Wrong(
        "over_the_batch",
        "Normalises over the batch.",
        loses="rows",
        edits=[
            ("(x, axis=-1, keepdims=True)", "(x, axis=0, keepdims=True)"),
            ("((x - mean) ** 2, axis=-1, keepdims=True)", "((x - mean) ** 2, axis=0, keepdims=True)"),
        ],
    ),
    Wrong(
        "shift_multiplied",
        "Multiplies the shift by the gain as well.",
        loses="rows",
        replace="(x - mean) / ops.sqrt(variance + epsilon) + shift",
        by="((x - mean) / ops.sqrt(variance + epsilon) + shift)",
    ),
    Wrong(
        "unbiased",
        "Divides the squares by m - 1.",
        loses="rows",
        replace="mean((x - mean) ** 2, axis=-1, keepdims=True)",
        by="sum((x - mean) ** 2, axis=-1, keepdims=True) / (x.shape[-1] - 1)",
    ),
    Wrong(
        "variance_for_std",
        "Divides by the variance.",
        loses="rows",
        replace="/ ops.sqrt",
        by="/",
    ),
]
