"""Wrong answers to `gradient_check`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "adds_and_subtracts",
        "The step is taken back by arithmetic, with its rounding.",
        loses="put back",
        edits=[
            ("moved = start.copy()", "moved = ops.convert_to_numpy(variable).copy()"),
            (
                "losses.append(float(loss_fn()))",
                "losses.append(float(loss_fn()))\nmoved[place] -= direction\nvariable.assign(moved)",
            ),
            (
                """
                variable.assign(start)
                gradients.append(gradient)
            """,
                "gradients.append(gradient)",
            ),
        ],
    ),
    Wrong(
        "all_entries_at_once",
        "All entries of a variable move together.",
        loses="differences, put back",
        replace="moved[place] += direction",
        by="moved = moved + np.float32(direction)",
    ),
    Wrong(
        "entries_moved_for_good",
        "Every entry stays moved while the next one is.",
        loses="differences, put back",
        replace="start.copy()",
        by="start",
    ),
    Wrong(
        "error_by_variable",
        "The mean of one relative error for each variable.",
        loses="relative error",
        replace="""
            a, b = (np.concatenate([np.ravel(each) for each in gradients]) for gradients in (first, second))  # (entries,)
            size = np.linalg.norm(a) + np.linalg.norm(b)
            return float(np.linalg.norm(a - b) / size) if size > 0 else 0.0
        """,
        by="""
            errors = []
            for a, b in zip(first, second):
                size = np.linalg.norm(a) + np.linalg.norm(b)
                errors.append(np.linalg.norm(a - b) / size if size > 0 else 0.0)
            return float(np.mean(errors))
        """,
    ),
    Wrong(
        "error_not_relative",
        "The norm of the difference alone.",
        loses="relative error",
        replace="(np.linalg.norm(a - b) / size) if size > 0 else 0.0",
        by="(np.linalg.norm(a - b)) if size > 0 else 0.0",
    ),
    Wrong(
        "error_of_one_zero",
        "If one of two gradients is zero, they are taken for equal.",
        loses="nothing",
        replace="size > 0",
        by="a.any() and b.any()",
    ),
    Wrong(
        "error_of_small_ones_is_zero",
        "Calls small gradients equal.",
        loses="relative error",
        replace="size > 0",
        by="size > 1",
    ),
    Wrong(
        "error_of_zeros",
        "Nothing divided by nothing.",
        loses="nothing",
        replace="(np.linalg.norm(a - b) / size) if size > 0 else 0.0",
        by="(np.linalg.norm(a - b) / size)",
    ),
    Wrong(
        "largest_difference",
        "The largest difference stands for the norm.",
        loses="relative error",
        replace="linalg.norm(a - b)",
        by="abs(a - b).max()",
    ),
    Wrong(
        "never_put_back",
        "The last entry stays where it was moved to.",
        loses="put back",
        replace="""
            for place in np.ndindex(start.shape):
                losses = []
                for direction in (+step, -step):
                    moved = start.copy()
                    moved[place] += direction
                    variable.assign(moved)
                    losses.append(float(loss_fn()))
                gradient[place] = (losses[0] - losses[1]) / (2 * step)
            variable.assign(start)
        """,
        by="""
            for place in np.ndindex(start.shape):
                losses = []
                for direction in (+step, -step):
                    moved = start.copy()
                    moved[place] += direction
                    variable.assign(moved)
                    losses.append(float(loss_fn()))
                gradient[place] = (losses[0] - losses[1]) / (2 * step)
        """,
    ),
    Wrong(
        "one_sided",
        "The difference to one side.",
        loses="differences",
        edits=[
            ("-step", "0.0"),
            ("(2 * step)", "step"),
        ],
    ),
    Wrong(
        "step_fixed",
        "The step that was asked for is ignored.",
        loses="differences",
        replace="gradients = []",
        by="""
            step = 1e-2
            gradients = []
        """,
    ),
    Wrong(
        "step_for_two",
        "A difference over two steps is divided by one.",
        loses="differences",
        replace="(2 * step)",
        by="step",
    ),
    Wrong(
        "error_with_something_added",
        "Something is added to the divisor, which is more than small gradients are.",
        loses="relative error",
        replace="(np.linalg.norm(a - b) / size) if size > 0 else 0.0",
        by="(np.linalg.norm(a - b) / (size + 1e-8))",
    ),
    Wrong(
        "taken_back_in_double_precision",
        "The step is taken back by arithmetic, in double precision.",
        loses="put back",
        edits=[
            (
                "for place in np.ndindex(start.shape):",
                """
                for place in np.ndindex(start.shape):
                    here = np.zeros(start.shape)  # float64
                    here[place] = step
            """,
            ),
            (
                """
                for direction in (+step, -step):
                    moved = start.copy()
                    moved[place] += direction
                    variable.assign(moved)
            """,
                """
                for direction in (+here, -here):
                    variable.assign(ops.convert_to_numpy(variable) + direction)
            """,
            ),
            (
                "losses.append(float(loss_fn()))",
                """
                losses.append(float(loss_fn()))
                variable.assign(ops.convert_to_numpy(variable) - direction)
            """,
            ),
            (
                """
                variable.assign(start)
                gradients.append(gradient)
            """,
                "gradients.append(gradient)",
            ),
        ],
    ),
]
