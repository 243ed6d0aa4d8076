"""Wrong answers to `friction`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "y_is_pushed_away",
        "The friction of y has the sign of its own coordinate, as in the rule for x turned upside down.",
        loses="simultaneous",
        replace="[rate, 1 - rate * y_friction]",
        by="[rate, 1 + rate * y_friction]",
    ),
    Wrong(
        "halves_left_in",
        "The derivative of a square keeps its half.",
        loses="simultaneous",
        edits=[("rate * x_friction", "rate * x_friction / 2"), ("rate * y_friction", "rate * y_friction / 2")],
    ),
    Wrong(
        "transposed",
        "A matrix for rows.",
        loses="simultaneous",
        replace="return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)  # (2, 2)",
        by="return (y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)).T",
    ),
    Wrong(
        "friction_without_the_rate",
        "Friction is taken off at once, whatever the rate is.",
        loses="simultaneous",
        edits=[("1 - rate * x_friction", "1 - x_friction"), ("1 - rate * y_friction", "1 - y_friction")],
    ),
    Wrong(
        "one_friction_for_both",
        "The friction of x for both players.",
        loses="simultaneous",
        replace="rate * y_friction",
        by="rate * x_friction",
    ),
    Wrong(
        "y_moves_first",
        "The product of the two moves in the other order.",
        loses="alternating",
        replace="y_moves @ x_moves",
        by="x_moves @ y_moves",
    ),
    Wrong(
        "never_alternating",
        "Leaves the argument `alternating` alone.",
        loses="alternating",
        replace="return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)  # (2, 2)",
        by="return np.array([[1 - rate * x_friction, -rate], [rate, 1 - rate * y_friction]])",
    ),
    Wrong(
        "always_alternating",
        "Takes the two moves one after the other, whatever is asked for.",
        loses="simultaneous",
        replace="return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)  # (2, 2)",
        by="return y_moves @ x_moves",
    ),
    Wrong(
        "friction_forgotten_in_the_new_x",
        "When y moves, the x that it sees has moved without friction.",
        loses="alternating",
        replace="return y_moves @ x_moves if alternating else x_moves + y_moves - np.eye(2)  # (2, 2)",
        by="""
            matrix = x_moves + y_moves - np.eye(2)
            if alternating:
                matrix[1] += [0, -(rate**2)]
            return matrix
        """,
    ),
    Wrong(
        "real_part",
        "Looks at the real part of the eigenvalues alone.",
        loses="radius",
        replace="np.abs(np.linalg.eigvals(matrix)).max()",
        by="np.abs(np.linalg.eigvals(matrix).real).max()",
    ),
    Wrong(
        "longest_stretch",
        "Takes the norm, by which a single step stretches at most.",
        loses="radius",
        replace="np.abs(np.linalg.eigvals(matrix)).max()",
        by="np.linalg.norm(matrix, 2)",
    ),
    Wrong(
        "root_of_the_determinant",
        "Takes both eigenvalues for equally long.",
        loses="radius",
        replace="np.abs(np.linalg.eigvals(matrix)).max()",
        by="np.sqrt(np.abs(np.linalg.det(matrix)))",
    ),
    Wrong(
        "as_if_symmetric",
        "Takes a function for symmetric matrices.",
        loses="radius",
        replace="np.linalg.eigvals(matrix)",
        by="np.linalg.eigvalsh(matrix)",
    ),
    Wrong(
        "largest_before_the_length",
        "Looks for the largest eigenvalue first, and then for its length.",
        loses="radius",
        replace="np.abs(np.linalg.eigvals(matrix)).max()",
        by="abs(max(np.linalg.eigvals(matrix), key=lambda value: value.real))",
    ),
]
