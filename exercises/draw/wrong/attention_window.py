"""Wrong answers to `attention_window`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The window is made by NumPy, through which no gradient passes.",
        loses="centre",
        replace="ops.exp",
        by="np.exp",
        times=3,
        edits=[("ops.split(raw, 5, axis=-1)", "np.split(np.asarray(raw), 5, axis=-1)")],
    ),
    Wrong(
        "counted_from_one",
        "The paper's formula for the centre, which counts pixels from 1, on pixels counted from 0.",
        loses="centre",
        edits=[
            ("(g_x + 1) - 1", "(g_x + 1)"),
            ("(g_y + 1) - 1", "(g_y + 1)"),
        ],
    ),
    Wrong(
        "half_the_size",
        "Puts the centre half a pixel too far.",
        loses="centre",
        edits=[
            ("(width + 1) / 2 * (g_x + 1) - 1", "width / 2 * (g_x + 1)"),
            ("(height + 1) / 2 * (g_y + 1) - 1", "height / 2 * (g_y + 1)"),
        ],
    ),
    Wrong(
        "intensity_not_exponential",
        "Leaves the intensity as it comes, also below zero.",
        loses="variance and intensity",
        replace="ops.exp(log_intensity)",
        by="log_intensity",
    ),
    Wrong(
        "outputs_in_the_windows_order",
        "Takes the third output for the stride and the fourth for the variance.",
        loses="stride",
        replace="log_variance, log_stride",
        by="log_stride, log_variance",
    ),
    Wrong(
        "plain_tuple",
        "Five numbers without names.",
        loses="centre",
        edits=[
            ("return Window(", "return ("),
            ("x=(", "("),
            ("y=(", "("),
            ("stride=(", "("),
            ("variance=ops", "ops"),
            ("intensity=ops", "ops"),
        ],
    ),
    Wrong(
        "scaled_by_the_middle",
        "Scales by the middle of the image, so that an output of -1 is the first pixel.",
        loses="centre",
        edits=[
            ("(width + 1) / 2 * (g_x + 1) - 1", "(width - 1) / 2 * (g_x + 1)"),
            ("(height + 1) / 2 * (g_y + 1) - 1", "(height - 1) / 2 * (g_y + 1)"),
        ],
    ),
    Wrong(
        "softplus",
        "Makes everything positive, but not by the exponential.",
        loses="stride",
        replace="ops.exp(",
        by="ops.softplus(",
        times=3,
    ),
    Wrong(
        "stride_by_size",
        "Divides by the number of spots, not by that of the gaps between them.",
        loses="stride",
        replace="/ (size - 1)",
        by="/ size",
    ),
    Wrong(
        "stride_not_exponential",
        "Takes the logarithm of the stride for the stride.",
        loses="stride",
        replace="ops.exp(log_stride)",
        by="log_stride",
    ),
    Wrong(
        "stride_of_the_shorter_side",
        "Fits the grid to the shorter side.",
        loses="stride",
        replace="max(height, width)",
        by="min(height, width)",
    ),
    Wrong(
        "variance_by_numpy",
        "Takes the exponential of the variance with NumPy.",
        loses="centre",
        replace="ops.exp(log_variance)",
        by="ops.convert_to_tensor(np.exp(ops.convert_to_numpy(log_variance)))",
    ),
    Wrong(
        "variance_squared_twice",
        "Takes the variance for a standard deviation, and squares it.",
        loses="variance and intensity",
        replace="ops.exp(log_variance)",
        by="ops.exp(log_variance) ** 2",
    ),
    Wrong(
        "x_and_y_swapped",
        "Takes x for the place along the height.",
        loses="centre",
        edits=[
            ("(width + 1) / 2 * (g_x + 1)", "(height + 1) / 2 * (g_x + 1)"),
            ("(height + 1) / 2 * (g_y + 1)", "(width + 1) / 2 * (g_y + 1)"),
        ],
    ),
    Wrong(
        "zero_is_a_corner",
        "Forgets the one that makes zero the middle.",
        loses="centre",
        edits=[
            ("(g_x + 1)", "g_x"),
            ("(g_y + 1)", "g_y"),
        ],
    ),
    Wrong(
        "moved",
        "Adds two to every output to make it positive.",
        loses="stride, variance and intensity",
        edits=[
            ("ops.exp(log_stride)", "(log_stride + 2)"),
            ("ops.exp(log_variance)", "log_variance + 2"),
            ("ops.exp(log_intensity)", "log_intensity + 2"),
        ],
    ),
    Wrong(
        "kept_on_the_image",
        "The centre cannot leave the image.",
        loses="centre",
        edits=[
            ("x=(width + 1) / 2 * (g_x + 1) - 1,", "x=ops.clip((width + 1) / 2 * (g_x + 1) - 1, 0, width - 1),"),
            ("y=(height + 1) / 2 * (g_y + 1) - 1,", "y=ops.clip((height + 1) / 2 * (g_y + 1) - 1, 0, height - 1),"),
        ],
    ),
    Wrong(
        "one_axis",
        "The numbers of a batch come in a row.",
        loses="centre",
        replace="ops.split(raw, 5, axis=-1)",
        by="ops.unstack(raw, 5, axis=1)",
    ),
]
