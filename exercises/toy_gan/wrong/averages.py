"""Wrong answers to `averages`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "divided_by_all",
        "Divides every sum by the number of all points.",
        loses="every",
        replace="""
            path = np.asarray(path, dtype=np.float64)
            return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
        """,
        by="return np.cumsum(path, axis=0) / len(path)",
    ),
    Wrong(
        "of_the_whole_path",
        "One mean, of the whole path.",
        loses="every",
        replace="""
            path = np.asarray(path, dtype=np.float64)
            return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
        """,
        by="return np.mean(path, axis=0)",
    ),
    Wrong(
        "of_two_neighbours",
        "A moving average of width two.",
        loses="last, every",
        replace="""
            path = np.asarray(path, dtype=np.float64)
            return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
        """,
        by="""
            means = np.array(path, dtype=float)
            means[1:] = (means[1:] + means[:-1]) / 2
            return means
        """,
    ),
    Wrong(
        "over_the_coordinates",
        "Averages x and y with each other.",
        loses="last, every",
        edits=[
            ("path = np.asarray(path, dtype=np.float64)", "means = np.mean(path, axis=1)"),
            ("(path, axis=0) / np.arange(1, len(path) + 1)[:, None]", "(means) / np.arange(1, len(path) + 1)"),
        ],
    ),
    Wrong(
        "divided_by_t",
        "Divides by the number of steps, which is one less than the number of points.",
        loses="every",
        replace="""
            path = np.asarray(path, dtype=np.float64)
            return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
        """,
        by="return np.cumsum(path, axis=0) / np.arange(len(path))[:, None]",
    ),
    Wrong(
        "sums",
        "Adds up and does not divide.",
        loses="every",
        replace="""
            path = np.asarray(path, dtype=np.float64)
            return np.cumsum(path, axis=0) / np.arange(1, len(path) + 1)[:, None]  # (n, 2)
        """,
        by="return np.cumsum(path, axis=0)",
    ),
]
