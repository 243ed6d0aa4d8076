"""Wrong answers to `write_attention`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "Multiplies with NumPy, through which no gradient passes.",
        loses="values",
        edits=[
            (
                "filterbank_pair(window, patch.shape[1], height, width)",
                "(np.asarray(F) for F in filterbank_pair(window, patch.shape[1], height, width))",
            ),
            (
                "ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity",
                "F_y.transpose(0, 2, 1) @ np.asarray(patch) @ F_x / np.asarray(window.intensity)",
            ),
        ],
    ),
    Wrong(
        "canvas_transposed",
        "Swaps rows and columns of the canvas.",
        loses="values",
        replace="(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None]",
        by="(F_x, (0, 2, 1)) @ patch @ F_y / window.intensity[:, :, None]",
    ),
    Wrong(
        "detached",
        "No gradient passes to the filters.",
        loses="values",
        replace="filterbank_pair(window, patch.shape[1], height, width)",
        by="(ops.stop_gradient(F) for F in filterbank_pair(window, patch.shape[1], height, width))",
    ),
    Wrong(
        "filters_swapped",
        "Swaps the filters of rows and columns.",
        loses="values",
        replace="F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)",
        by="F_x, F_y = filterbank_pair(window, patch.shape[1], width, height)",
    ),
    Wrong(
        "intensity_alone",
        "The stroke is the inverse of the intensity.",
        loses="intensity, values",
        replace="""
            F_y, F_x = filterbank_pair(window, patch.shape[1], height, width)  # (batch, size, height), (batch, size, width)
            return ops.transpose(F_y, (0, 2, 1)) @ patch @ F_x / window.intensity[:, :, None]  # (batch, height, width)
        """,
        by="return ops.ones((patch.shape[0], height, width)) / window.intensity[:, :, None]",
    ),
    Wrong(
        "intensity_forgotten",
        "Forgets the intensity.",
        loses="intensity",
        replace="F_x / window.intensity[:, :, None]",
        by="F_x",
    ),
    Wrong(
        "intensity_squared",
        "Divides by the intensity twice, once for rows and once for columns.",
        loses="intensity",
        replace="[:, :, None]",
        by="[:, :, None] ** 2",
    ),
    Wrong(
        "multiplied_by_intensity",
        "Multiplies by the intensity, as reading does.",
        loses="intensity",
        replace="patch @ F_x /",
        by="patch @ F_x *",
    ),
    Wrong(
        "patch_transposed",
        "Writes the patch transposed.",
        loses="values",
        replace="@ patch",
        by="@ ops.transpose(patch, (0, 2, 1))",
    ),
    Wrong(
        "patch_upside_down",
        "Writes the last row of the patch first.",
        loses="values",
        replace="@ patch",
        by="@ patch[:, ::-1]",
    ),
    Wrong(
        "patches_of_five",
        "The size of the lesson's own patches.",
        loses="values, intensity",
        replace="patch.shape[1]",
        by="5",
    ),
    Wrong(
        "something_added",
        "Something is added to the intensity, against a division by zero that cannot happen.",
        loses="values",
        replace="window.intensity[:, :, None]",
        by="(window.intensity[:, :, None] + 1e-3)",
    ),
]
