"""Wrong answers to `plain`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "batch_of_known_size",
        "The size of the batch is taken from the shape, where it is None in training.",
        loses="read",
        edits=[
            (
                """
                pixels = x.shape[1] * x.shape[2]
                return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
            """,
                "return ops.concatenate([ops.reshape(x, (x.shape[0], -1)), ops.reshape(error, (x.shape[0], -1))], axis=-1)",
            ),
            ("-1, height", "h_dec.shape[0], height"),
        ],
    ),
    Wrong(
        "by_columns",
        "Goes through the images column by column.",
        loses="read",
        edits=[
            (
                """
                pixels = x.shape[1] * x.shape[2]
                return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
            """,
                """
                x, error = (ops.reshape(ops.transpose(each, (0, 2, 1)), (len(each), -1)) for each in (x, error))
                return ops.concatenate([x, error], axis=-1)
            """,
            ),
            (
                "reshape(affine(h_dec), (-1, height, width))",
                "transpose(ops.reshape(affine(h_dec), (-1, width, height)), (0, 2, 1))",
            ),
        ],
    ),
    Wrong(
        "by_numpy",
        "Puts both together, and gives strokes their form, with NumPy.",
        loses="read",
        edits=[
            (
                """
                pixels = x.shape[1] * x.shape[2]
                return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
            """,
                "return np.concatenate([np.reshape(x, (len(x), -1)), np.reshape(error, (len(error), -1))], axis=1)",
            ),
            ("return ops.reshape", "return np.reshape"),
        ],
    ),
    Wrong(
        "error_first",
        "Puts the error before the image.",
        loses="read",
        replace="x, (-1, pixels)), ops.reshape(error",
        by="error, (-1, pixels)), ops.reshape(x",
    ),
    Wrong(
        "height_and_width_swapped",
        "Swaps height and width of the stroke.",
        loses="write",
        replace="(affine(h_dec), (-1, height, width))",
        by="(affine(h_dec), (-1, width, height))",
    ),
    Wrong(
        "image_only",
        "Reads the image without its error.",
        loses="read",
        replace="""
            pixels = x.shape[1] * x.shape[2]
            return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
        """,
        by="return ops.reshape(x, (-1, x.shape[1] * x.shape[2]))",
    ),
    Wrong(
        "known_size_of_the_stroke",
        "Gives a stroke the size of the batch as a number.",
        loses="write",
        edits=[
            (
                """
                pixels = x.shape[1] * x.shape[2]
                return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
            """,
                "return ops.concatenate([ops.reshape(each, (-1, x.shape[1] * x.shape[2])) for each in (x, error)], axis=-1)",
            ),
            ("-1, height", "int(h_dec.shape[0]), height"),
        ],
    ),
    Wrong(
        "pixel_beside_pixel",
        "Puts each pixel's error behind the pixel.",
        loses="read",
        replace="""
            pixels = x.shape[1] * x.shape[2]
            return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
        """,
        by="return ops.reshape(ops.stack([x, error], axis=-1), (-1, 2 * x.shape[1] * x.shape[2]))",
    ),
    Wrong(
        "row_beside_row",
        "Puts each row of the error behind the same row of the image.",
        loses="read",
        replace="""
            pixels = x.shape[1] * x.shape[2]
            return ops.concatenate([ops.reshape(x, (-1, pixels)), ops.reshape(error, (-1, pixels))], axis=-1)
        """,
        by="return ops.reshape(ops.concatenate([x, error], axis=-1), (-1, 2 * x.shape[1] * x.shape[2]))",
    ),
    Wrong(
        "stroke_flat",
        "Leaves the stroke flat.",
        loses="write",
        replace="return ops.reshape(affine(h_dec), (-1, height, width))",
        by="return affine(h_dec)",
    ),
    Wrong(
        "stroke_squashed",
        "Makes probabilities of the stroke.",
        loses="write",
        replace="affine(h_dec)",
        by="ops.sigmoid(affine(h_dec))",
    ),
]
