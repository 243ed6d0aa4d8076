"""Wrong answers to `attention_window`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_numpy",
        "The window is made by NumPy, through which no gradient passes.",
        loses="centre",
        cell="""
            def attention_window(raw, size, height, width):
                g_x, g_y, v, s, i = np.split(np.asarray(raw), 5, axis=-1)
                return Window(
                    (width + 1) / 2 * (g_x + 1) - 1,
                    (height + 1) / 2 * (g_y + 1) - 1,
                    (max(height, width) - 1) / (size - 1) * np.exp(s),
                    np.exp(v),
                    np.exp(i),
                )
        """,
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
        "order_mistaken",
        "Takes stride, variance and intensity from the wrong outputs.",
        loses="stride",
        replace="log_variance, log_stride",
        by="log_stride, log_variance",
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
        cell="""
            def attention_window(raw, size, height, width):
                g_x, g_y, v, s, i = ops.split(raw, 5, axis=-1)
                return (
                    (width + 1) / 2 * (g_x + 1) - 1,
                    (height + 1) / 2 * (g_y + 1) - 1,
                    (max(height, width) - 1) / (size - 1) * ops.exp(s),
                    ops.exp(v),
                    ops.exp(i),
                )
        """,
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
        cell="""
            def attention_window(raw, size, height, width):
                g_x, g_y, v, s, i = ops.split(raw, 5, axis=-1)
                return Window(
                    ops.clip((width + 1) / 2 * (g_x + 1) - 1, 0, width - 1),
                    ops.clip((height + 1) / 2 * (g_y + 1) - 1, 0, height - 1),
                    (max(height, width) - 1) / (size - 1) * ops.exp(s),
                    ops.exp(v),
                    ops.exp(i),
                )
        """,
    ),
    Wrong(
        "one_axis",
        "The numbers of a batch come in a row.",
        loses="centre",
        cell="""
            def attention_window(raw, size, height, width):
                g_x, g_y, v, s, i = ops.unstack(raw, 5, axis=1)  # (batch,) each
                return Window(
                    (width + 1) / 2 * (g_x + 1) - 1,
                    (height + 1) / 2 * (g_y + 1) - 1,
                    (max(height, width) - 1) / (size - 1) * ops.exp(s),
                    ops.exp(v),
                    ops.exp(i),
                )
        """,
    ),
]
