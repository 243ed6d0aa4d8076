"""Wrong answers to `patches`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_columns",
        "The window is read column by column.",
        loses="valid",
        replace="""
            slices = [
                x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
                for i in range(size)
                for j in range(size)
            ]  # size * size of them, (batch, rows, columns, channels) each
        """,
        by="""
            slices = [
                x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
                for j in range(size)
                for i in range(size)
            ]
        """,
    ),
    Wrong(
        "by_known_batch",
        "The size of the batch is asked for, which may be None.",
        loses="valid",
        replace="return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)",
        by="""
            shape = (x.shape[0], rows, columns, size * size, x.shape[-1])
            return ops.reshape(ops.stack(slices, axis=3), shape)
        """,
    ),
    Wrong(
        "by_numpy",
        "The windows are stacked by NumPy, through which no gradient passes.",
        loses="valid",
        replace="return ops",
        by="return np",
    ),
    Wrong(
        "channels_before_the_window",
        "The two last axes are swapped.",
        loses="valid",
        replace="axis=3",
        by="axis=4",
    ),
    Wrong(
        "extra_zeros_before",
        "The extra row of zeros comes first.",
        loses="uneven",
        replace="// 2, missing -",
        by="- missing // 2,",
    ),
    Wrong(
        "half_the_window_on_each_side",
        "The same margin on both sides, whatever the stride.",
        loses="uneven",
        replace="missing // 2, missing - missing",
        by="size // 2, size",
    ),
    Wrong(
        "image_by_image",
        "A loop over the images, of which nobody knows how many there are.",
        loses="valid",
        replace="return ops.stack(slices, axis=3)  # (batch, rows, columns, size * size, channels)",
        by="""
            stacked = ops.stack(slices, axis=3)
            return ops.stack([stacked[n] for n in range(len(x))])
        """,
    ),
    Wrong(
        "margin_of_known_batch",
        "Zeros are put around for as many images as there are, which nobody knows.",
        loses="same",
        replace="x = ops.pad(x, [(0, 0), *margins, (0, 0)])  # (batch, height, width, channels), larger now",
        by="""
            for axis, both in enumerate(margins, start=1):
                shapes = [[zeros if k == axis else length for k, length in enumerate(x.shape)] for zeros in both]
                before, after = (ops.zeros(shape, x.dtype) for shape in shapes)
                x = ops.concatenate([before, x, after], axis=axis)  # (batch, height, width, channels), larger now
        """,
    ),
    Wrong(
        "negative_margins",
        "Cuts pixels off where the windows end before the image does.",
        loses="same",
        replace="max((places - 1) * stride + size - length, 0)",
        by="(places - 1) * stride + size - length",
    ),
    Wrong(
        "same_is_valid",
        "No zeros are put around.",
        loses="same, uneven",
        replace='padding == "same"',
        by="False",
    ),
    Wrong(
        "last_window_lost",
        "One row and one column of windows are missing.",
        loses="valid",
        replace="// stride + 1",
        by="// stride",
    ),
    Wrong(
        "stride_for_the_count_only",
        "Windows are fewer, but next to each other.",
        loses="stride",
        replace="""
            slices = [
                x[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride, :]
                for i in range(size)
                for j in range(size)
            ]  # size * size of them, (batch, rows, columns, channels) each
        """,
        by="""
            slices = [
                x[:, i : i + rows, j : j + columns, :]
                for i in range(size)
                for j in range(size)
            ]
        """,
    ),
    Wrong(
        "width_taken_for_the_height",
        "Images are taken for squares.",
        loses="valid",
        replace="for length in x.shape[1:3]",
        by="for length in [x.shape[1]] * 2",
        times=2,
    ),
]
