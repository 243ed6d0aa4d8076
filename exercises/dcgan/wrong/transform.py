"""Wrong answers to `transform`, and what each must lose."""

from autograder.authoring.wrong_answers import Wrong

WRONG = [
    Wrong(
        "margin_of_edges",
        "The margin repeats the pixels at the edge.",
        loses="margin",
        replace="images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))  # (n, side, side, channels)",
        by="""
            images = np.pad(
                images, ((0, 0), (margin, margin), (margin, margin), (0, 0)), mode="edge"
            )  # (n, side, side, channels)
        """,
    ),
    Wrong(
        "margin_of_grey",
        "The margin is grey: it is added after scaling, as zeros.",
        loses="margin",
        replace="""
            images = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))  # (n, side, side, channels)
            return images.astype(np.float32) / np.float32(127.5) - 1
        """,
        by="""
            images = images.astype(np.float32) / np.float32(127.5) - 1
            return np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
        """,
    ),
    Wrong(
        "margin_on_one_side",
        "The margin lies below and to the right only.",
        loses="margin",
        edits=[
            ("(side - images.shape[1]) // 2", "side - images.shape[1]"),
            ("margin, margin), (margin", "0, margin), (0"),
        ],
    ),
    Wrong(
        "stretched",
        "Every batch is stretched to its own extremes.",
        loses="range",
        replace="return images.astype(np.float32) / np.float32(127.5) - 1",
        by="""
            images = images.astype(np.float32)
            return 2 * (images - images.min()) / (images.max() - images.min()) - 1
        """,
    ),
    Wrong(
        "truncated",
        "Bytes are cut off in place of rounded.",
        loses="back",
        replace="return np.rint",
        by="return",
    ),
    Wrong(
        "zero_to_one",
        "Images lie in [0, 1], and bytes are made from there.",
        loses="range",
        edits=[
            ("(127.5) - 1", "(255)"),
            ("(np.asarray(images) + 1) * 127.5", "np.asarray(images) * 255 % 256"),
        ],
    ),
]
