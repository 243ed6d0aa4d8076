"""Wrong answers to `game`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "always_alternating",
        "Writes x before y has read it.",
        loses="simultaneous",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                x = x - rate * y
                y = y + rate * x
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "never_alternating",
        "Leaves the argument `alternating` alone.",
        loses="alternating",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                "x, y = x - rate * y, y + rate * x",
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "one_step_short",
        "Counts the start as a step.",
        loses="path",
        edits=[
            (
                """
                for _ in range(steps):
                    new_x = x - rate * y
                    new_y = y + rate * (new_x if alternating else x)
                    x, y = new_x, new_y
            """,
                """
                for _ in range(steps - 1):
                    new = x - rate * y
                    y = y + rate * (new if alternating else x)
                    x = new
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "start_left_out",
        "The path begins with the first step.",
        loses="path",
        edits=[
            ("path = [(x, y)]", "path = []"),
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                new = x - rate * y
                y = y + rate * (new if alternating else x)
                x = new
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "y_moves_first",
        "In alternating steps y moves first.",
        loses="alternating",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                if alternating:
                    y = y + rate * x
                    x = x - rate * y
                else:
                    x, y = x - rate * y, y + rate * x
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "both_go_down",
        "Both players go down.",
        loses="simultaneous",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                new = x - rate * y
                y = y - rate * (new if alternating else x)
                x = new
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
    Wrong(
        "in_columns",
        "A column for every point.",
        loses="path",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                new = x - rate * y
                y = y + rate * (new if alternating else x)
                x = new
            """,
            ),
            ("(path, dtype=np.float64)", "(path).T"),
        ],
    ),
    Wrong(
        "modes_changed_places",
        "The two ways of playing have changed places.",
        loses="simultaneous",
        edits=[
            (
                """
                new_x = x - rate * y
                new_y = y + rate * (new_x if alternating else x)
                x, y = new_x, new_y
            """,
                """
                new = x - rate * y
                y = y + rate * (x if alternating else new)
                x = new
            """,
            ),
            ("path, dtype=np.float64", "path"),
        ],
    ),
]
