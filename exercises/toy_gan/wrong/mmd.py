"""Wrong answers to `mmd`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "own_pairs",
        "Pairs every point with itself, too.",
        loses="unbiased",
        edits=[
            ("(among_x.sum() - np.trace(among_x)) / (n * (n - 1))", "among_x.mean()"),
            ("(among_y.sum() - np.trace(among_y)) / (m * (m - 1))", "among_y.mean()"),
        ],
    ),
    Wrong(
        "divided_by_all_pairs",
        "Leaves the own pairs out of the sum, and counts them all the same.",
        loses="unbiased",
        edits=[("(n * (n - 1))", "n**2"), ("(m * (m - 1))", "m**2")],
    ),
    Wrong(
        "own_pairs_summed",
        "Counts the pairs of different points, and sums over all.",
        loses="unbiased",
        edits=[(f"({name}.sum() - np.trace({name}))", f"{name}.sum()") for name in ("among_x", "among_y")],
    ),
    Wrong(
        "subtracted_once",
        "Forgets the 2 of the square.",
        loses="terms",
        replace="near_y - 2 * gaussian_kernel",
        by="near_y - gaussian_kernel",
    ),
    Wrong(
        "added",
        "Adds how near the sets are to each other.",
        loses="terms",
        replace="near_y - 2 * gaussian_kernel",
        by="near_y + 2 * gaussian_kernel",
    ),
    Wrong(
        "half_of_the_pairs",
        "Sums over i < j, and divides by the number of ordered pairs.",
        loses="terms",
        edits=[
            ("(among_x.sum() - np.trace(among_x)) / (n * (n - 1))", "np.triu(among_x, 1).sum() / (n * (n - 1))"),
            ("(among_y.sum() - np.trace(among_y)) / (m * (m - 1))", "np.triu(among_y, 1).sum() / (m * (m - 1))"),
        ],
    ),
    Wrong(
        "sums",
        "Adds up and does not divide.",
        loses="terms, unbiased",
        replace="""
            near_x = (among_x.sum() - np.trace(among_x)) / (n * (n - 1))
            near_y = (among_y.sum() - np.trace(among_y)) / (m * (m - 1))
            return near_x + near_y - 2 * gaussian_kernel(x, y, widths).mean()
        """,
        by="return among_x.sum() + among_y.sum() - 2 * gaussian_kernel(x, y, widths).sum()",
    ),
    Wrong(
        "distance_of_the_means",
        "Compares the means of both sets, and nothing else.",
        loses="terms, unbiased",
        replace="""
            near_x = (among_x.sum() - np.trace(among_x)) / (n * (n - 1))
            near_y = (among_y.sum() - np.trace(among_y)) / (m * (m - 1))
            return near_x + near_y - 2 * gaussian_kernel(x, y, widths).mean()
        """,
        by="return np.sum((np.mean(x, axis=0) - np.mean(y, axis=0)) ** 2)",
    ),
    Wrong(
        "without_the_2",
        "Divides by the squared width, without the 2.",
        loses="kernel",
        replace="(2 * width**2)",
        by="width**2",
    ),
    Wrong(
        "width_not_squared",
        "Takes the width for a variance.",
        loses="kernel",
        replace="(2 * width**2)",
        by="(2 * width)",
    ),
    Wrong(
        "distance_not_squared",
        "Takes the distance where its square should stand.",
        loses="kernel",
        replace="-np.maximum(squares, 0)",
        by="-np.sqrt(np.maximum(squares, 0))",
    ),
    Wrong(
        "sum_over_widths",
        "Adds the kernels of all widths.",
        loses="kernel",
        replace="np.mean([np.exp",
        by="np.sum([np.exp",
    ),
    Wrong(
        "mean_of_the_widths",
        "One kernel, with the mean of the widths.",
        loses="kernel",
        replace="return np.mean([np.exp(-np.maximum(squares, 0) / (2 * width**2)) for width in widths], axis=0)  # (n, m)",
        by="return np.exp(-np.maximum(squares, 0) / (2 * np.mean(widths) ** 2))",
    ),
    Wrong(
        "normalised",
        "Divides by the factor that would make a density of the kernel.",
        loses="kernel",
        replace="(2 * width**2))",
        by="(2 * width**2)) / (width * np.sqrt(2 * np.pi))",
    ),
]
