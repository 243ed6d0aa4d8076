"""Wrong answers to `filterbank`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Computes with NumPy, through which no gradient passes.",
        loses="proportions",
        replace="""
            distances = np.arange(length, dtype="float32") - centres[:, :, None]  # (batch, size, length)
            return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)
        """,
        by="""
            exponents = -((np.arange(length) - np.asarray(centres)[:, :, None]) ** 2) / (2 * np.asarray(variance)[:, :, None])
            weights = np.exp(exponents - exponents.max(axis=-1, keepdims=True))
            return (weights / weights.sum(axis=-1, keepdims=True)).astype("float32")
        """,
    ),
    Wrong(
        "centres_clipped",
        "Spots far outside are moved near, so that no gradient leads them back.",
        loses="outside",
        replace="- centres",
        by="- ops.clip(centres, -2, length + 1)",
    ),
    Wrong(
        "counted_from_one",
        "Counts the pixels from 1.",
        loses="proportions",
        replace="length,",
        by="1, length + 1,",
    ),
    Wrong(
        "density",
        "Divides by what the integral over all numbers would be: near the ends and far outside weight is lost.",
        loses="sums",
        replace="return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)",
        by="""
            weights = ops.exp(-(distances**2) / (2 * variance[:, :, None]))
            return weights / ops.sqrt(2 * np.pi * variance[:, :, None])
        """,
    ),
    Wrong(
        "detached",
        "No gradient passes to the centres.",
        loses="proportions",
        edits=[
            (
                'distances = np.arange(length, dtype="float32") - centres',
                'd = np.arange(length, dtype="float32") - ops.stop_gradient(centres)',
            ),
            ("distances**", "d**"),
        ],
    ),
    Wrong(
        "epsilon",
        "Keeps the sum from being zero by a small number: far outside nothing is seen.",
        loses="outside",
        replace="return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)",
        by="""
            weights = ops.exp(-(distances**2) / (2 * variance[:, :, None]))
            return weights / ops.maximum(ops.sum(weights, axis=-1, keepdims=True), 1e-8)
        """,
    ),
    Wrong(
        "laplace",
        "Lets the weights fall with the distance, not with its square.",
        loses="proportions",
        replace="(distances**2) / (2 * variance[:, :, None])",
        by="ops.abs(distances) / variance[:, :, None]",
    ),
    Wrong(
        "nearest_by_where",
        "Far outside the nearest pixel is taken, and the gradient is NaN.",
        loses="outside",
        replace="return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)",
        by="""
            weights = ops.exp(-(distances**2) / (2 * variance[:, :, None]))
            Z = ops.sum(weights, axis=-1, keepdims=True)
            nearest = ops.one_hot(ops.argmin(distances**2, axis=-1), length)
            return ops.where(Z > 1e-8, weights / Z, nearest)
        """,
    ),
    Wrong(
        "normalised_over_the_spots",
        "Lets the weights of one pixel sum to one, over the spots.",
        loses="sums, proportions, outside",
        replace="axis=-",
        by="axis=",
    ),
    Wrong(
        "not_normalised",
        "Does not normalise at all.",
        loses="sums",
        replace="softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)",
        by="exp(-(distances**2) / (2 * variance[:, :, None]))",
    ),
    Wrong(
        "two_forgotten",
        "Forgets the 2 below the square.",
        loses="proportions",
        replace="(2 * variance[:, :, None])",
        by="variance[:, :, None]",
    ),
    Wrong(
        "variance_cut",
        "No gradient passes to the variance.",
        loses="proportions",
        replace="* variance",
        by="* ops.stop_gradient(variance)",
    ),
    Wrong(
        "variance_for_deviation",
        "Divides the distance by the variance before it squares.",
        loses="proportions",
        replace="distances**2) / (2 * variance[:, :, None]",
        by="(distances / (2 * variance[:, :, None])) ** 2",
    ),
    Wrong(
        "variance_squared",
        "Squares the variance again.",
        loses="proportions",
        replace="(-(distances**2) / (2 * variance[:, :, None]), axis=-1)",
        by="(-(distances**2) / (2 * variance[:, :, None] ** 2), axis=-1)",
    ),
    Wrong(
        "zero_by_zero",
        "Divides by the sum: far outside zero by zero.",
        loses="outside",
        replace="return ops.softmax(-(distances**2) / (2 * variance[:, :, None]), axis=-1)  # (batch, size, length)",
        by="""
            weights = ops.exp(-(distances**2) / (2 * variance[:, :, None]))
            return weights / ops.sum(weights, axis=-1, keepdims=True)
        """,
    ),
]
