"""Wrong answers to `neighbours`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "against_the_nearest",
        "Only samples nearer than the nearest held-out image count.",
        loses="share",
        replace="quantile(held_out_distances, 0.05)",
        by="min(held_out_distances)",
    ),
    Wrong(
        "angle",
        "The nearest by angle.",
        loses="distance",
        replace="x, y = (np.asarray(rows, np.float64) for rows in (images, training_images))",
        by="""
            x, y = (np.asarray(rows, np.float64) for rows in (images, training_images))
            x, y = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y))
        """,
    ),
    Wrong(
        "count",
        "The number of samples in place of their share.",
        loses="share",
        replace="mean",
        by="sum",
    ),
    Wrong(
        "farthest",
        "The farthest training image is taken.",
        loses="index",
        replace="argmin",
        by="argmax",
    ),
    Wrong(
        "inner_product",
        "The largest inner product counts as the nearest.",
        loses="index",
        replace="squares.argmin",
        by="(x @ y.T).argmax",
    ),
    Wrong(
        "other_tail",
        "The 95% quantile is taken.",
        loses="share",
        replace="(np.mean(distances < np.quantile(held_out_distances, 0.05)))",
        by="(np.mean(distances < np.quantile(held_out_distances, 0.95)))",
    ),
    Wrong(
        "own_quantile",
        "The samples' own quantile is taken.",
        loses="share",
        replace="held_out_distances,",
        by="distances,",
    ),
    Wrong(
        "root_of_rounding",
        "The root is taken of squares that rounding has made negative.",
        loses="distance",
        replace="np.maximum(squares[np.arange(len(x)), index], 0)",
        by="squares[np.arange(len(x)), index]",
    ),
    Wrong(
        "squared",
        "Squared distances are returned.",
        loses="distance",
        replace="sqrt(np.maximum(squares[np.arange(len(x)), index], 0))",
        by="maximum(squares[np.arange(len(x)), index], 0)",
    ),
    Wrong(
        "sum_of_differences",
        "Distances are sums of absolute differences.",
        loses="distance",
        replace="""
            squares = (x**2).sum(axis=1)[:, None] - 2 * x @ y.T + (y**2).sum(axis=1)  # (n, m)
            index = squares.argmin(axis=1)
            return index, np.sqrt(np.maximum(squares[np.arange(len(x)), index], 0))
        """,
        by="""
            distances = np.abs(x[:, None] - y).sum(axis=2)  # (n, m)
            return distances.argmin(axis=1), distances.min(axis=1)
        """,
    ),
    Wrong(
        "wrong_axis",
        "For each training image the nearest of the images is found.",
        loses="index",
        edits=[
            ("argmin(axis=1)", "argmin(axis=0)"),
            ("[np.arange(len(x)), index]", ".min(axis=0)"),
        ],
    ),
]
