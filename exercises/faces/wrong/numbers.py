"""Wrong answers to `numbers`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "balls_counted",
        "Counts in how many balls a generated picture lies.",
        loses="precision",
        replace="any(axis=0).mean()",
        by="sum(axis=0).mean() / k",
    ),
    Wrong(
        "border_outside",
        "Leaves out what lies on the border.",
        loses="balls",
        replace="(real[:, None] - fake, axis=2) <= radii[:, None]",
        by="(real[:, None] - fake, axis=2) < radii[:, None]",
    ),
    Wrong(
        "fake_balls",
        "Draws the balls around generated pictures for both.",
        loses="precision, coverage, balls",
        replace="among_real = np.linalg.norm(real[:, None] - real, axis=2)",
        by="""
            real, fake = fake, real
            among_real = np.linalg.norm(real[:, None] - real, axis=2)  # (n, n)
        """,
    ),
    Wrong(
        "k_ignored",
        "Always takes the nearest neighbour.",
        loses="balls",
        replace="(among_real, axis=1)[:, k]",
        by="(among_real, axis=1)[:, 1]",
    ),
    Wrong(
        "mean_radius",
        "Gives all balls the same radius.",
        loses="balls",
        replace="radii[:, None]",
        by="radii.mean()",
    ),
    Wrong(
        "one_neighbour_more",
        "Reaches one neighbour too far.",
        loses="balls",
        replace="(among_real, axis=1)[:, k]",
        by="(among_real, axis=1)[:, k + 1]",
    ),
    Wrong(
        "own_neighbour",
        "Counts every picture as its own nearest neighbour.",
        loses="balls",
        replace="(among_real, axis=1)[:, k]",
        by="(among_real, axis=1)[:, k - 1]",
    ),
    Wrong(
        "precision_twice",
        "Returns the precision for both.",
        loses="coverage",
        replace="axis=1).mean(",
        by="axis=0).mean(",
    ),
    Wrong(
        "recall",
        "Takes the share of real pictures in generated balls for coverage.",
        loses="coverage",
        replace="return inside.any(axis=0).mean(), inside.any(axis=1).mean()",
        by="return inside.any(axis=0).mean(), (np.linalg.norm(real[:, None] - fake, axis=2) <= np.sort(np.linalg.norm(fake[:, None] - fake, axis=2), axis=1)[:, k]).any(axis=1).mean()",
    ),
    Wrong(
        "squared_radius",
        "Compares squared distances with radii.",
        loses="balls",
        replace="(real[:, None] - fake, axis=2) <= radii[:, None]",
        by="(real[:, None] - fake, axis=2) ** 2 <= radii[:, None]",
    ),
    Wrong(
        "summed_distance",
        "Adds up the differences of the coordinates.",
        loses="balls",
        edits=[
            ("(real[:, None] - real, axis=2)", "(real[:, None] - real, ord=1, axis=2)"),
            (
                "(real[:, None] - fake, axis=2) <= radii[:, None]",
                "(real[:, None] - fake, ord=1, axis=2) <= radii[:, None]",
            ),
        ],
    ),
    Wrong(
        "swapped",
        "Returns the two the wrong way round.",
        loses="precision",
        replace="0).mean(), inside.any(axis=1",
        by="1).mean(), inside.any(axis=0",
    ),
]
