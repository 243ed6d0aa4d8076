"""Wrong answers to `transform`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "by_columns",
        "The pixels are read column by column.",
        loses="flatten",
        edits=[
            ("return images.", "return images.transpose(0, 2, 1)."),
            (
                "low + images.astype(np.float32) * np.float32((high - low) / 255)",
                '(low + images / 255 * (high - low)).astype("float32")',
            ),
        ],
    ),
    Wrong(
        "divided_by_256",
        "Divides by 256, so that white does not reach the upper end.",
        loses="scale",
        replace="low + images.astype(np.float32) * np.float32((high - low) / 255)",
        by='(low + images / 256 * (high - low)).astype("float32")',
    ),
    Wrong(
        "high_for_width",
        "Multiplies by the upper end of the range instead of its width.",
        loses="range",
        replace="images.astype(np.float32) * np.float32((high - low) / 255)",
        by='high * images.astype("float32") / 255',
    ),
    Wrong(
        "one_column_per_image",
        "Images lie in columns instead of rows.",
        loses="flatten",
        edits=[
            ("(len(images), -1)", "(len(images), -1).T"),
            (
                "low + images.astype(np.float32) * np.float32((high - low) / 255)",
                '(low + images / 255 * (high - low)).astype("float32")',
            ),
        ],
    ),
    Wrong(
        "one_long_row",
        "All images end up in one long row.",
        loses="flatten",
        edits=[
            ("len(images), -", "-"),
            (
                "low + images.astype(np.float32) * np.float32((high - low) / 255)",
                '(low + images / 255 * (high - low)).astype("float32")',
            ),
        ],
    ),
    Wrong(
        "own_extremes",
        "Stretches each batch from its own darkest to its own brightest pixel.",
        loses="scale",
        replace="return low + images.astype(np.float32) * np.float32((high - low) / 255)  # same shape",
        by="""
            unit = (images - images.min()) / (images.max() - images.min())
            return (low + unit * (high - low)).astype("float32")
        """,
    ),
    Wrong(
        "pixels_of_all_images_mixed",
        "The shape is right, but the pixels of different images are mixed.",
        loses="flatten",
        edits=[
            ("return images.", "return images.transpose(1, 2, 0)."),
            (
                "low + images.astype(np.float32) * np.float32((high - low) / 255)",
                '(low + images / 255 * (high - low)).astype("float32")',
            ),
        ],
    ),
    Wrong(
        "range_ignored",
        "Scales to [0, 1] whatever range is asked for.",
        loses="range",
        replace="return low + images.astype(np.float32) * np.float32((high - low) / 255)  # same shape",
        by='return images.astype("float32") / 255',
    ),
    Wrong(
        "whole_bounds",
        "Makes whole numbers of the ends of the range.",
        loses="range",
        replace='''
            def scale(images, low=0.0, high=1.0):
                """Map bytes 0..255 to float32 numbers from `low` to `high`, in proportion."""
                ### BEGIN SOLUTION
                return low + images.astype(np.float32) * np.float32((high - low) / 255)  # same shape
        ''',
        by="""
            def scale(images, low=0, high=1):
                low, high = int(low), int(high)
                return (images.astype(np.float32) / 255 * (high - low) + low).astype(np.float32)
        """,
    ),
    Wrong(
        "whole_numbers",
        "Divides whole numbers, so that almost every pixel becomes black.",
        loses="scale, range",
        replace="low + images.astype(np.float32) * np.float32((high - low) / 255)",
        by='(low + images // 255 * (high - low)).astype("float32")',
    ),
]
