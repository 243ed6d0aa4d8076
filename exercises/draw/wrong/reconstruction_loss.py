"""Wrong answers to `reconstruction_loss`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "absolute",
        "Adds up absolute errors.",
        loses="values",
        replace="softplus(canvas) - x * canvas",
        by="abs(x - ops.sigmoid(canvas))",
    ),
    Wrong(
        "bits",
        "Counts in bits.",
        loses="values",
        replace="(ops.softplus(canvas) - x * canvas, axis=(1, 2))",
        by="(ops.softplus(canvas) - x * canvas, axis=(1, 2)) / ops.log(2.0)",
    ),
    Wrong(
        "by_numpy",
        "Computes with NumPy, through which no gradient passes.",
        loses="values",
        replace="ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))",
        by="np.sum(np.logaddexp(0, np.asarray(canvas)) - np.asarray(x) * np.asarray(canvas), axis=(1, 2))",
    ),
    Wrong(
        "clipped",
        "Keeps the logarithms finite by clipping, which makes large losses too small.",
        loses="large logits",
        replace="return ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))  # (batch,)",
        by="""
            p = ops.clip(ops.sigmoid(canvas), 1e-7, 1 - 1e-7)
            return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=(1, 2))
        """,
    ),
    Wrong(
        "ink_only",
        "Counts the ink and forgets the paper.",
        loses="values",
        replace="ops.softplus(canvas) - x * canvas",
        by="x * ops.softplus(-canvas)",
    ),
    Wrong(
        "logarithm_of_the_sigmoid",
        "Takes logarithms of the sigmoid, which reaches 0 and 1.",
        loses="large logits",
        replace="return ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))  # (batch,)",
        by="""
            p = ops.sigmoid(canvas)
            return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p), axis=(1, 2))
        """,
    ),
    Wrong(
        "mean_over_the_batch",
        "Returns one number for the whole batch.",
        loses="values",
        replace="sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))",
        by="mean(ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2)))",
    ),
    Wrong(
        "mean_over_the_pixels",
        "Averages over the pixels in place of summing.",
        loses="values",
        replace="ops.sum",
        by="ops.mean",
    ),
    Wrong(
        "sign",
        "Turns the sign round.",
        loses="values",
        replace="ops.softplus(canvas) - x * canvas",
        by="x * canvas - ops.softplus(canvas)",
    ),
    Wrong(
        "slope_not_finite",
        "Finite for large logits, but its gradient is not.",
        loses="large logits",
        replace="return ops.sum(ops.softplus(canvas) - x * canvas, axis=(1, 2))  # (batch,)",
        by="""
            soft = ops.where(canvas > 30, canvas, ops.log(1 + ops.exp(canvas)))
            return ops.sum(soft - x * canvas, axis=(1, 2))
        """,
    ),
    Wrong(
        "squared",
        "Takes the squared error.",
        loses="values",
        replace="ops.softplus(canvas) - x * canvas",
        by="(x - ops.sigmoid(canvas)) ** 2",
    ),
]
